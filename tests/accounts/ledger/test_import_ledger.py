"""The command: what it prints, what it leaves, how it exits."""

from __future__ import annotations

import csv
import io
import json

import pytest
from django.core.management import call_command

from accounts.models import Contract, ContractTerm, LedgerMapping
from tests.accounts.ledger.conftest import HEADINGS, text

pytestmark = pytest.mark.django_db

GOOD = ("云启科技", "HT-1", "云笔", "2026-01-01", "2026-05-15")
BAD = ("", "HT-2", "云笔", "2026-01-01", "2026-05-15")


@pytest.fixture
def run(tmp_path):
    """Run the command on a file with these bytes; exit code, what it printed, what it complained of."""

    def runner(data: bytes | None, *arguments: str, name: str = "ledger.csv") -> tuple[int, str, str]:
        path, out, err = tmp_path / name, io.StringIO(), io.StringIO()
        if data is not None:
            path.write_bytes(data)
        try:
            call_command("import_ledger", str(path), *arguments, stdout=out, stderr=err)
        except SystemExit as left:
            return int(left.code or 0), out.getvalue(), err.getvalue()
        return 0, out.getvalue(), err.getvalue()

    return runner


def test_all_taken_exits_0_and_says_how_many(run):
    code, out, _err = run(text(GOOD))

    assert code == 0
    assert out.startswith("read 1, created 1, updated 0, unchanged 0, refused 0")


def test_the_report_as_json_has_its_promised_keys(run):
    code, out, _err = run(text(GOOD, BAD), "--json")

    report = json.loads(out)
    assert code == 1
    assert report.keys() == {
        "read",
        "created",
        "updated",
        "unchanged",
        "refused",
        "assumptions",
        "refusals",
        "refused_file",
    }
    assert [report[name] for name in ("read", "created", "updated", "unchanged", "refused")] == [2, 1, 0, 0, 1]
    refusal = report["refusals"][0]
    assert (refusal["row"], refusal["column"], refusal["value"]) == (3, "客户名称", "")
    assert refusal["why"] == "The customer is missing. Write the name."


def test_each_assumption_names_its_column_and_all_of_its_rows(run):
    _code, out, _err = run(text(GOOD, ("甲", "HT-3", *GOOD[2:])), "--json")

    last_day = next(one for one in json.loads(out)["assumptions"] if one["code"] == "last_day")
    assert (last_day["column"], last_day["rows"], last_day["count"]) == ("到期日期", [2, 3], 2)


def test_refused_rows_are_in_a_file_that_can_be_mended_and_imported(run, tmp_path):
    run(text(GOOD, BAD))
    refused = tmp_path / "ledger.refused.csv"
    rows = list(csv.reader(io.StringIO(refused.read_text(encoding="utf-8-sig"))))
    assert rows[1][:2] == ["", "HT-2"]
    assert rows[1][-1] == "客户名称: The customer is missing. Write the name."

    mended = refused.read_bytes().replace(b",HT-2", "乙,HT-2".encode())
    code, out, _err = run(mended, name="mended.csv")

    assert (code, out[:17]) == (0, "read 1, created 1")


def test_a_cell_that_looks_like_a_formula_is_written_so_that_it_is_none(run, tmp_path):
    run(text(("=cmd|calc", "", *GOOD[2:])))

    assert "'=cmd|calc" in (tmp_path / "ledger.refused.csv").read_text(encoding="utf-8-sig")


def test_a_dry_run_writes_nothing(run, tmp_path):
    code, out, _err = run(text(GOOD, BAD), "--dry-run")

    assert (code, "created 1" in out) == (1, True)
    assert not Contract.objects.exists()
    assert not (tmp_path / "ledger.refused.csv").exists()


@pytest.mark.parametrize(
    ("data", "arguments", "said"),
    [
        (b"", (), "The file is empty."),
        (b"\x00\x01\x02", (), "This is not a ledger"),
        (b"one,two\n1,2\n", (), "No known heading was found."),
        (text(headings=("客户", "电话", "到期日")), (), "No column for: contract number."),
        (text(), (), "There are headings but no rows below them."),
        (text(GOOD), ("--map", "owner=nobody"), "There is no heading “nobody”"),
        (text(GOOD), ("--map", "owner"), "Write --map FIELD=HEADING."),
        (text(GOOD), ("--mapping", "x"), "No mapping is saved under “x”."),
        (text(GOOD), ("--zone", "Asia/Shangai"), "Write one such as Asia/Shanghai"),
        (None, (), "There is no file"),
    ],
)
def test_a_file_that_cannot_be_read_exits_2_with_one_clear_sentence(run, data, arguments, said):
    code, _out, err = run(data, *arguments)

    assert code == 2
    assert said in err
    assert not Contract.objects.exists()


def test_a_file_beyond_the_limit_is_refused_unread(run, settings):
    settings.CSPORTAL_LEDGER_MAX_BYTES = 10

    assert run(text(GOOD))[0] == 2


def test_an_unreadable_file_says_so_in_json_too(run):
    code, out, _err = run(b"", "--json")

    said = json.loads(out)
    assert (code, said["error"], said["read"], said["refusals"]) == (2, "empty", 0, [])


def test_a_heading_may_be_named_for_a_field(run):
    run(text(GOOD, headings=("甲", *HEADINGS[1:])), "--map", "customer=甲")

    assert Contract.objects.get().customer.name == "云启科技"


def test_a_saved_mapping_brings_its_headings_zone_and_calendar(run):
    LedgerMapping.objects.create(name="tw", columns={"customer": "甲"}, time_zone="Asia/Taipei", republic_years=True)

    run(text(("云启", "1", "云笔", "1150101", "1150515"), headings=("甲", *HEADINGS[1:])), "--mapping", "tw")

    term = ContractTerm.objects.get()
    assert (term.last_minute.isoformat(), term.time_zone) == ("2026-05-15T23:59:00", "Asia/Taipei")


def test_the_order_of_dates_can_be_said(run):
    run(text((*GOOD[:4], "05/06/2026")), "--dates", "month-first")

    assert ContractTerm.objects.get().sold_as == "through 2026-05-06"


def test_a_saved_mapping_brings_the_order_of_its_dates(run):
    LedgerMapping.objects.create(name="us", columns={}, date_order="month-first")

    run(text((*GOOD[:4], "05/06/2026")), "--mapping", "us")

    assert ContractTerm.objects.get().sold_as == "through 2026-05-06"


def test_an_encoding_that_the_file_does_not_say_is_said(run):
    _code, out, _err = run(text(GOOD).decode().encode("gb18030"))

    assert "GB18030 is taken" in out


def test_a_zone_may_be_said_in_words(run):
    run(text(GOOD), "--zone", "台北")

    assert ContractTerm.objects.get().time_zone == "Asia/Taipei"


def test_real_rows_that_were_refused_come_back_whole(run, tmp_path, real):
    run(real("us_gsa"), name="leases.xlsx")

    rows = list(csv.reader(io.StringIO((tmp_path / "leases.refused.csv").read_text(encoding="utf-8-sig"))))
    assert len(rows) == 82
    assert rows[1][15:18] == ["LTX17098", "2012-11-01", "2027-10-31"]

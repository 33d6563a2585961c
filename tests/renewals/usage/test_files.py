"""A file of signals is looked at first, then taken; the same line is taken once, and no user's id is ever stored."""

from __future__ import annotations

import csv
import io
import uuid
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import IntegrityError
from django.urls import reverse

from accounts.ledger.findings import Unreadable
from accounts.models import Contract, Product
from accounts.services import NotAllowed
from renewals.usage import files
from renewals.usage.files import look_at, take
from renewals.usage.lines import MOST_ROWS
from renewals.usage.models import UsageFile, UsageSignal
from renewals.usage.services import pseudonym
from tests.renewals import cast
from tests.renewals.cast import T, utc
from tests.renewals.desk.conftest import enter, house, lan_tu

__all__ = ["enter", "house", "lan_tu"]
HEAD = "contract,at,metric,value,user"
LINE = "LT-2026-01,2026-11-20 15:00,reports,3,ann"


@pytest.fixture(autouse=True)
def kept_here(settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def look(*lines: str, head: str = HEAD, encoding: str = "utf-8") -> UsageFile:
    return look_at("\n".join([head, *lines]).encode(encoding), "use.csv", by=cast.chen(), now=T)


def why(*lines: str, head: str = HEAD) -> list[list]:
    return look(*lines, head=head).report["refusals"]


def test_nothing_is_saved_before_it_is_taken(lan_tu) -> None:
    upload = look(LINE)
    assert not UsageSignal.objects.exists()

    assert take(upload, now=T) == 1

    found = UsageSignal.objects.get()
    assert (found.contract, found.metric, found.value, found.who) == (lan_tu, "reports", 3, pseudonym("ann"))


def test_a_time_without_an_offset_is_the_customers_own(lan_tu) -> None:
    take(look(LINE), now=T)

    assert UsageSignal.objects.get().at == utc("2026-11-20T07:00")


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-11-20T15:00:30Z", "2026-11-20T15:00:30"),
        ("2026-11-20T15:00-05:00", "2026-11-20T20:00"),
        ("2026/5/1 8:05", "2026-05-01T00:05"),
        ("2026年5月1日", "2026-04-30T16:00"),
    ],
)
def test_times_are_read_as_people_write_them(lan_tu, text, at) -> None:
    take(look(f"LT-2026-01,{text},reports,3,ann"), now=T)

    assert UsageSignal.objects.get().at == utc(at)


def test_the_same_file_twice_changes_nothing(lan_tu) -> None:
    take(look(LINE, LINE.replace("ann", "bob")), now=T)

    again = look(LINE, LINE.replace("ann", "bob"))

    assert (again.report["fresh"], again.report["known"]) == (0, 2)
    assert take(again, now=T) == 0
    assert UsageSignal.objects.count() == 2


def test_a_longer_file_adds_what_is_new_in_it(lan_tu) -> None:
    take(look(LINE), now=T)

    assert take(look(LINE, LINE.replace("20 15", "21 15")), now=T) == 1


def test_two_equal_lines_of_one_file_are_two_signals_and_stay_two(lan_tu) -> None:
    take(look(LINE, LINE), now=T)
    take(look(LINE, LINE), now=T)

    assert UsageSignal.objects.count() == 2


def test_two_files_looked_at_at_once_take_a_line_once(lan_tu) -> None:
    first, second = look(LINE), look(LINE)

    assert (take(first, now=T), take(second, now=T)) == (1, 0)


def test_a_file_is_taken_once(lan_tu) -> None:
    upload = look(LINE)
    take(upload, now=T)

    with pytest.raises(NotAllowed):
        take(upload, now=T)


def test_taking_that_fails_in_the_middle_takes_nothing(lan_tu, monkeypatch) -> None:
    upload = look(LINE, LINE.replace("ann", "bob"))
    monkeypatch.setattr(files, "AT_ONCE", 1)
    real, done = files.insert_new, []

    def fails_later(rows) -> int:
        done.append(real(rows))
        return done[-1] if len(done) < 2 else 1 // 0

    monkeypatch.setattr(files, "insert_new", fails_later)
    with pytest.raises(ZeroDivisionError):
        take(upload, now=T)

    assert not UsageSignal.objects.exists()
    assert UsageFile.objects.get().taken_at is None


@pytest.mark.parametrize(
    ("line", "column", "code"),
    [
        ("LT-9,2026-11-20,reports,3,ann", "contract", "contract"),
        ("LT-2026-01,yesterday,reports,3,ann", "at", "at"),
        ("LT-2026-01,2026-02-30,reports,3,ann", "at", "at"),
        ("LT-2026-01,2026-11-24 09:00,reports,3,ann", "at", "future"),
        ("LT-2026-01,0026-11-20,reports,3,ann", "at", "at"),
        ("LT-2026-01,2026-11-20,,3,ann", "metric", "metric"),
        ("LT-2026-01,2026-11-20,reports,many,ann", "value", "value"),
        ("LT-2026-01,2026-11-20,reports,inf,ann", "value", "value"),
        ("LT-2026-01,2026-11-20", "metric", "metric"),
        (f"LT-2026-01,2026-11-20,reports,3,{'x' * 201}", "user", "user"),
    ],
)
def test_a_line_that_cannot_be_taken_is_named_by_row_and_column_and_stops_no_other(lan_tu, line, column, code) -> None:
    upload = look(LINE, line)

    assert [(row, where, what) for row, where, _value, what in upload.report["refusals"]] == [(3, column, code)]
    assert take(upload, now=T) == 1


def test_a_number_of_several_products_needs_the_product(lan_tu) -> None:
    other = Product.objects.create(code="analytics", name="Analytics")
    cast.contract(lan_tu.customer, product=other, until="2026-12-24T18:00")
    assert why(LINE)[0][3] == "several"

    take(look(LINE + ",analytics", head=HEAD + ",product"), now=T)

    assert UsageSignal.objects.get().contract.product == other


def test_a_product_that_the_number_does_not_cover_is_refused(lan_tu) -> None:
    assert why(LINE + ",vault", head=HEAD + ",product")[0][1:] == ["product", "vault", "product"]


def test_chinese_headings_and_encodings_are_read(lan_tu) -> None:
    upload = look("LT-2026-01,2026-11-20,报表,3", head="合同编号,时间,指标,数值", encoding="gb18030")

    take(upload, now=T)

    assert UsageSignal.objects.get().metric == "报表"


def test_an_equal_number_is_no_other_line_because_it_is_written_otherwise(lan_tu) -> None:
    take(look('LT-2026-01,2026-11-20 15:00,reports,"1,234.0",ann'), now=T)

    assert look("LT-2026-01,2026/11/20 15:00:00,reports,1234,ann").report["known"] == 1


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"contract,at\nLT-2026-01,2026-11-20", "missing"),
        (b"%PDF-1.7 contract", "not_a_ledger"),
        (b"contract,at,metric,value\n" + b"LT,2026-11-20,x,1\n" * (MOST_ROWS + 1), "too_long"),
    ],
)
def test_a_file_that_is_none_is_refused_whole_and_not_kept(lan_tu, data, code) -> None:
    with pytest.raises(Unreadable) as refused:
        look_at(data, "use.csv", by=cast.chen(), now=T)

    assert refused.value.code == code
    assert not UsageFile.objects.exists()


def test_no_users_id_is_kept_anywhere(lan_tu, kept_here) -> None:
    look(LINE, "LT-9,2026-11-20,reports,3,ann-of-nowhere")

    kept = b"".join(path.read_bytes() for path in kept_here.rglob("*") if path.is_file())

    assert b"ann" not in kept
    assert pseudonym("ann").encode() in kept


def test_refused_rows_can_be_mended_and_are_of_the_same_user(lan_tu) -> None:
    upload = look("LT-9,2026-11-20,reports,3,ann")
    rows = list(csv.reader(io.StringIO(upload.refused.read().decode("utf-8-sig"))))
    assert rows[0] == [*HEAD.split(","), "why it was refused"]

    take(look(",".join(rows[1]).replace("LT-9", "LT-2026-01"), head=",".join(rows[0])), now=T)

    assert UsageSignal.objects.get().who == pseudonym("ann")


def test_from_the_file_to_the_signals_by_two_clicks(enter, lan_tu) -> None:
    sent = SimpleUploadedFile("use.csv", f"{HEAD}\n{LINE}\nLT-9,2026-11-20,reports,3,".encode())
    page = enter().post(reverse("usage:files"), {"file": sent}).url
    assert "No contract that you may see has this number." in enter().get(page).content.decode()

    enter().post(f"{page}take/")

    assert UsageSignal.objects.count() == 1
    assert "1 signal is taken." in enter().get(page).content.decode() or UsageFile.objects.get().taken_at == T


def test_a_file_that_cannot_be_read_says_so_on_its_page(enter, lan_tu) -> None:
    sent = SimpleUploadedFile("use.csv", b"number,when\nLT-1,2026-11-20")

    shown = enter().post(reverse("usage:files"), {"file": sent}).content.decode()

    assert "There is no column headed metric, value." in shown


@pytest.mark.parametrize(("reader", "answer"), [("chen", 200), ("shen", 404), ("ada", 200)])
def test_a_file_is_its_uploaders_and_the_administrators(enter, lan_tu, reader, answer) -> None:
    upload = look(LINE, "LT-9,2026-11-20,reports,3,ann")

    assert enter(reader).get(reverse("usage:file", args=[upload.pk])).status_code == answer
    assert enter(reader).get(reverse("usage:refused", args=[upload.pk])).status_code == answer


def test_who_may_not_see_a_contract_loads_nothing_into_it(house, lan_tu) -> None:
    upload = look_at(f"{HEAD}\n{LINE}".encode(), "use.csv", by=house["otto"], now=T)

    assert upload.report["refusals"][0][3] == "contract"


def test_the_database_holds_a_line_once(lan_tu) -> None:
    said = {"contract": lan_tu, "at": T, "metric": "x", "value": 1, "received_at": T, "line": uuid.uuid4()}
    UsageSignal.objects.create(**said)

    with pytest.raises(IntegrityError):
        UsageSignal.objects.create(**said)


def test_nothing_is_taken_by_a_mere_look(enter, lan_tu) -> None:
    assert enter().get(reverse("usage:take", args=[look(LINE).pk])).status_code == 405


def test_signals_of_the_api_are_never_taken_for_lines(lan_tu) -> None:
    """They have no line: as many as come are stored."""
    for _twice in range(2):
        UsageSignal.objects.create(contract=lan_tu, at=T, metric="x", value=1, received_at=T)

    assert Contract.objects.get().usage.count() == 2


def test_the_command_takes_a_file_and_names_what_it_refuses(lan_tu, tmp_path, capsys) -> None:
    file = tmp_path / "use.csv"
    file.write_text(f"{HEAD}\n{LINE}\nLT-9,2026-11-20,reports,3,bob\n")

    with pytest.raises(SystemExit) as ended:
        call_command("import_usage", str(file), by=cast.chen().email)

    said = capsys.readouterr().out
    assert ended.value.code == 1
    assert "2 read, 1 new, 0 known, 1 refused" in said
    assert "row 3, contract “LT-9”: No contract that you may see has this number." in said
    assert UsageSignal.objects.count() == 1


def test_a_dry_run_of_the_command_takes_nothing(lan_tu, tmp_path) -> None:
    file = tmp_path / "use.csv"
    file.write_text(f"{HEAD}\n{LINE}\n")

    call_command("import_usage", str(file), by=cast.chen().email, dry_run=True)

    assert not UsageSignal.objects.exists()


def test_the_command_says_that_a_file_is_not_there_by_its_exit_code(house, tmp_path) -> None:
    with pytest.raises(CommandError) as refused:
        call_command("import_usage", str(tmp_path / "none.csv"), by=cast.chen().email)

    assert refused.value.returncode == 2

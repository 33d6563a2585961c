"""Rows as people write them: 同上, totals, merged cells, formulas that nobody reckoned, and what is refused of them."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import pytest

from accounts.ledger.findings import Unreadable
from accounts.ledger.refused import write_refused
from accounts.models import Amendment, Contact, Contract, ContractTerm, User
from tests.accounts.ledger.conftest import HEADINGS, codes, refused, sheet, take, text, workbook

pytestmark = pytest.mark.django_db

ROW = ("甲公司", "HT-1", "云笔", "2026-01-01", "2026-12-31")
TIMES = ROW[3:]


def refused_file(data, **options):
    out = io.StringIO(newline="")
    write_refused(take(data, **options), data, {}, out)
    return list(csv.reader(io.StringIO(out.getvalue())))


# A year is no term


@pytest.mark.parametrize(("end", "code"), [("2027年", "only_year"), ("100年", "only_year"), ("60年", "term_too_long")])
def test_a_year_in_the_end_is_no_term_of_that_many_years(end, code):
    assert refused(take(text((*ROW[:4], end)))) == [(2, code)]


def test_a_year_in_the_term_is_no_term():
    assert refused(take(text((*ROW[:4], "2027年"), headings=(*HEADINGS[:4], "时长")))) == [(2, "bad_term")]


# 同上


def test_same_as_above_is_read_for_customer_number_and_product():
    take(text(ROW, ("同上", "同上", "同上", "2027-01-01", "2027-12-31")))

    assert Contract.objects.get().terms.count() == 2


def test_same_as_above_is_the_row_above_though_that_was_refused():
    take(text(ROW, ("乙公司", "HT-2", "云笔", "2026-01-01", "x"), ("同上", "HT-3", "云笔", *TIMES)))

    assert Contract.objects.get(number="HT-3").customer.name == "乙公司"


@pytest.mark.parametrize(
    "above",
    [(), [("乙", "公司", "HT-2", "云笔", *TIMES)], [("", "HT-2", "云笔", *TIMES)]],
    ids=["none", "slipped", "blank"],
)
def test_same_as_above_with_nothing_above_is_refused(above):
    draft = take(text(*above, ("同上", "HT-3", "云笔", *TIMES)))

    assert (len(above) + 2, "nothing_above") in refused(draft)
    assert not Contract.objects.filter(number="HT-3").exists()


def test_same_as_above_is_written_out_in_the_file_of_refused_rows():
    rows = refused_file(text(ROW, ("同上", "同上", "同上", "2027-01-01", "x")))

    assert rows[1][:5] == ["甲公司", "HT-1", "云笔", "2027-01-01", "x"]


# Totals, notes, formulas


@pytest.mark.parametrize("customer", ["Sumitomo Corp", "Notebook Ltd", "TotalEnergies SE", "Total Fitness", "合计科技"])
def test_a_contract_without_its_number_is_refused_not_taken_for_a_total(customer):
    assert refused(take(text((customer, "", "云笔", *TIMES)))) == [(2, "no_number")]


def test_rows_of_formulas_without_values_are_refused_not_left_out():
    draft = take(sheet(ROW, ("=A9", "=B9", "=C9", "=D9", "=E9"), ROW))

    assert {row for row, code in refused(draft) if code == "formula"} == {3}


def test_a_sheet_of_only_such_rows_says_that_it_holds_formulas_without_values():
    with pytest.raises(Unreadable) as problem:
        take(sheet(("=A9", "=B9", "=C9", "=D9", "=E9")))

    assert problem.value.code == "only_formulas"


# Merged cells


def merged_over_two_products(book):
    for row in (
        (*HEADINGS, "金额", "席位"),
        (*ROW, 300, 5),
        (None, None, "云表", *TIMES, None, None),
        ("乙公司", "HT-2", "云笔", *TIMES, 7, 1),
    ):
        book.active.append(row)
    for column in "ABFG":
        book.active.merge_cells(f"{column}2:{column}3")


def test_a_value_merged_over_several_rows_counts_once():
    take(workbook(merged_over_two_products))

    found = ContractTerm.objects.order_by("pk").values_list("contract__product__name", "value", "seats")
    assert sorted(found[:2]) == [("云笔", Decimal(300), 5), ("云表", None, None)]


def test_what_a_merged_cell_fills_is_said():
    draft = take(workbook(merged_over_two_products))

    said = {(found.code, found.column, *found.rows) for found in draft.findings.assumptions if "merged" in found.code}
    assert said == {
        ("merged_down", "客户名称", 3),
        ("merged_down", "合同编号", 3),
        ("merged_once", "金额", 3),
        ("merged_once", "席位", 3),
    }


# The file of refused rows


def test_a_date_of_a_refused_row_keeps_the_reading_that_the_others_proved():
    rows = refused_file(text((*ROW[:3], "13/01/2026", "13/01/2027"), ("", "HT-2", "p", "05/02/2026", "04/03/2027")))

    assert rows[1][3:5] == ["2026-02-05", "2027-03-04"]


def test_a_date_that_nothing_settles_stays_as_it_was():
    assert refused_file(text(("", "HT-2", "p", "2026-01-01", "04/03/2027")))[1][4] == "04/03/2027"


def test_a_refused_row_keeps_its_surplus_cells_and_both_columns_of_one_heading():
    data = text(
        ("Acme", "Inc.", "HT-1", "a", "b", "2026-12-31"), headings=("客户", "合同编号", "备注", "备注", "到期日")
    )

    rows = refused_file(data)

    assert (rows[1][:5], rows[1][6:]) == (["Acme", "Inc.", "HT-1", "a", "b"], ["2026-12-31"])


# People


def test_a_changed_name_renames_one_contact_and_nobody_else():
    headings = (*HEADINGS, "联系人")
    take(text((*ROW, "张 三"), ("甲公司", "HT-2", "云笔", *TIMES, "李四"), headings=headings))

    take(text((*ROW, "张三"), headings=headings))

    assert sorted(Contact.objects.values_list("name", flat=True)) == ["张三", "李四"]


def test_rows_that_differ_in_their_contact_alone_are_one_term_with_both():
    headings = (*HEADINGS, "联系人", "联系邮箱")

    draft = take(text((*ROW, "李", "li@x.test"), (*ROW, "王", "wang@x.test"), (*ROW, "赵", ""), headings=headings))

    assert (ContractTerm.objects.count(), refused(draft)) == (1, [])
    assert sorted(Contact.objects.values_list("name", flat=True)) == ["李", "王", "赵"]
    assert "double_contact" in codes(draft)


def test_the_owner_is_the_one_whom_the_latest_term_names():
    User.objects.create_user("anna@x.test", name="Anna")
    bert = User.objects.create_user("bert@x.test", name="Bert")
    renewal = ("甲公司", "HT-1", "云笔", "2027-01-01", "2027-12-31")

    take(text((*renewal, "Bert"), (*ROW, "Anna"), headings=(*HEADINGS, "负责人")))

    assert Contract.objects.get().owner == bert


def test_a_name_that_several_bear_is_said_to_be_several():
    for address in ("b1@x.test", "b2@x.test"):
        User.objects.create_user(address, name="Bert")

    draft = take(text((*ROW, "Bert"), headings=(*HEADINGS, "负责人")))

    assert codes(draft) & {"owner_several", "owner_unknown"} == {"owner_several"}


@pytest.mark.parametrize("cell", ["李四：l@x.com", "l@x.com;m@x.com", "<L@x.com>"])
def test_an_address_is_read_without_what_stands_around_it(cell):
    take(text((*ROW, cell), headings=(*HEADINGS, "联系邮箱")))

    assert Contact.objects.get().email == "l@x.com"


def test_a_second_address_in_a_cell_is_not_dropped_unsaid():
    draft = take(text((*ROW, "l@x.com;m@x.com"), headings=(*HEADINGS, "联系邮箱")))

    assert "first_of_several_mails" in codes(draft)


def test_a_number_that_is_true_is_no_number():
    assert refused(take(sheet(("甲", True, *ROW[2:])))) == [(2, "no_number")]


def numbered(number_format, end):
    def build(book):
        book.active.append(list(HEADINGS))
        book.active.append(["甲公司", 123, "云笔", "2026-01-01", end])
        book.active["B2"].number_format = number_format

    return workbook(build)


@pytest.mark.parametrize(("number_format", "number"), [("00000", "00123"), ("0", "123"), ("General", "123")])
def test_a_number_is_taken_with_the_zeros_that_the_sheet_shows(number_format, number):
    take(numbered(number_format, "2026-12-31"))

    assert Contract.objects.get().number == number


def test_a_refused_number_keeps_the_zeros_that_the_sheet_shows():
    assert refused_file(numbered("00000", "x"))[1][1] == "00123"


def test_characters_that_nobody_sees_are_no_part_of_a_number_or_a_date():
    take(text(("甲公司\u200b", "\ufeffHT-1\u200e", "云笔", "\u200e2026-01-01", "\u200b2026-12-31")))

    assert Contract.objects.get().number == "HT-1"


# Whole contracts


def test_a_contract_of_which_two_rows_overlap_waits_as_a_whole():
    rows = (("2026-01-01", "2026-11-30"), ("2026-11-15", "2026-12-31"), ("2027-01-01", "2027-12-31"))

    draft = take(text(*((*ROW[:3], *times) for times in rows)))

    assert refused(draft) == [(2, "overlap"), (3, "overlap"), (4, "waits_for")]
    assert not Contract.objects.exists()


def test_a_renewal_waits_for_a_row_that_overlaps_the_record():
    take(text((*ROW[:3], "2026-01-01", "2026-11-30")))

    draft = take(text((*ROW[:3], "2026-11-15", "2026-12-31"), (*ROW[:3], "2027-01-01", "2027-12-31")))

    assert refused(draft) == [(2, "overlaps_record"), (3, "waits_for")]
    assert ContractTerm.objects.count() == 1


# What the database would not take


def test_a_name_whose_key_is_too_long_is_refused_alone():
    draft = take(text(("㍿" * 60, "HT-5", "云笔", *TIMES), ROW))

    assert refused(draft) == [(2, "too_long")]
    assert Contract.objects.get().number == "HT-1"


# What was loaded with less, and is loaded with more


def test_a_start_that_the_import_chose_gives_way_to_the_ledgers_own():
    take(text((*ROW[:3], "", "2026-12-31")))
    data = text(ROW)

    first, second = take(data), take(data)

    assert (ContractTerm.objects.get().sold_from, codes(first) & {"start_corrected"}) == (
        "2026-01-01",
        {"start_corrected"},
    )
    assert (first.plan.count()["updated"], second.plan.count()["unchanged"]) == (1, 1)


def test_a_start_that_the_import_chose_is_not_moved_later():
    take(text((*ROW[:3], "", "2026-12-31")))

    draft = take(text((*ROW[:3], "2026-07-01", "2026-12-31")))

    assert (ContractTerm.objects.get().sold_from, refused(draft)) == ("2026-05-04", [])
    assert "start_kept" in codes(draft)


def test_a_contract_without_a_product_takes_the_one_that_the_ledger_names_now():
    take(text((*ROW[:2], *TIMES), headings=(*HEADINGS[:2], *HEADINGS[3:])))
    data = text(ROW)

    first, second = take(data), take(data)

    assert Contract.objects.get().product.name == "云笔"
    assert (first.plan.count()["updated"], second.plan.count()["unchanged"]) == (1, 1)


def test_an_older_term_that_comes_later_renews_nothing():
    take(text(ROW))

    take(text((*ROW[:3], "2023-01-01", "2023-12-31")))

    amendment = Amendment.objects.latest("pk")
    assert (amendment.kind, amendment.before, amendment.after["last_minute"]) == ("signed", {}, "2023-12-31T23:59")


def test_a_refused_row_of_a_second_sheet_keeps_its_fields_under_the_first_ones_headings():
    def build(book):
        book.active.append(list(HEADINGS))
        book.active.append(list(ROW))
        other = book.create_sheet("2025")
        other.append(["合同号", "客户", "产品", "起始日", "截止日"])
        other.append(["HT-9", "乙公司", "云笔", "2025-01-01", "x"])

    assert refused_file(workbook(build))[1][:5] == ["乙公司", "HT-9", "云笔", "2025-01-01", "x"]

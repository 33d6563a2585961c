"""Start and end in one cell, and terms: in the shapes of real ledgers."""

from __future__ import annotations

import pytest

from accounts.ledger.dates import habits_of
from accounts.models import ContractTerm
from tests.accounts.ledger.conftest import refused, sheet, take, text, workbook

pytestmark = pytest.mark.django_db

HEADINGS = ("客户名称", "合同编号", "产品", "起止日期")
WHO = ("云启", "HT-1", "云笔")


def taken():
    term = ContractTerm.objects.get()
    return term.sold_from, term.last_minute.isoformat(sep=" ", timespec="minutes")


@pytest.mark.parametrize(
    ("period", "start", "last_minute"),
    [
        ("2026-01-01 09:00-2026-12-31 18:00", "2026-01-01T09:00", "2026-12-31 18:00"),
        ("2026-01-01-2026-12-31", "2026-01-01", "2026-12-31 23:59"),
        ("2026-01-01起一年", "2026-01-01", "2026-12-31 23:59"),
        ("2026年1月1日起1年", "2026-01-01", "2026-12-31 23:59"),
        ("自2026年1月1日起至2026年12月31日止", "2026-01-01", "2026-12-31 23:59"),
        ("民國115年1月1日至115年12月31日", "2026-01-01", "2026-12-31 23:59"),
        ("民國115年1月1日至12月31日", "2026-01-01", "2026-12-31 23:59"),
        ("01/02/2026-31/01/2027", "2026-02-01", "2027-01-31 23:59"),
    ],
)
def test_a_period_is_read_with_its_times_and_terms(period, start, last_minute):
    take(text((*WHO, period), headings=HEADINGS))

    assert taken() == (start, last_minute)


def test_a_time_in_a_period_that_cannot_be_read_is_not_dropped():
    draft = take(text((*WHO, "2026-01-01 9点-2026-12-31 18点"), headings=HEADINGS))

    assert len(refused(draft)) == 1


def test_a_period_proves_by_its_last_half_how_both_are_meant():
    assert habits_of(["01/02/2026-31/01/2027"]).order == "day-first"


@pytest.mark.parametrize(
    ("heading", "number", "last_minute"),
    [
        ("合同期限(月)", 12, "2026-12-31 23:59"),
        ("服务期限(年)", 3, "2028-12-31 23:59"),
        ("有效期(月)", 12, "2026-12-31 23:59"),
        ("期限(天)", 30, "2026-01-30 23:59"),
        ("Contract period (months)", 12, "2026-12-31 23:59"),
        ("Term (yrs)", 1, "2026-12-31 23:59"),
        ("合同期限(月)", 46387, "2026-12-31 23:59"),
    ],
)
def test_a_number_under_a_heading_with_a_unit_is_a_term(heading, number, last_minute):
    take(sheet((*WHO, "2026-01-01", number), headings=(*HEADINGS[:3], "开始日期", heading)))

    assert taken() == ("2026-01-01", last_minute)


@pytest.mark.parametrize(
    ("term", "last_minute"),
    [("3 yrs", "2028-12-31"), ("12 mos", "2026-12-31"), ("1.5年", "2027-06-30"), ("壹年", "2026-12-31")],
)
def test_a_term_is_read_in_short_in_parts_and_in_formal_numerals(term, last_minute):
    take(text((*WHO, "2026-01-01", term), headings=(*HEADINGS[:3], "开始日期", "时长")))

    assert taken()[1] == f"{last_minute} 23:59"


# Headings in two rows that were merged once


def test_two_rows_of_headings_are_put_together_without_their_merges():
    data = ("客户名称,合同编号,合同期限,,金额\n,,开始日期,结束日期,\n云启,HT-1,2026-01-01,2026-12-31,100\n").encode()

    take(data)

    assert taken() == ("2026-01-01", "2026-12-31 23:59")


def test_a_date_beside_a_period_under_no_heading_is_asked_about():
    draft = take(text((*WHO, "2026-01-01", "2026-12-31"), headings=(*HEADINGS, "")))

    assert refused(draft) == [(2, "period_in_two")]


def test_a_row_of_the_ledger_is_not_taken_for_more_headings():
    draft = take(
        text(("到期日", "HT-1", "云笔", "", "2026-12-31"), headings=("客户", "合同编号", "产品", "", "到期日"))
    )

    assert (draft.read, ContractTerm.objects.count()) == (1, 1)


def test_a_workbook_that_counts_from_1904_says_the_same_days():
    from openpyxl.utils.datetime import CALENDAR_MAC_1904

    def build(book):
        book.epoch = CALENDAR_MAC_1904
        book.active.append([*HEADINGS[:3], "开始日期", "到期日期"])
        book.active.append([*WHO, 44561, 44925])

    take(workbook(build))

    assert taken() == ("2026-01-01", "2026-12-31 23:59")

"""Headings in two languages, where people put them and as they write them."""

from __future__ import annotations

import pytest

from accounts.ledger.findings import Unreadable
from accounts.ledger.headings import choose, lay_out
from accounts.ledger.reading import open_ledger
from accounts.ledger.synonyms import FIELDS
from tests.accounts.ledger.conftest import HEADINGS, text, workbook


def layout(data, mapping=None):
    return lay_out(open_ledger(data).sheets[0], mapping or {})


def fields(data, mapping=None):
    found = layout(data, mapping)
    return {name: found.headings[column] for name, column in found.columns.items()}


@pytest.mark.parametrize(
    "headings",
    [
        ("客户名称", "合同编号", "到期日期"),
        ("客戶名稱", "合約編號", "到期日期"),
        ("Customer", "Contract No.", "End date"),
        ("CUSTOMER NAME", "contract_number", "Expiry-Date"),
        (" 客户\n名称 ", "合同\n编号", "到期日\n(北京时间)"),
    ],
)
def test_headings_are_known_in_two_languages_and_every_spelling(headings):
    assert set(fields(text(headings=headings))) == {"customer", "number", "ends"}


@pytest.mark.parametrize(
    ("beginning", "known"),
    [
        (
            "tw_fda_24",
            {
                "customer": "申請商名稱",
                "number": "查驗登記證號",
                "product": "中文品名",
                "starts": "發證日期",
                "ends": "有效日期",
            },
        ),
        (
            "tw_fda_25",
            {
                "customer": "申請公司名稱",
                "number": "查驗登記字號",
                "product": "申請產品名稱",
                "starts": "發證日期",
                "ends": "有效日期",
            },
        ),
        (
            "tw_fda_103",
            {
                "customer": "藥商名稱",
                "number": "許可證字號",
                "product": "英文品名",
                "starts": "核准日期",
                "ends": "期滿日期",
            },
        ),
        (
            "tw_fda_192",
            {
                "customer": "工廠或製造場所名稱",
                "number": "食品業者登錄字號",
                "product": "驗證業別",
                "period": "驗證效期",
            },
        ),
        (
            "us_p",
            {
                "customer": "COMPANY",
                "number": "CONTRACT",
                "product": "SERVICE",
                "ends": "EXPIRATION",
                "contact_name": "CONTACT",
                "contact_email": "E-MAIL ADDRESS",
            },
        ),
        (
            "us_gsa",
            {
                "customer": "Real Property Asset Name",
                "number": "Lease Number",
                "starts": "Lease Effective Date",
                "ends": "Lease Expiration Date",
                "state": "State",
            },
        ),
    ],
)
def test_the_headings_of_real_ledgers_are_known_without_being_told(real, beginning, known):
    assert fields(real(beginning)) == known


def test_a_title_above_the_headings_is_passed_over():
    data = b"\n2026 ledger of contracts,,\n" + text(("Acme", "1", "", "", "2026-05-15"))

    assert layout(data).row == 3


def test_headings_in_two_rows_are_put_together():
    def build(book):
        for row in (
            ("客户", "合同编号", "合同期限", None),
            (None, None, "起", "止"),
            ("云启", "1", "2026-01-01", "2026-05-15"),
        ):
            book.active.append(row)
        book.active.merge_cells("C1:D1")
        book.active.merge_cells("A1:A2")
        book.active.merge_cells("B1:B2")

    found = layout(workbook(build))

    assert (found.heading("starts"), found.heading("ends"), found.last_row) == ("起", "止", 2)


def test_two_columns_for_one_field_are_rivals_and_the_first_is_taken():
    found = layout(text(headings=("客户", "合同编号", "中文品名", "英文品名", "到期日")))

    assert (found.heading("product"), found.rivals) == ("中文品名", {"product": [3]})


def test_a_person_says_which_heading_holds_a_field():
    assert fields(text(headings=("客户", "合同编号", "B列", "到期日")), {"product": "b列"})["product"] == "B列"


@pytest.mark.parametrize(
    ("data", "mapping", "code"),
    [
        (b"one,two,three\n1,2,3\n", {}, "no_headings"),
        (text(headings=("客户", "电话", "到期日")), {}, "missing_columns"),
        (text(), {"customer": "管家"}, "unknown_heading"),
        (text(), {"custommer": "客户名称"}, "unknown_field"),
    ],
)
def test_what_cannot_be_mapped_is_said_for_the_file_as_a_whole(data, mapping, code):
    with pytest.raises(Unreadable) as problem:
        choose(open_ledger(data), mapping)

    assert problem.value.code == code


def test_sheets_with_the_same_headings_are_read_together_and_others_left():
    def build(book):
        book.active.title = "说明"
        book.active.append(["这里没有合同"])
        for name in ("2025", "2026", "旧"):
            book.create_sheet(name).append(list(HEADINGS))
        book["旧"].sheet_state = "hidden"

    layouts, left = choose(open_ledger(workbook(build)), {})

    assert [found.sheet.name for found in layouts] == ["2025", "2026"]
    assert [(sheet.name, sheet.hidden) for sheet in left] == [("说明", False), ("旧", True)]


def test_the_names_of_the_fields_are_known_headings():
    book = open_ledger(text(("x",) * len(FIELDS), headings=FIELDS))

    (layout,), _left = choose(book, {})

    assert [layout.heading(name) for name in FIELDS] == list(FIELDS)
    assert (layout.guessed, layout.rivals) == ({}, {})


def test_a_heading_that_a_saved_mapping_names_for_what_can_be_done_without_may_be_missing():
    (found,), _left = choose(open_ledger(text()), {"seats": "席位"})

    assert (found.unmapped, found.missing) == ({"seats": "席位"}, [])


def test_a_heading_that_a_person_names_for_this_file_must_be_there():
    with pytest.raises(Unreadable) as problem:
        choose(open_ledger(text()), {"seats": "席位"}, {"seats"})

    assert problem.value.code == "unknown_heading"


def test_a_field_that_is_in_no_column_is_not_guessed_at():
    data = text(headings=("客户", "合同编号", "签订日期", "到期日"))

    assert "starts" in fields(data)
    assert "starts" not in fields(data, {"starts": ""})


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("Term end", "ends"),
        ("Subscription end", "ends"),
        ("Valid thru", "ends"),
        ("Termination date", "ends"),
        ("Finish", "ends"),
        ("Order #", "number"),
        ("Bill to", "customer"),
        ("采购单位", "customer"),
        ("买方", "customer"),
        ("需方", "customer"),
        ("委托方", "customer"),
        ("对方单位", "customer"),
        ("Amount in EUR", "value"),
    ],
)
def test_a_heading_that_many_ledgers_have_is_known(heading, field):
    rest = {"customer": "客户", "number": "合同编号", "ends": "到期日"}
    headings = [heading, *(text for name, text in rest.items() if name != field)]

    assert fields(text(headings=headings))[field] == heading


def test_a_customers_number_is_neither_its_name_nor_the_contracts_number():
    known = fields(text(headings=("客户编号", "公司简称", "合同编号", "到期日")))

    assert (known["customer"], known["number"]) == ("公司简称", "合同编号")


def test_a_sheet_with_the_same_fields_in_other_words_is_read_too():
    def build(book):
        book.active.append(list(HEADINGS))
        book.create_sheet("2025").append(["客户", "合同号", "产品", "起始日", "截止日"])

    layouts, left = choose(open_ledger(workbook(build)), {})

    assert (len(layouts), left) == (2, [])

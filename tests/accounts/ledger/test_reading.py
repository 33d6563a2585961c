"""Bytes of any kind become rows, or one clear reason why not."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest

from accounts.ledger.findings import Unreadable
from accounts.ledger.reading import open_ledger, refuse_oversize
from tests.accounts.ledger.conftest import sheet, workbook

HEADINGS_AND_ROW = "客户,合同号\n云启,HT-1\n"


def rows(data: bytes) -> list[list[Any]]:
    return [list(cells) for _number, cells in open_ledger(data).sheets[0].rows()]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_text_is_read_in_every_usual_encoding(encoding):
    data = HEADINGS_AND_ROW.encode(encoding)

    assert rows(data) == [["客户", "合同号"], ["云启", "HT-1"]]


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("cp1252", "Müller GmbH"),
        ("cp1252", "Société Générale, Bäcker & Söhne"),
        ("big5", "台灣積體電路"),
        ("big5", "統一企業股份有限公司"),
        ("gb18030", "云启科技有限公司"),
        ("gb18030", "𠮷野家"),
        ("gb18030", "Müller 上海分公司"),
    ],
)
def test_an_older_encoding_is_told_by_its_letters(encoding, name):
    data = f'Customer,Contract\n"{name}",HT-1\n'.encode(encoding)

    assert (rows(data)[1][0], open_ledger(data).encoding) == (name, encoding)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_in_every_usual_way(end):
    data = HEADINGS_AND_ROW.replace("\n", end).encode()

    assert rows(data) == [["客户", "合同号"], ["云启", "HT-1"]]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_by_itself(delimiter):
    data = HEADINGS_AND_ROW.replace(",", delimiter).encode()

    assert rows(data)[1] == ["云启", "HT-1"]


def test_a_first_line_that_names_the_delimiter_is_no_row_but_keeps_its_number():
    data = b"sep=;\ncustomer;number\nAcme;1\n"

    assert list(open_ledger(data).sheets[0].rows())[1:] == [(2, ["customer", "number"]), (3, ["Acme", "1"])]


def test_quoted_cells_hold_delimiters_and_line_breaks():
    data = b'customer,number\n"Acme,\nInc",1\n'

    assert rows(data)[1] == ["Acme,\nInc", "1"]


def test_columns_without_end_are_refused_with_their_row():
    with pytest.raises(Unreadable) as problem:
        rows(b"customer,number\n" + b"Acme,1" + 700 * b",x" + b",x\n")

    assert (problem.value.code, problem.value.params) == ("too_wide", {"row": 2, "columns": 702})


def test_blank_columns_without_end_are_left_out():
    assert rows(b"customer,number\nAcme,1" + 16_000 * b"," + b"\n")[1][:2] == ["Acme", "1"]


def test_a_quotation_mark_left_open_is_said_with_its_row():
    data = b'customer,number\nAcme,1\n"Beta,2\nGamma,3\n'

    with pytest.raises(Unreadable) as problem:
        rows(data)

    assert (problem.value.code, problem.value.params) == ("open_quote", {"row": 3})


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b" \n\n", "empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "not_a_ledger"),
        (b"%PDF-1.7 and so on", "not_a_ledger"),
        (b"\xff\xff\xff\xff no text", "encoding"),
        (b"PK\x03\x04 and then nothing", "broken_workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old_excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "password"),
    ],
)
def test_what_is_no_ledger_is_refused_with_its_reason(data, code):
    with pytest.raises(Unreadable) as problem:
        open_ledger(data)

    assert problem.value.code == code


def zipped(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/"), content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"word__document.xml": b"<w/>"}, "not_a_ledger"),
        ({"content.xml": b"<office/>"}, "other_spreadsheet"),
        ({"xl__workbook.bin": b"x"}, "other_spreadsheet"),
        ({"xl__workbook.xml": b"<w/>", "xl__vbaProject.bin": b"x"}, "macros"),
        ({"xl__workbook.xml": b"<w/>", "xl__big.xml": bytes(700_000_000)}, "unpacks_too_big"),
        ({"xl__workbook.xml": b"<w/>"} | {f"xl__{n}.xml": b"" for n in range(1_001)}, "unpacks_too_big"),
    ],
    ids=["a letter", "ODS", "XLSB", "macros", "a bomb", "a thousand parts"],
)
def test_other_archives_are_refused_before_they_are_unpacked(members, code):
    with pytest.raises(Unreadable) as problem:
        open_ledger(zipped(**members))

    assert problem.value.code == code


def test_a_part_that_is_larger_than_the_archive_says_is_a_bomb():
    data = zipped(**{"xl__workbook.xml": b"<w/>", "xl__sharedStrings.xml": bytes(3_000_000)})
    lying = data.replace((3_000_000).to_bytes(4, "little"), (3_000).to_bytes(4, "little"))

    with pytest.raises(Unreadable) as problem:
        open_ledger(lying)

    assert problem.value.code == "unpacks_too_big"


def test_a_cell_far_away_is_refused_before_a_sea_of_blanks_is_read():
    def build(book):
        book.active["A1"], book.active["A2"], book.active["XFD900000"] = "customer", "Acme", "stray"

    with pytest.raises(Unreadable) as problem:
        open_ledger(workbook(build))

    assert problem.value.code == "sheet_too_big"


def test_size_is_judged_before_reading():
    with pytest.raises(Unreadable) as problem:
        refuse_oversize(200_000_000, 50_000_000)

    assert problem.value.params == {"size": 200, "limit": 50}


def test_a_value_merged_down_counts_for_each_row():
    def build(book):
        for row in (("customer", "number"), ("Acme", "1"), (None, "2"), (None, "3")):
            book.active.append(row)
        book.active.merge_cells("A2:A3")

    assert rows(workbook(build))[1:] == [["Acme", "1"], ["Acme", "2"], ["", "3"]]


def test_a_formula_without_a_value_and_an_error_are_known_by_their_cells():
    data = sheet(("Acme", "=1+1", "=A1", None, "#REF!"))

    found = open_ledger(data).sheets[0]

    assert [found.flaw(2, column) for column in range(5)] == [None, "formula", "formula", None, "#REF!"]
    assert found.address(2, 1) == "B2"


def test_rows_are_counted_as_a_spreadsheet_counts_them():
    def build(book):
        book.active["C4"], book.active["D4"], book.active["C6"] = "customer", "number", "Acme"

    found = open_ledger(workbook(build)).sheets[0]

    assert [(number, list(cells)) for number, cells in found.rows()][3:] == [
        (4, ["customer", "number"]),
        (5, ["", ""]),
        (6, ["Acme", ""]),
    ]
    assert found.address(6, 0) == "C6"

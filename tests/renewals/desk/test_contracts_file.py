"""The list as a file: exactly the rows that were listed, every end to the minute, nothing a spreadsheet runs."""

from __future__ import annotations

import csv
import io

import openpyxl
import pytest

from accounts.models import Contract
from accounts.services import Sold
from accounts.terms import zone_data_release
from tests.renewals import cast
from tests.renewals.cast import utc


def rows(client, **query: str) -> list[dict[str, str]]:
    content = client.get("/contracts/", {"export": "csv"} | query).getvalue().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(content)))


def sheets(client, **query: str) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(client.get("/contracts/", {"export": "xlsx"} | query).getvalue()))


@pytest.fixture
def two(house) -> None:
    new_york = cast.lan_tu(name="=cmd|' /C calc'!A0", zone="America/New_York", country="US")
    cast.contract(new_york, number="+1", until="2026-11-25T17:59", sold=Sold(seats=15, value=18000, currency="USD"))
    cast.contract(cast.lan_tu(), number="LT-1")


def test_excel_takes_the_file_for_utf_8(enter, two) -> None:
    response = enter().get("/contracts/?export=csv")

    assert response.getvalue().startswith(b"\xef\xbb\xbf")
    assert response["Content-Disposition"] == 'attachment; filename="contracts-2026-11-23.csv"'


def test_an_end_is_to_the_minute_with_its_zone_its_instant_and_the_zone_datas_release(enter, two) -> None:
    row = rows(enter(), q="cmd")[0]

    assert row["last minute"] == "2026-11-25 17:59"
    assert row["time zone"] == "America/New_York"
    assert row["ends at (UTC)"] == "2026-11-25T23:00:00Z"
    assert row["zone data"] == zone_data_release()


def test_what_would_be_a_formula_is_text(enter, two) -> None:
    row = rows(enter(), q="cmd")[0]

    assert (row["customer"], row["number"]) == ("'=cmd|' /C calc'!A0", "'+1")


@pytest.mark.parametrize("query", [{}, {"q": "LT"}, {"owner": "nobody"}, {"sort": "-number"}])
def test_the_file_has_the_rows_of_the_list_in_their_order(enter, two, query) -> None:
    listed = enter().get("/contracts/", query).context["table"].page.object_list

    assert [row["number"].strip("'") for row in rows(enter(), **query)] == [r.record.contract.number for r in listed]


def test_a_file_has_all_pages(enter, house) -> None:
    for place in range(52):
        cast.contract(cast.lan_tu(name=f"C {place}"), number=f"N {place}")

    assert len(rows(enter(), page="2")) == Contract.objects.count() == 52


def test_a_workbook_keeps_text_as_text_and_numbers_as_numbers(enter, two) -> None:
    sheet = sheets(enter(), q="cmd").worksheets[0]
    cells = dict(zip([cell.value for cell in sheet[1]], sheet[2], strict=True))

    assert (cells["customer"].value, cells["customer"].data_type) == ("=cmd|' /C calc'!A0", "s")
    assert (cells["seats"].value, cells["value"].value) == (15, 18000)
    assert cells["last minute"].value == "2026-11-25 17:59"


def test_a_workbook_says_which_zone_data_it_was_made_with(enter, two) -> None:
    about = sheets(enter()).worksheets[1]

    assert [[cell.value for cell in row] for row in about.rows] == [
        ["zone data", zone_data_release()],
        ["as of", "2026-11-23T04:07:00Z"],
    ]


@pytest.mark.parametrize("url", ["/customers/", "/products/"])
def test_every_list_can_be_taken_along(enter, two, url) -> None:
    content = enter().get(url, {"export": "csv"}).getvalue().decode("utf-8-sig")

    assert len(list(csv.DictReader(io.StringIO(content)))) == len(enter().get(url).context["table"].rows)


def test_the_file_is_named_after_the_day_where_its_reader_is(enter, two, set_clock) -> None:
    set_clock(utc("2026-11-23T16:30"))

    response = enter().get("/contracts/?export=csv")

    assert response["Content-Disposition"] == 'attachment; filename="contracts-2026-11-24.csv"'

"""A list as a file: CSV that Excel reads rightly, and XLSX, each cell typed. Rows are written as they are read."""

from __future__ import annotations

import csv
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from itertools import islice
from typing import Any

from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from accounts import terms
from accounts.ledger.cells import LEADS_A_FORMULA

Cell = str | int | Decimal | None
FORMATS = ("csv", "xlsx")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
AT_ONCE = 2000
"""How many rows of a file are in memory at a time."""
BOM = "\ufeff"
"""Without it Excel takes UTF-8 for the machine's own code page."""
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a file: its heading, and its cell from a row's object."""

    heading: str | Promise
    cell: Callable[[Any], Cell]
    read: Callable[[Sequence[Any]], None] | None = None
    """What it reads of many rows at once, before it is asked for their cells."""


def utc(at: datetime | None) -> str:
    """An instant as files give it: `2026-05-15T16:00:00Z`; "" for one that never comes."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at else ""


def as_file(
    kind: str, name: str, columns: Sequence[Column], rows: Iterable[Any], *, now: datetime, zone: str
) -> HttpResponseBase:
    """The rows as a file to download, `kind` of `FORMATS`, named after the list and the day in the reader's `zone`."""
    filename = f"{name}-{now.astimezone(terms.zone(zone)):%Y-%m-%d}.{kind}"
    if kind == "xlsx":
        return FileResponse(workbook(columns, rows, now=now), filename=filename, as_attachment=True, content_type=XLSX)
    disposition = {"Content-Disposition": f'attachment; filename="{filename}"'}
    return StreamingHttpResponse(csv_lines(columns, rows), content_type="text/csv; charset=utf-8", headers=disposition)


def readied(columns: Sequence[Column], rows: Iterable[Any]) -> Iterator[Any]:
    """The rows, after the columns have read what they need of each so many."""
    reads = [column.read for column in columns if column.read]
    if not reads:
        yield from rows
        return
    left = iter(rows)
    while some := list(islice(left, AT_ONCE)):
        for read in reads:
            read(some)
        yield from some


class Echo:
    """What `csv.writer` writes into to hand each line back."""

    def write(self, line: str) -> str:
        return line


def csv_lines(columns: Sequence[Column], rows: Iterable[Any]) -> Iterator[str]:
    """The file line by line, the headings first; the release of the zone data stands in a column of its own."""
    writer = csv.writer(Echo())
    release = terms.zone_data_release()
    yield BOM + writer.writerow([*(str(column.heading) for column in columns), _("zone data")])
    for row in readied(columns, rows):
        yield writer.writerow([*(harmless(column.cell(row)) for column in columns), release])


def harmless(cell: Cell) -> Cell:
    """A text that a spreadsheet would take for a formula, kept from being one."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(LEADS_A_FORMULA) else cell


def workbook(columns: Sequence[Column], rows: Iterable[Any], *, now: datetime) -> Any:
    """An open temporary file with the workbook: the list, and a sheet that says what it is."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("List"))
    sheet.append([typed(sheet, str(column.heading)) for column in columns])
    for row in readied(columns, rows):
        sheet.append([typed(sheet, column.cell(row)) for column in columns])
    about = book.create_sheet(_("About"))
    about.append([_("zone data"), terms.zone_data_release()])
    about.append([_("as of"), utc(now)])
    file = tempfile.TemporaryFile()  # noqa: SIM115 - FileResponse closes it
    book.save(file)
    file.seek(0)
    return file


def typed(sheet: Any, value: Cell) -> WriteOnlyCell:
    """A number as a number; anything else as text, also where it looks like a formula."""
    if not isinstance(value, str):
        return WriteOnlyCell(sheet, value=value)
    cell = WriteOnlyCell(sheet, value=NOT_IN_XML.sub("", value))
    cell.data_type = "s"
    return cell

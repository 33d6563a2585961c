"""From the bytes of a file to sheets of rows, whatever the file turns out to be.

Rows are counted as a spreadsheet counts them, from 1. Cells are what the file holds: text, numbers, dates.
"""

from __future__ import annotations

import io
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

import python_calamine

from accounts.ledger.archive import Archive, Flaws, Zeros
from accounts.ledger.delimited import Delimited
from accounts.ledger.findings import Unreadable

Cell = str | int | float | bool | date | datetime | time | timedelta
Row = tuple[int, Sequence[Cell]]
Merge = tuple[tuple[int, int], tuple[int, int]]

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


@dataclass(slots=True)
class Sheet:
    """One sheet: its rows as often as they are asked for, and what a spreadsheet knows beside the values."""

    name: str
    source: Callable[[], Iterator[Sequence[Cell]]]
    hidden: bool = False
    first_column: int = 0
    flaws: Flaws = field(default_factory=dict)
    merges: Sequence[Merge] = ()
    height: int = 0
    from_1904: bool = False
    zeros: Zeros = field(default_factory=dict)
    filled: Mapping[int, list[tuple[int, int]]] = field(init=False)
    """By column from 0, the runs of rows (last, first) that a value merged down from above fills."""

    def __post_init__(self) -> None:
        self.filled = _filled_runs(self.merges, self.first_column)

    def is_filled(self, row: int, column: int) -> bool:
        """Whether a cell has its value from a merged cell that begins above it."""
        runs = self.filled.get(column, ())
        place = bisect_left(runs, (row, 0))
        return place < len(runs) and runs[place][1] <= row

    def rows(self) -> Iterator[Row]:
        """Rows with their number. A value merged down over rows counts for each of them."""
        numbered = enumerate(self.source(), start=1)
        downward = [merge for merge in self.merges if merge[1][0] > merge[0][0]]
        return _filled(numbered, downward, self.first_column) if downward else numbered

    def flaw(self, row: int, column: int) -> str | None:
        """Why a cell has no value (row from 1, column from 0 as in `rows`): `formula`, or Excel's error."""
        return self.flaws.get((row - 1, column + self.first_column))

    def digits(self, row: int, column: int) -> int:
        """How many digits a number cell shows at least: 5 where 123 is shown as 00123."""
        shown = self.zeros.get(column + self.first_column, b"")
        return shown[row - 1] if row <= len(shown) else 0

    def address(self, row: int, column: int) -> str:
        """A cell as a spreadsheet names it, such as D17."""
        letters, number = "", column + self.first_column + 1
        while number:
            number, letter = divmod(number - 1, 26)
            letters = chr(65 + letter) + letters
        return f"{letters}{row}"


@dataclass(slots=True)
class Book:
    """What a file holds."""

    sheets: list[Sheet]
    encoding: str = ""
    delimiter: str = ""


def open_ledger(data: bytes) -> Book:
    """The sheets in these bytes. Raises `Unreadable` with the reason for anything that is no CSV and no XLSX."""
    if not data.strip():
        raise Unreadable("empty")
    if data.startswith(_OLE):
        raise Unreadable("password" if _ENCRYPTED in data else "old_excel")
    if data.startswith(b"PK\x03\x04"):
        return _workbook(data)
    rows = Delimited(data)
    return Book([Sheet("", rows.__iter__)], rows.encoding, rows.delimiter)


def refuse_oversize(size: int, limit: int) -> None:
    """Refuse a file by its size, before a byte of it is read."""
    if size > limit:
        raise Unreadable("too_big", size=size // 1_000_000, limit=limit // 1_000_000)


def _workbook(data: bytes) -> Book:
    try:
        sheets = list(_sheets(data))
    except python_calamine.PasswordError as problem:
        raise Unreadable("password") from problem
    except (python_calamine.CalamineError, ValueError, KeyError, OSError) as problem:
        raise Unreadable("broken_workbook") from problem
    if not any(sheet.height for sheet in sheets):
        raise Unreadable("empty")
    return Book(sheets)


def _sheets(data: bytes) -> Iterator[Sheet]:
    archive = Archive(io.BytesIO(data))
    parts, from_1904 = archive.sheet_parts(), archive.counts_from_1904()
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    for index, about in enumerate(book.sheets_metadata):
        if about.typ == python_calamine.SheetTypeEnum.WorkSheet:
            part = parts[index] if index < len(parts) else ""
            flaws = archive.examine(part)  # before the sheet is unpacked: it may be out of all measure
            sheet = _sheet(about, book.get_sheet_by_index(index), flaws)
            sheet.from_1904, sheet.zeros = from_1904, archive.zeros(part)
            yield sheet


def _sheet(about: python_calamine.SheetMetadata, read: python_calamine.CalamineSheet, flaws: Flaws) -> Sheet:
    return Sheet(
        name=about.name,
        source=read.iter_rows,
        hidden=about.visible != python_calamine.SheetVisibleEnum.Visible,
        first_column=read.start[1] if read.start else 0,
        flaws=flaws,
        merges=read.merged_cell_ranges or (),
        height=read.end[0] + 1 if read.end else 0,
    )


def _filled_runs(merges: Sequence[Merge], first_column: int) -> Mapping[int, list[tuple[int, int]]]:
    runs: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for (top, left), (bottom, _right) in merges:
        if bottom > top:
            runs[left - first_column].append((bottom + 1, top + 2))
    return {column: sorted(found) for column, found in runs.items()}


def _filled(numbered: Iterator[Row], merges: Sequence[Merge], first_column: int) -> Iterator[Row]:
    """Rows in which a cell merged down repeats its value."""
    begins: dict[int, list[Merge]] = {}
    for merge in merges:
        begins.setdefault(merge[0][0] + 1, []).append(merge)
    running: list[tuple[int, int, Cell]] = []
    for number, cells in numbered:
        running = [(last, column, value) for last, column, value in running if last >= number]
        if running:
            cells = list(cells)
            for _last, column, value in running:
                cells[column] = value
        for (_top, left), (bottom, _right) in begins.get(number, ()):
            column = left - first_column
            if 0 <= column < len(cells):
                running.append((bottom + 1, column, cells[column]))
        yield number, cells

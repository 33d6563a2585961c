"""Finds the row of headings in a sheet and says which column holds which field."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from accounts.ledger.findings import Unreadable
from accounts.ledger.reading import Book, Cell, Row, Sheet
from accounts.ledger.synonyms import FIELDS, LAST_RESORTS, STATE, likely_fields, normal, sure_field

LOOKED_AT = 60
NOWHERE = ""
"""Mapped to this, a field is in no column: it is not guessed at."""
TIMES = frozenset({"ends", "period", "term"})

NEEDED = frozenset({"customer", "number"}) | TIMES


@dataclass(slots=True)
class Layout:
    """How one sheet is read. Columns count from 0, rows from 1."""

    sheet: Sheet
    row: int
    last_row: int
    headings: list[str]
    columns: dict[str, int]
    guessed: dict[str, int] = field(default_factory=dict)
    unmapped: dict[str, str] = field(default_factory=dict)
    """Headings that a mapping names for fields that can do without, and that are not there."""
    rivals: dict[str, list[int]] = field(default_factory=dict)

    @property
    def missing(self) -> list[str]:
        """The fields without which no row can be taken and that no column holds."""
        absent = [name for name in ("customer", "number") if name not in self.columns]
        return absent if TIMES & self.columns.keys() else [*absent, "ends"]

    @property
    def score(self) -> tuple[int, int]:
        return -len(self.missing), len(self.columns) - len(self.guessed)

    def heading(self, name: str) -> str:
        """The heading of the column that holds a field; empty where none does."""
        column = self.columns.get(name)
        return "" if column is None else self.headings[column]


def lay_out(sheet: Sheet, mapping: Mapping[str, str] = {}) -> Layout | None:
    """The best reading of a sheet's headings, or None for a sheet without text. `mapping` is field to heading."""
    top = list(islice(sheet.rows(), LOOKED_AT))
    candidates = [_layout(sheet, top, index, mapping) for index, (_row, cells) in enumerate(top) if _filled(cells)]
    return max(candidates, key=lambda layout: (layout.score, -layout.row), default=None)


def _layout(sheet: Sheet, top: Sequence[Row], index: int, mapping: Mapping[str, str]) -> Layout:
    row, cells = top[index]
    headings, last_row = _headings(sheet, row, cells, top[index + 1] if index + 1 < len(top) else None)
    layout = Layout(sheet, row, last_row, headings, {})
    _map(layout, mapping)
    free = [column for column in range(len(headings)) if headings[column] and column not in layout.columns.values()]
    ranked: dict[str, list[tuple[int, int]]] = {}
    for column in free:
        if name := sure_field(headings[column]):
            ranked.setdefault(name, []).append((-1, column))
        for rank, name in likely_fields(headings[column]):
            ranked.setdefault(name, []).append((rank, column))
    _assign(layout, {name: found for name, found in ranked.items() if mapping.get(name) != NOWHERE})
    for name in ("country", "time_zone"):
        if sure_field(layout.heading(name)) == STATE:
            layout.columns[STATE] = layout.columns[name]
    return layout


def _map(layout: Layout, mapping: Mapping[str, str]) -> None:
    plain = {normal(heading): column for column, heading in reversed(list(enumerate(layout.headings))) if heading}
    for name, heading in mapping.items():
        if normal(heading) in plain:
            layout.columns[name] = plain[normal(heading)]


def _assign(layout: Layout, ranked: Mapping[str, list[tuple[int, int]]]) -> None:
    """Give each field its likeliest free column: what is sure first, then the guesses, the best one first."""
    claims = sorted((rank, column, name) for name, found in ranked.items() for rank, column in found)
    taken = set(layout.columns.values())
    for rank, column, name in claims:
        if name in layout.columns and column not in taken and rank < LAST_RESORTS and not _pointless(layout, name):
            layout.rivals.setdefault(name, []).append(column)
        if name in layout.columns or column in taken or (rank >= 0 and _pointless(layout, name)):
            continue
        layout.columns[name] = column
        taken.add(column)
        if rank >= 0:
            layout.guessed[name] = column


def _pointless(layout: Layout, name: str) -> bool:
    """No guessing at a period or a term where the ends are known."""
    return name in {"period", "term"} and bool(TIMES & layout.columns.keys())


def _headings(sheet: Sheet, row: int, cells: Sequence[Cell], below: Row | None) -> tuple[list[str], int]:
    """The headings of a row, and the last row they take: two where one is merged over several below it."""
    texts = [one_line(cell) for cell in cells]
    spans = [
        (left - sheet.first_column, right - sheet.first_column)
        for (top, left), (bottom, right) in sheet.merges
        if top == row - 1 == bottom and right > left and texts[left - sheet.first_column]
    ]
    if below is None or len(spans) == sum(map(bool, texts)):
        return texts, row
    spans = spans or _spans_once_merged(texts, below[1])
    under = [one_line(cell) for cell in below[1]]
    for left, right in spans:
        above = texts[left]
        for column in range(left, min(right + 1, len(under))):
            texts[column] = _joined(above, under[column])
    return texts, below[0] if spans else row


def _spans_once_merged(texts: Sequence[str], below: Sequence[Cell]) -> list[tuple[int, int]]:
    """Headings and the blank ones right of them, where the row below goes on with known headings under those.

    That is what a merged heading becomes in a CSV file. A row with a number, a customer or anything but text below
    them is a row of the ledger already.
    """
    pairs = [(text, one_line(cell)) for text, cell in zip(texts, below, strict=False)]
    if any(not one_line(cell) and not _is_empty(cell) for cell in below):
        return []
    if any(beneath not in {"", text} for text, beneath in pairs if sure_field(text) in {"customer", "number"}):
        return []
    if not any(not text and sure_field(beneath) for text, beneath in pairs):
        return []
    starts = [column for column, (text, _beneath) in enumerate(pairs) if text]
    ends = [*starts[1:], len(pairs)]
    spans = zip(starts, (end - 1 for end in ends), strict=True)
    return [(left, right) for left, right in spans if right > left and any(pairs[c][1] for c in range(left, right + 1))]


def _joined(above: str, below: str) -> str:
    if not below or below == above:
        return above
    return below if sure_field(below) else f"{above} {below}"


def one_line(cell: Cell) -> str:
    """A cell's text without line breaks; empty for anything but text."""
    return " ".join(cell.split()) if isinstance(cell, str) else ""


def _is_empty(cell: Cell) -> bool:
    return isinstance(cell, str) and not cell.strip()


def _filled(cells: Iterable[Cell]) -> bool:
    return sum(1 for cell in cells if isinstance(cell, str) and cell.strip()) >= 2


def choose(book: Book, mapping: Mapping[str, str], insisted: Collection[str] = ()) -> tuple[list[Layout], list[Sheet]]:
    """The sheets to take, the best first, and those to leave. Raises `Unreadable` when no sheet will do.

    The best is the one with the most known headings; others go with it that hold the same fields. `insisted` are
    fields of the mapping that must be there; without them it does without those that a row can do without.
    """
    refuse_unknown_fields(mapping)
    layouts = [(sheet, None if sheet.hidden else lay_out(sheet, mapping)) for sheet in book.sheets]
    found = [layout for _sheet, layout in layouts if layout is not None]
    if not found:
        raise Unreadable("no_headings" if any(map(_says_anything, book.sheets)) else "empty", found="")
    best = max(found, key=lambda layout: layout.score)
    _refuse_unmapped(best, mapping, {*NEEDED, *insisted})
    if best.missing:
        code = "missing_columns" if best.columns else "no_headings"
        raise Unreadable(code, missing=best.missing, found=_list(best.headings), headings=_shown(best.headings))
    alike = [layout for layout in found if layout is not best and _same(layout, best)]
    left = [sheet for sheet, layout in layouts if layout is not best and layout not in alike and sheet.height]
    return [best, *alike], left


def _says_anything(sheet: Sheet) -> bool:
    return any(str(cell).strip() for _row, cells in sheet.rows() for cell in cells)


def refuse_unknown_fields(mapping: Mapping[str, str]) -> None:
    """Raise `Unreadable` for a mapping to something that is no field."""
    for name in mapping:
        if name not in FIELDS:
            near = difflib.get_close_matches(name, FIELDS, 1, 0.5)
            raise Unreadable("unknown_field", field=name, near=near[0] if near else "", fields=", ".join(FIELDS))


def _refuse_unmapped(layout: Layout, mapping: Mapping[str, str], needed: Collection[str]) -> None:
    for name, heading in mapping.items():
        if heading == NOWHERE or normal(layout.heading(name)) == normal(heading) != "":
            continue
        if name in needed:
            found = layout.headings
            raise Unreadable("unknown_heading", field=name, heading=heading, found=_list(found), headings=_shown(found))
        layout.unmapped[name] = heading


def _same(layout: Layout, best: Layout) -> bool:
    """Whether a sheet surely holds what the best one is read for, however its headings are spelt."""
    needed = {"customer", "number", *(TIMES & best.columns.keys())}
    alike = {name for name in needed if normal(layout.heading(name)) == normal(best.heading(name))}
    return needed <= alike | (layout.columns.keys() - layout.guessed.keys())


def _shown(headings: Sequence[str]) -> list[str]:
    return [heading for heading in headings if heading]


def _list(headings: Sequence[str]) -> str:
    return ", ".join(heading[:40] for heading in _shown(headings)[:30])

"""When the row at hand begins and ends: from a start and an end, from both in one cell, from a term. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from accounts.ledger import cells as read
from accounts.ledger.dates import When
from accounts.ledger.findings import Refused
from accounts.ledger.hand import Hand, refuse
from accounts.ledger.reading import Cell
from accounts.ledger.shapes import halves_of
from accounts.ledger.survey import DATE_FIELDS, Options, Survey
from accounts.terms import Term

NO_TERM = 1_000
"""From here on a bare number under a heading with a unit is Excel's number of a day."""


class Times:
    """Reads the times of one row after another of a sheet."""

    def __init__(self, hand: Hand, survey: Survey, options: Options) -> None:
        self._hand = hand
        self._dates = survey.dates
        self._proofs = {} if options.order else survey.proofs
        self._units = {field: read.term_unit(hand.headings[field]) for field in ("term", "period")}

    def read(self) -> tuple[When | None, When | Term]:
        """Start and end of the row at hand. Raises `Refused`."""
        cell = self._hand.cell
        first, last = self._period()
        start = self._first_day("starts", cell("starts")) or (self._first_day("period", first) if first else None)
        end = self._last_day("ends", cell("ends")) or self._last_day("period", last)
        if end is None:
            end = self._term("term", self._hand.text("term"), self._units["term"]) or self._refuse_end()
        if start is None and isinstance(end, Term):
            refuse("term_without_start", "starts")
        return start, end

    def has_day(self) -> bool:
        """Whether the row at hand names a last day."""
        period = self._hand.cell("period")
        halves = isinstance(period, str) and halves_of(period)
        return any(map(self._is_day, (self._hand.cell("ends"), halves[1] if halves else period)))

    def as_dates(self) -> Iterator[tuple[str, str]]:
        """Fields of the row at hand whose days are sure, as ISO writes them: read alone, they mean the same."""
        for field in DATE_FIELDS:
            cell = self._hand.cell(field)
            if isinstance(cell, str) and not read.is_blank(cell):
                halves = (halves_of(cell) or ()) if field == "period" else (cell,)
                said = [self._as_iso(field, half) for half in halves]
                if said and all(said):
                    yield field, " ~ ".join(said)

    def _as_iso(self, field: str, text: str) -> str:
        try:
            when = self._dates[field].read(text)
        except Refused:
            return ""
        return "" if when.is_open else str(when)

    def _refuse_end(self) -> Term:
        if text := self._hand.text("term"):
            refuse("bad_term", "term", text)
        refuse("no_end", next(name for name in ("ends", "period", "term") if self._hand.columns[name] >= 0))

    def _period(self) -> tuple[Cell, Cell]:
        """The two halves of a cell for both dates; a single date or a term counts as the end."""
        cell = self._hand.cell("period")
        if read.is_blank(cell):
            return "", ""
        if isinstance(cell, str) and (halves := halves_of(cell)):
            return halves
        if self._is_day(cell) and self._is_day(self._beside()):
            refuse("period_in_two", "period", cell)
        return "", cell

    def _beside(self) -> Cell:
        """The cell right of the period, where its column has no heading of its own."""
        column, hand = self._hand.columns["period"] + 1, self._hand
        nameless = column < hand.width and not hand.texts_above[column]
        return hand.cells[column] if nameless and column < len(hand.cells) else ""

    def _is_day(self, cell: Cell) -> bool:
        try:
            return not read.is_blank(cell) and bool(self._dates["period"].read(cell))
        except Refused:
            return False

    def _term(self, field: str, cell: Cell, unit: str) -> Term | None:
        if not isinstance(cell, str) and not (unit and _is_short(cell)):
            return None
        try:
            return read.term_of(read.text_of(cell), unit)
        except Refused as problem:
            raise problem.anew(field) from None

    def _first_day(self, field: str, cell: Cell) -> When | None:
        if read.is_blank(cell):
            return None
        when = self._when(field, cell)
        if when.other and when.other != when.day:
            self._note_other(field, cell, when, when.day.isoformat())
        return when

    def _last_day(self, field: str, cell: Cell) -> When | Term | None:
        if read.is_blank(cell):
            return None
        if term := self._term(field, cell, self._units.get(field, "")):
            return term
        when = self._when(field, cell)
        if when.other and when.other != when.day:
            self._note_other(field, cell, when, when.other.isoformat())
            when = replace(when, day=when.other, notes=(), other=None)
        if when.minute is None:
            self._hand.assume("last_day", field, cell)
        return when

    def _when(self, field: str, cell: Cell) -> When:
        try:
            when = self._dates[field].read(cell)
        except Refused as problem:
            raise problem.anew(field) from None
        for note in when.notes:
            if note in {"day_first", "month_first"}:
                if proof := self._proofs.get(field) or next(filter(None, self._proofs.values()), ""):
                    self._hand.assume(note, field, cell, when.day.isoformat(), proof=proof)
            elif note not in {"ambiguous", "whole_month"}:
                self._hand.assume(note, field, cell, when.day.isoformat())
        return when

    def _note_other(self, field: str, cell: Cell, when: When, chosen: str) -> None:
        self._hand.assume("ambiguous" if "ambiguous" in when.notes else "whole_month", field, cell, chosen)


def _is_short(cell: Cell) -> bool:
    return isinstance(cell, int | float) and not isinstance(cell, bool) and 0 < cell < NO_TERM

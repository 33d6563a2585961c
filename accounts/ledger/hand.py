"""The row at hand: its cells by the field that they hold, and what is found in them. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

from accounts.ledger import cells as read
from accounts.ledger.findings import Findings, Refused
from accounts.ledger.headings import Layout
from accounts.ledger.reading import Cell
from accounts.ledger.synonyms import FIELDS, STATE

ONCE = ("value", "seats")
"""Fields of which a value merged over several rows is one, not one for each."""


class Hand:
    """Holds one row after another of a sheet."""

    def __init__(self, layout: Layout, findings: Findings, *, has_states: bool) -> None:
        self.sheet = layout.sheet
        self.width = len(layout.headings)
        self.texts_above = layout.headings
        self.columns = {name: layout.columns.get(name, -1) for name in (*FIELDS, STATE)}
        for name in ("country", "time_zone"):
            if self.columns[name] == self.columns[STATE]:
                self.columns[name] = -1
        if not has_states:
            self.columns[STATE] = -1
        self.headings = {name: layout.heading(name) for name in self.columns}
        self.row = 0
        self.cells: Sequence[Cell] = ()
        self._findings = findings
        self._merged = [name for name, column in self.columns.items() if column in layout.sheet.filled]

    def take(self, row: int, cells: Sequence[Cell]) -> None:
        self.row, self.cells = row, cells

    def cell(self, field: str) -> Cell:
        column = self.columns[field]
        return self.cells[column] if 0 <= column < len(self.cells) else ""

    def text(self, field: str) -> str:
        cell = self.cell(field)
        return read.text_of(cell) if cell != "" else ""

    def write(self, field: str, text: str) -> None:
        """What a cell means instead of what is in it."""
        cells = list(self.cells)
        cells[self.columns[field]] = text
        self.cells = cells

    def flaw(self, field: str) -> str | None:
        column = self.columns[field]
        return self.sheet.flaw(self.row, column) if column >= 0 else None

    def show_zeros(self, field: str) -> None:
        """A number as the sheet shows it: 123 of the format 00000 is 00123."""
        column, cell = self.columns[field], self.cell(field)
        if isinstance(cell, int | float) and (digits := self.sheet.digits(self.row, column)):
            self.write(field, read.text_of(cell).zfill(digits))

    def note_merged(self) -> None:
        """A value merged down is each row's own, and said; money and seats are the first row's alone."""
        for field in self._merged:
            if not self.sheet.is_filled(self.row, self.columns[field]) or not (text := self.text(field)):
                continue
            if field in ONCE:
                self.write(field, "")
            self.assume("merged_once" if field in ONCE else "merged_down", field, text)

    def assume(self, code: str, field: str, value: object, read_as: str = "", **params: object) -> None:
        self._findings.assume(
            code,
            sheet=self.sheet.name,
            row=self.row,
            column=self.headings.get(field, ""),
            value=value,
            read=read_as,
            **params,
        )

    def refuse(self, problem: Refused) -> None:
        column = self.headings.get(problem.field, "")
        self._findings.refuse(problem, sheet=self.sheet.name, row=self.row, column=column)


def refuse(code: str, field: str, value: object = "", **params: object) -> NoReturn:
    raise Refused(code, field, value, **params)

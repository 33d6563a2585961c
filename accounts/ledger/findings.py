"""What reading a ledger turned up: what was assumed, what was refused, and what made a file unreadable.

Everything here is a code with its facts. `accounts.ledger.words` turns codes into sentences.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

EXAMPLES = 20
LONGEST_VALUE = 80


MAX_COLUMNS = 702
"""ZZ: a ledger that goes further right has a stray cell, and would be read as a sea of blanks."""


class Unreadable(Exception):
    """The file as a whole cannot be read. Nothing of it is taken."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params


class Refused(Exception):
    """One row cannot be taken. `field` says which cell is to blame; empty where it is the row."""

    def __init__(self, code: str, field: str = "", value: object = "", **params: object) -> None:
        super().__init__(code, field, value, params)
        self.code = code
        self.field = field
        self.value = str(value)[:LONGEST_VALUE]
        self.params = params

    def anew(self, field: str = "") -> Refused:
        """The same, without where it was raised: one that is kept and raised again would keep every one of its rows."""
        return Refused(self.code, self.field or field, self.value, **self.params)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that is not taken, with the cell that is to blame and why."""

    code: str
    sheet: str
    row: int
    column: str
    value: str
    params: Mapping[str, object]


@dataclass(slots=True)
class Assumption:
    """One thing that was assumed in one column, in as many rows as it was needed in. Every row is kept, in order."""

    code: str
    sheet: str
    column: str
    params: Mapping[str, object]
    rows: array[int] = field(default_factory=lambda: array("L"))
    examples: list[Example] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Example:
    """One of the cells behind an assumption, and how it was read where that differs from cell to cell."""

    row: int
    value: str
    read: str


class Findings:
    """Collects what was assumed and refused, each assumption once with all of its rows."""

    def __init__(self) -> None:
        self._assumed: dict[tuple[object, ...], Assumption] = {}
        self.refusals: list[Refusal] = []

    @property
    def assumptions(self) -> Iterator[Assumption]:
        return iter(self._assumed.values())

    def assume(
        self,
        code: str,
        *,
        sheet: str = "",
        row: int = 0,
        column: str = "",
        value: object = "",
        read: str = "",
        **params: object,
    ) -> None:
        """Note an assumption. `row` 0 is the sheet as a whole; `params` tell one assumption from another."""
        key = (code, sheet, column, *params.items())
        found = self._assumed.get(key)
        if found is None:
            found = self._assumed[key] = Assumption(code, sheet, column, params)
        if row and not (found.rows and found.rows[-1] == row):
            found.rows.append(row)
        if row and len(found.examples) < EXAMPLES:
            found.examples.append(Example(row, str(value)[:LONGEST_VALUE], read))

    def refuse(self, problem: Refused, *, sheet: str, row: int, column: str) -> None:
        self.refusals.append(Refusal(problem.code, sheet, row, column, problem.value, problem.params))


def ranges(rows: array[int]) -> list[tuple[int, int]]:
    """Row numbers as runs, first and last inclusive: 2-1236 is one run, however many rows it is."""
    runs: list[tuple[int, int]] = []
    for row in sorted(rows):
        if runs and row <= runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], max(row, runs[-1][1]))
        else:
            runs.append((row, row))
    return runs

"""A chart as the table that it is drawn from. Plain values: a template sets the table, the browser draws it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Kind(StrEnum):
    """How the numbers are drawn."""

    BARS = "bars"
    STACKED = "stacked"
    LINES = "lines"


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One column. A mark is a tick across the bars, such as a target; what stands aside is in the table alone."""

    name: str
    is_mark: bool = False
    is_aside: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """One number: as it is drawn (None: not at all), as it is said, and where its rows are."""

    value: Decimal | float | None
    text: str
    href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row: what it is about, also shortly for the axis, and a cell for each series."""

    name: str
    cells: Sequence[Cell]
    series: Sequence[Series]
    short: str = ""
    href: str = ""

    @property
    def pairs(self) -> list[tuple[Series, Cell]]:
        """Each cell with the series that it belongs to."""
        return list(zip(self.series, self.cells, strict=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A chart with its table. `first` heads the first column; a share is written in per cent on the axis."""

    kind: Kind
    title: str
    first: str
    series: Sequence[Series]
    lines: Sequence[Line]
    note: str = ""
    is_share: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not any(cell.value for line in self.lines for series, cell in line.pairs if not series.is_aside)

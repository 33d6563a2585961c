"""Months and quarters, as their addresses write them. Plain dates: which renewal ends in one, its customer's own
calendar says.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

WRITTEN = re.compile(r"(20\d\d|21\d\d)-(?:Q([1-4])|(0[1-9]|1[0-2]))", re.ASCII)
QUARTER = 3


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """So many whole months from `first` on: one, or the three of a quarter."""

    first: date
    months: int = 1

    @property
    def is_quarter(self) -> bool:
        return self.months == QUARTER

    @property
    def key(self) -> str:
        """As an address writes it: `2026-12`, `2026-Q4`."""
        return f"{self.first.year}-Q{(self.first.month + 2) // 3}" if self.is_quarter else f"{self.first:%Y-%m}"

    @property
    def ends(self) -> date:
        """The day after its last."""
        return shifted(self.first, self.months)

    @property
    def last(self) -> date:
        """Its last day."""
        return self.ends - timedelta(days=1)

    @property
    def each_month(self) -> list[Period]:
        """Its months, in order."""
        return [Period(shifted(self.first, number)) for number in range(self.months)]

    def moved(self, many: int) -> Period:
        """The period of the same length so many further on, or back."""
        return Period(shifted(self.first, many * self.months), self.months)

    def holds(self, day: date) -> bool:
        """Whether a day is in it."""
        return self.first <= day < self.ends


def shifted(first: date, months: int) -> date:
    """The first day of the month so many months on."""
    years, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return date(years, month + 1, 1)


def quarter_of(day: date) -> Period:
    """The quarter that a day is in."""
    return Period(date(day.year, (day.month - 1) // QUARTER * QUARTER + 1, 1), QUARTER)


def month_of(day: date) -> Period:
    """The month that a day is in."""
    return Period(day.replace(day=1))


def read(text: str) -> Period | None:
    """`2026-12` or `2026-Q4`; None for anything else."""
    found = WRITTEN.fullmatch(text)
    if not found:
        return None
    year, quarter, month = int(found[1]), found[2], found[3]
    return Period(date(year, int(quarter) * 3 - 2, 1), QUARTER) if quarter else Period(date(year, int(month), 1))

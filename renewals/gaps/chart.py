"""Minutes taken by month, drawn: one bar a month, the oldest first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from renewals.gaps.observing import Taken

WIDTH, HEIGHT, BAR = 640, 80, 32
MONTHS = 12
"""How many months are drawn, the latest ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One month's bar, in the picture's units."""

    month: date
    minutes: int
    x: int
    y: int
    height: int

    @property
    def middle(self) -> int:
        return self.x + BAR // 2


def bars(months: Iterable[Taken]) -> list[Bar]:
    """The bars of the latest months in which something was taken."""
    sums: dict[date, int] = defaultdict(int)
    for cell in months:
        sums[cell.month] += cell.minutes
    latest = sorted(sums)[-MONTHS:]
    most = max((sums[month] for month in latest), default=0)
    step = WIDTH // MONTHS
    return [
        Bar(month=month, minutes=sums[month], x=place * step, y=HEIGHT - height, height=height)
        for place, month in enumerate(latest)
        for height in [max(round(HEIGHT * sums[month] / most), 2)]
    ]

"""A week as a meeting speaks of it: Monday to Sunday on the clock of whoever leads it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Self

from accounts import terms

SEVEN = timedelta(days=7)
WRITTEN = re.compile(r"(\d{4})-W(\d{2})")


@dataclass(frozen=True, slots=True)
class Week:
    """One ISO week in one zone. Half-open, as every stretch of time here."""

    monday: date
    zone: str

    @classmethod
    def before(cls, now: datetime, zone: str) -> Self:
        """The last whole week: on a Monday morning the one that ended the night before."""
        today = now.astimezone(terms.zone(zone)).date()
        return cls(today - timedelta(days=today.weekday()) - SEVEN, zone)

    @classmethod
    def read(cls, said: str, zone: str) -> Self:
        """The week of "2026-W48". Raises ValueError for what is none."""
        found = WRITTEN.fullmatch(said.strip())
        if not found:
            raise ValueError(said)
        year, number = map(int, found.groups())
        monday = date.fromisocalendar(year, number, 1)
        if not 1990 <= monday.year <= 2100:
            raise ValueError(said)
        return cls(monday, zone)

    @property
    def starts_at(self) -> datetime:
        return terms.first_instant(self.monday, self.zone)

    @property
    def ends_at(self) -> datetime:
        return terms.first_instant(self.monday + SEVEN, self.zone)

    @property
    def sunday(self) -> date:
        return self.monday + timedelta(days=6)

    @property
    def earlier(self) -> Self:
        return type(self)(self.monday - SEVEN, self.zone)

    @property
    def later(self) -> Self:
        return type(self)(self.monday + SEVEN, self.zone)

    def __str__(self) -> str:
        year, number, _day = self.monday.isocalendar()
        return f"{year}-W{number:02}"

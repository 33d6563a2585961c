"""A month as weeks of days, and the way to the next one. Plain dates: each customer's own calendar has them."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

FIRST, LAST = date(2000, 1, 1), date(2199, 12, 1)
"""Between which months one may leaf."""
WRITTEN = re.compile(r"(\d{4})-(\d{2})")


def month_of(text: str) -> date | None:
    """The first day of a month written `2026-12`; None for anything else, or a month too far away."""
    found = WRITTEN.fullmatch(text)
    if not found or not 1 <= int(found[2]) <= 12 or not FIRST.year <= int(found[1]) <= LAST.year:
        return None
    return date(int(found[1]), int(found[2]), 1)


def before(month: date) -> date | None:
    """The month before, by its first day; None at the edge."""
    return (month - timedelta(days=1)).replace(day=1) if month > FIRST else None


def after(month: date) -> date | None:
    """The month after, by its first day; None at the edge."""
    return (month + timedelta(days=31)).replace(day=1) if month < LAST else None


def weeks(month: date) -> list[list[date | None]]:
    """Its weeks from Monday to Sunday; None where a day belongs to another month."""
    return [
        [day if day.month == month.month else None for day in week]
        for week in calendar.Calendar().monthdatescalendar(month.year, month.month)
    ]

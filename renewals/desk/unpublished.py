"""Days off that nobody has announced yet: until they are known, a lock may be reckoned to fall on one (rule 9)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef

from accounts import wording
from accounts.models import CalendarDay, Customer, User, WorkingCalendar
from accounts.worktime import year_is_published

NOVEMBER = 11
"""From then on the next year is near enough to be missed."""


@dataclass(frozen=True, slots=True)
class Unpublished:
    """A year, and the working calendars that lack its days off."""

    year: int
    calendars: Sequence[str]


def unpublished(user: User, *, now: datetime) -> list[Unpublished]:
    """What managers and administrators are to look after; nothing for whoever can do nothing about it."""
    if user.role == User.Role.CSM:
        return []
    today = wording.local(now, user.time_zone)
    years = [today.year, today.year + 1] if today.month >= NOVEMBER else [today.year]
    used = WorkingCalendar.objects.filter(Exists(Customer.objects.filter(calendar=OuterRef("pk"))))
    filled = {year: Exists(CalendarDay.objects.filter(calendar=OuterRef("pk"), on__year=year)) for year in years}
    found = list(used.annotate(**{f"in_{year}": is_filled for year, is_filled in filled.items()}))
    return [Unpublished(year, calendars) for year in years if (calendars := lacking(found, year))]


def lacking(calendars: Sequence[WorkingCalendar], year: int) -> list[str]:
    """Those of these calendars whose country has not published this year, and that nobody filled in."""
    return [
        one.name for one in calendars if not getattr(one, f"in_{year}") and not year_is_published(year, one.country)
    ]

"""Days off that nobody has announced yet: until they are known, a lock may be reckoned to fall on one (rule 9)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts import wording
from accounts.models import User, WorkingCalendar
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
    return [Unpublished(year, calendars) for year in years if (calendars := lacking(year))]


def lacking(year: int) -> list[str]:
    """The calendars that customers work by whose country has not published this year, and that nobody filled in."""
    used = WorkingCalendar.objects.filter(customers__isnull=False).exclude(days__on__year=year).distinct()
    return [name for name, country in used.values_list("name", "country") if not year_is_published(year, country)]

"""The morning on which somebody's week begins."""

from __future__ import annotations

from datetime import datetime

from accounts.models import User
from accounts.worktime import next_working_moment
from renewals.touches.asking import local_day, staff_hours
from renewals.weekly.weeks import Week


def begins_the_week(user: User, *, now: datetime) -> bool:
    """Whether this is their first working day of the week, on their own calendar: nearly always Monday."""
    began_at = Week.before(now, user.time_zone).ends_at
    first = next_working_moment(began_at, user.time_zone, staff_hours([user])[user.pk])
    return local_day(user, first) == local_day(user, now)

"""When the notices of one promise go out: counted back from the last minute, in the recipient's hours.

Plain Python: no Django, no database, no clock. Instants are aware and in UTC (rules 16, 18 and 19).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from accounts.rhythm import Stretch, in_peak
from accounts.worktime import WorkingHours, last_working_moment
from renewals.entitlement import daylight

APART = timedelta(hours=12)
"""How long after one notice of a minute the next one of the same minute may come: two within a day's work are noise."""
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Hours:
    """When somebody may be written to: their zone and their calendar, or at any hour (`work` is None)."""

    zone: str
    work: WorkingHours | None

    def next(self, at: datetime) -> datetime:
        """The first moment at or after `at` at which they may be written to."""
        return at if self.work is None else daylight(at, self.zone, self.work)

    def last(self, before: datetime) -> datetime | None:
        """The last such moment before `before`; None where any hour will do."""
        return None if self.work is None else last_working_moment(before, self.zone, self.work)


@dataclass(frozen=True, slots=True)
class Planned:
    """One notice to come: how long before the end it is meant to be, and when it goes out."""

    lead: timedelta
    due_at: datetime


def notices(ends_at: datetime, leads: Sequence[timedelta], *, hours: Hours, now: datetime) -> list[Planned]:
    """The notices of one promise for one recipient, none in the past, never two close together.

    `leads` are the times before the end, longest first. Whoever learns of an end late gets what is still useful:
    a notice that would go out less than `APART` before the next one is left out.
    """
    wanted = [ends_at - lead for lead in leads]
    dues = [moment(at, before=limit, hours=hours, now=now) for at, limit in pairwise([*wanted, ends_at])]
    following = [*dues[1:], None]
    return [
        Planned(lead, due)
        for lead, due, after in zip(leads, dues, following, strict=True)
        if after is None or due + APART <= after
    ]


def moment(wanted: datetime, *, before: datetime, hours: Hours, now: datetime) -> datetime:
    """When a notice that is wanted at an instant goes out: then or soon after, in time, in their hours.

    Where they rest from `wanted` until `before`, it goes out at the end of their last work before that rather than
    too late; if that has passed as well, as soon as they work again.
    """
    soonest = hours.next(max(wanted, now))
    if soonest < before:
        return soonest
    earlier = hours.last(wanted)
    return earlier if earlier is not None and earlier >= now else soonest


def away_from(
    peaks: Sequence[Stretch], hours: Hours, at: datetime, *, earliest: datetime, latest: datetime
) -> datetime:
    """When a letter that is wanted at `at` reaches its reader without falling into a peak of their work (rule 18).

    The moment of their hours nearest to `at`, not later, outside all peaks, and not before `earliest`; where peaks
    leave none, the first one after `at` up to `latest`; where they leave none there either, the plain moment: just
    before `at`, or after it where that would be before `earliest`. A peak never keeps anybody from being told.
    """
    before = not_later(at, hours)
    while before >= earliest and (peak := in_peak(before, peaks)):
        before = not_later(peak.begins_at - MINUTE, hours)
    if before >= earliest:
        return before
    after = hours.next(at)
    while after <= latest and (peak := in_peak(after, peaks)):
        after = hours.next(peak.ends_at)
    if after <= latest:
        return after
    plain = not_later(at, hours)
    return plain if plain >= earliest else hours.next(at)


def not_later(at: datetime, hours: Hours) -> datetime:
    """The last moment of somebody's hours that has begun by `at`, to the minute; `at` itself where any hour will do."""
    last = hours.last(at + MINUTE)
    return at if last is None else min(last, at)

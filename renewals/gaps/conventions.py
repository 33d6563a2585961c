"""When a product locks on its own, and what that takes from a customer (rule 21).

Plain Python: no Django, no database, no clock. A convention is a clock time on the last day, or on the day after it,
in the customer's zone or in the product's own, and a number of hours that the product waits from there.

What is taken is counted to `ends_at`, the first instant that is not the customer's any more: a product that locks at
00:00 of the last day takes 24 hours, for the last minute was theirs too (rule 2).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import IntEnum
from functools import lru_cache, partial
from itertools import pairwise

from accounts import terms

MIDNIGHT, DAY, NOTHING = time(), timedelta(days=1), timedelta(0)
WEEK = 7


class Rule(IntEnum):
    """The rules of time that a convention breaks; the numbers are those of `docs/time.md`."""

    CUSTOMERS_ZONE = 1
    WHOLE_LAST_DAY = 2
    BUFFER = 8
    DAYLIGHT = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Convention:
    """A lock at `clock` of the last day, or so many `days` after it, in `zone` ("": each customer's), plus `grace`."""

    days: int = 0
    clock: time = MIDNIGHT
    zone: str = ""
    grace: timedelta = NOTHING

    def locks_at(self, last_minute: datetime, time_zone: str) -> datetime:
        """The instant, in UTC, at which the product locks who was promised `last_minute` in `time_zone`."""
        return self.locks_on(last_minute.date(), self.zone or time_zone)

    def locks_on(self, last_day: date, zone: str) -> datetime:
        """The same from the last day alone. A clock time that comes twice locks the first time; one that is skipped,
        as far after it as it was skipped; a midnight that is skipped, with the day's first instant."""
        day = last_day + self.days * DAY
        if self.clock == MIDNIGHT:
            return terms.first_instant(day, zone) + self.grace
        wall = datetime.combine(day, self.clock, tzinfo=terms.zone(zone))
        return wall.astimezone(UTC) + self.grace


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What a customer was promised: the last minute, and the instants that follow from it."""

    last_minute: datetime
    time_zone: str
    ends_at: datetime
    buffer_ends_at: datetime
    earliest_lock_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """What a lock takes: of the time that was paid for, of the buffer, and of the wait for daylight."""

    locks_at: datetime
    taken: timedelta
    of_buffer: timedelta
    of_daylight: timedelta
    rules: tuple[Rule, ...]


def gap(convention: Convention, promise: Promise) -> Gap:
    """What a product with this convention takes from who was promised this."""
    locks_at = convention.locks_at(promise.last_minute, promise.time_zone)
    taken = max(promise.ends_at - locks_at, NOTHING)
    of_buffer = max(promise.buffer_ends_at - max(locks_at, promise.ends_at), NOTHING)
    of_daylight = max(promise.earliest_lock_at - max(locks_at, promise.buffer_ends_at), NOTHING)
    broken = {Rule.BUFFER: of_buffer, Rule.DAYLIGHT: of_daylight}
    return Gap(
        locks_at=locks_at,
        taken=taken,
        of_buffer=of_buffer,
        of_daylight=of_daylight,
        rules=(*why_taken(convention, promise, taken), *(rule for rule, time in broken.items() if time)),
    )


def why_taken(convention: Convention, promise: Promise, taken: timedelta) -> Iterable[Rule]:
    """From which rules the paid time comes: what it would take by the customer's own clock, and what the zone adds."""
    if not taken:
        return
    by_own_clock = replace(convention, zone="").locks_at(promise.last_minute, promise.time_zone)
    of_the_day = max(promise.ends_at - by_own_clock, NOTHING)
    if taken > of_the_day:
        yield Rule.CUSTOMERS_ZONE
    if of_the_day:
        yield Rule.WHOLE_LAST_DAY


@dataclass(frozen=True, slots=True)
class Run:
    """From this last day on, the lock comes `after` that day's 00:00 written in UTC."""

    since: date
    after: timedelta


def runs(convention: Convention, zone: str, years: Iterable[int]) -> list[Run]:
    """The convention for the last days of these years in one zone, as few steps: clocks change twice a year at most.

    This is how a database, whose own zone data may differ, reckons the same instants: day plus `after`.
    """
    every = [run for year in sorted(years) for run in runs_of_year(convention, zone, year)]
    return [one for before, one in pairwise([None, *every]) if one and (before is None or before.after != one.after)]


@lru_cache(maxsize=1 << 13)
def runs_of_year(convention: Convention, zone: str, year: int) -> tuple[Run, ...]:
    """The steps of one year: looked for week by week, since no zone changes its clocks twice in a week."""
    first, last = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
    found = [Run(date.fromordinal(first), after(convention, zone, first))]
    for week in range(first, last, WEEK):
        end = min(week + WEEK, last)
        if after(convention, zone, end) != found[-1].after:
            day = bisect_left(range(week, end), 1, key=partial(differs, convention, zone, found[-1].after)) + week
            found.append(Run(date.fromordinal(day), after(convention, zone, day)))
    return tuple(found)


def after(convention: Convention, zone: str, number: int) -> timedelta:
    """How long after its 00:00 in UTC the last day of this ordinal locks."""
    day = date.fromordinal(number)
    return convention.locks_on(day, zone) - datetime.combine(day, MIDNIGHT, tzinfo=UTC)


def differs(convention: Convention, zone: str, before: timedelta, number: int) -> bool:
    """Whether a day falls after the step: the clocks have changed by then."""
    return after(convention, zone, number) != before

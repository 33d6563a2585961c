"""A customer's rhythm: when their own work peaks, and what an end in or near a peak calls for (rule 18).

    a *pattern* gives local days              the last 3 working days of each month, each Friday, …
    a *stretch* is one peak of it             whole local days, as half-open instants in the customer's zone
    an end *collides* with a stretch          in it, shortly before it, or by its lock
    extra time takes the lock past it         as many whole days as that takes

Plain Python: no Django, no database, no clock. Days that a month lacks go to its last day.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import islice
from typing import Protocol

from accounts.terms import first_instant, zone
from accounts.terms.days import FIRST_YEAR, LAST_YEAR
from accounts.worktime import WorkingHours, is_working_day, next_working_moment

DAY, MINUTE, WEEK = timedelta(days=1), timedelta(minutes=1), 7
NEAR = 3
"""An end is near a peak that begins so many local days after it at the most."""
MOST = 90
"""Days of extra time that are tried before it is said that none takes the lock past a peak."""

Span = tuple[date, date]
"""The first and the last day of a peak."""


class Pattern(Protocol):
    """When a peak comes: asked for its spans that touch the days between two, it may give a few more around them."""

    def spans(self, first: date, last: date, hours: WorkingHours) -> Iterator[Span]: ...


@dataclass(frozen=True, slots=True)
class MonthDays:
    """Each month from one day of it to another; to one that comes before it: of the next month."""

    day: int
    to_day: int

    def spans(self, first: date, last: date, hours: WorkingHours) -> Iterator[Span]:
        for month in months(first, last):
            yield day_of(month, self.day), day_of(month + (self.to_day < self.day), self.to_day)


@dataclass(frozen=True, slots=True)
class MonthEnd:
    """The last days of each month; of `working` days, from the first of them to the last."""

    days: int
    working: bool = False

    def spans(self, first: date, last: date, hours: WorkingHours) -> Iterator[Span]:
        for month in months(first, last):
            if found := month_end(month, self.days, hours if self.working else None):
                yield found


@dataclass(frozen=True, slots=True)
class Due:
    """Something that is due on a day of each month: that day, and so many days before it."""

    day: int
    before: int

    def spans(self, first: date, last: date, hours: WorkingHours) -> Iterator[Span]:
        for month in months(first, last):
            due = day_of(month, self.day)
            yield due - self.before * DAY, due


@dataclass(frozen=True, slots=True)
class Weekly:
    """The same days of each week, Monday is 0; days that follow one another are one peak."""

    weekdays: frozenset[int]

    def spans(self, first: date, last: date, hours: WorkingHours) -> Iterator[Span]:
        begins = None
        for day in days_between(first - 2 * WEEK * DAY, last + 2 * WEEK * DAY):
            if day.weekday() not in self.weekdays:
                begins = None
            else:
                begins = begins or day
                if (day + DAY).weekday() not in self.weekdays:
                    yield begins, day


@dataclass(frozen=True, slots=True)
class Quarterly:
    """The first or the last days of each quarter of the calendar year."""

    days: int
    at_end: bool

    def spans(self, first: date, last: date, hours: WorkingHours) -> Iterator[Span]:
        for month in months(first, last, around=3):
            if self.at_end and month % 3 == 2:
                yield day_of(month, 31) - (self.days - 1) * DAY, day_of(month, 31)
            elif not self.at_end and month % 3 == 0:
                yield day_of(month, 1), day_of(month, 1) + (self.days - 1) * DAY


@dataclass(frozen=True, slots=True)
class Yearly:
    """Each year from a day of the year to another: of `begins` and `ends` the year does not count.

    To a day that comes before the first one: of the next year.
    """

    begins: date
    ends: date

    def spans(self, first: date, last: date, hours: WorkingHours) -> Iterator[Span]:
        wraps = (self.ends.month, self.ends.day) < (self.begins.month, self.begins.day)
        for year in range(max(first.year - 1, FIRST_YEAR), min(last.year + 1, LAST_YEAR) + 1):
            yield day_of_year(year, self.begins), day_of_year(year + wraps, self.ends)


@dataclass(frozen=True, slots=True)
class Once:
    """From a day to another, and never again."""

    begins: date
    ends: date

    def spans(self, first: date, last: date, hours: WorkingHours) -> Iterator[Span]:
        yield self.begins, self.ends


@lru_cache(maxsize=1 << 14)
def month_end(month: int, days: int, hours: WorkingHours | None) -> Span | None:
    """The last days of a month, or the last of those that are worked; remembered, since customers share calendars."""
    last_day = day_of(month, 31)
    backwards = (last_day - number * DAY for number in range(last_day.day))
    counted = (day for day in backwards if hours is None or is_working_day(day, hours))
    found = list(islice(counted, days))
    return (found[-1], found[0]) if found else None


def months(first: date, last: date, *, around: int = 1) -> range:
    """The months between two days, and some around them, counted from year 0: year × 12 + month - 1."""
    return range(
        max(first.year * 12 + first.month - 1 - around, FIRST_YEAR * 12),
        min(last.year * 12 + last.month + around, LAST_YEAR * 12 + 12),
    )


def day_of(month: int, day: int) -> date:
    """A day of a month that is counted like `months`; where the month has no such day, its last."""
    year, month0 = divmod(month, 12)
    return date(year, month0 + 1, min(day, monthrange(year, month0 + 1)[1]))


def day_of_year(year: int, day: date) -> date:
    """The same day of another year; 29 February is the 28th where there is none."""
    return day_of(year * 12 + day.month - 1, day.day)


def days_between(first: date, last: date) -> Iterator[date]:
    """Each day from one to another, both included."""
    return (first + number * DAY for number in range((last - first).days + 1))


@dataclass(frozen=True, slots=True, order=True)
class Stretch:
    """One peak: from `begins_at` until just before `ends_at`, the local days `first_day` to `last_day`."""

    begins_at: datetime
    ends_at: datetime
    first_day: date
    last_day: date
    name: str

    def holds(self, at: datetime) -> bool:
        """Whether an instant lies in it; half-open."""
        return self.begins_at <= at < self.ends_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """All peaks of one customer by name, in whose zone and by whose working calendar their days are counted."""

    peaks: Sequence[tuple[str, Pattern]]
    zone: str
    hours: WorkingHours

    def stretches(self, *, starts: datetime, ends: datetime) -> list[Stretch]:
        """The peaks that touch the time from `starts` until just before `ends`, in order."""
        here = zone(self.zone)
        first, last = starts.astimezone(here).date(), ends.astimezone(here).date()
        return sorted(
            self.stretch(name, *span)
            for name, pattern in self.peaks
            for span in pattern.spans(first, last, self.hours)
            if span[0] <= last and first <= span[1] and self.touches(span, starts, ends)
        )

    def touches(self, span: Span, starts: datetime, ends: datetime) -> bool:
        """Whether days have an instant in common with the time from `starts` until just before `ends`."""
        return first_instant(span[0], self.zone) < ends and starts < first_instant(span[1] + DAY, self.zone)

    def stretch(self, name: str, first_day: date, last_day: date) -> Stretch:
        """Whole local days as instants."""
        begins_at, ends_at = first_instant(first_day, self.zone), first_instant(last_day + DAY, self.zone)
        return Stretch(begins_at, ends_at, first_day, last_day, name)


def in_peak(at: datetime, stretches: Iterable[Stretch]) -> Stretch | None:
    """The stretch that an instant lies in: of several, the one that lasts longest; None outside all."""
    holding = (stretch for stretch in stretches if stretch.holds(at))
    return max(holding, key=lambda stretch: stretch.ends_at, default=None)


class How(StrEnum):
    """How an end collides with a peak; the first that holds is the one that is said."""

    END_IN = "end_in"
    LOCK_IN = "lock_in"
    END_NEAR = "end_near"


@dataclass(frozen=True, slots=True, kw_only=True)
class Collision:
    """An end that falls in or near peaks: each with how, and what it takes for the lock to come after all of them."""

    met: Sequence[tuple[How, Stretch]]
    days: int | None
    """Whole days of extra time: 0 where the lock comes after them as it is, None where no time takes it past."""
    past_at: datetime | None
    """The lock with so much extra time."""


def collision(*, ends_at: datetime, lock_at: datetime, rhythm: Rhythm) -> Collision | None:
    """What an end has to do with the customer's peaks; None where it meets none.

    `ends_at` is the first instant that is not covered any more, `lock_at` the lock as things stand.
    """
    ends_on = ends_at.astimezone(zone(rhythm.zone)).date()
    last_minute_at = ends_at - MINUTE
    soon = max(lock_at, first_instant(ends_on + NEAR * DAY, rhythm.zone))
    met = [
        (how, stretch)
        for stretch in rhythm.stretches(starts=last_minute_at, ends=soon + MINUTE)
        if (how := how_met(stretch, last_minute_at=last_minute_at, lock_at=lock_at, ends_on=ends_on))
    ]
    if not met:
        return None
    until = max(stretch.ends_at for _how, stretch in met)
    days, past_at = days_past(lock_at, until=until, rhythm=rhythm) or (None, None)
    return Collision(met=met, days=days, past_at=past_at)


def how_met(stretch: Stretch, *, last_minute_at: datetime, lock_at: datetime, ends_on: date) -> How | None:
    """In a peak is worse than a lock in it, and that worse than an end just before it."""
    if stretch.holds(last_minute_at):
        return How.END_IN
    if stretch.holds(lock_at):
        return How.LOCK_IN
    begins_soon = last_minute_at < stretch.begins_at and (stretch.first_day - ends_on).days <= NEAR
    return How.END_NEAR if begins_soon else None


def days_past(lock_at: datetime, *, until: datetime, rhythm: Rhythm) -> tuple[int, datetime] | None:
    """How many whole days later a lock has to be to come at or after `until`, in no peak; and that lock (rule 9).

    None where none up to `MOST` will do.
    """
    ahead = rhythm.stretches(starts=lock_at, ends=lock_at + 2 * MOST * DAY)
    for days in range(MOST + 1):
        later = next_working_moment(lock_at + days * DAY, rhythm.zone, rhythm.hours)
        if later >= until and not in_peak(later, ahead):
            return days, later
    return None

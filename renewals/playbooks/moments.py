"""When a step of a plan goes out, from when on it can be written, and when a manager hears that nobody did.

Plain Python: no Django, no database, no clock. Instants are aware and in UTC (rules 15, 16 and 19).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from operator import itemgetter
from zoneinfo import ZoneInfo

from accounts.rhythm import Stretch, in_peak
from accounts.worktime import WorkingHours, last_working_moment, next_working_moment
from renewals.entitlement import Windows
from renewals.touches.schedule import Hours, away_from, moment

DAY = timedelta(days=1)
TO_ACT = timedelta(hours=2)
"""How much of their working time is left to whoever reads of an end, before it comes."""
TO_WRITE = 3
"""Working days before a letter goes out on which its writer is asked for it."""
TO_STEP_IN = 1
"""Working days before a letter goes out on which the manager hears that nobody wrote it."""
AT_MOST = 3
"""How many days a letter moves for a peak, and never more than a third of what is left: the day before stays."""
STAYS_OPEN = timedelta(days=30)
"""How long a step after the end waits for somebody, where no other step follows."""


class Anchor(StrEnum):
    """What the days of a step count from: always the promise, never the buffer's end (rule 19)."""

    START = "start"
    END = "end"
    LOCK = "lock"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A step as a playbook says it: so many days from its anchor; before it where they are below zero."""

    anchor: Anchor
    days: int

    def at(self, window: Windows) -> datetime | None:
        """The instant that it means; None where nothing of the kind will come, such as a lock."""
        base = {Anchor.START: window.starts_at, Anchor.END: window.ends_at, Anchor.LOCK: window.lock_at}[self.anchor]
        return base and base + self.days * DAY

    @property
    def is_before_the_end(self) -> bool:
        """Whether it is about an end that is still to come."""
        return self.anchor is Anchor.START or (self.anchor is Anchor.END and self.days < 0)


@dataclass(frozen=True, slots=True)
class Staff:
    """When whoever writes is at work: their zone and their calendar."""

    zone: str
    work: WorkingHours


@dataclass(frozen=True, slots=True)
class Timed:
    """A step with its instants: `write_from` and `manager_at` come before `goes_at`; it is moot from `lapses_at` on."""

    wanted: Wanted
    goes_at: datetime
    write_from: datetime
    manager_at: datetime
    lapses_at: datetime


def timed(
    steps: Iterable[Wanted],
    window: Windows,
    *,
    reader: Hours,
    writer: Staff,
    now: datetime,
    busy: Sequence[Stretch] = (),
) -> list[tuple[int, Timed]]:
    """The steps of one plan that are still to come, each under its place among `steps`, in order of time.

    What a step means that has passed already is left out, and what could only go out after the end that it is about:
    what is late is told by plain notices (rule 15). `busy` are the peaks of the reader's work: a letter keeps out of
    them where a few days allow it (rule 18).
    """
    coming = sorted(
        ((at, place, step) for place, step in enumerate(steps) if (at := still(step, window, now=now)) is not None),
        key=itemgetter(0, 1),
    )
    going = [
        (place, step, out_at)
        for at, place, step in coming
        if (out_at := goes_at(step, at, window, reader=reader, now=now, busy=busy)) < window.ends_at
        or at >= window.ends_at
    ]
    return [
        (place, with_ladder(step, at, lapses_at, writer=writer))
        for (place, step, at), lapses_at in zip(going, lapses(going, window), strict=True)
    ]


def still(step: Wanted, window: Windows, *, now: datetime) -> datetime | None:
    """The instant that a step means, where it can still be kept; None where it has passed.

    What belongs to a beginning is not lost with its day: it is made up for within `STAYS_OPEN`.
    """
    at = step.at(window)
    if at is None or at > now:
        return at
    return now + TO_WRITE * DAY if step.anchor is Anchor.START and now < at + STAYS_OPEN else None


def lapses(going: Sequence[tuple[int, Wanted, datetime]], window: Windows) -> Iterator[datetime]:
    """Until when each step makes sense: until the next goes out, and before the end never beyond it."""
    for (_place, _step, at), (_next, _other, following) in pairwise(going):
        yield max(following, at + DAY) if at >= window.ends_at else min(max(following, at + DAY), window.ends_at)
    for _place, step, at in going[-1:]:
        yield window.ends_at if at < window.ends_at and step.anchor is Anchor.END else at + STAYS_OPEN


def goes_at(
    step: Wanted, at: datetime, window: Windows, *, reader: Hours, now: datetime, busy: Sequence[Stretch] = ()
) -> datetime:
    """When it goes out: in the reader's hours, out of their peaks, and early enough that they can act on it."""
    if at >= window.ends_at:
        return reader.next(at)
    found = moment(at, before=window.ends_at, hours=reader, now=now)
    latest = latest_to_act(window.ends_at, reader)
    if latest is not None and latest < found and latest >= now:
        found = latest
    slack = min(abs(step.days) // 3, AT_MOST) * DAY
    if not slack or in_peak(found, busy) is None:
        return found
    return away_from(busy, reader, found, earliest=max(now, found - slack), latest=found + slack)


def latest_to_act(ends_at: datetime, reader: Hours) -> datetime | None:
    """The last moment that leaves the reader `TO_ACT` of work before an end; None where any hour will do."""
    last = reader.last(ends_at)
    return last and reader.last(last - TO_ACT + timedelta(minutes=2))


def with_ladder(step: Wanted, at: datetime, lapses_at: datetime, *, writer: Staff) -> Timed:
    """The step with its writer's days: when it can be written, and when its silence is the manager's matter."""
    return Timed(
        wanted=step,
        goes_at=at,
        write_from=opening_before(at, days=TO_WRITE, staff=writer),
        manager_at=opening_before(at, days=TO_STEP_IN, staff=writer),
        lapses_at=lapses_at,
    )


def opening_before(at: datetime, *, days: int, staff: Staff) -> datetime:
    """When work begins on the `days`-th working day before the day of `at`, by the writer's clock."""
    return opening_before_day(at.astimezone(ZoneInfo(staff.zone)).date(), days, staff)


@lru_cache(maxsize=4096)
def opening_before_day(day: date, days: int, staff: Staff) -> datetime:
    """The same for a local day: thousands of steps that go out on one day are asked for on the same others."""
    begins = day_begins(day, staff.zone)
    for _day in range(days):
        last = last_working_moment(begins, staff.zone, staff.work)
        begins = day_begins(last.astimezone(ZoneInfo(staff.zone)).date(), staff.zone)
    return next_working_moment(begins, staff.zone, staff.work)


def day_begins(day: date, zone: str) -> datetime:
    """The first instant of a local day; where midnight is skipped, the one after the gap."""
    return datetime.combine(day, time(0), ZoneInfo(zone))

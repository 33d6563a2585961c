"""Which times are offered for a call: in both sides' working hours, spread over days, before the last minute.

Plain Python: no Django, no database, no clock. Instants are aware, those returned in UTC; zones are IANA names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from itertools import groupby, takewhile
from zoneinfo import ZoneInfo

from accounts.worktime import WorkingHours, work_from
from renewals.interventions.duty import Candidate, Stretch, present

LENGTH = timedelta(minutes=30)
GRID = timedelta(minutes=30)
"""A call begins on the half hour, by the clocks of who asks for it."""
LEADS = (timedelta(hours=1), timedelta(minutes=15))
"""How much of our own working time lies before an offered call; the second only where the first leaves none in time."""
LEAST = timedelta(minutes=5)
"""How near a call that was offered a while ago can still be chosen."""
HORIZON = timedelta(days=21)
"""How far ahead is looked: longer than any country's row of holidays."""
MOST, A_DAY = 6, 2
"""How many are offered, and of one day while there are others."""
FARTHEST = timedelta(hours=4)
"""How far outside their own hours somebody is offered a call where the two sides share none."""
DAY = timedelta(days=1)


class Fit(StrEnum):
    """How well what is offered suits both sides."""

    SHARED = "shared"
    NEAREST = "nearest"
    """The two never work at the same time: in our hours, as near to theirs as can be. Who chooses one wants it so."""
    FULL = "full"
    """They share hours, and none is free."""
    NONE = "none"
    """They share no hours, and none of ours is near theirs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """Who would call whom, as things stand at `now`."""

    ours: Candidate
    """Who calls: when they work, and when they are away."""
    booked: tuple[Stretch, ...]
    """When they have another call."""
    zone: str
    """By whose clocks it is offered: the customer's."""
    hours: WorkingHours
    """When the customer works."""
    before: datetime | None
    """By when it had best be over: the next instant at which something ends for them; None where nothing does."""
    now: datetime


@dataclass(frozen=True, slots=True)
class Offered:
    """The starts that are offered, in order, and how well they suit."""

    starts: tuple[datetime, ...]
    fit: Fit


def offered(times: Times) -> Offered:
    """What is offered now. Where there is any before the last minute, nothing later is."""
    for lead in LEADS if times.before else ():
        if in_time := [at for at in shared(times, lead=lead) if is_in_time(times, at)]:
            return Offered(spread(in_time, times.zone), Fit.SHARED)
    if later := list(shared(times, lead=LEADS[0])):
        return Offered(spread(later, times.zone), Fit.SHARED)
    if share_hours(times):
        return Offered((), Fit.FULL)
    near = list(nearest(times, lead=LEADS[0]))
    in_time = [at for at in near if is_in_time(times, at)]
    starts = spread(in_time or near, times.zone)
    return Offered(starts, Fit.NEAREST if starts else Fit.NONE)


def can_be_had(times: Times, at: datetime) -> bool:
    """Whether a call can begin at an instant, also one that was offered some minutes ago."""
    if share_hours(times):
        return at in shared(times, lead=LEAST)
    return at in free_starts(times, lead=LEAST) and distance(at, list(theirs(times))) <= FARTHEST


def is_in_time(times: Times, at: datetime) -> bool:
    """Whether a call from `at` is over by the last minute."""
    return times.before is None or at + LENGTH <= times.before


def shared(times: Times, *, lead: timedelta) -> Iterator[datetime]:
    """Every start in both sides' working hours, nobody away or on another call, in order."""
    for stretch in both(free(times, lead=lead), theirs(times)):
        yield from starts_in(stretch, times.zone)


def free(times: Times, *, lead: timedelta) -> Iterator[Stretch]:
    """Our own working time from `lead` of it on, without absences and other calls."""
    earliest = after_work(times.ours, times.now, lead)
    if earliest is None:
        return
    open_to = replace(times.ours, away=(*times.ours.away, *times.booked))
    yield from takewhile(lambda stretch: stretch[0] < times.now + HORIZON, present(open_to, earliest))


def theirs(times: Times) -> Iterator[Stretch]:
    """The customer's working time, and that of the day before: what is near its end may be near."""
    work = work_from(times.now - DAY, times.zone, times.hours)
    return takewhile(lambda stretch: stretch[0] < times.now + HORIZON + DAY, work)


def after_work(who: Candidate, since: datetime, length: timedelta) -> datetime | None:
    """The instant at which somebody has been at work for `length` since another; None where they never are."""
    for begins, ends in takewhile(lambda stretch: stretch[0] < since + HORIZON, present(who, since)):
        if ends - begins >= length:
            return begins + length
        length -= ends - begins
    return None


def both(ours: Iterable[Stretch], others: Iterable[Stretch]) -> Iterator[Stretch]:
    """What two rows of stretches, each in order, have in common."""
    mine, yours = iter(ours), iter(others)
    one, other = next(mine, None), next(yours, None)
    while one and other:
        begins, ends = max(one[0], other[0]), min(one[1], other[1])
        if begins < ends:
            yield begins, ends
        if one[1] <= other[1]:
            one = next(mine, None)
        else:
            other = next(yours, None)


def starts_in(stretch: Stretch, zone: str) -> Iterator[datetime]:
    """The half hours, by a zone's clocks, at which a call within a stretch can begin."""
    begins, ends = stretch
    wall = begins.astimezone(ZoneInfo(zone))
    past = timedelta(minutes=wall.minute % 30, seconds=wall.second, microseconds=wall.microsecond)
    at = begins.astimezone(UTC) + (GRID - past if past else timedelta(0))
    while at + LENGTH <= ends:
        yield at
        at += GRID


def share_hours(times: Times) -> bool:
    """Whether the two sides ever work at the same time for as long as a call lasts, busy or not."""
    always = work_from(times.now, times.ours.zone, times.ours.hours)
    soon = takewhile(lambda stretch: stretch[0] < times.now + HORIZON, always)
    return any(ends - begins >= LENGTH for begins, ends in both(soon, theirs(times)))


def nearest(times: Times, *, lead: timedelta) -> Iterator[datetime]:
    """Of each day the starts in our own hours that are nearest to the customer's, in order; none that is far away."""
    their_work = list(theirs(times))
    for _day, of_day in groupby(free_starts(times, lead=lead), key=lambda at: local_day(at, times.zone)):
        by_distance = sorted((distance(at, their_work), at) for at in of_day)[:A_DAY]
        yield from sorted(at for away, at in by_distance if away <= FARTHEST)


def free_starts(times: Times, *, lead: timedelta) -> Iterator[datetime]:
    """Every start in our own free time, whatever their hours."""
    for stretch in free(times, lead=lead):
        yield from starts_in(stretch, times.zone)


def distance(at: datetime, work: Sequence[Stretch]) -> timedelta:
    """How far a call from `at` lies outside the nearest of some stretches of work."""
    apart = (max(begins - at, at + LENGTH - ends, timedelta(0)) for begins, ends in work)
    return min(apart, default=HORIZON)


def spread(starts: Sequence[datetime], zone: str) -> tuple[datetime, ...]:
    """At most `MOST` of these: the soonest, then so few of each day that several days are among them."""
    days = [list(of_day) for _day, of_day in groupby(starts, key=lambda at: local_day(at, zone))]
    chosen: list[datetime] = []
    for a_day in range(A_DAY, MOST + 1):
        chosen = [at for day in days for at in apart(day, a_day)][:MOST]
        if len(chosen) == MOST:
            break
    return tuple(chosen)


def apart(day: Sequence[datetime], n: int) -> list[datetime]:
    """So many of a day's starts, evenly apart, the first among them."""
    n = min(n, len(day))
    return [day[place * len(day) // n] for place in range(n)]


def local_day(at: datetime, zone: str) -> date:
    """The day that a zone's clocks show."""
    return at.astimezone(ZoneInfo(zone)).date()

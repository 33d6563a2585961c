"""What a contract allows at an instant, from its facts alone (rules 7 to 12).

The whole behaviour, to be read from top to bottom:

    a contract is a chain of terms            terms that join are one *stretch*; after a gap another begins
    each stretch has its windows              starts | ends | buffer ends | locks | closes
    grants move its lock later                and one that came after the lock opens it again, from then on
    evidence that turns out to be none        takes its lock away, and opens what it had locked, from then on
    the state at an instant                   is where the instant falls among them

Every boundary is half-open: at the boundary the new state already holds. Plain Python on aware UTC instants: no
database, no clock. `renewals.locking` keeps the windows in a table and asks the same of many at once; a test holds
the two equal.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from operator import attrgetter

from accounts.worktime import WorkingHours, next_working_moment
from renewals.hearsay import Disproved

BUFFER = timedelta(hours=24)
"""Elapsed time that a contract runs on at least after its end (rule 8)."""
AFTER_EVIDENCE = timedelta(hours=24)
"""Elapsed time between the first evidence that someone was told and the lock (rule 10)."""
STAYS_LOCKED = timedelta(days=90)
"""How long the soft lock offers to go on and to take the data out, before the contract is closed."""
HISTORY = timedelta(days=30)
"""What had been over for this long when the portal first heard of it is history: nobody can be told in time."""
LEADS = (timedelta(days=7), timedelta(days=1))
"""How long before the last minute an end is announced (rule 19: counted from the promise, never the buffer)."""


class State(StrEnum):
    """What a contract is at an instant. Derived, never stored (rule 7)."""

    SCHEDULED = "scheduled"
    ACTIVE = "active"
    BUFFER = "buffer"
    SOFT_LOCKED = "soft_locked"
    CLOSED = "closed"

    @property
    def allowed(self) -> bool:
        """Whether the product lets people work: in the buffer everything still works (rule 8)."""
        return self in (State.ACTIVE, State.BUFFER)


class Moment(StrEnum):
    """What the tick records, once each, dated by the computed instant."""

    ENDING = "ending"
    BUFFER_STARTED = "buffer_started"
    SOFT_LOCKED = "soft_locked"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """Extra time that somebody gave: from `at` on, the lock comes no earlier than `until` (both instants)."""

    at: datetime
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """One term as the entitlement sees it."""

    starts_at: datetime
    ends_at: datetime
    recorded_at: datetime
    told_at: datetime | None = None
    """The first evidence that someone at the customer was told of this term's end, as it counts: `told_from`.

    Also where it turned out later to be none: until then it counted, and what it locked was locked.
    """
    disproved: Sequence[Disproved] = ()
    """When evidence turned out to be none, in order."""
    given: Sequence[Given] = ()
    """The grants that are about this term's end, in the order in which they were given."""
    joins_at: datetime | None = None
    """From when on another term follows by itself, for nobody said no in time (rule 12); None where it ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that an entitlement follows from: the terms, in order, and when the customer works."""

    terms: Sequence[Held]
    zone: str
    hours: WorkingHours


@dataclass(frozen=True, slots=True, kw_only=True)
class Windows:
    """The instants of one stretch. `lock_at` is None while nobody was told: then nothing locks (rule 10).

    Nor does anything lock that goes on by itself (`joins_at`), or that the next stretch takes over before its lock.
    A stretch that was locked and opened again has windows of its own from that moment on.
    """

    term: int
    """Which of the facts' terms sets the end."""
    from_at: datetime | None
    """When these windows begin to be the ones that count; None: since ever."""
    until_at: datetime | None
    """When the next ones take over; None: never."""
    starts_at: datetime
    ends_at: datetime
    buffer_ends_at: datetime
    earliest_lock_at: datetime
    lock_at: datetime | None
    closes_at: datetime | None
    is_history: bool
    joins_at: datetime | None = None

    @property
    def reopened_at(self) -> datetime | None:
        """When this stretch was opened again after its lock; None where it was never locked before."""
        return self.from_at if self.from_at is not None and self.from_at > self.ends_at else None

    def holds(self, at: datetime) -> bool:
        """Whether these windows are the ones that count at an instant."""
        return (self.from_at is None or self.from_at <= at) and (self.until_at is None or at < self.until_at)


def windows(facts: Facts) -> tuple[Windows, ...]:
    """The windows of a contract, in order of the time in which they count; together they cover all time, once."""
    stretches = list(joined(facts.terms))
    found: list[Windows] = []
    for place, (first, last) in enumerate(stretches):
        until_at = facts.terms[stretches[place + 1][0]].starts_at if place + 1 < len(stretches) else None
        found += reopenings(facts, stretch(facts, first, last, is_first=place == 0, until_at=until_at))
    return tuple(found)


def joined(terms: Sequence[Held]) -> Iterator[tuple[int, int]]:
    """First and last index of each run of terms in which every term starts where the one before ends (rule 12)."""
    first = 0
    for index in range(1, len(terms) + 1):
        if index == len(terms) or terms[index].starts_at != terms[index - 1].ends_at:
            yield first, index - 1
            first = index


def stretch(facts: Facts, first: int, last: int, *, is_first: bool, until_at: datetime | None) -> Windows:
    """The windows of the terms `first` to `last`, which join."""
    starts_at, held = facts.terms[first].starts_at, facts.terms[last]
    buffer_ends_at = held.ends_at + BUFFER
    earliest_lock_at = daylight(buffer_ends_at, facts.zone, facts.hours)
    is_history = earliest_lock_at + HISTORY <= held.recorded_at
    lock_at = earliest_lock_at if is_history else lock_instant(facts, held, earliest_lock_at)
    joins_at = held.joins_at if until_at is None else None
    if joins_at is not None or never_comes(lock_at, until_at):
        lock_at = None
    return Windows(
        term=last,
        from_at=None if is_first else starts_at,
        until_at=until_at,
        starts_at=starts_at,
        ends_at=held.ends_at,
        buffer_ends_at=buffer_ends_at,
        earliest_lock_at=earliest_lock_at,
        lock_at=lock_at,
        closes_at=lock_at and lock_at + STAYS_LOCKED,
        is_history=is_history,
        joins_at=joins_at,
    )


def never_comes(at: datetime | None, until_at: datetime | None) -> bool:
    """Whether the next stretch takes over first."""
    return at is not None and until_at is not None and until_at <= at


def reopenings(facts: Facts, window: Windows) -> list[Windows]:
    """A stretch with what moves its lock. What comes before the lock moves it; what comes after it opens it again."""
    held, found = facts.terms[window.term], [window]
    changes: list[Given | Disproved] = [*held.given, *held.disproved]
    for change in sorted(changes, key=attrgetter("at")):
        last = found[-1]
        if last.until_at is not None and change.at >= last.until_at:
            break
        was_locked = last.lock_at is not None and last.lock_at <= change.at
        fresh = after(facts, last, change, was_locked=was_locked)
        if fresh is last:
            continue
        if was_locked:
            found[-1] = replace(last, until_at=change.at)
            found.append(replace(fresh, from_at=change.at))
        else:
            found[-1] = fresh
    return found


def after(facts: Facts, window: Windows, change: Given | Disproved, *, was_locked: bool) -> Windows:
    """The windows as they are from a change on; these very ones where it changes nothing."""
    if isinstance(change, Disproved):
        return without(facts, window, change)
    return not_before(facts, reopened(facts, window, at=change.at) if was_locked else window, change.until)


def without(facts: Facts, window: Windows, change: Disproved) -> Windows:
    """The windows with the lock that the evidence gives which is left; none is left, none locks (rule 10).

    What other evidence had locked by then as well stays locked. History locks by the calendar alone.
    """
    if window.lock_at is None or window.is_history:
        return window
    left = replace(facts.terms[window.term], told_at=change.told_at)
    lock_at = lock_instant(facts, left, window.earliest_lock_at)
    if lock_at == window.lock_at or (lock_at is not None and lock_at <= change.at):
        return window
    if never_comes(lock_at, window.until_at):
        lock_at = None
    return replace(window, lock_at=lock_at, closes_at=lock_at and lock_at + STAYS_LOCKED)


def reopened(facts: Facts, window: Windows, *, at: datetime) -> Windows:
    """A locked stretch as a grant opens it again. What was history then locks as anything else, not in silence."""
    held = facts.terms[window.term]
    lock_at = lock_instant(facts, held, window.earliest_lock_at) if window.is_history else window.lock_at
    return replace(window, from_at=at, is_history=False, lock_at=lock_at)


def not_before(facts: Facts, window: Windows, at: datetime) -> Windows:
    """The windows with a lock that comes no earlier than an instant, in working hours (rule 9)."""
    earliest_lock_at = max(window.earliest_lock_at, daylight(at, facts.zone, facts.hours))
    lock_at = window.lock_at and max(window.lock_at, earliest_lock_at)
    closes_at = lock_at and lock_at + STAYS_LOCKED
    return replace(window, earliest_lock_at=earliest_lock_at, lock_at=lock_at, closes_at=closes_at)


@lru_cache(maxsize=1 << 15)
def daylight(at: datetime, zone: str, hours: WorkingHours) -> datetime:
    """The first working moment at or after an instant, remembered: most contracts end with one of a few days."""
    return next_working_moment(at, zone, hours)


def told_from(at: datetime, *, recorded_at: datetime) -> datetime:
    """From when evidence counts that someone was told at `at`: entered late, it locks nobody before it was entered.

    The lock comes a day after this instant at the earliest (rule 10), so never before the record itself.
    """
    return max(at, recorded_at - AFTER_EVIDENCE)


def lock_instant(facts: Facts, held: Held, earliest_lock_at: datetime) -> datetime | None:
    """The first working moment after the buffer and a day after someone was told; None while nobody was (9, 10)."""
    if held.told_at is None:
        return None
    after_evidence = held.told_at + AFTER_EVIDENCE
    if after_evidence <= earliest_lock_at:
        return earliest_lock_at
    return next_working_moment(after_evidence, facts.zone, facts.hours)


def window_at(stretches: Sequence[Windows], at: datetime) -> Windows:
    """The stretch that counts at an instant."""
    return next(window for window in stretches if window.holds(at))


def state_at(window: Windows, at: datetime) -> State:
    """The state at an instant of the stretch that counts then (rule 7). What goes on by itself needs no job for it."""
    if at < window.starts_at:
        return State.SCHEDULED
    if at < window.ends_at or window.joins_at is not None:
        return State.ACTIVE
    if window.lock_at is None or at < window.lock_at:
        return State.BUFFER
    if window.closes_at is None or at < window.closes_at:
        return State.SOFT_LOCKED
    return State.CLOSED


def next_change_at(window: Windows, at: datetime) -> datetime | None:
    """The next instant after `at` at which the state changes as things stand; None when it will not."""
    ends_at = window.ends_at if window.joins_at is None else None
    changes = (window.starts_at, ends_at, window.lock_at, window.closes_at, window.until_at)
    ahead = [change for change in changes if change is not None and change > at]
    return min(ahead, default=None)


def planned(window: Windows, *, now: datetime) -> Windows:
    """The stretch as it is planned to go: until its end, someone is still going to be told in time.

    For what a customer is told ahead, on their page: it may be the first that they hear. What the product asks is
    answered from the facts alone.
    """
    lock_at = window.earliest_lock_at
    if window.lock_at or window.joins_at or now >= window.ends_at or never_comes(lock_at, window.until_at):
        return window
    return replace(window, lock_at=lock_at, closes_at=lock_at + STAYS_LOCKED)


def renewal_starts_at(window: Windows, *, now: datetime) -> datetime:
    """Where the next term begins: seamlessly at the end, or, after the lock, at the moment of renewal (rule 12).

    Locked time costs nothing, also where a grant has opened the contract again since.
    """
    if window.reopened_at is not None or state_at(window, now) in (State.SOFT_LOCKED, State.CLOSED):
        return max(now, window.ends_at)
    return window.ends_at


@dataclass(frozen=True, slots=True, order=True)
class Due:
    """One moment of a stretch: what happens, when, and for `ending` how long before the end."""

    at: datetime
    moment: Moment
    lead: timedelta = timedelta(0)


def moments(window: Windows) -> list[Due]:
    """What there is to record of a stretch, in order. A lock needs evidence."""
    due = [
        Due(window.ends_at - lead, Moment.ENDING, lead) for lead in LEADS if window.ends_at - lead > window.starts_at
    ]
    if window.joins_at is None:
        due.append(Due(window.ends_at, Moment.BUFFER_STARTED))
    if window.lock_at is not None:
        due.append(Due(window.lock_at, Moment.SOFT_LOCKED))
    if window.closes_at is not None:
        due.append(Due(window.closes_at, Moment.CLOSED))
    return sorted(one for one in due if is_its_own(window, one.at))


def is_its_own(window: Windows, at: datetime) -> bool:
    """Whether an instant of a stretch falls to these of its windows: not to those before a reopening, or after."""
    begun = window.reopened_at is None or window.reopened_at <= at
    return begun and (window.until_at is None or at < window.until_at)

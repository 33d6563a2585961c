"""Ends that fall in or near a peak of their customer's work: found weeks ahead, for a person to decide (rule 18).

Nothing here moves a lock. A grant does, given by somebody with a reason; or it is left as it is, with a reason too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from accounts.bulk import insert_new
from accounts.models import Peak, User
from accounts.rhythm import Collision, Rhythm, Stretch, collision
from accounts.services import NotAllowed
from renewals.locking.models import Clock, ClockQuerySet, PeakLeft

AHEAD = timedelta(days=60)
"""How long before the last minute a peak is spoken of."""
BEHIND = timedelta(days=30)
"""How long after it a list still looks for it: a lock that is further off was moved by much time that was given."""
DRAWN = 6
"""How much time around an end a ribbon shows at most, as a multiple of the time from the end to the lock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """What an end has to do with its customer's peaks, and who left it so."""

    collision: Collision
    left: PeakLeft | None

    @property
    def days(self) -> int | None:
        """How much extra time takes the lock past them; 0 where it comes after them, None where none does."""
        return self.collision.days

    @property
    def waits(self) -> bool:
        """Whether somebody has to decide."""
        return self.days != 0 and self.left is None


class Near(NamedTuple):
    """Of a clock whose end is near and that nothing follows, what it takes to compute which peaks it meets."""

    pk: int
    customer_id: int
    term_id: int
    last_minute: datetime
    ends_at: datetime
    lock_at: datetime
    """Where nobody was told yet: the one that would come if somebody were told in time."""


def with_peaks(clocks: ClockQuerySet, *, now: datetime) -> ClockQuerySet:
    """Those of these clocks of which it has to be computed whether they meet a peak; none that ended long ago.

    Read lean, with contract and term alone: the database takes a wrong turn over all that a row shows.
    """
    peaks = Peak.objects.standing().filter(customer=OuterRef("contract__customer"))
    locks_ahead = Q(lock_at__gt=now) | Q(lock_at=None, earliest_lock_at__gt=now)
    near = clocks.filter(locks_ahead, Exists(peaks), ends_at__gt=now - BEHIND, ends_at__lte=now + AHEAD)
    return near.select_related(None).prefetch_related(None).select_related("contract", "term")


def near(clocks: ClockQuerySet, *, now: datetime) -> QuerySet[Any, Near]:
    """Those of these clocks of which it has to be computed, that end next first, as `met_among` takes them."""
    asked = with_peaks(clocks, now=now).filter(joins_at=None, span__endswith=None, is_history=False)
    columns = ("pk", "contract__customer", "term", "term__last_minute", "ends_at")
    return asked.order_by("ends_at", "pk").values_list(*columns, Coalesce("lock_at", "earliest_lock_at"))


def is_asked(clock: Clock, *, now: datetime) -> bool:
    """Whether an end is near enough to speak of, or past, with its lock ahead, and nothing follows it."""
    planned = clock.lock_at or clock.earliest_lock_at
    goes_on = clock.joins_at is not None or clock.span.upper is not None or clock.is_history
    return planned > now and clock.ends_at <= now + AHEAD and not goes_on


def met_by(clocks: Iterable[Clock], *, rhythms: Mapping[int, Rhythm], now: datetime) -> Mapping[int, Met]:
    """Which of these clocks meet a peak, by their key, in one query. They come with contract and term."""
    asked = (clock for clock in clocks if is_asked(clock, now=now))
    return met_among((near_of(clock) for clock in asked), rhythms=rhythms)


def near_of(clock: Clock) -> Near:
    """A clock as `near` reads it."""
    return Near(
        pk=clock.pk,
        customer_id=clock.contract.customer_id,
        term_id=clock.term_id,
        last_minute=clock.term.last_minute,
        ends_at=clock.ends_at,
        lock_at=clock.lock_at or clock.earliest_lock_at,
    )


def met_among(nears: Iterable[Near], *, rhythms: Mapping[int, Rhythm]) -> Mapping[int, Met]:
    """Which of these meet a peak, by their clock's key, in one query."""
    found = {}
    for one in nears:
        rhythm = rhythms.get(one.customer_id)
        if rhythm and (meets := collision(ends_at=one.ends_at, lock_at=one.lock_at, rhythm=rhythm)):
            found[one.pk] = (one, meets)
    left = left_of(one.term_id for one, _meets in found.values())
    return {
        pk: Met(collision=meets, left=left.get(key(one.term_id, one.last_minute, meets)))
        for pk, (one, meets) in found.items()
    }


def around(clock: Clock, rhythms: Mapping[int, Rhythm]) -> Sequence[Stretch]:
    """The peaks in the time that a ribbon of this clock may show."""
    rhythm = rhythms.get(clock.contract.customer_id)
    after = DRAWN * ((clock.lock_at or clock.earliest_lock_at) - clock.ends_at)
    return rhythm.stretches(starts=clock.ends_at - after, ends=clock.ends_at + after) if rhythm else ()


def span_of(met: Collision) -> tuple[date, date]:
    """From the first day of all the peaks that are met to the last one."""
    stretches = [stretch for _how, stretch in met.met]
    return min(stretch.first_day for stretch in stretches), max(stretch.last_day for stretch in stretches)


def key(term_id: int, last_minute: datetime, met: Collision) -> tuple[object, ...]:
    """What a decision is about: a promised minute and the days of the peaks that it meets."""
    return (term_id, last_minute, *span_of(met))


def about(clock: Clock, met: Collision) -> str:
    """The same as text, for a page that asks for the decision."""
    return "/".join(str(part) for part in key(clock.term_id, clock.term.last_minute, met))


def left_of(term_ids: Iterable[int]) -> Mapping[tuple[object, ...], PeakLeft]:
    """What was left as it is about these terms' ends."""
    rows = PeakLeft.objects.filter(term__in=list(term_ids)).select_related("by")
    return {(row.term_id, row.last_minute, row.first_day, row.last_day): row for row in rows}


def leave(clock: Clock, met: Collision, *, reason: str, by: User, now: datetime) -> None:
    """Put on record that an end may meet these peaks; a second click changes nothing. NotAllowed without a reason."""
    if not reason.strip():
        raise NotAllowed(_("Say why it is left as it is: the reason goes on record."))
    first_day, last_day = span_of(met)
    names = ", ".join(dict.fromkeys(stretch.name for _how, stretch in met.met))
    insert_new(
        [
            PeakLeft(
                term=clock.term,
                last_minute=clock.term.last_minute,
                first_day=first_day,
                last_day=last_day,
                name=names[:200],
                reason=reason.strip(),
                by=by,
                at=now,
            )
        ]
    )

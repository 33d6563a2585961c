"""The minutes that come next, what was renewed, and which ends meet a peak of somebody's work (rules 13, 18)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    Count,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.expressions import Combinable

from accounts.models import Contract, Peak, User
from accounts.models.owners import IsAnyOf
from accounts.rhythm import Rhythm
from renewals.desk.rows import SOON, with_touches
from renewals.locking.models import Clock, ClockQuerySet
from renewals.locking.peaks import Met, Near, met_among, near
from renewals.timeline.models import Event

NEXT_HOURS = timedelta(hours=72)
LATELY = timedelta(days=3)
"""How long a lock is new: time enough to talk to whoever met it."""
MOST_ROWS = 40
MOST_COUNTED = 1000
"""How far is counted what waits: that it is more is said, and nobody waits for the number."""
MOST_COMPUTED = 500
"""Of how many contracts whose customers have peaks it is computed whether their end meets one."""

UNTOLD = Q(lock_at=None, is_history=False, joins_at=None, span__endswith=None)
"""What does not lock because nobody was told, and not because it goes on anyway: `rows.is_untold` in sets.

History has its lock: saying so lets the index of what nobody was told of yet serve.
"""


class Coming(NamedTuple):
    """A clock that is listed, by its key, and whose it is."""

    pk: int
    customer: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewed:
    """A renewal of the last days: what goes on, by whom, since when it is agreed."""

    clock: Clock
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """What reaches its last minute soon: how many contracts, for how much in each currency."""

    count: int
    amounts: Sequence[tuple[Decimal, str]]


def read_whole(clocks: QuerySet[Clock], keys: Collection[int]) -> dict[int, Any]:
    """These clocks by their keys, with all that the first page shows of any: among very many only few are shown."""
    read = with_touches(clocks).select_related("contract__customer__owner")
    return {clock.pk: clock for clock in read.filter(pk__in=keys)}


def may_meet_peaks(clocks: ClockQuerySet, *, all_there_are: bool, now: datetime) -> list[Near]:
    """Those of these clocks, or of all that there are, of which it has to be computed whether they meet a peak.

    A peak is computed, not stored, so it is looked for among `MOST_COMPUTED` that end next at most: a reader's own
    are fewer.
    """
    found = near(clocks.filter(of_customers_with_peaks()) if all_there_are else clocks, now=now)
    return [Near(*row) for row in found[:MOST_COMPUTED]]


def of_customers_with_peaks() -> Q:
    """Of all contracts those of the few customers who have peaks are read first, into an array.

    The index of a contract's ends then serves; beside the array of what others may see, it would serve neither.
    """
    peaks = Peak.objects.standing().filter(customer=OuterRef("customer"))
    theirs = Contract.objects.filter(Exists(peaks)).order_by().values("pk")
    return Q(IsAnyOf(F("contract"), ArraySubquery(theirs)))


def peaks_to_decide(nears: Iterable[Near], *, rhythms: Mapping[int, Rhythm]) -> dict[int, Met]:
    """Those of these that meet a peak, for somebody to decide, by their clock's key."""
    return {pk: one for pk, one in met_among(nears, rhythms=rhythms).items() if one.waits}


def renewed_lately(user: User, *, mine: bool, now: datetime) -> list[Any]:
    """The last renewal of each contract in the last days, as it is on record, with its `clock`: the latest first.

    Of the reader's own contracts, or of all that they may see. The few renewals are found first, then whose they are.
    """
    lately = Event.objects.filter(kind=Event.Kind.RENEWED, occurred_at__gt=now - LATELY, occurred_at__lte=now)
    after = Q(occurred_at__gt=OuterRef("occurred_at")) | Q(occurred_at=OuterRef("occurred_at"), pk__gt=OuterRef("pk"))
    last = lately.filter(~Exists(lately.filter(after, contract=OuterRef("contract"))))
    seen = Contract.objects.visible_to(user).filter(owner=user) if mine else Contract.objects.visible_to(user)
    clocks = Clock.objects.counting(at=now).filter(contract=OuterRef("contract")).order_by()
    found = last.filter(contract__in=seen.order_by()).annotate(clock=Subquery(clocks.values("pk")[:1]))
    return list(found.order_by("-occurred_at", "-pk")[:MOST_ROWS])


def as_renewed(events: Iterable[Any], read: Mapping[int, Clock]) -> list[Renewed]:
    """What was renewed, with its clock among those that were read."""
    return [
        Renewed(clock=read[event.clock], by=event.detail.get("by", ""), at=event.occurred_at)
        for event in events
        if event.clock in read
    ]


def next_minutes(clocks: QuerySet[Clock], *, now: datetime) -> list[Coming]:
    """What ends within a week, the next first; then what is in its buffer or was locked lately, the latest first.

    As many as one reads. Each part is looked for by itself, so that it finds its index. One query.
    """
    ending = clocks.filter(starts_at__lte=now, ends_at__gt=now, ends_at__lte=now + SOON)
    runs_on = clocks.filter(ends_at__lte=now, joins_at=None)
    buffered, locked = runs_on.filter(lock_at=None, is_history=False), runs_on.filter(lock_at__gt=now - LATELY)
    parts = [
        nearest(ending.order_by("ends_at", "pk"), F("ends_at") - Value(now), part=0),
        *(nearest(past.order_by("-ends_at", "pk"), Value(now) - F("ends_at"), part=1) for past in (buffered, locked)),
    ]
    found: QuerySet[Any] = parts[0].union(*parts[1:], all=True).order_by("part", "away", "pk")
    return [Coming(pk, customer) for pk, customer, _part, _away in found[:MOST_ROWS]]


def nearest(clocks: QuerySet[Clock], away: Combinable, *, part: int) -> QuerySet[Any]:
    """The first of these clocks, with how far from the present their ends are."""
    said = clocks.annotate(
        part=Value(part, output_field=IntegerField()), away=ExpressionWrapper(away, output_field=DurationField())
    )
    return said.values_list("pk", "contract__customer", "part", "away")[:MOST_ROWS]


def ahead(clocks: QuerySet[Clock], *, now: datetime) -> Ahead:
    """What reaches its last minute within 72 hours."""
    soon = clocks.filter(starts_at__lte=now, ends_at__gt=now, ends_at__lte=now + NEXT_HOURS)
    summed = soon.order_by().values("term__currency").annotate(n=Count("pk"), amount=Sum("term__value"))
    found = list(summed.values_list("n", "amount", "term__currency"))
    amounts = sorted(((amount, currency) for _n, amount, currency in found if amount), reverse=True)
    return Ahead(count=sum(n for n, _amount, _currency in found), amounts=amounts)

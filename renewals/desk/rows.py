"""What the desk's pages show of contracts: each with its state at one instant, in a constant number of queries."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, Count, F, OuterRef, Prefetch, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from accounts.models import Contract, ContractTerm, Customer, User
from accounts.models.contracts import about_contracts_in_sight_of
from accounts.models.owners import IsAnyOf
from renewals.entitlement import State
from renewals.health.models import Snapshot
from renewals.locking.models import Clock, ClockQuerySet, Evidence
from renewals.ribbon import Touch as Dot
from renewals.touches.models import Delivery, Touch

MINUTE = timedelta(minutes=1)
SOON = timedelta(days=7)
"""How near an end is for the desk to speak of it unasked."""

if TYPE_CHECKING:

    class ReadTerm(ContractTerm):
        """A term with what `rows` and `with_touches` read along."""

        evidence_list: list[Evidence]
        touch_list: list[Touch]

    class Row(Clock):
        """A clock as `rows` reads it: with its state, and, of those that wait, why."""

        state: str
        waits: str
        health: int | None
        term: ReadTerm

    class CustomerRow(Customer):
        """A customer as `customers_with_minutes` reads it."""

        contract_count: int
        urgent_ends_at: datetime | None
        urgent_zone: str
        urgent_state: str

else:
    ReadTerm, Row, CustomerRow = ContractTerm, Clock, Customer


def rows(user: User, *, now: datetime, mine: bool = False) -> ClockQuerySet:
    """One clock a contract that `user` may see: the one that counts at `now`, with its `state` and what a row shows.

    With `mine` those of their own contracts alone.
    """
    own = ArraySubquery(Contract.objects.filter(owner=user).order_by().values("pk"))
    return (
        Clock.objects.counting(at=now)
        .with_state(at=now)
        .filter(Q(IsAnyOf(F("contract"), own)) if mine else about_contracts_in_sight_of(user))
        .select_related("contract__customer", "contract__product", "contract__owner", "term")
        .prefetch_related(
            Prefetch(
                "term__evidence",
                Evidence.objects.of_the_promise().select_related("contact", "by"),
                to_attr="evidence_list",
            )
        )
    )


def with_health(clocks: ClockQuerySet) -> ClockQuerySet:
    """The same, each with `health`: its contract's score of the last whole day; None where nothing was known."""
    kept = Snapshot.objects.of_last_day().filter(contract=OuterRef("contract"))
    return clocks.annotate(health=Subquery(kept.order_by().values("score")[:1]))


def next_first(clocks: ClockQuerySet, *, now: datetime) -> ClockQuerySet:
    """By the last minute, the next first; contracts that are closed come after all others."""
    is_closed = Case(When(closes_at__lte=now, then=Value(1)), default=Value(0))
    return clocks.order_by(is_closed, "ends_at", "pk")


def with_touches(clocks: QuerySet[Clock]) -> QuerySet[Clock]:
    """The same, with the contacts made and planned about the end: the dots on a ribbon."""
    touches = Touch.objects.select_related("delivery", "contact")
    return clocks.prefetch_related(Prefetch("term__touches", touches, to_attr="touch_list"))


def dots(clock: Row) -> list[Dot]:
    """The touches of a clock read by `with_touches`: made ones, and those still to come. What failed was no touch."""
    found = []
    for touch in clock.term.touch_list:
        delivery = getattr(touch, "delivery", None)
        if delivery is None or delivery.over_at is None:
            found.append(Dot(touch.due_at, done=False))
        elif delivery.outcome == Delivery.Outcome.SENT:
            found.append(Dot(delivery.over_at, done=True))
    return found


def is_urgent(clock: Clock, *, now: datetime) -> bool:
    """Whether nothing is more urgent than that someone is told: nobody was, and the end is near or past (rule 10)."""
    return is_untold(clock) and clock.starts_at <= now and clock.ends_at - now <= SOON


def is_untold(clock: Clock) -> bool:
    """Whether it does not lock because nobody was told, and not because it goes on anyway."""
    return clock.lock_at is None and clock.joins_at is None and clock.span.upper is None


def last_minute_at(clock: Clock) -> datetime:
    """The instant at which the last minute begins."""
    return clock.ends_at - MINUTE


def customers_with_minutes(user: User, *, now: datetime) -> QuerySet[Customer]:
    """The customers that `user` may see: how many contracts each has, and the last minute that is most urgent."""
    visible = Contract.objects.visible_to(user)
    urgent = most_urgent(Clock.objects.filter(contract__in=visible, contract__customer=OuterRef("pk")), now=now)
    counted = visible.filter(customer=OuterRef("pk")).order_by().values("customer").annotate(n=Count("pk")).values("n")
    return (
        Customer.objects.visible_to(user)
        .select_related("owner")
        .annotate(
            contract_count=Coalesce(Subquery(counted), 0),
            urgent_ends_at=Subquery(urgent.values("ends_at")[:1]),
            urgent_zone=Subquery(urgent.values("term__time_zone")[:1]),
            urgent_state=Subquery(urgent.values("state")[:1]),
        )
    )


def most_urgent(clocks: ClockQuerySet, *, now: datetime) -> QuerySet[Any]:
    """What is locked first, then what is in its buffer, then what ends next; what is closed is left out."""
    counting = clocks.counting(at=now).with_state(at=now).exclude(closes_at__lte=now)
    order = {State.SOFT_LOCKED: 0, State.BUFFER: 1}
    ranks = (When(state=Value(state), then=Value(place)) for state, place in order.items())
    return counting.order_by(Case(*ranks, default=Value(len(order))), "ends_at", "pk")

"""Conventions held against every promise, in sets: instants by the pinned zone data, rows by the database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, cast

from django.db.models import (
    Case,
    Count,
    DateTimeField,
    DurationField,
    ExpressionWrapper,
    F,
    Func,
    IntegerField,
    Max,
    Min,
    Q,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Greatest

from accounts.models import Contract, Product, User
from renewals.gaps.conventions import Convention, Gap, Promise, Run, gap, runs
from renewals.locking.models import Clock, ClockQuerySet

NOTHING = timedelta(0)
MINUTE = timedelta(minutes=1)
Conventions = Mapping[int, Convention | None]
"""By product: how it locks on its own; None where it asks the portal."""

if TYPE_CHECKING:

    class Simulated(Clock):
        """A clock as `simulated` reads it."""

        state: str
        taken: timedelta

else:
    Simulated = Clock


class At(Func):
    """The instant that lies `after` the 00:00, written in UTC, of a wall time's day."""

    template = "((DATE_TRUNC('day', %(expressions)s)::interval) AT TIME ZONE 'UTC')"
    arg_joiner = ") + ("
    output_field = DateTimeField()


class Year(Func):
    """The year of a wall time: no zone has a say in it."""

    template = "(EXTRACT(YEAR FROM %(expressions)s))::int"
    output_field = IntegerField()


def convention_of(product: Product) -> Convention | None:
    """How a product locks on its own, as the pure functions take it; None where it asks the portal."""
    asked = Product.LockConvention
    if product.lock_convention == asked.AS_PROMISED:
        return None
    return Convention(
        days=1 if product.lock_convention == asked.LAST_DAY_ENDS else 0,
        clock=(product.lock_clock or time()) if product.lock_convention == asked.LAST_DAY_AT else time(),
        zone=product.lock_zone,
        grace=timedelta(hours=product.lock_grace_hours),
    )


def conventions() -> dict[int, Convention | None]:
    """Every product's convention as it is on record. Products are few: one query reads them all."""
    return {product.pk: convention_of(product) for product in Product.objects.all()}


def promises(user: User, *, now: datetime) -> ClockQuerySet:
    """The promise of each contract that `user` may see and that is not closed: its clock that counts at `now`."""
    return (
        Clock.objects.counting(at=now)
        .with_state(at=now)
        .filter(Q(closes_at=None) | Q(closes_at__gt=now), contract__in=Contract.objects.visible_to(user))
        .select_related("contract__customer", "contract__product", "contract__owner", "term")
    )


def simulated(clocks: ClockQuerySet, by_product: Conventions) -> ClockQuerySet:
    """Each clock with `taken`: how much of the paid time its product's convention would take."""
    zones = years_of(clocks)
    products = [
        When(contract__product=pk, then=after(convention, zones))
        for pk, convention in by_product.items()
        if convention is not None
    ]
    after_day = Case(*products, default=Value(None), output_field=DurationField())
    locks_at = At(F("term__last_minute"), after_day)
    lost = ExpressionWrapper(F("ends_at") - locks_at, output_field=DurationField())
    # PostgreSQL's GREATEST passes over NULL: where nothing locks on its own, nothing is taken.
    return clocks.annotate(taken=Greatest(lost, Value(NOTHING), output_field=DurationField()))


def years_of(clocks: ClockQuerySet) -> dict[str, set[int]]:
    """By zone, the years in which promises end there."""
    found: dict[str, set[int]] = defaultdict(set)
    pairs = clocks.order_by().values_list("term__time_zone", Year("term__last_minute")).distinct()
    for zone, year in pairs:
        found[zone].add(year)
    return found


def after(convention: Convention, zones: Mapping[str, set[int]]) -> Any:
    """How long after its last day's 00:00 in UTC a contract locks, as the database reckons it."""
    if convention.zone:
        years = set().union(*zones.values()) if zones else set()
        return of_day(runs(convention, convention.zone, years))
    alike: dict[tuple[Run, ...], list[str]] = defaultdict(list)
    for zone, years in zones.items():
        alike[tuple(runs(convention, zone, years))].append(zone)
    cases = [When(term__time_zone__in=names, then=of_day(steps)) for steps, names in alike.items()]
    return Case(*cases, default=Value(None), output_field=DurationField())


def of_day(steps: Sequence[Run]) -> Any:
    """The step that a last day falls on, the latest first."""
    if not steps:
        return Value(None, output_field=DurationField())
    cases = [When(term__last_minute__gte=midnight(run.since), then=Value(run.after)) for run in reversed(steps[1:])]
    return Case(*cases, default=Value(steps[0].after), output_field=DurationField())


def midnight(day: date) -> datetime:
    return datetime.combine(day, time())


def gap_of(clock: Clock, by_product: Conventions) -> Gap | None:
    """What one contract's convention takes, in full; None where the product asks the portal."""
    convention = by_product.get(clock.contract.product_id)
    return gap(convention, promise_of(clock)) if convention else None


def promise_of(clock: Clock) -> Promise:
    """What a contract's customer was promised, as the pure functions take it."""
    return Promise(
        last_minute=clock.term.last_minute,
        time_zone=clock.term.time_zone,
        ends_at=clock.ends_at,
        buffer_ends_at=clock.buffer_ends_at,
        earliest_lock_at=clock.earliest_lock_at,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """What a convention takes, all in all, from the contracts that it was held against."""

    product: int
    name: str = ""
    contracts: int = 0
    hit: int = 0
    taken: timedelta = NOTHING
    least: timedelta = NOTHING
    most: timedelta = NOTHING

    @property
    def minutes(self) -> int:
        return self.taken // MINUTE

    @property
    def least_minutes(self) -> int:
        return self.least // MINUTE

    @property
    def most_minutes(self) -> int:
        return self.most // MINUTE


def totals(clocks: ClockQuerySet) -> list[Total]:
    """By product, what is taken from how many of these; what takes most first."""
    is_hit = Q(taken__gt=NOTHING)
    rows = (
        clocks.order_by()
        .values("contract__product", "contract__product__name")
        .annotate(
            contracts=Count("pk"),
            hit=Count("pk", filter=is_hit),
            in_all=Sum("taken"),
            least=Min("taken", filter=is_hit),
            most=Max("taken", filter=is_hit),
        )
    )
    found = [
        Total(
            product=row["contract__product"],
            name=row["contract__product__name"],
            contracts=row["contracts"],
            hit=row["hit"],
            taken=row["in_all"] or NOTHING,
            least=row["least"] or NOTHING,
            most=row["most"] or NOTHING,
        )
        for row in cast("list[dict[str, Any]]", list(rows))
    ]
    return sorted(found, key=lambda total: (-total.taken, total.name))

"""What ends when, of what the reader may see: lists, sums, hours and days, each in one query."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, DateField, F, QuerySet, Sum, Window
from django.db.models.functions import Cast, RowNumber, TruncHour

from accounts.filters import Rows
from accounts.models import Contract, ContractTerm, User
from accounts.worktime import NeverWorksError, last_working_moment
from renewals.desk.rows import rows
from renewals.locking.models import Clock, ClockQuerySet
from renewals.ribbon.shapes import Interval

AHEAD = timedelta(hours=72)
DAY = timedelta(days=1)
AROUND = timedelta(days=2)
"""A wall time and its instant are never further apart: an index of instants narrows a search by wall times."""
FIRST_OF_A_DAY = 4
"""How many of a day's ends the calendar shows; the rest is a number that leads to all."""


@dataclass(frozen=True, slots=True)
class InMonth:
    """One end of a month: its term and contract, its day, and how many that day has."""

    term: ContractTerm
    contract: Contract
    on: date
    that_day: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """How many end, and for how much in each currency, the largest amount first."""

    count: int
    amounts: list[tuple[Decimal, str]]


def minutes(user: User, *, now: datetime) -> ClockQuerySet:
    """One clock a contract that `user` may see, the next end first, with the customer's working calendar."""
    found = rows(user, now=now).select_related("contract__customer__calendar")
    return found.prefetch_related("contract__customer__calendar__days").order_by("ends_at", "pk")


def ahead(clocks: ClockQuerySet, *, now: datetime) -> ClockQuerySet:
    """Those that reach their last minute within 72 hours."""
    return clocks.filter(starts_at__lte=now, ends_at__gt=now, ends_at__lte=now + AHEAD)


def of_term(ends: QuerySet[Any], name: str) -> str:
    """How a column of the term is called from these rows: clocks, or the terms themselves."""
    return name if ends.model is ContractTerm else f"term__{name}"


def ending_between(ends: Rows, first: date, last: date) -> Rows:
    """Those whose last minute is on these days, each by its customer's own calendar."""
    begins, until = datetime.combine(first, time()), datetime.combine(last + DAY, time())
    around = (begins.replace(tzinfo=UTC) - AROUND, until.replace(tzinfo=UTC) + AROUND)
    last_minute = of_term(ends, "last_minute")
    return ends.filter(
        **{f"{last_minute}__gte": begins, f"{last_minute}__lt": until},
        # Of the terms as well as of the clocks: else every term there is would be read for its wall time.
        **{f"{of_term(ends, 'ends_at')}__range": around},
    ).filter(ends_at__range=around)


def window_of(day: date) -> Interval:
    """The 72 hours in which a day lies whole in every zone: from 00:00 UTC of the day before."""
    begins = datetime.combine(day, time(), UTC) - DAY
    return begins, begins + AHEAD


def bare(ends: QuerySet[Any]) -> QuerySet[Any]:
    """The same, without what a row shows and without an order: to be counted and added up."""
    return ends.order_by().select_related(None).prefetch_related(None)


def sums(ends: QuerySet[Any]) -> Sums:
    """All of them together."""
    currency, value = of_term(ends, "currency"), of_term(ends, "value")
    found = list(
        bare(ends).values(currency).annotate(n=Count("pk"), amount=Sum(value)).values_list("n", "amount", currency)
    )
    amounts = sorted(((amount, currency) for _n, amount, currency in found if amount), reverse=True)
    return Sums(count=sum(n for n, _amount, _currency in found), amounts=amounts)


def together(some: Sums, others: Sums) -> Sums:
    """Both as one."""
    amounts: dict[str, Decimal] = defaultdict(Decimal)
    for amount, currency in (*some.amounts, *others.amounts):
        amounts[currency] += amount
    listed = sorted(((amount, currency) for currency, amount in amounts.items()), reverse=True)
    return Sums(count=some.count + others.count, amounts=listed)


def hours(ends: QuerySet[Any]) -> dict[datetime, int]:
    """How many last minutes fall into each whole hour of UTC that has any."""
    last = TruncHour(F("ends_at") - timedelta(minutes=1), tzinfo=UTC)
    counted = bare(ends).annotate(hour=last).values("hour").annotate(n=Count("pk"))
    return dict(counted.values_list("hour", "n"))


def of_month(ends: QuerySet[Any]) -> list[InMonth]:
    """The first ends of each day in their order, each with how many that day has. Two queries."""
    own_day, last_minute = [F("on")], of_term(ends, "last_minute")
    places = (
        bare(ends)
        .annotate(on=Cast(last_minute, DateField()))
        .annotate(
            place=Window(RowNumber(), partition_by=own_day, order_by=[F(last_minute), F("pk")]),
            that_day=Window(Count("pk"), partition_by=own_day),
        )
        .filter(place__lte=FIRST_OF_A_DAY)
        .values_list("pk", "on", "that_day")
    )
    days = {pk: (on, that_day) for pk, on, that_day in places}
    related = ["contract__customer"] if ends.model is ContractTerm else ["contract__customer", "term"]
    shown = ends.model._default_manager.filter(pk__in=days).select_related(*related).order_by(last_minute, "pk")
    return [InMonth(one if ends.model is ContractTerm else one.term, one.contract, *days[one.pk]) for one in shown]


def by_day(found: Iterable[InMonth]) -> dict[date, list[InMonth]]:
    """The same, by their day."""
    days: dict[date, list[InMonth]] = defaultdict(list)
    for end in found:
        days[end.on].append(end)
    return days


def last_chance(clock: Clock) -> datetime | None:
    """The last minute of the customer's work before their end: until then somebody there can be called."""
    customer = clock.contract.customer
    try:
        return last_working_moment(clock.ends_at, customer.time_zone, customer.calendar.hours())
    except NeverWorksError:
        return None

"""What ends when, of what the reader may see: lists, sums, hours and days, each in one query."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, cast

from django.db.models import Count, DateField, F, QuerySet, Sum, Window
from django.db.models.functions import Cast, RowNumber, TruncHour

from accounts.models import User
from accounts.worktime import NeverWorksError, last_working_moment
from renewals.desk.rows import Row, rows
from renewals.locking.models import Clock, ClockQuerySet
from renewals.ribbon.shapes import Interval

AHEAD = timedelta(hours=72)
DAY = timedelta(days=1)
AROUND = timedelta(days=2)
"""A wall time and its instant are never further apart: an index of instants narrows a search by wall times."""
FIRST_OF_A_DAY = 4
"""How many of a day's ends the calendar shows; the rest is a number that leads to all."""

if TYPE_CHECKING:

    class InMonth(Row):
        """A clock as `of_month` reads it: with its day, and how many that day has."""

        on: date
        that_day: int

else:
    InMonth = Row


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


def ending_between(clocks: ClockQuerySet, first: date, last: date) -> ClockQuerySet:
    """Those whose last minute is on these days, each by its customer's own calendar."""
    begins, ends = datetime.combine(first, time()), datetime.combine(last + DAY, time())
    around = (begins.replace(tzinfo=UTC) - AROUND, ends.replace(tzinfo=UTC) + AROUND)
    return clocks.filter(
        term__last_minute__gte=begins,
        term__last_minute__lt=ends,
        # Of the terms as well as of the clocks: else every term there is would be read for its wall time.
        term__ends_at__range=around,
        ends_at__range=around,
    )


def window_of(day: date) -> Interval:
    """The 72 hours in which a day lies whole in every zone: from 00:00 UTC of the day before."""
    begins = datetime.combine(day, time(), UTC) - DAY
    return begins, begins + AHEAD


def bare(clocks: QuerySet[Clock]) -> QuerySet[Clock]:
    """The same, without what a row shows and without an order: to be counted and added up."""
    return clocks.order_by().select_related(None).prefetch_related(None)


def sums(clocks: QuerySet[Clock]) -> Sums:
    """All of them together."""
    found = list(
        bare(clocks)
        .values("term__currency")
        .annotate(n=Count("pk"), amount=Sum("term__value"))
        .values_list("n", "amount", "term__currency")
    )
    amounts = sorted(((amount, currency) for _n, amount, currency in found if amount), reverse=True)
    return Sums(count=sum(n for n, _amount, _currency in found), amounts=amounts)


def hours(clocks: QuerySet[Clock]) -> dict[datetime, int]:
    """How many last minutes fall into each whole hour of UTC that has any."""
    last = TruncHour(F("ends_at") - timedelta(minutes=1), tzinfo=UTC)
    counted = bare(clocks).annotate(hour=last).values("hour").annotate(n=Count("pk"))
    return dict(counted.values_list("hour", "n"))


def of_month(clocks: ClockQuerySet) -> list[InMonth]:
    """The first ends of each day in their order, each with how many that day has. Two queries."""
    own_day = [F("on")]
    places = (
        bare(clocks)
        .annotate(on=Cast("term__last_minute", DateField()))
        .annotate(
            place=Window(RowNumber(), partition_by=own_day, order_by=[F("term__last_minute"), F("pk")]),
            that_day=Window(Count("pk"), partition_by=own_day),
        )
        .filter(place__lte=FIRST_OF_A_DAY)
        .values_list("pk", "on", "that_day")
    )
    days = {pk: (on, that_day) for pk, on, that_day in places}
    shown = Clock.objects.filter(pk__in=days).select_related("contract__customer", "term")
    found = cast("list[InMonth]", list(shown.order_by("term__last_minute", "pk")))
    for clock in found:
        clock.on, clock.that_day = days[clock.pk]
    return found


def by_day(found: Iterable[InMonth]) -> dict[date, list[InMonth]]:
    """The same, by their day."""
    days: dict[date, list[InMonth]] = {}
    for clock in found:
        days.setdefault(clock.on, []).append(clock)
    return days


def last_chance(clock: Clock) -> datetime | None:
    """The last minute of the customer's work before their end: until then somebody there can be called."""
    customer = clock.contract.customer
    try:
        return last_working_moment(clock.ends_at, customer.time_zone, customer.calendar.hours())
    except NeverWorksError:
        return None

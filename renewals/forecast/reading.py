"""Renewals of some periods, added up in the database: by month, and by what they are to be broken down by."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Case, CharField, DateField, DecimalField, F, Func, Q, Value, When

from accounts.models import User
from renewals.forecast.periods import Period
from renewals.forecast.retention import Retention
from renewals.pipeline.models import Renewal
from renewals.pipeline.models.renewals import RenewalQuerySet
from renewals.pipeline.rates import Rates, home

AROUND = timedelta(days=2)
"""A wall time and its instant are never further apart: an index of instants narrows a search by wall times."""
SIGNED, LOST = Renewal.Outcome.SIGNED, Renewal.Outcome.LOST
BY = {
    "csm": "contract__owner",
    "team": "contract__owner__team",
    "product": "contract__product",
    "segment": "contract__customer__segment",
}
"""By what a period is broken down, and the column that says it."""
NOTHING = Decimal(0)


class Month(Func):
    """The first day of a wall time's month: no zone has a say in it."""

    template = "(DATE_TRUNC('month', %(expressions)s))::date"
    output_field = DateField()


@dataclass(frozen=True, slots=True)
class Sum:
    """Renewals of one kind together, in the home currency: how many, expected, that by probability, and as it was."""

    count: int = 0
    expected: Decimal = NOTHING
    weighed: Decimal = NOTHING
    was: Decimal = NOTHING

    def __add__(self, other: Sum) -> Sum:
        return Sum(
            self.count + other.count,
            self.expected + other.expected,
            self.weighed + other.weighed,
            self.was + other.was,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Cube:
    """The sums of a forecast: by month and bucket, and of the period asked about by one of `BY` and bucket."""

    by_month: dict[tuple[date, str], Sum]
    broken_down: dict[tuple[Any, str], Sum]

    def of(self, period: Period, bucket: str) -> Sum:
        """A bucket of a month or a quarter."""
        months = (self.by_month.get((month.first, bucket), Sum()) for month in period.each_month)
        return sum(months, Sum())


def ending_in(renewals: RenewalQuerySet, period: Period) -> RenewalQuerySet:
    """Those whose last minute is in a period, by their customers' own calendars."""
    begins, ends = datetime.combine(period.first, time()), datetime.combine(period.ends, time())
    return renewals.filter(
        term__last_minute__gte=begins,
        term__last_minute__lt=ends,
        ends_at__gte=begins.replace(tzinfo=UTC) - AROUND,
        ends_at__lt=ends.replace(tzinfo=UTC) + AROUND,
    )


def in_home(amount: str, currency: str, rates: Rates) -> Case:
    """An amount in the home currency; NULL where there is no amount, or no rate for it."""
    return Case(
        When(**{currency: home()}, then=F(amount)),
        *(
            When(**{currency: code}, then=F(amount) * Value(rate.rate))
            for code, rate in sorted(rates.by_currency.items())
        ),
        default=Value(None),
        output_field=DecimalField(max_digits=30, decimal_places=10),
    )


def bucketed(renewals: RenewalQuerySet, rates: Rates) -> RenewalQuerySet:
    """Each with its `bucket` (how it ended, or its category), and `home` and `was`: its amounts in one currency."""
    return renewals.annotate(
        bucket=Case(When(outcome="", then=F("category")), default=F("outcome"), output_field=CharField()),
        home=in_home("amount", "currency", rates),
        was=in_home("amount_now", "currency_now", rates),
        month=Month("term__last_minute"),
    )


CUBE = """
WITH found (month, bucket, part, home, was, probability, is_within) AS MATERIALIZED ({sql})
SELECT GROUPING(month), month, part, bucket, is_within, count(*), coalesce(sum(home), 0),
  coalesce(sum(home * probability) / 100, 0), coalesce(sum(was), 0)
FROM found GROUP BY GROUPING SETS ((month, bucket), (part, bucket, is_within))
"""


def cube(renewals: RenewalQuerySet, *, spans: Sequence[Period], within: Period, by: str, rates: Rates) -> Cube:
    """The sums of these renewals over `spans`, which follow one another; those `within` also by one of `BY`."""
    whole = Period(spans[0].first, sum(span.months for span in spans))
    inside = Q(
        term__last_minute__gte=datetime.combine(within.first, time()),
        term__last_minute__lt=datetime.combine(within.ends, time()),
    )
    found = bucketed(ending_in(renewals, whole), rates).annotate(
        part=F(BY[by]), is_within=Case(When(inside, then=Value(True)), default=Value(False))
    )
    columns = ("month", "bucket", "part", "home", "was", "probability", "is_within")
    by_month: dict[tuple[date, str], Sum] = {}
    broken_down: dict[tuple[Any, str], Sum] = {}
    for is_part, month, part, bucket, is_within, *sums in rows_of(CUBE, found.order_by().values_list(*columns)):
        if not is_part:
            by_month[month, bucket] = Sum(*sums)
        elif is_within:
            broken_down[part, bucket] = Sum(*sums)
    return Cube(by_month=by_month, broken_down=broken_down)


def rows_of(template: str, found: Any) -> list[tuple[Any, ...]]:
    """What a statement around a queryset's own answers."""
    sql, params = found.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(template.format(sql=sql), params)
        return cursor.fetchall()


RETENTION = """
WITH found (outcome, customer, home, was, month) AS MATERIALIZED ({sql})
SELECT month, coalesce(sum(was) FILTER (WHERE priced), 0),
  coalesce(sum(least(was, home)) FILTER (WHERE priced AND is_signed), 0),
  coalesce(sum(home) FILTER (WHERE priced AND is_signed), 0),
  count(DISTINCT customer),
  count(DISTINCT customer) - count(DISTINCT customer) FILTER (WHERE NOT is_signed OR home < was),
  count(DISTINCT customer) FILTER (WHERE is_signed), count(*) FILTER (WHERE NOT priced)
FROM found, LATERAL (SELECT outcome = 'signed' AS is_signed) one,
  LATERAL (SELECT was IS NOT NULL AND (NOT is_signed OR home IS NOT NULL) AS priced) other
GROUP BY GROUPING SETS ((month), ())
"""


def retentions(renewals: RenewalQuerySet, period: Period, rates: Rates) -> dict[date | None, Retention]:
    """How much is kept of what is decided in a period: by month, and under None of all of it. One query."""
    decided = bucketed(ending_in(renewals, period).exclude(outcome=""), rates)
    columns = ("outcome", "contract__customer", "home", "was", "month")
    names = ("ended", "kept", "renewed", "customers", "whole", "going_on", "without_amount")
    found = rows_of(RETENTION, decided.order_by().values_list(*columns))
    return {month: Retention(**dict(zip(names, sums, strict=True))) for month, *sums in found}


def visible(user: User) -> RenewalQuerySet:
    """The renewals that the reader may see."""
    return Renewal.objects.visible_to(user)


def without_rate(renewals: RenewalQuerySet, period: Period, rates: Rates) -> list[str]:
    """The currencies in which something ends in the period and that nobody entered a rate for."""
    known: Iterable[str] = ("", home(), *rates.by_currency)
    others = ending_in(renewals, period).exclude(currency__in=known).order_by("currency")
    return list(others.values_list("currency", flat=True).distinct())

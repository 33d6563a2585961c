"""Renewals of some periods, added up in the database: by month, and by what they are to be broken down by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import (
    Case,
    CharField,
    Count,
    DateField,
    Exists,
    F,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models import Sum as SumOf

from accounts.models import Amendment, Contract, ContractTerm, User
from accounts.models.fields import Month
from renewals.forecast.periods import Period
from renewals.forecast.retention import Retention
from renewals.locking.models import ClockQuerySet
from renewals.pipeline.models import Renewal
from renewals.pipeline.models.renewals import RenewalQuerySet
from renewals.pipeline.rates import Rates, home, in_home
from renewals.playbooks.laying import AHEAD

AROUND = timedelta(hours=15)
"""No zone is further from UTC: a wall time and its instant are never further apart."""
SIGNED, LOST = Renewal.Outcome.SIGNED, Renewal.Outcome.LOST
BY = {
    "csm": "contract__owner",
    "team": "contract__owner__team",
    "product": "contract__product",
    "segment": "contract__customer__segment",
}
"""By what a period is broken down, and the column that says it."""
NOTHING = Decimal(0)
DAY = timedelta(days=1)


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
class Months:
    """Sums by month and bucket, and how many renewals are in none of them because their currency has no rate."""

    sums: dict[tuple[date, str], Sum]
    unrated: int

    def of(self, period: Period, bucket: str) -> Sum:
        """A bucket of a month or a quarter."""
        months = (self.sums.get((month.first, bucket), Sum()) for month in period.each_month)
        return sum(months, Sum())


def ending_in(renewals: RenewalQuerySet, period: Period) -> RenewalQuerySet:
    """Those whose last minute is in a period by their customers' own calendars, each with its `month`.

    Where every zone on earth agrees, the instants alone say so: of them the planner knows how many there are.
    """
    begins, ends = midnight(period.first), midnight(period.ends)
    agreed = Q(ends_at__gt=begins + AROUND, ends_at__lt=ends - AROUND)
    return renewals.annotate(month=month_within(period)).filter(
        agreed | Q(month__gte=period.first, month__lt=period.ends),
        ends_at__gt=begins - AROUND,
        ends_at__lt=ends + AROUND,
    )


def month_within(period: Period) -> Case:
    """The month of a renewal's last minute on its customer's own calendar, right for those near the period.

    Inside of a month's edges every zone on earth agrees with UTC; only of the others the term is asked, which has
    the wall time itself.
    """
    asked = ContractTerm.objects.filter(pk=OuterRef("term")).values(month=Month("last_minute"))
    inside = [
        When(
            ends_at__gt=midnight(month.first) + AROUND,
            ends_at__lt=midnight(month.ends) - AROUND,
            then=Value(month.first, output_field=DateField()),
        )
        for month in period.each_month
    ]
    return Case(*inside, default=Subquery(asked), output_field=DateField())


def midnight(day: date) -> datetime:
    """The day's 00:00 in UTC."""
    return datetime.combine(day, time(), UTC)


def bucketed(renewals: RenewalQuerySet, rates: Rates) -> RenewalQuerySet:
    """Each with its `bucket` (how it ended, or its category), and `home` and `was`: its amounts in one currency."""
    return renewals.annotate(
        bucket=Case(When(outcome="", then=F("category")), default=F("outcome"), output_field=CharField()),
        home=in_home("amount", "currency", rates),
        was=in_home("amount_now", "currency_now", rates),
    )


MONTHS = """
WITH found (month, bucket, amount, home, was, probability) AS MATERIALIZED ({sql})
SELECT month, bucket, count(*), coalesce(sum(home), 0), coalesce(sum(home * probability) / 100, 0),
  coalesce(sum(was), 0), count(*) FILTER (WHERE home IS NULL AND amount IS NOT NULL)
FROM found GROUP BY month, bucket
"""
PARTS = """
WITH found (part, bucket, home, was, probability) AS MATERIALIZED ({sql})
SELECT part, bucket, count(*), coalesce(sum(home), 0), coalesce(sum(home * probability) / 100, 0),
  coalesce(sum(was), 0)
FROM found GROUP BY part, bucket
"""


def months(renewals: RenewalQuerySet, period: Period, rates: Rates) -> Months:
    """The sums of these renewals in a period, by month and bucket. One query."""
    found = bucketed(ending_in(renewals, period), rates).order_by()
    columns = ("month", "bucket", "amount", "home", "was", "probability")
    rows = rows_of(MONTHS, found.values_list(*columns))
    return Months(
        sums={(month, bucket): Sum(*sums) for month, bucket, *sums, _unrated in rows},
        unrated=sum(unrated for *_sums, unrated in rows),
    )


def parts(renewals: RenewalQuerySet, period: Period, by: str, rates: Rates) -> dict[tuple[Any, str], Sum]:
    """The sums of these renewals in a period, by one of `BY` and bucket. One query."""
    found = bucketed(ending_in(renewals, period), rates).annotate(part=F(BY[by])).order_by()
    rows = rows_of(PARTS, found.values_list("part", "bucket", "home", "was", "probability"))
    return {(part, bucket): Sum(*sums) for part, bucket, *sums in rows}


def rows_of(template: str, found: Any) -> list[tuple[Any, ...]]:
    """What a statement around a queryset's own answers."""
    sql, params = found.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(template.format(sql=sql), params)
        return cursor.fetchall()


# By customer and month first, then by customer: very many DISTINCTs would be sorted, once each.
RETENTION = """
WITH found (outcome, customer, home, was, month) AS ({sql}),
by_month AS MATERIALIZED (
  SELECT month, customer, sum(was) FILTER (WHERE priced) AS ended,
    sum(least(was, home)) FILTER (WHERE priced AND is_signed) AS kept,
    sum(home) FILTER (WHERE priced AND is_signed) AS renewed,
    coalesce(bool_and(is_signed AND NOT coalesce(home < was, FALSE)), TRUE) AS whole,
    bool_or(is_signed) AS goes_on, count(*) FILTER (WHERE NOT priced) AS without
  FROM found, LATERAL (SELECT outcome = 'signed' AS is_signed) one,
    LATERAL (SELECT was IS NOT NULL AND (NOT is_signed OR home IS NOT NULL) AS priced) other
  GROUP BY month, customer
),
every AS (
  SELECT NULL::date AS month, sum(ended) AS ended, sum(kept) AS kept, sum(renewed) AS renewed,
    bool_and(whole) AS whole, bool_or(goes_on) AS goes_on, sum(without) AS without
  FROM by_month GROUP BY customer
)
SELECT month, coalesce(sum(ended), 0), coalesce(sum(kept), 0), coalesce(sum(renewed), 0), count(*),
  count(*) FILTER (WHERE whole), count(*) FILTER (WHERE goes_on), coalesce(sum(without), 0)::bigint
FROM (
  SELECT month, ended, kept, renewed, whole, goes_on, without FROM by_month UNION ALL SELECT * FROM every
) both_of_them
GROUP BY month
"""


def without_trials(renewals: RenewalQuerySet) -> RenewalQuerySet:
    """Those of what was paid for: who goes on after a trial is won, not kept.

    What the contract was when the renewal began counts, whatever became of it since.
    """
    trial = Contract.Kind.TRIAL
    since = Amendment.objects.filter(contract=OuterRef("contract"), at__gt=OuterRef("opened_at"))
    return renewals.filter(~Exists(since.filter(before__kind=trial))).exclude(contract__kind=trial)


def retentions(renewals: RenewalQuerySet, period: Period, rates: Rates) -> dict[date | None, Retention]:
    """How much is kept of what is decided in a period: by month, and under None of all of it. One query."""
    decided = bucketed(ending_in(without_trials(renewals), period).exclude(outcome=""), rates)
    columns = ("outcome", "contract__customer", "home", "was", "month")
    names = ("ended", "kept", "renewed", "customers", "whole", "going_on", "without_amount")
    found = rows_of(RETENTION, decided.order_by().values_list(*columns))
    return {month: Retention(**dict(zip(names, sums, strict=True))) for month, *sums in found}


def not_begun(clocks: ClockQuerySet, period: Period, *, now: datetime) -> ClockQuerySet:
    """Those of these clocks that end in a period and whose renewal has not begun, because their end is far."""
    begins, ends = datetime.combine(period.first, time()), datetime.combine(period.ends, time())
    nearest = max(now + AHEAD - DAY, midnight(period.first) - AROUND)
    begun = Renewal.objects.filter(term=OuterRef("term"))
    return clocks.filter(
        ~Exists(begun),
        span__contains=now,
        span__endswith=None,
        is_history=False,
        contract__declined_at=None,
        term__last_minute__gte=begins,
        term__last_minute__lt=ends,
        ends_at__gt=nearest,
        ends_at__lt=midnight(period.ends) + AROUND,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ToCome:
    """What has not begun, by the month in which it ends, and the currencies that are in no sum for want of a rate."""

    by_month: dict[date, Sum]
    without_rate: list[str]


def worth_by_month(clocks: ClockQuerySet, rates: Rates) -> ToCome:
    """What these are worth today. One query."""
    plain = clocks.order_by().annotate(month=Month("term__last_minute")).values("month", "term__currency")
    summed = plain.annotate(n=Count("pk"), worth=SumOf("term__value"))
    found: dict[date, Sum] = defaultdict(Sum)
    missing = set()
    for month, currency, n, worth in summed.values_list("month", "term__currency", "n", "worth"):
        there = rates.into_home(worth, currency)
        found[month] += Sum(count=n, expected=there or NOTHING)
        if worth is not None and there is None:
            missing.add(currency)
    return ToCome(by_month=dict(found), without_rate=sorted(missing))


def visible(user: User) -> RenewalQuerySet:
    """The renewals that the reader may see."""
    return Renewal.objects.visible_to(user)


def without_rate(renewals: RenewalQuerySet, period: Period, rates: Rates) -> list[str]:
    """The currencies in which something ends in the period and that nobody entered a rate for."""
    known: Iterable[str] = ("", home(), *rates.by_currency)
    others = ending_in(renewals, period).exclude(currency__in=known).order_by("currency")
    return list(others.values_list("currency", flat=True).distinct())

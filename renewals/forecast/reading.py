"""Renewals of some periods added up in the database by month, and beside them what has not begun."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db.models import Count, Exists, OuterRef
from django.db.models import Sum as SumOf

from accounts.models import User
from accounts.models.fields import Month
from renewals.forecast.ending import AROUND, answers, bucketed, ending_in, found_in, midnight
from renewals.forecast.periods import Period
from renewals.locking.models import ClockQuerySet
from renewals.pipeline.models import Renewal
from renewals.pipeline.models.renewals import RenewalQuerySet
from renewals.pipeline.rates import Rates, home
from renewals.playbooks.laying import AHEAD

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

    def __or__(self, other: Months) -> Months:
        """These and those of other months."""
        return Months(sums=self.sums | other.sums, unrated=self.unrated + other.unrated)

    def of(self, period: Period, bucket: str) -> Sum:
        """A bucket of a month or a quarter."""
        months = (self.sums.get((month.first, bucket), Sum()) for month in period.each_month)
        return sum(months, Sum())


MONTHS = """
WITH found AS MATERIALIZED ({found})
SELECT month, bucket, count(*), coalesce(sum(home), 0), coalesce(sum(home * probability) / 100, 0),
  coalesce(sum(was), 0), count(*) FILTER (WHERE home IS NULL AND amount IS NOT NULL)
FROM found GROUP BY month, bucket
"""


def months(renewals: RenewalQuerySet, period: Period, rates: Rates) -> Months:
    """The sums of these renewals in a period, by month and bucket. One query."""
    columns = ("bucket", "amount", "home", "was", "probability")
    found, params = found_in(bucketed(renewals, rates), period, columns)
    rows = answers(MONTHS.format(found=found), params)
    return Months(
        sums={(month, bucket): Sum(*sums) for month, bucket, *sums, _unrated in rows},
        unrated=sum(unrated for *_sums, unrated in rows),
    )


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

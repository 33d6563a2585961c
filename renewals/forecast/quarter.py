"""A quarter by month and broken down, and how much of it is kept: one pass over its renewals and their contracts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F

from accounts.models import Contract
from renewals.forecast.ending import Rows, answers, bucketed, found_in, once_a_trial, said
from renewals.forecast.periods import Period
from renewals.forecast.reading import Months, Sum
from renewals.forecast.retention import Retention
from renewals.forecast.weights import USUAL, WEIGHED, Weights
from renewals.pipeline.models.renewals import RenewalQuerySet
from renewals.pipeline.rates import Rates

BY = {
    "csm": "owner",
    "team": "owner__team",
    "product": "product",
    "segment": "customer__segment",
}
"""By what a period is broken down, and the contract's column that says it."""
Sums = Mapping[str, Sum]
"""By bucket."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Others:
    """Parts that have no line of their own: how many, and what they come to together."""

    many: int = 0
    sums: Sums = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.many)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The sums of those parts that most is counted on of, and of the others together."""

    named: Mapping[Any, Sums]
    others: Others

    def of(self, part: Any) -> Sums:
        """One part's, by bucket."""
        return self.named[part]

    def others_than(self, shown: Collection[Any]) -> Others:
        """What is not in these, of the named ones too."""
        left = [sums for part, sums in self.named.items() if part not in shown]
        together: dict[str, Sum] = defaultdict(Sum, self.others.sums)
        for bucket, one in (item for sums in left for item in sums.items()):
            together[bucket] += one
        return Others(many=self.others.many + len(left), sums=together)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarter:
    """What a quarter comes to, and how much of it is kept: by month, and under None of all of it."""

    months: Months
    parts: Parts
    kept: dict[date | None, Retention]


# The sums of money need no customers, and the customers no sums: of very many groups only what they are asked for is
# kept, first by customer and month and then by customer.
QUARTER = """
WITH found AS MATERIALIZED (
  SELECT one.*, part, customer, kind
  FROM ({found} ORDER BY contract) one JOIN ({contracts}) theirs ON theirs.id = contract
),
sums AS MATERIALIZED (
  SELECT part, bucket, month, count(*) AS n, coalesce(sum(home), 0) AS expected,
    coalesce(sum(home * probability), 0) AS weighed, coalesce(sum(was), 0) AS was,
    count(*) FILTER (WHERE home IS NULL AND amount IS NOT NULL) AS unrated
  FROM found GROUP BY part, bucket, month
),
by_part AS (
  SELECT part, bucket, sum(n) AS n, sum(expected) AS expected, sum(weighed) AS weighed, sum(was) AS was,
    sum(sum(expected) * CASE bucket WHEN 'signed' THEN 1 {shares} ELSE 0 END) OVER (PARTITION BY part) AS counted_on
  FROM sums GROUP BY part, bucket
),
placed AS MATERIALIZED (SELECT *, dense_rank() OVER (ORDER BY counted_on DESC) <= %s AS is_named FROM by_part),
decided AS MATERIALIZED (
  SELECT month, customer, home, was, is_signed, was IS NOT NULL AND (NOT is_signed OR home IS NOT NULL) AS is_priced
  FROM found, LATERAL (SELECT outcome = 'signed' AS is_signed) one
  WHERE outcome <> '' AND kind <> 'trial' AND NOT EXISTS (
    SELECT FROM ({trials}) once WHERE once.contract = found.contract AND once.at > opened_at
  )
),
by_customer AS MATERIALIZED (
  SELECT month, customer, coalesce(bool_and(is_signed AND NOT coalesce(home < was, FALSE)), TRUE) AS whole,
    bool_or(is_signed) AS goes_on
  FROM decided GROUP BY month, customer
),
every AS (SELECT customer, bool_and(whole) AS whole, bool_or(goes_on) AS goes_on FROM by_customer GROUP BY customer)
SELECT 'part' AS what, part, bucket, NULL::date AS month, n, expected, weighed / 100, was, 0 AS unrated
FROM placed WHERE is_named
UNION ALL
SELECT 'others', NULL, bucket, NULL, sum(n), sum(expected), sum(weighed) / 100, sum(was), 0
FROM placed WHERE NOT is_named GROUP BY bucket
UNION ALL
SELECT 'many', NULL, NULL, NULL, count(*), 0, 0, 0, 0 FROM (SELECT DISTINCT part FROM placed WHERE NOT is_named) one
UNION ALL
SELECT 'month', NULL, bucket, month, sum(n), sum(expected), sum(weighed) / 100, sum(was), sum(unrated)
FROM sums GROUP BY bucket, month
UNION ALL
SELECT 'money', NULL, NULL, month, count(*) FILTER (WHERE NOT is_priced),
  coalesce(sum(was) FILTER (WHERE is_priced), 0),
  coalesce(sum(least(was, home)) FILTER (WHERE is_priced AND is_signed), 0),
  coalesce(sum(home) FILTER (WHERE is_priced AND is_signed), 0), 0
FROM decided GROUP BY month
UNION ALL
SELECT 'customers', NULL, NULL, month, count(*), count(*) FILTER (WHERE whole), count(*) FILTER (WHERE goes_on), 0, 0
FROM by_customer GROUP BY month
UNION ALL
SELECT 'customers', NULL, NULL, NULL, count(*), count(*) FILTER (WHERE whole), count(*) FILTER (WHERE goes_on), 0, 0
FROM every
"""
COLUMNS = ("contract", "opened_at", "outcome", "bucket", "amount", "home", "was", "probability")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """By which one of `BY` a quarter is broken down, and how.

    So many parts as `most`, and more where some are counted on alike, have sums of their own. `of_all` says that it is
    of nearly everybody's contracts: then renewals and contracts are walked along side by side in their order, where
    looking up one after the other takes three times as long; for a few the walk would take longer than all the rest.
    """

    by: str = "product"
    most: int = 0
    weights: Weights = USUAL
    of_all: bool = False


def quarter(renewals: RenewalQuerySet, period: Period, asked: Asked, rates: Rates) -> Quarter:
    """These renewals in a period by month and by part, and how much is kept of what is decided. One query."""
    found, params = found_in(bucketed(renewals, rates), period, COLUMNS)
    order = ("pk",) if asked.of_all else ()
    theirs = Contract.objects.order_by(*order).values("id", "kind", "customer", part=F(BY[asked.by]))
    contracts, contract_params = said(theirs)
    trials, trial_params = said(once_a_trial().values("contract", "at"))
    shares = [word for name in WEIGHED for word in (name, asked.weights.of(name))]
    cases = " ".join("WHEN %s THEN %s" for _name in WEIGHED)
    statement = QUARTER.format(found=found, contracts=contracts, trials=trials, shares=cases)
    rows: dict[str, Rows] = defaultdict(list)
    for what, *row in answers(statement, (*params, *contract_params, *shares, asked.most, *trial_params)):
        rows[what].append(tuple(row))
    return Quarter(months=months_of(rows["month"]), parts=parts_in(rows), kept=kept_in(rows))


def months_of(rows: Rows) -> Months:
    """The months, of a statement's rows."""
    return Months(
        sums={(month, bucket): Sum(int(n), *sums) for _part, bucket, month, n, *sums, _unrated in rows},
        unrated=sum(int(row[-1]) for row in rows),
    )


def parts_in(rows: Mapping[str, Rows]) -> Parts:
    """The parts, of a statement's rows."""
    named: dict[Any, dict[str, Sum]] = defaultdict(lambda: defaultdict(Sum))
    for part, bucket, _month, count, *sums, _unrated in rows["part"]:
        named[part][bucket] = Sum(int(count), *sums)
    others = {bucket: Sum(int(count), *sums) for _part, bucket, _month, count, *sums, _unrated in rows["others"]}
    return Parts(named=named, others=Others(many=int(rows["many"][0][3]), sums=others))


def kept_in(rows: Mapping[str, Rows]) -> dict[date | None, Retention]:
    """How much is kept, of a statement's rows: the money of all months is theirs together, the customers are not."""
    money: dict[date | None, list[Decimal]] = {month: sums for _part, _bucket, month, *sums, _unrated in rows["money"]}
    money[None] = [sum(sums, Decimal(0)) for sums in zip(*money.values(), strict=True)] or [Decimal(0)] * 4
    found = {}
    for _part, _bucket, month, customers, whole, going_on, *_nothing in rows["customers"]:
        without, ended, kept, renewed = money[month]
        found[month] = Retention(
            ended=ended, kept=kept, renewed=renewed, without_amount=int(without),
            customers=int(customers), whole=int(whole), going_on=int(going_on),
        )  # fmt: skip
    return found


def retentions(renewals: RenewalQuerySet, period: Period, rates: Rates) -> dict[date | None, Retention]:
    """How much is kept of what is decided in a period: by month, and under None of all of it. One query."""
    return quarter(renewals, period, Asked(), rates).kept

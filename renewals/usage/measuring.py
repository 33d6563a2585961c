"""How much of what in which stretch of time, for any number of contracts in one statement."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from accounts.models import Product
from renewals.usage.models import Metric, UsageSignal
from renewals.usage.words import Adds, Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """From when until when, half-open, of one contract. Several of one contract are told apart by `key`."""

    contract_id: int
    key: str
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """What the signals of one metric in one stretch come to."""

    total: float
    highest: float
    people: int
    last_at: datetime

    def value(self, adds: Adds) -> float:
        """What counts of it, as the metric adds up."""
        return {Adds.UP: self.total, Adds.LEVEL: self.highest, Adds.PEOPLE: float(self.people)}[adds]


Measures = Mapping[tuple[int, str], Mapping[str, Measure]]
"""By contract and key of the stretch, then by metric; what had no signal is not there."""


def measured(stretches: Sequence[Stretch]) -> Measures:
    """What was measured in each of these stretches. One statement, however many there are."""
    found: dict[tuple[int, str], dict[str, Measure]] = defaultdict(dict)
    if not stretches:
        return found
    columns: list[Any] = [
        [stretch.contract_id for stretch in stretches],
        [stretch.since for stretch in stretches],
        [stretch.until for stretch in stretches],
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.n, u.metric, sum(u.value), max(u.value), count(DISTINCT nullif(u.who, '')), max(u.at) "
            "FROM unnest(%s::bigint[], %s::timestamptz[], %s::timestamptz[]) "
            "WITH ORDINALITY AS s (contract_id, since, until, n) "
            "JOIN renewals_usagesignal u ON u.contract_id = s.contract_id AND u.at >= s.since AND u.at < s.until "
            "GROUP BY s.n, u.metric",
            columns,
        )
        for place, metric, total, highest, people, last_at in cursor.fetchall():
            stretch = stretches[place - 1]
            found[stretch.contract_id, stretch.key][metric] = Measure(
                total=total, highest=highest, people=people, last_at=last_at
            )
    return found


def measured_alone(stretch: Stretch, *, lately: datetime) -> tuple[Mapping[str, Measure], int]:
    """What was measured in one stretch by metric, and how many different people there were since `lately`, by all
    metrics together. One statement, for a page that has no time for two.
    """
    found: dict[str, Measure] = {}
    everybody = 0
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT metric, sum(value), max(value), count(DISTINCT nullif(who, '')), max(at), "
            "count(DISTINCT nullif(who, '')) FILTER (WHERE at >= %s) FROM renewals_usagesignal "
            "WHERE contract_id = %s AND at >= %s AND at < %s GROUP BY GROUPING SETS ((metric), ())",
            [lately, stretch.contract_id, stretch.since, stretch.until],
        )
        for metric, total, highest, people, last_at, there in cursor.fetchall():
            if metric is None:
                everybody = there
                continue
            found[metric] = Measure(total=total, highest=highest, people=people, last_at=last_at)
    return found, everybody


@dataclass(frozen=True, slots=True)
class Known:
    """From when until when a product has counted a metric for a contract."""

    since: datetime
    until: datetime


def known(contract_ids: Iterable[int], *, now: datetime) -> Mapping[int, Mapping[str, Known]]:
    """By contract and metric, the first and the last signal up to `now`. One statement; reads all their signals."""
    found: dict[int, dict[str, Known]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT contract_id, metric, min(at), max(at) FROM renewals_usagesignal "
            "WHERE contract_id = ANY(%s) AND at < %s GROUP BY contract_id, metric",
            [list(contract_ids), now],
        )
        for contract_id, metric, since, until in cursor.fetchall():
            found[contract_id][metric] = Known(since, until)
    return found


def words_of(product_ids: Iterable[int]) -> Mapping[int, Mapping[str, Words]]:
    """By product and code, what its metrics are called."""
    found: dict[int, dict[str, Words]] = defaultdict(dict)
    for metric in Metric.objects.filter(product__in=set(product_ids)):
        found[metric.product_id][metric.code] = metric.words
    return found


LATELY = timedelta(days=90)
"""How far back a metric that nobody named is looked for."""
MOST_UNNAMED = 100


def unnamed(product: Product, *, now: datetime) -> Sequence[str]:
    """The codes that arrived lately for a product and that nobody has named, in order."""
    arrived = UsageSignal.objects.filter(contract__product=product, at__gt=now - LATELY, at__lte=now)
    fresh = arrived.exclude(metric__in=product.metrics.values("code")).order_by("metric")
    return list(fresh.values_list("metric", flat=True).distinct()[:MOST_UNNAMED])

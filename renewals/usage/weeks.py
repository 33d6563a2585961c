"""Use by the week, for small lines: one value a week and metric, the oldest first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from django.db import connection

from renewals.usage.words import Adds, Words, named

WEEK = timedelta(days=7)
WEEKS = 26
"""Half a year: long enough for a rhythm to show."""


def by_week(
    contract_ids: Iterable[int], words: Mapping[int, Mapping[str, Words]], *, now: datetime
) -> Mapping[int, Mapping[str, Sequence[float]]]:
    """By contract and metric, the last `WEEKS` weeks up to `now`, as each metric adds up; a week without a signal is 0.

    `words` are those of each contract's product. One statement, however many contracts.
    """
    found: dict[int, dict[str, list[float]]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT contract_id, metric, floor(extract(epoch FROM %s - at) / %s)::int AS ago, "
            "sum(value), max(value), count(DISTINCT nullif(who, '')) FROM renewals_usagesignal "
            "WHERE contract_id = ANY(%s) AND at > %s AND at <= %s GROUP BY contract_id, metric, ago",
            [now, WEEK.total_seconds(), list(contract_ids), now - WEEKS * WEEK, now],
        )
        for contract_id, metric, ago, total, highest, people in cursor.fetchall():
            adds = named(words[contract_id], metric).adds
            weeks = found[contract_id].setdefault(metric, [0.0] * WEEKS)
            weeks[WEEKS - 1 - ago] = {Adds.UP: total, Adds.LEVEL: highest, Adds.PEOPLE: float(people)}[adds]
    return found

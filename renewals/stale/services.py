"""Works out again what is older than its facts: a batch at a time, and of one kind nobody else at the same time."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

from django.db import connection, transaction

from renewals.stale.models import Stale, StaleQuerySet

BATCH = 500
"""Contracts worked out in one transaction: a fraction of a second."""
AT_ONCE = 500
"""So many a page works out before it is shown; of more it says how many are still to come."""
Keep = Callable[[Collection[int]], None]
"""Works out what is kept of these contracts, and keeps it."""
LOCK = 2359


def catch_up(rows: StaleQuerySet, keep: Keep, *, limit: int) -> int:
    """Work out again what of these rows is stale, up to `limit` contracts; how many there were.

    All rows are of one kind. One query where there is none, which is nearly always.
    """
    done = 0
    while done < limit and rows.exists():
        done += keep_some(rows, keep)
    return done


@transaction.atomic
def keep_some(rows: StaleQuerySet, keep: Keep) -> int:
    """One batch; how many contracts. Whoever comes second waits, and finds it done.

    The rows go before anything is read: a fact that is changed meanwhile leaves a row of its own. And no slower one
    can put something older in the place of something newer.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    found = set(rows.order_by("kind", "contract_id").values_list("contract_id", flat=True).distinct()[:BATCH])
    if found:
        rows.filter(contract_id__in=found).order_by().delete()
        keep(found)
    return len(found)


def left(rows: StaleQuerySet) -> int:
    """Of how many contracts something is stale."""
    return rows.order_by().values("contract_id").distinct().count()


def stale(kind: Stale.Kind) -> StaleQuerySet:
    """What is stale of one kind."""
    return Stale.objects.filter(kind=kind)


def differing(fresh: Iterable[Any], kept: Iterable[Any], columns: Sequence[str]) -> set[int]:
    """The contracts of which what is kept is not what is read afresh."""
    said, is_kept = ({row.pk: row for row in rows} for rows in (fresh, kept))
    return {
        (said.get(pk) or is_kept[pk]).contract_id
        for pk in said.keys() | is_kept.keys()
        if values(said.get(pk), columns) != values(is_kept.get(pk), columns)
    }


def values(row: Any, columns: Sequence[str]) -> list[Any] | None:
    """What these columns of a row say; None of no row."""
    return None if row is None else [getattr(row, name) for name in columns]

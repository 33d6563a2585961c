"""Opens a renewal for each contract whose end comes near: with its plan, in sets (rule 17)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from renewals.pipeline.models import Ends, Opening, Stage
from renewals.pipeline.usual import stages, the
from renewals.playbooks.laying import AHEAD

LONG_AGO = timedelta(days=36_500)

NEAR = """
FROM renewals_clock clock
JOIN accounts_contractterm term ON term.id = clock.term_id
JOIN accounts_contract contract ON contract.id = clock.contract_id
WHERE clock.span @> %s::timestamptz AND upper_inf(clock.span) AND NOT clock.is_history
  AND (clock.closes_at IS NULL OR clock.closes_at > %s) AND clock.ends_at <= %s
"""

RENEWED = """
FROM accounts_contractterm term
JOIN accounts_contract contract ON contract.id = term.contract_id
WHERE term.contract_id = ANY(%s) AND term.ends_at > %s AND EXISTS (
  SELECT 1 FROM accounts_contractterm later
  WHERE later.contract_id = term.contract_id AND later.ends_at > term.ends_at)
"""

OPEN = """
INSERT INTO renewals_renewal (
  contract_id, term_id, stage_id, ends_at, amount_now, currency_now, amount, currency, category, probability,
  next_step, risks, competitor, outcome, loss_words, opened_at)
SELECT term.contract_id, term.id, %s, term.ends_at, term.value, term.currency, term.value, term.currency, %s, %s,
  '', '', '', '', '', %s
"""

# The tick waits for nobody: whose contract is being changed just now is left to the next round.
UNLESS_LOCKED = "FOR NO KEY UPDATE OF contract SKIP LOCKED ON CONFLICT DO NOTHING"

LEFT = f"""
SELECT EXISTS (SELECT 1 {NEAR} AND clock.ends_at > %s
  AND NOT EXISTS (SELECT 1 FROM renewals_renewal renewal WHERE renewal.term_id = clock.term_id))
"""  # noqa: S608 - every word of it is ours


@transaction.atomic(savepoint=False)
def watch(*, now: datetime) -> int:
    """Open the renewals of contracts whose ends have come near since somebody looked; how many (rule 20).

    The first time, those of all that run already. Until none is left over, the next round looks for the same.
    """
    row, _made = Opening.objects.select_for_update().get_or_create(pk=1, defaults={"looked_until": now - LONG_AGO})
    first = the(Ends.OPEN, stages())
    since = row.looked_until + AHEAD
    opened = insert("AND clock.ends_at > %s", [since], stage=first, now=now)
    if not is_left(since, now=now):
        Opening.objects.filter(pk=1, looked_until__lt=now).update(looked_until=now)
    return opened


def is_left(since: datetime, *, now: datetime) -> bool:
    """Whether some end beyond `since` is near and has no renewal yet."""
    with connection.cursor() as cursor:
        cursor.execute(LEFT, [now, now, now + AHEAD, since])
        return bool(cursor.fetchone()[0])


def open_near(contract_ids: Sequence[int], *, among: list[Stage], now: datetime) -> int:
    """Open the renewals of those of these contracts whose end is near already; how many. One statement."""
    return insert("AND clock.contract_id = ANY(%s)", [list(contract_ids)], stage=the(Ends.OPEN, among), now=now)


def open_renewed(contract_ids: Sequence[int], *, among: list[Stage], now: datetime) -> int:
    """Open the renewals of those terms of these contracts that have their next one before their end has come.

    However far that end is: with the next term they are decided, and belong to the figures. One statement.
    """
    return put(RENEWED, [list(contract_ids), now], stage=the(Ends.OPEN, among), now=now)


def insert(which: str, values: list[Any], *, stage: Stage, now: datetime) -> int:
    """Insert the renewals of ends that are near."""
    return put(f"{NEAR} {which}", [now, now, now + AHEAD, *values], stage=stage, now=now)


def put(found: str, values: list[Any], *, stage: Stage, now: datetime) -> int:
    """Insert the renewals that are not there yet, each as its term is and at the stage where all begin."""
    with connection.cursor() as cursor:
        cursor.execute(f"{OPEN} {found} {UNLESS_LOCKED}", [stage.pk, stage.category, stage.probability, now, *values])
        return cursor.rowcount

"""Sets the weights of health, and keeps the score of each contract once a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts import wording
from accounts.bulk import insert_new
from accounts.models import Contract, User
from accounts.services import NotAllowed
from renewals.health.models import Round, Snapshot, Weighing
from renewals.health.reading import health_of, weights_at
from renewals.health.score import Kind, Weights
from renewals.locking.models import Clock

MAY_WEIGH = (User.Role.MANAGER, User.Role.ADMIN)
"""Who may say how much each part weighs."""
BATCH = 500
"""Contracts scored in one transaction of a round: a fraction of a second."""
# The next contract that was heard of, again and again: each is one look at an index, however many signals it has.
NEXT = """
    WITH RECURSIVE heard (id) AS (
        SELECT min(contract_id) FROM renewals_usagesignal WHERE contract_id > %(reached)s
        UNION ALL
        SELECT (SELECT min(u.contract_id) FROM renewals_usagesignal u WHERE u.contract_id > heard.id)
        FROM heard WHERE heard.id IS NOT NULL
    )
    (SELECT id FROM heard WHERE id IS NOT NULL LIMIT %(limit)s)
    UNION
    (SELECT id FROM accounts_contract WHERE id > %(reached)s
       AND customer_id IN (SELECT customer_id FROM renewals_conversation) ORDER BY id LIMIT %(limit)s)
    ORDER BY id LIMIT %(limit)s
"""


@transaction.atomic
def weigh(weights: Weights, *, by: User, now: datetime) -> Weighing | None:
    """These weights hold from now on, on record by whom; None where they hold already.

    Raises `NotAllowed` for a CSM and where no part would count.
    """
    if by.role not in MAY_WEIGH:
        raise NotAllowed(_("The weights are for managers and administrators to set."))
    if weights == weights_at(now):
        return None
    weighing = Weighing(at=now, by=by, **{str(kind): weights[kind] for kind in Kind})
    try:
        weighing.full_clean()
    except ValidationError as problem:
        raise NotAllowed(" ".join(problem.messages)) from problem
    weighing.save()
    return weighing


def today_here(now: datetime) -> date:
    """The day of a round: the vendor's own."""
    return wording.local(now, settings.CSPORTAL_DEFAULT_ZONE).date()


def keep_scores(*, now: datetime, limit: int = BATCH) -> int:
    """Keep the scores of up to `limit` contracts that today's round has not come to yet; how many it looked at.

    0 where the round is through, or another ticker has it. A contract has one score a day, whoever keeps it.
    """
    today = today_here(now)
    if Round.objects.filter(on=today).exclude(finished_at=None).exists():
        return 0
    return go_on(today, now=now, limit=limit)


@transaction.atomic
def go_on(today: date, *, now: datetime, limit: int) -> int:
    """One batch of a day's round: the scores, and how far it has come, in one transaction."""
    insert_new([Round(on=today, begun_at=now)])
    one = Round.objects.select_for_update(skip_locked=True).filter(on=today, finished_at=None).first()
    if one is None:
        return 0
    ids = next_contracts(one.reached, limit=limit)
    contracts = Contract.objects.filter(
        pk__in=ids, clocks__in=Clock.objects.counting(at=now).exclude(closes_at__lte=now)
    )
    keep(list(contracts), today, now=now)
    one.reached = ids[-1] if ids else one.reached
    one.finished_at = now if len(ids) < limit else None
    one.save(update_fields=["reached", "finished_at"])
    return len(ids)


def next_contracts(reached: int, *, limit: int) -> list[int]:
    """The contracts after one of them about which anything is known: signals, or conversations with the customer."""
    with connection.cursor() as cursor:
        cursor.execute(NEXT, {"reached": reached, "limit": limit})
        return [pk for (pk,) in cursor.fetchall()]


def keep(contracts: Sequence[Contract], on: date, *, now: datetime) -> None:
    """Keep the scores of these contracts for a day; one that is kept already stays."""
    scored = ((pk, found.score) for pk, found in health_of(contracts, now=now).items())
    insert_new([Snapshot(contract_id=pk, on=on, score=score) for pk, score in scored if score is not None])

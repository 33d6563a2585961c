"""Carries out one mail to whoever has an intervention: leased, checked, sent, marked (rule 20).

As `renewals.touches.services` does it for customers: sent first and marked afterwards, under one Message-ID.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django_q.tasks import async_task

from renewals.interventions.models import Intervention, Sending, SendingQuerySet
from renewals.interventions.writing import envelope
from renewals.touches.mail import Answer, Verdict, send
from renewals.touches.outbox import Gathering
from renewals.touches.services import LEASE, NEVER_FINISHED, shortened

logger = logging.getLogger(__name__)

SEND = "renewals.interventions.tasks.send"
WAITS = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60)]
"""How long to wait after each attempt that failed for now. After the last one it has failed for good."""


@transaction.atomic
def put_back(*, now: datetime, limit: int) -> int:
    """Put up to `limit` mails on the queue (again): fresh ones, due ones, those that no worker took; how many."""
    waiting = Sending.objects.left_lying(now=now).select_for_update(skip_locked=True).values_list("pk", flat=True)
    found = list(waiting[:limit])
    Sending.objects.filter(pk__in=found).update(queued_at=now)
    put_on_queue(found, now=now)
    return len(found)


def put_on_queue(ids: Iterable[uuid.UUID], *, now: datetime) -> None:
    """One task for each mail, in the caller's transaction."""
    gathering = Gathering()
    for pk in ids:
        async_task(SEND, str(pk), broker=gathering)
    gathering.flush(now=now)


def carry_out(sending_id: uuid.UUID, *, now: datetime) -> str:
    """Send one mail if it is due and nobody else has it; what became of it, in a word."""
    sending = claim(sending_id, now=now)
    if sending is None:
        return "not due"
    if is_needless(sending, now=now):
        return finish(sending, Sending.Outcome.DROPPED, "", now=now)
    if sending.attempts > len(WAITS) + 1:
        return finish(sending, Sending.Outcome.FAILED, sending.answer or NEVER_FINISHED, now=now)
    try:
        message = envelope(sending, now=now)
    except Exception as problem:  # a fault of ours, to be mended: as patient with it as with a server that is away
        logger.exception("The mail %s could not be written", sending.pk)
        return settle(sending, Answer(Verdict.LATER, f"{type(problem).__name__}: {problem}"), now=now)
    return settle(sending, send(message), now=now)


def claim(sending_id: uuid.UUID, *, now: datetime) -> Sending | None:
    """Lease a due mail and count the attempt before its work."""
    lease = uuid.uuid4()
    due = Sending.objects.due(now=now).filter(pk=sending_id)
    if not due.update(lease=lease, leased_until=now + LEASE, attempts=F("attempts") + 1):
        return None
    leased = Sending.objects.select_related(
        "hand_over__user",
        "hand_over__intervention__term",
        "hand_over__intervention__contract__customer",
        "hand_over__intervention__contract__product",
    )
    return leased.get(pk=sending_id, lease=lease)


def is_needless(sending: Sending, *, now: datetime) -> bool:
    """Whether the lock does not stand any more, or somebody else has it by now."""
    turn = sending.hand_over
    one = Intervention.objects.with_holder().open(at=now).filter(pk=turn.intervention_id).first()
    return one is None or one.holder_id != turn.user_id  # type: ignore[attr-defined]


def settle(sending: Sending, answer: Answer, *, now: datetime) -> str:
    """What the server's answer means for the mail."""
    if answer.verdict is Verdict.ACCEPTED:
        return finish(sending, Sending.Outcome.SENT, answer.said, now=now)
    if answer.verdict is Verdict.REFUSED or sending.attempts > len(WAITS):
        return finish(sending, Sending.Outcome.FAILED, answer.said, now=now)
    held(sending).update(
        next_try_at=now + WAITS[sending.attempts - 1],
        answer=shortened(answer.said),
        queued_at=None,
        lease=None,
        leased_until=None,
    )
    return "later"


def finish(sending: Sending, outcome: Sending.Outcome, answer: str, *, now: datetime) -> str:
    """End it, with what was said. Nothing where the lease was lost."""
    ended = held(sending).update(over_at=now, outcome=outcome, answer=shortened(answer), lease=None, leased_until=None)
    return outcome.value if ended else "lease lost"


def held(sending: Sending) -> SendingQuerySet:
    """The row, as long as this worker's lease is the one in it."""
    return Sending.objects.filter(over_at=None, pk=sending.pk, lease=sending.lease)

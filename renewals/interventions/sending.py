"""Carries out one mail to whoever has an intervention: leased, checked, sent, marked (rule 20).

As `renewals.touches.services` does it for customers: sent first and marked afterwards, under one Message-ID.
"""

from __future__ import annotations

import logging
import uuid
from datetime import datetime, timedelta

from renewals.interventions.models import Intervention, Message
from renewals.interventions.writing import envelope
from renewals.touches.leasing import FREE, NEVER_FINISHED, claim, held, shortened, try_later
from renewals.touches.mail import Answer, Verdict, send

logger = logging.getLogger(__name__)

SEND = "renewals.interventions.tasks.send"
WAITS = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60)]
"""How long to wait after each attempt that failed for now. After the last one it has failed for good."""


def carry_out(message_id: uuid.UUID, *, now: datetime) -> str:
    """Send one mail if it is due and nobody else has it; what became of it, in a word."""
    message = leased(message_id, now=now)
    if message is None:
        return "not due"
    if is_needless(message, now=now):
        return finish(message, Message.Outcome.DROPPED, "", now=now)
    if message.attempts > len(WAITS) + 1:
        return finish(message, Message.Outcome.FAILED, message.answer or NEVER_FINISHED, now=now)
    try:
        mail = envelope(message, now=now)
    except Exception as problem:  # a fault of ours, to be mended: as patient with it as with a server that is away
        logger.exception("The mail %s could not be written", message.pk)
        return settle(message, Answer(Verdict.LATER, f"{type(problem).__name__}: {problem}"), now=now)
    return settle(message, send(mail), now=now)


def leased(message_id: uuid.UUID, *, now: datetime) -> Message | None:
    """The mail, leased, with all that it tells of; None where it is not due or somebody else has it."""
    lease = claim(Message.objects.all(), message_id, now=now)
    if lease is None:
        return None
    messages = Message.objects.select_related(
        "hand_over__user",
        "hand_over__intervention__term",
        "hand_over__intervention__contract__customer",
        "hand_over__intervention__contract__product",
    )
    return messages.get(pk=message_id, lease=lease)


def is_needless(message: Message, *, now: datetime) -> bool:
    """Whether the lock does not stand any more, or somebody else has it by now."""
    turn = message.hand_over
    one = Intervention.objects.with_holder().open(at=now).filter(pk=turn.intervention_id).first()
    return one is None or one.holder_id != turn.user_id  # type: ignore[attr-defined]


def settle(message: Message, answer: Answer, *, now: datetime) -> str:
    """What the server's answer means for the mail."""
    if answer.verdict is Verdict.ACCEPTED:
        return finish(message, Message.Outcome.SENT, answer.said, now=now)
    if answer.verdict is Verdict.REFUSED or message.attempts > len(WAITS):
        return finish(message, Message.Outcome.FAILED, answer.said, now=now)
    return try_later(message, answer.said, now=now, waits=WAITS)


def finish(message: Message, outcome: str, answer: str, *, now: datetime) -> str:
    """End it, with what was said. Nothing where the lease was lost."""
    ended = held(message).update(over_at=now, outcome=outcome, answer=shortened(answer), **FREE)
    return outcome if ended else "lease lost"

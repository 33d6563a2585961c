"""Carries out one message about an intervention, mail or posting: leased, checked, sent, marked (rule 20).

As `renewals.touches.services` does it for customers: sent first and marked afterwards, a mail under one Message-ID.
A posting may come twice where a worker dies in between.
"""

from __future__ import annotations

import logging
import uuid
from datetime import datetime, timedelta

from renewals.channels.answers import Answer, Verdict
from renewals.interventions import posting
from renewals.interventions.models import Intervention, Message
from renewals.interventions.writing import envelope
from renewals.touches.leasing import FREE, NEVER_FINISHED, claim, held, postpone, shortened, try_later
from renewals.touches.mail import send

logger = logging.getLogger(__name__)

SEND = "renewals.interventions.tasks.send"
WAITS = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60)]
"""How long to wait after each attempt that failed for now. After the last one it has failed for good."""


def carry_out(message_id: uuid.UUID, *, now: datetime) -> str:
    """Send one message if it is due and nobody else has it; what became of it, in a word."""
    message = leased(message_id, now=now)
    if message is None:
        return "not due"
    if is_needless(message, now=now):
        return finish(message, Message.Outcome.DROPPED, "", now=now)
    if message.attempts > len(WAITS) + 1:
        return finish(message, Message.Outcome.FAILED, message.answer or NEVER_FINISHED, now=now)
    return tell_the_team(message, now=now) if message.way == Message.Way.CHANNEL else mail_it(message, now=now)


def mail_it(message: Message, *, now: datetime) -> str:
    """Write the mail to whoever has it, and hand it to the server."""
    try:
        mail = envelope(message, now=now)
    except Exception as problem:
        return not_written(message, problem, now=now)
    return settle(message, send(mail), now=now)


def tell_the_team(message: Message, *, now: datetime) -> str:
    """Post it to the team's channel: nothing where there is none any more, later where it has had enough for now."""
    channel = posting.channel_of(message)
    if channel is None:
        return finish(message, Message.Outcome.DROPPED, "", now=now)
    if posting.has_posted_enough(channel, now=now):
        return postpone(message, now + posting.MINUTE)
    try:
        text, link = posting.text_about(message, channel, now=now)
    except Exception as problem:
        return not_written(message, problem, now=now)
    return settle(message, posting.post(channel, text, link, now=now), now=now)


def not_written(message: Message, problem: Exception, *, now: datetime) -> str:
    """A fault of ours, to be mended: as patient with it as with a server that is away."""
    logger.exception("The message %s could not be written", message.pk)
    return settle(message, Answer(Verdict.LATER, f"{type(problem).__name__}: {problem}"), now=now)


def leased(message_id: uuid.UUID, *, now: datetime) -> Message | None:
    """The message, leased, with all that it tells of; None where it is not due or somebody else has it."""
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
    """What an answer means for the message. Asked to wait longer than it would have waited, it does."""
    if answer.verdict is Verdict.ACCEPTED:
        return finish(message, Message.Outcome.SENT, answer.said, now=now)
    if answer.verdict is Verdict.REFUSED or message.attempts > len(WAITS):
        return finish(message, Message.Outcome.FAILED, answer.said, now=now)
    return try_later(message, answer.said, now=now, waits=[max(wait, answer.asked) for wait in WAITS])


def finish(message: Message, outcome: str, answer: str, *, now: datetime) -> str:
    """End it, with what was said. Nothing where the lease was lost."""
    ended = held(message).update(over_at=now, outcome=outcome, answer=shortened(answer), **FREE)
    return outcome if ended else "lease lost"

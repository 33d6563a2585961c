"""Carries out one invitation: leased, checked, sent, marked; a retry invites nobody twice (rules 16 and 20)."""

from __future__ import annotations

import logging
import uuid
from datetime import datetime, timedelta

from django.core.mail import EmailMultiAlternatives

from renewals.appointments.inviting import Method, envelope
from renewals.appointments.models import Invitation
from renewals.channels.answers import Answer, Verdict
from renewals.touches.leasing import FREE, NEVER_FINISHED, claim, held, shortened, try_later
from renewals.touches.mail import send

logger = logging.getLogger(__name__)

WAITS = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 120, 240)]
"""How long to wait after each attempt that failed for now. After the last one it has failed for good."""


def carry_out(invitation_id: uuid.UUID, *, now: datetime) -> str:
    """Send one invitation if it is due and nobody else has it; what became of it, in a word."""
    invitation = leased(invitation_id, now=now)
    if invitation is None:
        return "not due"
    if is_needless(invitation, now=now):
        return finish(invitation, Invitation.Outcome.DROPPED, "", now=now)
    if invitation.attempts > len(WAITS) + 1:
        return finish(invitation, Invitation.Outcome.FAILED, invitation.answer or NEVER_FINISHED, now=now)
    try:
        mail = envelope(invitation, now=now)
    except Exception as problem:  # a fault of ours, to be mended: as patient with it as with a server that is away
        logger.exception("The invitation %s could not be written", invitation.pk)
        return settle(invitation, Answer(Verdict.LATER, f"{type(problem).__name__}: {problem}"), now=now)
    return settle(invitation, send(mail), mail, now=now)


def carry_out_due(*, now: datetime) -> list[dict[str, str]]:
    """Every invitation that is due, here and now, for simulations; what became of each."""
    due = Invitation.objects.due(now=now).select_related("appointment__contract").order_by("next_try_at", "pk")
    return [
        {
            "contract": one.appointment.contract.number,
            "to": one.recipient,
            "outcome": carry_out(one.pk, now=now),
        }
        for one in due
    ]


def leased(invitation_id: uuid.UUID, *, now: datetime) -> Invitation | None:
    """The invitation, leased, with all that it tells of; None where it is not due or somebody else has it."""
    lease = claim(Invitation.objects.all(), invitation_id, now=now)
    if lease is None:
        return None
    people = ("user", "appointment__user", "appointment__contact__customer")
    about = ("appointment__contract__customer", "appointment__contract__product")
    return Invitation.objects.select_related(*people, *about).get(pk=invitation_id, lease=lease)


def is_needless(invitation: Invitation, *, now: datetime) -> bool:
    """Whether it says nothing any more: a later one to the same person does, or the call has begun.

    Whoever was never invited need not hear that it is off.
    """
    call = invitation.appointment
    others = Invitation.objects.filter(appointment=call, recipient=invitation.recipient).exclude(pk=invitation.pk)
    if others.filter(sequence__gt=invitation.sequence).exists() or call.starts_at <= now:
        return True
    was_invited = others.filter(method=Method.REQUEST, outcome__in=Invitation.LEFT)
    return invitation.method == Method.CANCEL and not was_invited.exists()


def settle(invitation: Invitation, answer: Answer, mail: EmailMultiAlternatives | None = None, *, now: datetime) -> str:
    """What the server's answer means for the invitation."""
    if answer.verdict is Verdict.ACCEPTED:
        return finish(invitation, Invitation.Outcome.SENT, answer.said, mail, now=now)
    if answer.verdict is Verdict.REFUSED or invitation.attempts > len(WAITS):
        return finish(invitation, Invitation.Outcome.FAILED, answer.said, mail, now=now)
    return try_later(invitation, answer.said, now=now, waits=WAITS)


def finish(
    invitation: Invitation, outcome: str, answer: str, mail: EmailMultiAlternatives | None = None, *, now: datetime
) -> str:
    """End it, with what was said. Nothing where the lease was lost."""
    ended = held(invitation).update(
        over_at=now,
        outcome=outcome,
        answer=shortened(answer),
        subject=str(mail.subject)[:200] if mail else "",
        body=str(mail.body) if mail else "",
        **FREE,
    )
    return outcome if ended else "lease lost"

"""Carries out one reminder: who here is to tell which customers, and whom to call there (rule 10)."""

from __future__ import annotations

import uuid
from datetime import datetime
from email.utils import format_datetime, parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import F, Prefetch
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts import wording
from accounts.models import Contact
from accounts.worktime import next_working_moment
from renewals.channels.answers import Answer, Verdict
from renewals.locking.models import Clock, ClockQuerySet
from renewals.touches.asking import local_day, staff_hours
from renewals.touches.leasing import FREE, NEVER_FINISHED, WAITS, claim, held, postpone, shortened, try_later
from renewals.touches.mail import send
from renewals.touches.models import Delivery, Reminder, Sending
from renewals.touches.writing import MINUTE, one_line, own_minute, paragraphs

MOST = 20
"""Contracts that one mail tells of in full; the others are a number and a link."""


def remind(reminder_id: uuid.UUID, *, now: datetime) -> str:
    """Carry out one reminder if it is due and nobody else has it; what became of it, in a word."""
    lease = claim(Reminder.objects.all(), reminder_id, now=now)
    if lease is None:
        return "not due"
    reminder = Reminder.objects.select_related("user").get(pk=reminder_id, lease=lease)
    left = still_untold(reminder, now=now)
    gone = reason_gone(reminder, left.count(), now=now)
    if gone is not None:
        return finish(reminder, Reminder.Outcome.DROPPED, gone.value, now=now)
    user = reminder.user
    opens_at = next_working_moment(now, user.time_zone, staff_hours([user])[user.pk])
    if opens_at > now:
        return postpone(reminder, opens_at)
    if reminder.attempts > len(WAITS) + 1:
        return finish(reminder, Reminder.Outcome.FAILED, reminder.answer or NEVER_FINISHED, now=now)
    message = letter(reminder, left, now=now)
    return settle(reminder, send(message), message, now=now)


def still_untold(reminder: Reminder, *, now: datetime) -> ClockQuerySet:
    """What the reminder is about and what still holds, just before it would be sent (rule 16): the longest first."""
    clocks = Clock.objects.counting(at=now).filter(lock_at=None, joins_at=None, span__endswith=None)
    same = {"term": F("contract__asked__term"), "term__last_minute": F("contract__asked__last_minute")}
    failed = Delivery.objects.filter(outcome__in=Delivery.UNDELIVERED)
    return (
        clocks.filter(contract__asked__reminder=reminder, **same)
        .select_related("term", "contract__product", "contract__customer")
        .prefetch_related(
            Prefetch("contract__customer__contacts", Contact.objects.order_by("-gets_notices", "pk")),
            Prefetch("term__touches__delivery", failed),
        )
        .order_by("ends_at", "pk")
    )


def reason_gone(reminder: Reminder, left: int, *, now: datetime) -> Reminder.Dropped | None:
    """Why nobody needs to be reminded any more; None while somebody does."""
    if not reminder.user.is_active:
        return Reminder.Dropped.AWAY
    if local_day(reminder.user, now) != reminder.on:
        return Reminder.Dropped.DAY_OVER
    return None if left else Reminder.Dropped.TOLD


def letter(reminder: Reminder, left: ClockQuerySet, *, now: datetime) -> EmailMultiAlternatives:
    """The mail, in the language that they read, under an id that every repeat carries."""
    user, count = reminder.user, left.count()
    _name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    with translation.override(user.language or settings.LANGUAGE_CODE):
        words = {
            "greeting": one_line(user.name),
            "contracts": [told_of(clock, reader_zone=user.time_zone) for clock in left[:MOST]],
            "count": count,
            "more": max(count - MOST, 0),
            "all_of_them": f"{settings.CSPORTAL_BASE_URL}{reverse('desk:contracts')}?told=nobody",
        }
        subject = one_line(render_to_string("emails/reminder/subject.txt", words))
        body = paragraphs(render_to_string("emails/reminder/body.txt", words))
    return EmailMultiAlternatives(
        subject=subject,
        body=body,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[user.email],
        headers={
            "Message-ID": f"<{reminder.pk}@{address.rpartition('@')[2]}>",
            "Date": format_datetime(now),
            "Auto-Submitted": "auto-generated",
        },
    )


def told_of(clock: Clock, *, reader_zone: str) -> dict[str, Any]:
    """What the mail says of one contract: whose it is, its minute, why nobody was told, whom to call."""
    contract, zone = clock.contract, clock.term.time_zone
    person = next((one for one in contract.customer.contacts.all() if one.phone or one.email), None)
    return {
        "customer": one_line(contract.customer.name),
        "product": one_line(contract.product.name),
        "number": one_line(contract.number),
        "last_minute": wording.minute(clock.term.last_minute, zone),
        "own_last_minute": own_minute(clock.term.ends_at - MINUTE, zone, reader_zone),
        "why": why_nobody(clock),
        "person": one_line(person.name) if person else "",
        "reached_at": one_line(person.phone or person.email) if person else "",
        "link": f"{settings.CSPORTAL_BASE_URL}{reverse('desk:told', args=[contract.pk])}",
    }


def why_nobody(clock: Clock) -> str:
    """Why nobody there was told, as far as it is known."""
    touches = [touch for touch in clock.term.touches.all() if touch.last_minute == clock.term.last_minute]
    failed = [touch.delivery for touch in touches if hasattr(touch, "delivery")]
    if failed:
        said = {"address": failed[-1].recipient, "answer": one_line(failed[-1].answer)}
        return _("The mail to %(address)s came back: %(answer)s") % said
    people = clock.contract.customer.contacts.all()
    if not any(person.gets_notices and person.email for person in people):
        return _("Nobody there has an address to be told under.")
    return _("No notice has reached anybody there yet.")


def settle(mail: Sending, answer: Answer, message: EmailMultiAlternatives, *, now: datetime) -> str:
    """What the server's answer means for a mail to one of the vendor's people."""
    if answer.verdict is Verdict.ACCEPTED:
        return finish(mail, Sending.Outcome.SENT, answer.said, message, now=now)
    if answer.verdict is Verdict.REFUSED or mail.attempts > len(WAITS):
        return finish(mail, Sending.Outcome.FAILED, answer.said, message, now=now)
    return try_later(mail, answer.said, now=now)


@transaction.atomic
def finish(
    mail: Sending, outcome: str, answer: str, message: EmailMultiAlternatives | None = None, *, now: datetime
) -> str:
    """End it. Nothing where the lease was lost."""
    ended = held(mail).update(
        over_at=now,
        outcome=outcome,
        answer=shortened(answer),
        subject=str(message.subject)[:200] if message else "",
        body=str(message.body) if message else "",
        **FREE,
    )
    return outcome if ended else "lease lost"

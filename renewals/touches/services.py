"""Carries out one delivery: lease it, check that it still makes sense, send it, mark it (rules 16 and 20).

Sent first and marked afterwards: a worker that dies in between sends again, under the same Message-ID, and nothing
is ever lost. `docs/decisions.md` says why.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import F

from accounts.models import Amendment
from accounts.worktime import WorkingHours
from renewals.channels.answers import Answer, Verdict
from renewals.entitlement import Facts, Held, lock_instant
from renewals.locking.models import Clock, Evidence
from renewals.locking.services import all_hours
from renewals.locking.telling import COUNTS_AHEAD, record_evidence
from renewals.timeline.models import Event
from renewals.timeline.services import record_event
from renewals.touches.enclosing import enclosed, papers_of
from renewals.touches.leasing import (
    FREE,
    NEVER_FINISHED,
    WAITS,
    claim,
    held,
    postpone,
    shortened,
    try_later,
)
from renewals.touches.mail import send
from renewals.touches.models import Delivery, Touch
from renewals.touches.reasons import joining_told, reason_gone, turn_of
from renewals.touches.reports import take_back
from renewals.touches.writing import Letter, Notice, envelope, write

logger = logging.getLogger(__name__)


def deliver(delivery_id: uuid.UUID, *, now: datetime) -> str:
    """Carry out one delivery if it is due and nobody else has it; what became of it, in a word.

    Called twice, or by two workers at once, it sends once. Every way out leaves the row over, or its next try set.
    """
    delivery = leased(delivery_id, now=now)
    if delivery is None:
        return "not due"
    clock = clock_of(delivery.touch, now=now)
    gone = reason_gone(delivery.touch, clock, now=now)
    if gone is not None:
        return finish(delivery, Delivery.Outcome.DROPPED, gone.value, now=now)
    calendars = all_hours()
    goes_at = turn_of(delivery.touch, calendars, now=now)
    if goes_at > now:
        return postpone(delivery, goes_at)
    if delivery.attempts > len(WAITS) + 1:
        return finish(delivery, Delivery.Outcome.FAILED, delivery.answer or NEVER_FINISHED, now=now)
    try:
        notice = notice_of(delivery.touch, clock, calendars, now=now)
        letter = write(notice)
        message = envelope(letter, notice, delivery_id=delivery.pk)
        message.attach(enclosed(notice))
        with_papers(message, notice)
    except Exception as problem:  # a fault of ours, to be mended: as patient with it as with a server that is away
        logger.exception("The notice %s could not be written", delivery.pk)
        return settle(delivery, Answer(Verdict.LATER, f"{type(problem).__name__}: {problem}"), now=now)
    return settle(delivery, send(message), letter, now=now)


def with_papers(message: EmailMultiAlternatives, notice: Notice) -> None:
    """What was signed goes along with the thanks, and its owner here gets the same mail."""
    found = papers_of(notice)
    for part in found:
        message.attach(part)
    if found and notice.owner is not None:
        message.cc = [notice.owner.email]


def clock_of(touch: Touch, *, now: datetime) -> Clock:
    """The clock that a touch is about: the one that counts, and for an earlier end that of its own term, if to come."""
    clocks = Clock.objects.filter(contract=touch.contract_id)
    counting = clocks.get(span__contains=now)
    if touch.kind != Touch.Kind.SHORTENED:
        return counting
    return clocks.filter(term=touch.term_id, starts_at__gte=counting.ends_at).first() or counting


def leased(delivery_id: uuid.UUID, *, now: datetime) -> Delivery | None:
    """The delivery, leased, with all that its letter tells of; None where it is not due or somebody else has it."""
    lease = claim(Delivery.objects.all(), delivery_id, now=now)
    if lease is None:
        return None
    deliveries = Delivery.objects.select_related(
        "touch__term",
        "touch__amendment",
        "touch__script",
        "touch__contact__customer",
        "touch__contract__product",
        "touch__contract__owner",
    )
    return deliveries.get(pk=delivery_id, lease=lease)


def notice_of(
    touch: Touch, clock: Clock, calendars: Mapping[int, WorkingHours] | None = None, *, now: datetime
) -> Notice:
    """What the notice is about. It may be the first that anyone there hears: the lock it names reckons with that.

    `calendars` are those of `all_hours`, for who has read them already.
    """
    customer = touch.contact.customer
    window = clock.windows
    facts = Facts(terms=(), zone=customer.time_zone, hours=(calendars or all_hours())[customer.calendar_id])
    told_now = Held(starts_at=window.starts_at, ends_at=window.ends_at, recorded_at=now, told_at=now)
    return Notice(
        contract=touch.contract,
        term=touch.term,
        contact=touch.contact,
        window=window,
        lock_at=window.lock_at or lock_instant(facts, told_now, window.earliest_lock_at) or window.earliest_lock_at,
        now=now,
        joins_at=joining_told(clock, touch.contract, now=now),
        moved_from=moved_from(touch.amendment) if touch.amendment else None,
        taken_back=touch.kind == Touch.Kind.TAKEN_BACK,
        is_receipt=touch.kind == Touch.Kind.RENEWED,
        script=touch.script,
        revision=touch.contract.amendments.count(),
    )


def moved_from(amendment: Amendment) -> datetime:
    """The last minute that was promised before the end was moved earlier, as the amendment keeps it (rule 5)."""
    return datetime.fromisoformat(amendment.before["last_minute"])


def settle(delivery: Delivery, answer: Answer, letter: Letter | None = None, *, now: datetime) -> str:
    """What the server's answer means for the delivery."""
    if answer.verdict is Verdict.ACCEPTED:
        return finish(delivery, Delivery.Outcome.SENT, answer.said, letter, provider_id=answer.provider_id, now=now)
    if answer.verdict is Verdict.REFUSED or delivery.attempts > len(WAITS):
        return finish(delivery, Delivery.Outcome.FAILED, answer.said, letter, now=now)
    return try_later(delivery, answer.said, now=now)


EVENTS = {
    Delivery.Outcome.SENT: Event.Kind.NOTICE_SENT,
    Delivery.Outcome.FAILED: Event.Kind.NOTICE_FAILED,
    Delivery.Outcome.DROPPED: Event.Kind.NOTICE_DROPPED,
}


SAID_OF = (Touch.Kind.RENEWED, Touch.Kind.LETTER)
"""What the story calls by its own name: all else is a notice."""


def prove(touch: Touch, *, now: datetime) -> None:
    """What was sent is evidence of every end that it tells of, once that is near enough to be remembered (rule 10)."""
    if touch.kind == Touch.Kind.RENEWED:
        return
    kind = Evidence.Kind.RENEWS if touch.kind == Touch.Kind.RENEWS_ITSELF else Evidence.Kind.DELIVERED
    told = [touch.term]
    if touch.script is not None:
        besides = touch.script.besides.filter(last_minute=F("term__last_minute"))
        told += [one.term for one in besides.select_related("term")]
    for term in told:
        if touch.script is None or term.ends_at - now <= COUNTS_AHEAD:
            record_evidence(term, kind=kind, at=now, now=now, contact=touch.contact, note=touch.contact.email)


@transaction.atomic
def finish(
    delivery: Delivery,
    outcome: Delivery.Outcome,
    answer: str,
    letter: Letter | None = None,
    *,
    provider_id: str = "",
    now: datetime,
) -> str:
    """End a delivery, on record; a notice that was sent is evidence. Nothing where the lease was lost."""
    touch = delivery.touch
    ended = held(delivery).update(
        over_at=now,
        outcome=outcome,
        answer=shortened(answer),
        recipient=touch.contact.email or delivery.recipient,
        subject=letter.subject[:200] if letter else "",
        body=letter.text if letter else "",
        provider_id=provider_id,
        **FREE,
    )
    if not ended:
        return "lease lost"
    if outcome == Delivery.Outcome.SENT:
        prove(touch, now=now)
    record_event(
        touch.contract,
        EVENTS[outcome],
        key=f"delivery:{delivery.pk}",
        occurred_at=now,
        now=now,
        contact=touch.contact.name,
        lead_days=max(touch.lead, timedelta(0)).days,
        answer=shortened(answer),
        **({"touch": touch.kind} if touch.kind in SAID_OF else {}),
    )
    if outcome == Delivery.Outcome.SENT and take_back(delivery, now=now):
        return Delivery.Outcome.BOUNCED.value
    return outcome.value

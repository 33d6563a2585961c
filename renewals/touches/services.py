"""Carries out one delivery: lease it, check that it still makes sense, send it, mark it (rules 16 and 20).

Sent first and marked afterwards: a worker that dies in between sends again, under the same Message-ID, and nothing
is ever lost. `docs/decisions.md` says why.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from accounts.models import Amendment, Contract
from accounts.worktime import WorkingHours
from renewals.entitlement import Facts, Held, State, lock_instant, state_at
from renewals.locking.models import Clock, Evidence
from renewals.locking.renewing import will_join_at
from renewals.locking.services import all_hours
from renewals.locking.telling import record_evidence
from renewals.timeline.models import Event
from renewals.timeline.services import record_event
from renewals.touches.enclosing import enclosed
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
from renewals.touches.mail import Answer, Verdict, send
from renewals.touches.models import Delivery, Touch, TouchQuerySet
from renewals.touches.planning import hours_of
from renewals.touches.reports import take_back
from renewals.touches.schedule import APART
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
    except Exception as problem:  # a fault of ours, to be mended: as patient with it as with a server that is away
        logger.exception("The notice %s could not be written", delivery.pk)
        return settle(delivery, Answer(Verdict.LATER, f"{type(problem).__name__}: {problem}"), now=now)
    return settle(delivery, send(message), letter, now=now)


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
        "touch__contact__customer",
        "touch__contract__product",
        "touch__contract__owner",
    )
    return deliveries.get(pk=delivery_id, lease=lease)


def reason_gone(touch: Touch, clock: Clock, *, now: datetime) -> Delivery.Dropped | None:
    """Why a notice is not needed any more, just before it would be sent; None while it is (rule 16)."""
    if touch.kind == Touch.Kind.RENEWED:
        return None if is_still_theirs(touch) else Delivery.Dropped.UNWANTED
    if clock.term_id != touch.term_id:
        return Delivery.Dropped.RENEWED
    if touch.last_minute != touch.term.last_minute or was_moved_again(touch):
        return Delivery.Dropped.MOVED
    if touch.kind == Touch.Kind.RENEWS_ITSELF and joining_told(clock, touch.contract, now=now) is None:
        return Delivery.Dropped.ENDS
    if not touch.contact.gets_notices or not touch.contact.email:
        return Delivery.Dropped.UNWANTED
    if state_at(clock.windows, now) in (State.SOFT_LOCKED, State.CLOSED):
        return Delivery.Dropped.LOCKED
    return Delivery.Dropped.TOLD_ALREADY if was_told_already(touch, now=now) else None


def is_still_theirs(touch: Touch) -> bool:
    """Whether a receipt reaches who is told about ends, or who confirmed and whose link was not taken from them."""
    contact = touch.contact
    links = contact.links.filter(contract=touch.contract_id, revoked_at=None)
    return bool(contact.email) and (contact.gets_notices or links.exists())


def was_moved_again(touch: Touch) -> bool:
    """Whether the end was moved once more after the move that this touch tells of: also back to the same minute."""
    if touch.amendment is None:
        return False
    return Amendment.objects.filter(term=touch.term_id, kind__in=Amendment.MOVES, pk__gt=touch.amendment.pk).exists()


def was_told_already(touch: Touch, *, now: datetime) -> bool:
    """Whether a plain notice repeats what this person was told just before, or since it should have gone out."""
    if touch.kind not in Touch.PLAIN:
        return False
    lately = Q(delivery__over_at__gte=touch.due_at) | Q(delivery__over_at__gt=now - APART)
    return Touch.objects.heard().beside(touch).filter(lately).exists()


def turn_of(touch: Touch, calendars: Mapping[int, WorkingHours], *, now: datetime) -> datetime:
    """When a notice may go out: in their hours, and not while a better one of the same minute is on its way."""
    opens_at = hours_of(touch.contact, calendars).next(now)
    waits = opens_at <= now and touch.kind in Touch.PLAIN and better(touch, now=now).exists()
    return now + WAITS[0] if waits else opens_at


def better(touch: Touch, *, now: datetime) -> TouchQuerySet:
    """The open notices of the same minute that go first: what says more, then what is meant to be nearer the end.

    Whatever waits looks again once the other is over, so that two workers at once never send both, and a notice
    that cannot be delivered takes no other one with it.
    """
    later = Q(due_at__gt=touch.due_at) | Q(due_at=touch.due_at, pk__gt=touch.pk)
    return Touch.objects.open().beside(touch).filter(~Q(kind__in=Touch.PLAIN) | later, due_at__lte=now)


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
        revision=touch.contract.amendments.count(),
    )


def moved_from(amendment: Amendment) -> datetime:
    """The last minute that was promised before the end was moved earlier, as the amendment keeps it (rule 5)."""
    return datetime.fromisoformat(amendment.before["last_minute"])


def joining_told(clock: Clock, contract: Contract, *, now: datetime) -> datetime | None:
    """When the next term joins by itself if nobody says no, told at `now` at the latest; None where it ends."""
    if now >= clock.ends_at or not contract.renews_itself:
        return None
    told_at = Evidence.objects.of_the_promise().of_renewing().filter(term=clock.term_id).first_at()
    return will_join_at(contract, clock.term, told_at=told_at or now)


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
    is_receipt = touch.kind == Touch.Kind.RENEWED
    if outcome == Delivery.Outcome.SENT and not is_receipt:
        count_as_told(touch, now=now)
    record_event(
        touch.contract,
        EVENTS[outcome],
        key=f"delivery:{delivery.pk}",
        occurred_at=now,
        now=now,
        contact=touch.contact.name,
        lead_days=max(touch.lead, timedelta(0)).days,
        answer=shortened(answer),
        **({"touch": touch.kind} if is_receipt else {}),
    )
    if outcome == Delivery.Outcome.SENT and take_back(delivery, now=now):
        return Delivery.Outcome.BOUNCED.value
    return outcome.value


def count_as_told(touch: Touch, *, now: datetime) -> None:
    """What a notice that left proves, until it comes back (rule 10)."""
    renews = touch.kind == Touch.Kind.RENEWS_ITSELF
    kind = Evidence.Kind.RENEWS if renews else Evidence.Kind.DELIVERED
    record_evidence(touch.term, kind=kind, at=now, now=now, contact=touch.contact, note=touch.contact.email)

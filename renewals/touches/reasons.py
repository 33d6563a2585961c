"""Whether a message still makes sense just before it would go out, and whose turn it is (rule 16)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Q

from accounts.models import Amendment, Contact, Contract
from accounts.worktime import WorkingHours
from renewals.entitlement import State, state_at
from renewals.locking.models import Clock, Evidence
from renewals.locking.renewing import will_join_at
from renewals.touches.leasing import WAITS
from renewals.touches.models import Delivery, Script, Touch, TouchQuerySet
from renewals.touches.planning import hours_of
from renewals.touches.schedule import APART


def reason_gone(touch: Touch, clock: Clock, *, now: datetime) -> Delivery.Dropped | None:
    """Why a notice is not needed any more, just before it would be sent; None while it is (rule 16)."""
    if touch.kind == Touch.Kind.RENEWED:
        return None if is_still_theirs(touch) else Delivery.Dropped.UNWANTED
    if clock.term_id != touch.term_id:
        return Delivery.Dropped.RENEWED
    if touch.last_minute != touch.term.last_minute or was_moved_again(touch):
        return Delivery.Dropped.MOVED
    if touch.script is not None:
        return reason_of_letter(touch.script, touch.contact, now=now)
    if touch.kind == Touch.Kind.RENEWS_ITSELF and joining_told(clock, touch.contract, now=now) is None:
        return Delivery.Dropped.ENDS
    if not touch.contact.gets_notices or not touch.contact.email:
        return Delivery.Dropped.UNWANTED
    if state_at(clock.windows, now) in (State.SOFT_LOCKED, State.CLOSED):
        return Delivery.Dropped.LOCKED
    return Delivery.Dropped.TOLD_ALREADY if was_told_already(touch, now=now) else None


def reason_of_letter(script: Script, contact: Contact, *, now: datetime) -> Delivery.Dropped | None:
    """Why a letter that a person wrote does not go out: taken back, too late, or nobody there to read it."""
    if script.withdrawn_at is not None:
        return Delivery.Dropped.WITHDRAWN
    if now >= script.not_after:
        return Delivery.Dropped.OVERTAKEN
    return None if contact.email else Delivery.Dropped.UNWANTED


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
    """Whether a plain notice repeats what this person was told just before, or since it should have gone out.

    A letter that was written for them stands in for the notice whose time it comes close to (rule 15): one that went
    out no more than as long before it as that is before the end.
    """
    if touch.kind not in Touch.PLAIN:
        return False
    lately = Q(delivery__over_at__gte=touch.due_at) | Q(delivery__over_at__gt=now - APART)
    in_its_stead = Q(kind=Touch.Kind.LETTER, delivery__over_at__gte=touch.term.ends_at - 2 * touch.lead)
    return Touch.objects.heard().beside(touch).filter(lately | in_its_stead).exists()


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


def joining_told(clock: Clock, contract: Contract, *, now: datetime) -> datetime | None:
    """When the next term joins by itself if nobody says no, told at `now` at the latest; None where it ends."""
    if now >= clock.ends_at or not contract.renews_itself:
        return None
    told_at = Evidence.objects.of_the_promise().of_renewing().filter(term=clock.term_id).first_at()
    return will_join_at(contract, clock.term, told_at=told_at or now)

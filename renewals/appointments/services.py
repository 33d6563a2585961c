"""Books, moves, calls off and settles calls at a fixed time: each on record, each with its invitations (rule 20)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import gettext as _

from accounts.models import Contact, Contract, User
from accounts.services import NotAllowed, locked
from renewals.appointments.inviting import invite
from renewals.appointments.models import Appointment, Invitation
from renewals.appointments.reading import about, is_of, times_for, to_come_of, zone_of
from renewals.appointments.slots import LENGTH, can_be_had
from renewals.links.models import RenewalLink
from renewals.locking.models import Clock, Evidence
from renewals.locking.telling import COUNTS_AHEAD, promised_since, record_evidence
from renewals.timeline.models import Event
from renewals.timeline.services import record_event

A_DAY, MOST_A_DAY = timedelta(days=1), 12
"""How often a customer can book, move and call off about one contract within a day: each of it writes mails."""
OF_CUSTOMERS = (Event.Kind.CALL_BOOKED, Event.Kind.CALL_MOVED, Event.Kind.CALL_OFF)


class Taken(NotAllowed):
    """Somebody was faster, or the time is not offered any more."""

    def __init__(self) -> None:
        super().__init__(_("This time has just been taken. These are still free."))


class SomebodyElses(NotAllowed):
    """Another person there asked for the call: it is theirs, and ours, to change."""

    def __init__(self) -> None:
        super().__init__(_("A colleague of yours asked for this call. Only they can change it; you can leave a wish."))


class TooOften(NotAllowed):
    """So much was changed within a day that the next change is made in person."""

    def __init__(self) -> None:
        super().__init__(_("This was changed very often today. Please write or call instead."))


@transaction.atomic
def book(link: RenewalLink, *, at: datetime, phone: str = "", now: datetime) -> Appointment:
    """The customer chose a time that was offered: a call of whoever looks after the contract, and both are invited.

    Chosen twice it is one call. Who has one already moves it. Raises `Taken` where it cannot be had, `TooOften`.
    """
    contract = read(link.contract)
    before = about(contract, to_come_of(contract, None, now=now))
    if before is not None and not is_of(before, link.contact):
        raise SomebodyElses
    if before is not None:
        return move(before, at=at, by=link.contact, phone=phone, now=now)
    user = contract.owner
    if user is None or not user.is_active or not can_be_had(times_for(contract, link.contact, user, now=now), at):
        raise Taken
    refuse_too_often(contract, now=now)
    call = Appointment(contract=contract, contact=link.contact, user=user, owner=user, phone=phone, asked_at=now)
    call.during, call.time_zone = half_an_hour(at), zone_of(contract, link.contact)
    with one_at_a_time():
        call.save()
    note(call, Event.Kind.CALL_BOOKED, now=now, phone=call.phone)
    invite(call, by_customer=True, now=now)
    return call


@transaction.atomic
def move(call: Appointment, *, at: datetime, by: Contact | User | None, phone: str = "", now: datetime) -> Appointment:
    """The same call at another time: the invitation that follows takes the place of the one before.

    `by`: one of ours, or who asked for it. Raises `Taken` where that time cannot be had, `NotAllowed` once it is over.
    """
    call = still_to_come(call, now=now)
    if call.starts_at == at:
        return call
    by_customer, before = not isinstance(by, User), call.user
    call.user = who_can(call, at, by_customer=by_customer, now=now)
    if by_customer:
        refuse_too_often(call.contract, now=now)
    call.during, call.phone, call.sequence = half_an_hour(at), phone or call.phone, call.sequence + 1
    with one_at_a_time():
        call.save(update_fields=["user", "during", "phone", "sequence"])
    note(call, Event.Kind.CALL_MOVED, by=by, now=now, phone=call.phone)
    invite(call, by_customer=by_customer, now=now, no_longer=before if before != call.user else None)
    return call


def who_can(call: Appointment, at: datetime, *, by_customer: bool, now: datetime) -> User:
    """Who makes a call at another time. The customer is offered times of whoever looks after them, not of a stand-in.

    Raises `Taken` where nobody can.
    """
    asked = [call.contract.owner, call.user] if by_customer else [call.user]
    for user in asked:
        if user and user.is_active and can_be_had(times_for(call.contract, call.contact, user, now=now), at):
            return user
    raise Taken


@transaction.atomic
def call_off(call: Appointment, *, by: Contact | User | None, now: datetime) -> None:
    """It does not take place: its time is free again, and both are told. `NotAllowed` once it is over."""
    call, by_customer = still_to_come(call, now=now), not isinstance(by, User)
    if not isinstance(by, User) and not is_of(call, by):
        raise SomebodyElses
    call.off_at, call.sequence = now, call.sequence + 1
    call.save(update_fields=["off_at", "sequence"])
    note(call, Event.Kind.CALL_OFF, by=by, now=now)
    invite(call, by_customer=by_customer, method=Invitation.Method.CANCEL, now=now)


@transaction.atomic
def settle(call: Appointment, *, outcome: Appointment.Outcome, by: User, words: str = "", now: datetime) -> None:
    """What came of it. Held, they have heard of the end, where that is near enough to be remembered (rule 10).

    `NotAllowed` before it begins, and where it is settled or called off already.
    """
    call = of_open(call)
    if call.starts_at > now:
        raise NotAllowed(_("This call is still to come. Note it once it has been had."))
    call.outcome, call.note, call.settled_at, call.settled_by = outcome, words.strip()[:500], now, by
    call.save(update_fields=["outcome", "note", "settled_at", "settled_by"])
    was_held = outcome == Appointment.Outcome.HELD
    note(call, Event.Kind.CALL_HELD if was_held else Event.Kind.CALL_MISSED, by=by, now=now, reason=call.note)
    if was_held:
        prove(call, by=by, now=now)


def prove(call: Appointment, *, by: User, now: datetime) -> None:
    """A call that was held told them of the minute that counted then: that it ends, or that it renews by itself.

    Of a minute that was promised later, by a move or a renewal in between, they heard nothing.
    """
    clock = Clock.objects.counting(at=now).select_related("term", "contract").get(contract=call.contract_id)
    goes_on = clock.contract.renews_itself and clock.contract.declined_at is None and clock.ends_at > now
    since = promised_since(clock.term)
    if clock.ends_at - call.starts_at <= COUNTS_AHEAD and not (since and call.starts_at < since):
        kind = Evidence.Kind.RENEWS if goes_on else Evidence.Kind.TOLD
        # Without the note: it was written for the house, and evidence stands in the customer's own proof.
        record_evidence(clock.term, kind=kind, at=call.starts_at, now=now, contact=call.contact, by=by)


def read(contract: Contract) -> Contract:
    """The contract with what a call about it reads, its row locked: two wishes about it wait for one another."""
    locked(contract)
    related = ("customer__calendar", "owner", "product")
    return Contract.objects.select_related(*related).get(pk=contract.pk)


def of_open(call: Appointment) -> Appointment:
    """The call as it stands, its contract locked. `NotAllowed` where it was called off or settled."""
    contract = read(call.contract)
    found = Appointment.objects.open().select_related("contact", "user", "owner").filter(pk=call.pk).first()
    if found is None:
        raise NotAllowed(_("This call was called off or noted already."))
    found.contract = contract
    return found


def still_to_come(call: Appointment, *, now: datetime) -> Appointment:
    """The same, where its time is not over."""
    found = of_open(call)
    if found.ends_at <= now:
        raise NotAllowed(_("The time of this call is over."))
    return found


def half_an_hour(at: datetime) -> DateTimeTZRange:
    """The time of a call that begins at an instant."""
    return DateTimeTZRange(at, at + LENGTH)


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Let the database decide who of two gets a time: the other's is `Taken`, and nothing else of theirs is lost."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as problem:
        raise Taken from problem


def refuse_too_often(contract: Contract, *, now: datetime) -> None:
    """Whoever holds a link writes to two people by it: not without end."""
    lately = Event.objects.filter(contract=contract, kind__in=OF_CUSTOMERS, recorded_at__gt=now - A_DAY)
    if lately.count() >= MOST_A_DAY:
        raise TooOften


def note(
    call: Appointment, kind: Event.Kind, *, by: Contact | User | None = None, now: datetime, **detail: str
) -> None:
    """Put on record what became of a call: with whom, when, and which of ours did it."""
    said = {"contact": call.asked_by, "to_at": call.starts_at.isoformat(), "time_zone": call.time_zone}
    said |= {"name": call.user.name, **({"by": by.name} if by else {})}
    key = f"{kind}:{call.pk}:{call.sequence}"
    record_event(call.contract, kind, key=key, occurred_at=now, now=now, **said, **detail)

"""Sets the terms of payment; puts on record what was paid, what was not, and what waits for too long."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import NotAllowed
from renewals.offers.models import Agreement, PaymentTerms
from renewals.offers.paying import terms_at
from renewals.payments.models import Paid
from renewals.payments.standing import DAY, late
from renewals.timeline.models import Event
from renewals.timeline.services import record_event, record_events

SAID = ("days", "limit", "words_zh", "words_en")


@transaction.atomic
def set_terms(*, by: User, now: datetime, **said: Any) -> bool:
    """These terms hold for what is signed from now on, on record by whom; whether they are other than before.

    Raises `NotAllowed` for everybody but administrators.
    """
    if by.role != User.Role.ADMIN:
        raise NotAllowed(_("The terms of payment are for administrators to set."))
    before, fresh = terms_at(now), PaymentTerms(at=now, by=by, **said)
    if all(getattr(before, name) == getattr(fresh, name) for name in SAID):
        return False
    fresh.full_clean()
    fresh.save()
    return True


@transaction.atomic
def mark_paid(agreement: Agreement, *, paid_on: date, reference: str = "", by: User, now: datetime) -> Paid:
    """Put on record that it is paid. Raises `NotAllowed` where that is on record already, or nothing is to be paid."""
    found = Agreement.objects.select_for_update(of=("self",)).select_related("contract").get(pk=agreement.pk)
    if found.due_on is None:
        raise NotAllowed(_("Nothing is to be paid for it."))
    if found.paid.standing().exists():
        raise NotAllowed(_("It is on record as paid already. Nothing was done twice."))
    paid = Paid.objects.create(agreement=found, paid_on=paid_on, reference=reference.strip(), at=now, by=by)
    note(Event.Kind.PAID, paid, now=now, by=str(by), reference=paid.reference)
    return paid


@transaction.atomic
def take_back(paid: Paid, *, why: str, by: User, now: datetime) -> None:
    """It is not paid after all, and why: the record stays. Raises `NotAllowed` where that was said before."""
    said = {"taken_back_at": now, "taken_back_by": by, "why": why.strip()}
    if not said["why"]:
        raise NotAllowed(_("Say why it is not paid after all."))
    if not Paid.objects.standing().filter(pk=paid.pk).update(**said):
        raise NotAllowed(_("It has been taken back already."))
    note(Event.Kind.PAYMENT_TAKEN_BACK, paid, now=now, by=str(by), reason=why.strip())


def note(kind: Event.Kind, paid: Paid, *, now: datetime, **detail: str) -> None:
    """It stands in the contract's story."""
    one = paid.agreement
    money = money_of(one)
    record_event(
        one.contract, kind, key=f"{kind}:{paid.pk}", occurred_at=now, now=now,
        paid_on=paid.paid_on.isoformat(), **money, **detail,
    )  # fmt: skip


def money_of(one: Agreement) -> dict[str, str]:
    """What is to be paid for it, as events keep it."""
    return {"amount": "" if one.gross is None else str(one.gross), "currency": one.currency}


def note_late(*, now: datetime, limit: int) -> int:
    """Put on record, once each, what is unpaid for longer than the company waits; how many.

    It is dated by the moment at which the wait was over, and it locks nobody (rule 12).
    """
    asked = terms_at(now)
    key = Concat(Value(f"{Event.Kind.PAYMENT_OVERDUE}:"), Cast(OuterRef("pk"), CharField()), output_field=CharField())
    known = Event.objects.filter(contract=OuterRef("contract"), key=key)
    found = late(Agreement.objects.all(), asked, at=now).filter(~Exists(known)).order_by("due_ends_at", "pk")
    events = [late_event(one, asked) for one in found.defer("text")[:limit]]
    if events:
        record_events(events, now=now)
    return len(events)


def late_event(one: Agreement, asked: PaymentTerms) -> Event:
    """Not saved: that the wait for a payment is over."""
    assert one.due_on is not None
    assert one.due_ends_at is not None
    return Event(
        contract_id=one.contract_id,
        kind=Event.Kind.PAYMENT_OVERDUE,
        key=f"{Event.Kind.PAYMENT_OVERDUE}:{one.pk}",
        occurred_at=one.due_ends_at + asked.limit * DAY,
        detail={"due_on": one.due_on.isoformat()} | money_of(one),
    )

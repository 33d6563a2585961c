"""Puts conversations and promises on record; each by somebody, each once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Contact, Contract, Customer, User
from accounts.services import NotAllowed
from renewals.conversations.models import Conversation, Promise


@dataclass(frozen=True, slots=True, kw_only=True)
class Promised:
    """A promise as it was said: by which side, what, by the end of which day if any."""

    side: Promise.Side
    what: str
    due_on: date | None = None


@transaction.atomic
def note_conversation(
    customer: Customer,
    *,
    channel: Conversation.Channel,
    at: datetime,
    time_zone: str,
    said: str,
    by: User,
    now: datetime,
    contact: Contact | None = None,
    contract: Contract | None = None,
    sentiment: int | None = None,
    promises: Iterable[Promised] = (),
) -> Conversation:
    """A conversation on record, with what was promised in it.

    Raises `NotAllowed` for one that is still to come, for one in which nothing was said, and for a person or a
    contract of another customer.
    """
    if at > now:
        raise NotAllowed(_("This conversation is still to come. Note it once it has been had."))
    if not said.strip():
        raise NotAllowed(_("Say what was said: a sentence is enough."))
    refuse_strangers(customer, contact=contact, contract=contract)
    conversation = Conversation.objects.create(
        customer=customer,
        contract=contract,
        contact=contact,
        at=at,
        time_zone=time_zone,
        channel=channel,
        said=said.strip(),
        sentiment=sentiment,
        by=by,
        recorded_at=now,
    )
    for one in promises:
        note_promise(customer, promised=one, contract=contract, conversation=conversation, by=by, now=now)
    return conversation


def refuse_strangers(customer: Customer, *, contact: Contact | None, contract: Contract | None) -> None:
    """Raise `NotAllowed` for a person or a contract that is another customer's."""
    if contact is not None and contact.customer_id != customer.pk:
        raise NotAllowed(_("%(name)s is not at %(customer)s.") % {"name": contact, "customer": customer})
    if contract is not None and contract.customer_id != customer.pk:
        said = {"number": contract.number, "customer": customer}
        raise NotAllowed(_("The contract %(number)s is not %(customer)s’s.") % said)


@transaction.atomic
def note_promise(
    customer: Customer,
    *,
    promised: Promised,
    by: User,
    now: datetime,
    contract: Contract | None = None,
    conversation: Conversation | None = None,
) -> Promise:
    """A promise on record; its day is one of the customer's own calendar. Raises `NotAllowed` for an empty one."""
    if not promised.what.strip():
        raise NotAllowed(_("Say what was promised."))
    refuse_strangers(customer, contact=None, contract=contract)
    return Promise.objects.create(
        customer=customer,
        contract=contract,
        conversation=conversation,
        side=promised.side,
        what=promised.what.strip(),
        due_on=promised.due_on,
        time_zone=customer.time_zone,
        by=by,
        made_at=now,
    )


@transaction.atomic
def settle_promise(promise: Promise, *, outcome: Promise.Outcome, by: User, now: datetime) -> None:
    """A promise was kept, or is not needed any more: once. Raises `NotAllowed` where it was settled already."""
    settled = Promise.objects.filter(pk=promise.pk, settled_at=None)
    if not settled.update(outcome=outcome, settled_at=now, settled_by=by):
        raise NotAllowed(_("This promise is settled already."))

"""What staff do around the end of a contract that takes more than one room: each atomic, each by somebody."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import services, terms
from accounts.models import Amendment, Contact, Contract, ContractTerm, User
from accounts.seam import people_changed
from accounts.services import NotAllowed
from renewals.links.models import RenewalLink
from renewals.links.services import revoke
from renewals.locking import granting
from renewals.locking.models import Evidence, Grant
from renewals.locking.services import all_hours
from renewals.touches.models import Touch
from renewals.touches.planning import hours_of, recipients_of

AT_ONCE = timedelta(0)
"""The lead of a notice that follows from what was done, not from how near the end is."""


@transaction.atomic
def move_end(contract: Contract, *, term: terms.Term, reason: str, by: User, now: datetime) -> ContractTerm:
    """A new last minute. An earlier one is told to everybody who is told about ends, in their hours (rules 5, 16).

    Raises `NotAllowed` for an earlier end without a reason, in the past, or of which nobody can be told;
    `terms.TermError` for an end that cannot be.
    """
    services.locked(contract)
    before = services.last_term(contract).ends_at
    moved = services.move_end(contract, term=term, reason=reason, by=by, now=now)
    if moved.ends_at < before:
        announce_earlier_end(contract, moved, now=now)
    return moved


def announce_earlier_end(contract: Contract, term: ContractTerm, *, now: datetime) -> None:
    """A notice of the earlier end for each person there.

    Told of the amendment, not of the minute alone: an end that is moved to the same minute a second time is told again.
    """
    amendment = term.amendments.filter(kind=Amendment.Kind.SHORTENED).latest("pk")
    announce(contract, term, Touch.Kind.SHORTENED, lead=AT_ONCE, amendment=amendment, now=now)


@transaction.atomic
def take_back(given: Grant, *, reason: str, by: User, now: datetime) -> None:
    """Take extra time back; who is told about ends is told of the earlier lock (rules 5 and 10).

    Raises `NotAllowed` without a reason, for time that is gone, and where nobody can be told.
    """
    granting.take_back(given, reason=reason, by=by, now=now)
    term = given.term
    announce(term.contract, term, Touch.Kind.TAKEN_BACK, lead=term.ends_at - now, now=now)


def announce(
    contract: Contract,
    term: ContractTerm,
    kind: Touch.Kind,
    *,
    lead: timedelta,
    now: datetime,
    amendment: Amendment | None = None,
) -> None:
    """Put a notice on the plan for each person there who is told about ends, due in their next working moment."""
    people = recipients_of([contract.customer_id])[contract.customer_id]
    if not people:
        raise NotAllowed(
            _("Nobody at %(customer)s can be sent the notice. Add a person with an e-mail address first.")
            % {"customer": contract.customer.name}
        )
    calendars = all_hours()
    Touch.objects.bulk_create(
        [
            Touch(
                contract=contract,
                term=term,
                contact=contact,
                kind=kind,
                lead=lead,
                last_minute=term.last_minute,
                amendment=amendment,
                due_at=hours_of(contact, calendars).next(now),
                planned_at=now,
            )
            for contact in people
        ]
    )


@transaction.atomic
def part_with(contact: Contact, *, now: datetime) -> bool:
    """Take a person off a customer; whether the row is gone.

    Whom something was sent to, who was told or spoken with, stays on record (rule 24): they are written to no more,
    and their links open nothing.
    """
    contracts = list(contact.customer.contracts.values_list("pk", flat=True))
    if not is_on_record(contact):
        contact.delete()
        people_changed(contracts, now=now)
        return True
    Contact.objects.filter(pk=contact.pk).update(gets_notices=False)
    for link in RenewalLink.objects.filter(contact=contact, revoked_at=None):
        revoke(link, now=now)
    people_changed(contracts, now=now)
    return False


def is_on_record(contact: Contact) -> bool:
    """Whether what was sent, told or said names this person."""
    told = Evidence.objects.filter(contact=contact)
    return any(rows.exists() for rows in (contact.touches, told, contact.conversations, contact.appointments))

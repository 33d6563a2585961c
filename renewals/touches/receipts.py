"""Thanks for a renewal, in writing: the new last minute to whoever confirmed it, in their hours (rules 4 and 16)."""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.models import Contact, ContractTerm
from renewals.locking.services import all_hours
from renewals.touches.models import Touch
from renewals.touches.planning import hours_of, recipients_of

AT_ONCE = timedelta(0)
"""The lead of what follows from a renewal, not from how near an end is."""


def plan_receipts(following: ContractTerm, contact: Contact | None, *, now: datetime) -> None:
    """A receipt for who renewed into this term; for all who are told about ends where that has no address or name."""
    customer_id = following.contract.customer_id
    people = [contact] if contact and contact.email else recipients_of([customer_id])[customer_id]
    calendars = all_hours()
    Touch.objects.bulk_create(
        [
            Touch(
                contract=following.contract,
                term=following,
                contact=person,
                kind=Touch.Kind.RENEWED,
                lead=AT_ONCE,
                last_minute=following.last_minute,
                due_at=hours_of(person, calendars).next(now),
                planned_at=now,
            )
            for person in people
        ]
    )

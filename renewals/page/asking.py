"""“Something else would suit us”: what a customer wants to be different, put before the person who makes the offer."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts import wording
from accounts.services import last_term, locked
from renewals.links.models import RenewalLink
from renewals.offers.frozen import digest
from renewals.offers.signing import reader_name
from renewals.timeline.models import Event
from renewals.timeline.services import record_event

MOST_A_DAY = 5
"""Wishes of one kind, a contract and day, before it takes a call."""


class AskedOften(Exception):
    """So much was asked today that a person has to talk to them."""


def ask_for_change(link: RenewalLink, words: str, *, now: datetime) -> None:
    """Put on record what should be different; the same words twice a day are one wish. Raises `AskedOften`."""
    ask(link, Event.Kind.CHANGE_REQUESTED, words, now=now, words=words)


@transaction.atomic
def ask(link: RenewalLink, kind: Event.Kind, what: str, *, now: datetime, **detail: str) -> None:
    """One wish on record, once a day at the customer's for the same `what`. Raises `AskedOften`."""
    contract = locked(link.contract)
    day = f"{kind}:{wording.local(now, last_term(contract).time_zone):%Y-%m-%d}:"
    asked = set(Event.objects.filter(contract=contract, key__startswith=day).values_list("key", flat=True))
    key = day + digest(what)[:16]
    if key not in asked and len(asked) >= MOST_A_DAY:
        raise AskedOften
    record_event(contract, kind, key=key, occurred_at=now, now=now, contact=reader_name(link), **detail)

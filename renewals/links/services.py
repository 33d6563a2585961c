"""Makes, reads and revokes renewal links.

An address is `<row>-<mac>`: the row's number and a keyed hash of its random nonce. The database alone does not
hold the address, a retry of a mail carries the same one, and one link is revoked without touching another.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.http import base36_to_int, int_to_base36

from accounts.models import Contact, Contract
from renewals.links.models import RenewalLink
from renewals.macs import mac

LASTS = timedelta(days=400)
"""A link works before the end, in the buffer and after the lock (rule 19), but not for ever."""
MAC_LENGTH = 40
"""Hexadecimal digits of the keyed hash in an address: 160 bits."""

KEYS = re.compile(r"https?://\S+/r/[0-9a-z]+-[0-9a-f]+/")
HIDDEN = "…"
"""What stands for a key in an address that is shown to somebody who is not to act as the customer."""


class Refused(StrEnum):
    """Why a link opens nothing."""

    WRONG = "wrong"
    REVOKED = "revoked"
    OLD = "old"


def token_of(link: RenewalLink) -> str:
    """The secret part of a link's address."""
    return f"{int_to_base36(link.pk)}-{mac_of(link.pk, bytes(link.nonce))}"


def mac_of(pk: int, nonce: bytes) -> str:
    """The keyed hash that only this portal can make for a link's row."""
    return mac("renewals.links", f"{pk}:{nonce.hex()}").hex()[:MAC_LENGTH]


def address_of(link: RenewalLink) -> str:
    """The whole address of the renewal page that a link opens."""
    return address_from(link.pk, bytes(link.nonce))


def address_from(pk: int, nonce: bytes) -> str:
    """The same from a link's row: there may be a thousand."""
    return f"{settings.CSPORTAL_BASE_URL}{pages()}{int_to_base36(pk)}-{mac_of(pk, nonce)}/"


def hidden_address() -> str:
    """A renewal page's address without its key."""
    return f"{settings.CSPORTAL_BASE_URL}/r/{HIDDEN}/"


def without_keys(text: str) -> str:
    """A text with the keys of its renewal links left out."""
    return KEYS.sub(hidden_address(), text)


@cache
def pages() -> str:
    """Where renewal pages are, without their token."""
    return reverse("page:renewal", args=["x"]).removesuffix("x/")


def link_for(contract: Contract, contact: Contact | None, *, now: datetime) -> RenewalLink:
    """The link of one person, or of the vendor's product, that works for a while yet: found, or made.

    Looks before it locks: it is asked at every login, and a link is made once in half a year.
    """
    lasting = RenewalLink.objects.filter(
        contract=contract, contact=contact, sent_to=address_at(contact), revoked_at=None, expires_at__gt=now + LASTS / 2
    )
    return lasting.first() or only_link(contract, contact, lasting, now=now)


def links_for_number(contract: Contract, contact: Contact | None, *, now: datetime) -> RenewalLink:
    """The link of one person, and, for the page it opens to lead there, one for each other product of the number.

    A link that was revoked or is old stays so: for the others only who never had one gets one.
    """
    others = Contract.objects.filter(number=contract.number, customer=contract.customer_id).exclude(pk=contract.pk)
    had = RenewalLink.objects.filter(contract=OuterRef("pk"), contact=contact)
    for other in others.exclude(Exists(had)):
        link_for(other, contact, now=now)
    return link_for(contract, contact, now=now)


def working_links(contract_ids: Iterable[int], contact: Contact | None, *, now: datetime) -> dict[int, RenewalLink]:
    """Of these contracts the link of one person that works now. Reads only."""
    links = RenewalLink.objects.filter(
        contract__in=contract_ids, contact=contact, sent_to=address_at(contact), revoked_at=None, expires_at__gt=now
    )
    return {link.contract_id: link for link in links.order_by("made_at", "pk")}


@transaction.atomic
def only_link(
    contract: Contract, contact: Contact | None, lasting: QuerySet[RenewalLink], *, now: datetime
) -> RenewalLink:
    """A new link, unless somebody else has just made one of the `lasting`."""
    Contract.objects.select_for_update(of=("self",), no_key=True).get(pk=contract.pk)
    return lasting.first() or fresh_link(contract, contact, now=now)


def links_of_product(contracts: Sequence[Contract], *, now: datetime) -> dict[int, RenewalLink]:
    """The lasting links that the vendor's product shows, by contract: found, or made, in two statements."""
    lasting = RenewalLink.objects.filter(
        contract__in=contracts, contact=None, revoked_at=None, expires_at__gt=now + LASTS / 2
    )
    found = {link.contract_id: link for link in lasting.order_by("-made_at", "-pk")}
    missing = [contract for contract in contracts if contract.pk not in found]
    made = RenewalLink.objects.bulk_create(
        RenewalLink(contract=contract, made_at=now, expires_at=now + LASTS) for contract in missing
    )
    return found | {link.contract_id: link for link in made}


def fresh_link(contract: Contract, contact: Contact | None, *, now: datetime) -> RenewalLink:
    """A new link; those made before go on working until they are revoked or old."""
    return RenewalLink.objects.create(
        contract=contract, contact=contact, sent_to=address_at(contact), made_at=now, expires_at=now + LASTS
    )


def address_at(contact: Contact | None) -> str:
    """Where a link of this person goes: once their address changes, what the old one holds opens nothing."""
    return contact.email if contact else ""


def revoke(link: RenewalLink, *, now: datetime) -> None:
    """Make a link open nothing from now on."""
    RenewalLink.objects.filter(pk=link.pk, revoked_at=None).update(revoked_at=now)


def open_link(token: str, *, now: datetime) -> RenewalLink | Refused:
    """The link that an address belongs to, or why it opens nothing. Reads only: a mail scanner changes nothing."""
    link = find_link(token)
    if link is None:
        return Refused.WRONG
    if link.revoked_at is not None or link.sent_to != address_at(link.contact):
        return Refused.REVOKED
    return link if now < link.expires_at else Refused.OLD


def find_link(token: str) -> RenewalLink | None:
    """The link that an address was made for, whether or not it still opens anything; None for an invented one."""
    number, _dash, said = token.partition("-")
    try:
        pk = base36_to_int(number)
    except ValueError:
        return None
    links = RenewalLink.objects.select_related("contract__customer", "contract__product", "contact")
    link = links.filter(pk=pk).first()
    return link if link and constant_time_compare(said, mac_of(link.pk, bytes(link.nonce))) else None

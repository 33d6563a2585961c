"""Whose mail it is: by the letter that it answers, else by who wrote it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db.models import F, Max

from accounts.models import Contact, Contract, Customer, User
from renewals.answers.reading import Mail
from renewals.touches.models import Delivery

HEX = re.compile(r"[0-9a-f]{32}")
MOST = 50
"""How many ids of one mail are looked for: a long correspondence names every letter in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Whose:
    """What a mail belongs to, as far as it is known."""

    delivery: Delivery | None = None
    contract: Contract | None = None
    customer: Customer | None = None
    contact: Contact | None = None


NOBODYS = Whose()


def whose(mail: Mail) -> Whose:
    """What a mail belongs to. The letter that it answers says more than the address that it came from."""
    delivery = letter_answered(mail)
    if delivery is None:
        return by_sender(mail.address)
    contract = delivery.touch.contract
    writers = Contact.objects.filter(customer=contract.customer_id, email__iexact=mail.address)
    is_to_whom = delivery.recipient.lower() == mail.address
    contact = delivery.touch.contact if is_to_whom else writers.first()
    return Whose(delivery=delivery, contract=contract, customer=contract.customer, contact=contact)


def letter_answered(mail: Mail) -> Delivery | None:
    """The letter that a mail answers, the nearest of those that it names."""
    return letter_named([*mail.names, *tags(mail.recipients)])


def letter_named(names: Sequence[str]) -> Delivery | None:
    """The first of our letters among these ids: ours stand before the @, a provider's are known as it gave them."""
    some = list(names[:MOST])
    ours = {name: found for name in some if (found := uuid_in(name)) is not None}
    theirs = [*some, *(f"<{name}>" for name in some)]
    letters = Delivery.objects.select_related("touch__contract__customer", "touch__contact", "touch__term")
    by_id = {letter.pk: letter for letter in letters.filter(pk__in=ours.values())}
    by_provider = {letter.provider_id.strip("<>"): letter for letter in letters.filter(provider_id__in=theirs)}
    known = (by_id.get(ours[name]) if name in ours else by_provider.get(name) for name in some)
    return next((letter for letter in known if letter is not None), None)


def uuid_in(name: str) -> UUID | None:
    """Our own id in what stands before the @; None where it is another's."""
    try:
        return UUID(name.partition("@")[0])
    except ValueError:
        return None


def tags(recipients: Iterable[str]) -> list[str]:
    """The ids of letters in the addresses that a mail was sent to, where ours names the letter."""
    before, named, after = settings.CSPORTAL_REPLY_TO.lower().partition("{id}")
    if not named:
        return []
    said = [address.lower() for address in recipients]
    inside = [one.removeprefix(before).removesuffix(after) for one in said if one.startswith(before)]
    return [one for one in inside if HEX.fullmatch(one)]


def by_sender(address: str) -> Whose:
    """Who has this address. Of several customers', whoever was written to last; and their only contract, if one."""
    people = Contact.objects.filter(email__iexact=address).select_related("customer")
    last = F("written_at")
    contact = (
        people.annotate(written_at=Max("touches__delivery__over_at")).order_by(last.desc(nulls_last=True), "pk").first()
    )
    if contact is None:
        return NOBODYS
    contracts = list(contact.customer.contracts.all()[:2])
    only = contracts[0] if len(contracts) == 1 else None
    return Whose(contract=only, customer=contact.customer, contact=contact)


def is_ours(address: str) -> bool:
    """Whether one of the vendor's own people wrote it, or the portal itself: a CSM who answers all is no customer."""
    own = re.escape(settings.CSPORTAL_REPLY_TO.lower()).replace(re.escape("{id}"), ".*")
    return bool(own and re.fullmatch(own, address)) or User.objects.filter(email__iexact=address).exists()

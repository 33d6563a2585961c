"""Signing: what was shown is frozen, hashed and kept, and the next term begins, once, from where rule 12 says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Contract, ContractTerm, User
from accounts.services import Sold, change_details, locked
from renewals.links.models import RenewalLink
from renewals.locking.models import Evidence
from renewals.locking.renewing import renew
from renewals.locking.telling import record_evidence
from renewals.offers.frozen import canonical, digest
from renewals.offers.models import Agreement, OrderFile
from renewals.offers.paying import due_day
from renewals.offers.quoting import ChangedMeanwhile, Quote, quoted
from renewals.touches.receipts import plan_receipts


@dataclass(frozen=True, slots=True, kw_only=True)
class Attached:
    """A purchase order as a file: looked at already, so of a kind and size that is taken."""

    name: str
    kind: str
    content: bytes

    @property
    def record(self) -> dict[str, Any]:
        return {"name": self.name, "bytes": len(self.content), "sha256": digest(self.content)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """What the signer adds to what was shown: their typed name, and their own order's number and file."""

    name: str
    order_number: str = ""
    order_file: Attached | None = None


@transaction.atomic
def sign_renewal(
    link: RenewalLink,
    signature: Signature,
    *,
    key: str,
    shown: str,
    now: datetime,
    seats: int | None = None,
    staff: User | None = None,
) -> Agreement:
    """Renew by one choice, signed. `shown` is the fingerprint of what stood before the signer.

    Raises `ChangedMeanwhile` where anything in it is another by now: a second click, a second tab, a colleague, a
    withdrawn offer. A trial becomes a paid contract. When it was one of the vendor's own `staff`, they did it on
    record, and it is no evidence that anybody at the customer knows.
    """
    contract = locked(link.contract)
    quote = quoted(contract, key=key, seats=seats, now=now)
    if quote.fingerprint != shown:
        raise ChangedMeanwhile
    agreed = as_agreed(quote, signature, link, staff=staff, now=now)
    text = canonical(agreed)
    by = staff or reader_name(link)
    following = renewed(
        quote, by=by, reason=_("Signed by %(name)s; SHA-256 %(hash)s"), name=signature.name, text=text, now=now
    )
    agreement = keep(quote, following, signature, text=text, address=address_of_signer(link, staff), now=now)
    if contract.kind == Contract.Kind.TRIAL:
        change_details(contract, kind=Contract.Kind.PAID, by=by, now=now)
    if staff is None:
        record_evidence(quote.after, kind=Evidence.Kind.ACKNOWLEDGED, at=now, now=now, contact=link.contact)
        plan_receipts(following, link.contact, now=now)
    return agreement


def as_agreed(
    quote: Quote, signature: Signature, link: RenewalLink, *, staff: User | None, now: datetime
) -> dict[str, Any]:
    """What was shown, from which instant it runs, and who signed it when: the text that is kept for good."""
    signed = {
        "name": signature.name,
        "at": as_instant(now),
        "link_of": reader_name(link),
        "address": address_of_signer(link, staff),
        "by_vendor": str(staff) if staff else "",
    }
    order = {"number": signature.order_number, "file": signature.order_file.record if signature.order_file else None}
    return quote.record | {
        "starts_at": as_instant(quote.starts_at),
        "signature": signed,
        "order": order,
        "payment": to_be_paid(quote, now=now),
    }


def to_be_paid(quote: Quote, *, now: datetime) -> dict[str, Any] | None:
    """The terms of payment with the day that follows from them; None where nothing is to be paid."""
    said = quote.record["payment"]
    if said is None:
        return None
    on, _over_at = due_day(now, days=said["days"], zone=quote.after.time_zone)
    return said | {"due_on": on.isoformat()}


def as_instant(at: datetime) -> str:
    """An instant in UTC, to the second."""
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def renewed(quote: Quote, *, by: User | str, reason: str, name: str, text: str, now: datetime) -> ContractTerm:
    """The next term, as it was signed; its record names the signature and the hash."""
    sums = quote.choice.amounts
    sold = Sold(
        seats=quote.choice.seats,
        value=sums.net if sums else None,
        currency=quote.choice.currency if sums else "",
    )
    why = reason % {"name": name, "hash": digest(text)}
    return renew(
        quote.contract, after=quote.after.ends_at, term=quote.choice.term, by=by, now=now, sold=sold, reason=why
    )


def keep(
    quote: Quote, following: ContractTerm, signature: Signature, *, text: str, address: str, now: datetime
) -> Agreement:
    """The one row that nobody changes any more, and the order's file beside it."""
    sums = quote.choice.amounts
    due = due_day(now, days=quote.paying.days, zone=quote.after.time_zone) if quote.is_paid_for else (None, None)
    agreement = Agreement.objects.create(
        contract=quote.contract,
        after=quote.after,
        term=following,
        text=text,
        sha256=digest(text),
        signer=signature.name,
        address=address,
        signed_at=now,
        order_number=signature.order_number,
        gross=sums.gross if sums else None,
        currency=quote.choice.currency if sums else "",
        due_on=due[0],
        due_ends_at=due[1],
    )
    file = signature.order_file
    if file is not None:
        OrderFile.objects.create(agreement=agreement, name=file.name, kind=file.kind, content=file.content)
    return agreement


def address_of_signer(link: RenewalLink, staff: User | None) -> str:
    """The address that the signer has shown to be theirs: nobody has, where one of the vendor's people did it."""
    return link.contact.email if link.contact and staff is None else ""


def reader_name(link: RenewalLink) -> str:
    """Who acts, on record: the person of the link, or their company."""
    return link.contact.name if link.contact else link.contract.customer.name

"""What stands before whoever is about to sign: one choice with its seats, minute and price, and its fingerprint."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings

from accounts.models import Contract, ContractTerm
from accounts.services import last_term
from renewals.entitlement import renewal_starts_at
from renewals.locking.models import Clock
from renewals.locking.telling import minute_on_record
from renewals.offers.choices import Choice, choices_for
from renewals.offers.frozen import canonical, digest
from renewals.offers.models import PaymentTerms
from renewals.offers.paying import on_record, terms_at

MOST_SEATS = 1_000_000


class ChangedMeanwhile(Exception):
    """What the customer was shown does not stand any more: renewed, moved, withdrawn, or at another price."""


class NotForSeats(Exception):
    """So many seats cannot be had with one click: none, too many, or of a choice that is for just so many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """One choice for one contract at an instant, as it would be signed."""

    contract: Contract
    after: ContractTerm
    starts_at: datetime
    choice: Choice
    paying: PaymentTerms

    @property
    def is_paid_for(self) -> bool:
        """Whether there is anything to pay: a price that is agreed in person is one."""
        return self.choice.amounts is None or self.choice.amounts.gross > 0

    @property
    def record(self) -> dict[str, Any]:
        """Everything that is agreed but the signature. Amounts and rates are texts: no machine rounds them."""
        choice, sums = self.choice, self.choice.amounts
        return {
            "version": 2,
            "vendor": settings.CSPORTAL_VENDOR_NAME,
            "customer": self.contract.customer.name,
            "contract": self.contract.number,
            "product": self.contract.product.code,
            "product_name": self.contract.product.name,
            "follows": minute_on_record(self.after),
            "term": str(choice.term),
            "last_minute": f"{choice.last_minute:%Y-%m-%dT%H:%M}",
            "time_zone": choice.time_zone,
            "seats": choice.seats,
            "currency": choice.currency if sums else "",
            "discount_percent": plain(choice.discount) if sums else "0",
            "tax_percent": plain(choice.tax_rate) if sums and choice.tax_rate is not None else None,
            "full": str(sums.full) if sums else None,
            "net": str(sums.net) if sums else None,
            "tax": str(sums.tax) if sums else None,
            "gross": str(sums.gross) if sums else None,
            "note": choice.note,
            "payment": on_record(self.paying) if self.is_paid_for else None,
        }

    @property
    def fingerprint(self) -> str:
        """What makes it the same: whoever signs sends it back, and signs nothing else than they saw."""
        return digest(canonical(self.record))


def plain(number: Decimal) -> str:
    """A rate without needless zeros: 6.00 and 6 are one rate."""
    return f"{number.normalize():f}"


def quoted(contract: Contract, *, key: str, seats: int | None = None, now: datetime) -> Quote:
    """One choice of a contract as it stands at `now`, for other seats where `seats` says so.

    Raises `ChangedMeanwhile` where nobody is offered it any more, `NotForSeats` for seats that cannot be had with it.
    """
    clock = Clock.objects.get(contract=contract, span__contains=now)
    after = last_term(contract)
    agreed = after.starts_at > now and contract.terms.exclude(pk=after.pk).exists()
    if agreed or after.ends_at > clock.ends_at:
        raise ChangedMeanwhile
    starts_at = renewal_starts_at(clock.windows, now=now)
    found = {one.key: one for one in choices_for(contract, after, starts_at=starts_at, now=now)}
    if key not in found:
        raise ChangedMeanwhile
    choice = for_seats(found[key], seats)
    return Quote(contract=contract, after=after, starts_at=starts_at, choice=choice, paying=terms_at(now))


def for_seats(choice: Choice, seats: int | None) -> Choice:
    """The same choice for other seats."""
    if seats is None or seats == choice.seats:
        return choice
    if choice.seats_are_fixed or not 1 <= seats <= MOST_SEATS:
        raise NotForSeats
    other = replace(choice, seats=seats)
    if other.amounts is None:
        raise NotForSeats
    return other

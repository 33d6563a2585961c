"""What a customer can choose from: each length with its exact new last minute, and its price where one is known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from accounts import terms
from accounts.models import ContractTerm

YEAR = 12
LENGTHS = (YEAR, 2 * YEAR)
"""The lengths on offer, in months."""
GIVEN = timedelta(days=7)
"""How far an end may have been moved without making it another purchase: a grant does not change the price."""
VALUE = ContractTerm._meta.get_field("value")
TOO_MUCH = Decimal(10) ** (VALUE.max_digits - VALUE.decimal_places)
"""The first price that a term cannot hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One length to choose. `price` is None where nobody has named one: it is agreed in person, never invented."""

    months: int
    last_minute: datetime
    seats: int | None
    price: Decimal | None
    currency: str

    @property
    def years(self) -> int:
        return self.months // YEAR


def offers(term: ContractTerm, *, starts_at: datetime, is_trial: bool, now: datetime) -> list[Offer]:
    """What can follow `term` from an instant on."""
    return list(reckoned_offers(term, starts_at=starts_at, is_trial=is_trial, now=now))


def reckoned_offers(term: ContractTerm, *, starts_at: datetime, is_trial: bool, now: datetime) -> Iterator[Offer]:
    """Each length that leads to a date at all, and to one that is not over already."""
    for months in LENGTHS:
        try:
            reckoned = terms.reckon(starts_at, terms.Term.months(months), term.time_zone)
        except terms.TermError:
            continue
        if reckoned.ends_at <= now:
            continue
        yield Offer(
            months=months,
            last_minute=reckoned.last_minute,
            seats=term.seats,
            price=None if is_trial else price_of(term, months),
            currency=term.currency,
        )


def price_of(term: ContractTerm, months: int) -> Decimal | None:
    """What so many months cost if they cost what they cost now: known after a year, or after as many months.

    A price that no term can hold is nobody's to confirm with a click.
    """
    if term.value is None:
        return None
    if lasts(term, months):
        return term.value
    price = term.value * months / YEAR
    return price if price < TOO_MUCH and lasts(term, YEAR) else None


def lasts(term: ContractTerm, months: int) -> bool:
    """Whether a term was sold for so many months, in whatever words: days given or taken at its end aside."""
    try:
        sold_until = terms.reckon(term.starts_at, terms.Term.months(months), term.time_zone).ends_at
    except terms.TermError:
        return False
    return abs(term.ends_at - sold_until) <= GIVEN

"""What a renewal costs where nobody named a price: what the term before it cost, where that can be known at all."""

from __future__ import annotations

from datetime import timedelta
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

"""What seats cost: in decimal numbers, rounded as the currency is paid, the tax shown apart. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from babel.numbers import get_currency_precision

MOST_DIGITS = 2
"""A term's value has so many decimals; a currency with three is paid in hundredths here."""
PERCENT = Decimal(100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Amounts:
    """A price worked out: what it would be in full, what is taken off, what stays, the tax on that, and both."""

    full: Decimal
    off: Decimal
    net: Decimal
    tax: Decimal

    @property
    def gross(self) -> Decimal:
        return self.net + self.tax


def amounts(
    unit: Decimal, *, seats: int | None, discount: Decimal = Decimal(0), tax_rate: Decimal = Decimal(0), currency: str
) -> Amounts:
    """So many seats at `unit` each, or one price for all where nobody counts seats.

    `discount` and `tax_rate` are percentages. Each sum is rounded half up once, the tax on the rounded net: so that
    what is shown always adds up.
    """
    full = rounded(unit * (seats or 1), currency)
    off = rounded(full * discount / PERCENT, currency)
    return Amounts(full=full, off=off, net=full - off, tax=rounded((full - off) * tax_rate / PERCENT, currency))


def rounded(amount: Decimal, currency: str) -> Decimal:
    """An amount as it is paid in a currency: yen whole, yuan to the fen."""
    digits = min(get_currency_precision(currency), MOST_DIGITS)
    return amount.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)

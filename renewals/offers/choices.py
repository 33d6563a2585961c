"""What a customer can choose from: made for them, else from the price list, else what they have, for as much."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from accounts import terms, wording
from accounts.models import Contract, ContractTerm, Price
from renewals.health.services import today_here
from renewals.offers.models import Agreement, Option
from renewals.offers.pricing import Amounts, amounts
from renewals.offers.usual import LENGTHS, TOO_MUCH, price_of

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One way to go on, with the exact last minute that it leads to (rules 2, 3 and 12).

    `unit` is None where nobody has named a price: it is agreed in person, never invented. `tax_rate` is None where
    nothing is known of a tax.
    """

    key: str
    term: terms.Term
    last_minute: datetime
    last_minute_at: datetime
    """When that minute begins, as an instant."""
    time_zone: str
    seats: int | None
    seats_are_fixed: bool
    unit: Decimal | None
    currency: str
    discount: Decimal = Decimal(0)
    tax_rate: Decimal | None = None
    valid_ends_at: datetime | None = None
    note: str = ""

    @property
    def words(self) -> str:
        """For how long, in the active language."""
        return wording.term(self.term, zone=self.time_zone)

    @property
    def valid_last_minute_at(self) -> datetime | None:
        """When the last minute begins in which it can be had."""
        return self.valid_ends_at and self.valid_ends_at - MINUTE

    @property
    def amounts(self) -> Amounts | None:
        """What it costs; None where that is agreed in person, or where no term could hold it."""
        if self.unit is None:
            return None
        found = amounts(
            self.unit,
            seats=self.seats,
            discount=self.discount,
            tax_rate=self.tax_rate or Decimal(0),
            currency=self.currency,
        )
        return found if found.gross < TOO_MUCH else None

    @property
    def price(self) -> Decimal | None:
        """What is to be paid, tax included where there is one."""
        return self.amounts.gross if self.amounts else None


def choices_for(contract: Contract, after: ContractTerm, *, starts_at: datetime, now: datetime) -> list[Choice]:
    """What can follow a term from an instant on, in four queries at most: what leads to no date is left out."""
    made = Option.objects.standing(at=now).filter(contract=contract, after=after)
    offered = list(reckoned([of_option(one) for one in made], after, starts_at=starts_at, now=now))
    if offered:
        return offered
    found = of_list(contract, after, now=now) or list(of_usual(contract, after))
    return list(reckoned(found, after, starts_at=starts_at, now=now))


Sketch = tuple[terms.Term, dict[str, object]]
"""A choice without its minute."""


def of_option(one: Option) -> Sketch:
    """What a CSM offers."""
    return terms.parse_term(one.sold_as), {
        "key": f"option-{one.pk}",
        "seats": one.seats,
        "seats_are_fixed": one.seats_are_fixed or one.seats is None,
        "unit": one.unit,
        "currency": one.currency,
        "discount": one.discount,
        "tax_rate": one.tax_rate,
        "valid_ends_at": one.valid_ends_at,
        "note": one.note,
    }


def of_list(contract: Contract, after: ContractTerm, *, now: datetime) -> list[Sketch]:
    """The price list of today: in the currency of the contract where it has one, else in all of them.

    A list counts seats: it says nothing of who pays for all of it and counts none.
    """
    if after.seats is None and after.value is not None:
        return []
    prices = list(Price.objects.filter(product=contract.product_id).on(today_here(now)))
    own = [price for price in prices if price.currency == after.currency]
    return [
        (
            terms.Term.months(price.months),
            {
                "key": f"price-{price.pk}",
                "seats": after.seats or 1,
                "seats_are_fixed": False,
                "unit": price.unit,
                "currency": price.currency,
                "tax_rate": price.tax_rate,
            },
        )
        for price in own or prices
    ]


def of_usual(contract: Contract, after: ContractTerm) -> Iterator[Sketch]:
    """What they have, for as much, tax as it was signed: of a trial nobody knows the price."""
    is_trial = contract.kind == Contract.Kind.TRIAL
    signed: Agreement | None = getattr(after, "agreement", None)
    for months in LENGTHS:
        price = None if is_trial else price_of(after, months)
        by_seat = price is not None and bool(after.seats)
        yield (
            terms.Term.months(months),
            {
                "key": str(months),
                "seats": after.seats,
                "seats_are_fixed": not by_seat,
                "unit": price / after.seats if price is not None and after.seats else price,
                "currency": after.currency,
                "tax_rate": signed.tax_rate if signed else None,
            },
        )


def reckoned(
    sketches: Iterable[Sketch], after: ContractTerm, *, starts_at: datetime, now: datetime
) -> Iterator[Choice]:
    """Each that leads to a date at all, and to one that is not over already."""
    for term, said in sketches:
        try:
            until = terms.reckon(starts_at, term, after.time_zone)
        except terms.TermError:
            continue
        if until.ends_at > now:
            minute = {"last_minute": until.last_minute, "last_minute_at": until.ends_at - MINUTE}
            yield Choice(term=term, time_zone=after.time_zone, **minute, **said)  # type: ignore[arg-type]


def options_shown(after: ContractTerm, *, starts_at: datetime, now: datetime) -> list[tuple[Option, Choice, bool]]:
    """The options after a term that nobody withdrew, each with its minute and whether it can still be had."""
    made = Option.objects.filter(after=after, withdrawn_at=None).select_related("made_by")
    return [
        (one, choice, one.valid_ends_at is None or one.valid_ends_at > now)
        for one in made
        for choice in reckoned([of_option(one)], after, starts_at=starts_at, now=now)
    ]

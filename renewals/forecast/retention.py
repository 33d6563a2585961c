"""How much of what ended is kept, in money and in customers: defined in `docs/manager.md`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """One renewal that is signed or lost: what it was worth, and what it is worth from then on, in one currency.

    None where nobody wrote an amount down: it counts among the customers, and not in the money.
    """

    customer: int
    is_signed: bool
    was: Decimal | None
    now: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """Sums of what is decided. A share is None where there is nothing that it could be a share of."""

    ended: Decimal = NOTHING
    kept: Decimal = NOTHING
    """Of that, what goes on, growth left out."""
    renewed: Decimal = NOTHING
    """What goes on, growth counted."""
    customers: int = 0
    whole: int = 0
    """Customers all of whose renewals went on, none for less."""
    going_on: int = 0
    """Customers at least one of whose renewals went on."""
    without_amount: int = 0
    """Renewals that are in no sum of money."""

    @property
    def gross(self) -> Decimal | None:
        """GRR in money, from 0 to 1: growth of one customer hides no loss of another."""
        return self.kept / self.ended if self.ended else None

    @property
    def net(self) -> Decimal | None:
        """NRR in money: with growth, so it may be more than 1."""
        return self.renewed / self.ended if self.ended else None

    @property
    def gross_customers(self) -> Decimal | None:
        """Of the customers, those kept whole."""
        return Decimal(self.whole) / self.customers if self.customers else None

    @property
    def net_customers(self) -> Decimal | None:
        """Of the customers, those kept at all."""
        return Decimal(self.going_on) / self.customers if self.customers else None


def counts_in_money(one: Decided) -> bool:
    """Whether it is known what it was worth and, where it went on, what it is worth now."""
    return one.was is not None and (not one.is_signed or one.now is not None)


def is_whole(one: Decided) -> bool:
    """Whether it went on for no less, as far as anybody knows."""
    return one.is_signed and (one.was is None or one.now is None or one.now >= one.was)


def retention(decided: Iterable[Decided]) -> Retention:
    """The sums of these, one by one: what the database sums in sets is held against it."""
    rows = list(decided)
    priced = [one for one in rows if counts_in_money(one)]
    signed = [one for one in priced if one.is_signed]
    by_customer: dict[int, list[Decided]] = defaultdict(list)
    for one in rows:
        by_customer[one.customer].append(one)
    return Retention(
        ended=sum((one.was or NOTHING for one in priced), NOTHING),
        kept=sum((min(one.was or NOTHING, one.now or NOTHING) for one in signed), NOTHING),
        renewed=sum((one.now or NOTHING for one in signed), NOTHING),
        customers=len(by_customer),
        whole=sum(all(map(is_whole, theirs)) for theirs in by_customer.values()),
        going_on=sum(any(one.is_signed for one in theirs) for theirs in by_customer.values()),
        without_amount=len(rows) - len(priced),
    )

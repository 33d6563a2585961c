"""The same answer for many contracts at once, in a constant number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from renewals.links.services import links_of_product
from renewals.locking.granting import term_ids_with_customers_day
from renewals.locking.models import Clock
from renewals.product.schemas import Entitlement, NotAnswered
from renewals.product.services import RELATED, Beside, SeveralProducts, UnknownContract, chosen, entitlement_of


class Asked(NamedTuple):
    """One question: a number, and the product's code where the number covers several."""

    number: str
    product: str | None = None


def evaluate_many(asked: Sequence[Asked], *, now: datetime) -> list[Entitlement | NotAnswered]:
    """What each of these contracts allows now, in the order of the questions; what cannot be told stops no other."""
    clocks = clocks_by_number({one.number for one in asked}, now=now)
    contracts = [clock.contract for found in clocks.values() for clock in found]
    links = links_of_product(contracts, now=now)
    taken = term_ids_with_customers_day([clock.term_id for found in clocks.values() for clock in found])

    def answered(one: Asked) -> Entitlement | NotAnswered:
        try:
            clock = chosen(clocks.get(one.number, []), one.number, one.product)
        except UnknownContract as unknown:
            return NotAnswered(contract=one.number, problem="unknown-contract", detail=str(unknown))
        except SeveralProducts as several:
            kind = "several-products"
            return NotAnswered(contract=one.number, problem=kind, detail=str(several), products=several.codes)
        beside = Beside(link=links[clock.contract_id], had_a_day=clock.term_id in taken)
        return entitlement_of(clock, at=now, now=now, beside=beside)

    return [answered(one) for one in asked]


def clocks_by_number(numbers: Iterable[str], *, now: datetime) -> Mapping[str, list[Clock]]:
    """The clocks that count now, under the number of their contract."""
    found: dict[str, list[Clock]] = defaultdict(list)
    counting = Clock.objects.counting(at=now).filter(contract__number__in=list(numbers))
    for clock in counting.select_related(*RELATED).order_by("contract__product__name", "contract"):
        found[clock.contract.number].append(clock)
    return found

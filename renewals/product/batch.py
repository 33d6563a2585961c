"""The same answer for many contracts at once, in a constant number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from renewals.links.services import links_of_product
from renewals.locking.granting import term_ids_with_customers_day
from renewals.locking.models import Clock
from renewals.product.plain import Found, answer_of, find_many
from renewals.product.schemas import Entitlement, NotAnswered
from renewals.product.services import RELATED, Beside, SeveralProducts, UnknownContract, chosen, entitlement_of


class Asked(NamedTuple):
    """One question: a number, and the product's code where the number covers several."""

    number: str
    product: str | None = None


def evaluate_many(asked: Sequence[Asked], *, now: datetime) -> list[Entitlement | NotAnswered]:
    """What each of these contracts allows now, in the order of the questions; what cannot be told stops no other."""
    rows = rows_by_number({one.number for one in asked}, now=now)
    answers = {row.contract: answer_of(row, now=now) for found in rows.values() for row in found}
    answers |= the_long_way([contract for contract, answer in answers.items() if answer is None], now=now)

    def answered(one: Asked) -> Entitlement | NotAnswered:
        try:
            found = rows.get(one.number, [])
            row = found[chosen([row.product for row in found], one.number, one.product)]
        except UnknownContract as unknown:
            return NotAnswered(contract=one.number, problem="unknown-contract", detail=str(unknown))
        except SeveralProducts as several:
            kind = "several-products"
            return NotAnswered(contract=one.number, problem=kind, detail=str(several), products=several.codes)
        answer = answers[row.contract]
        assert answer is not None
        return answer

    return [answered(one) for one in asked]


def rows_by_number(numbers: Collection[str], *, now: datetime) -> Mapping[str, list[Found]]:
    """What there is to know of these contracts, under their number, in a steady order."""
    found: dict[str, list[Found]] = defaultdict(list)
    for row in sorted(find_many(list(numbers), now=now), key=lambda row: (row.product_name, row.contract)):
        found[row.number].append(row)
    return found


def the_long_way(contract_ids: Sequence[int], *, now: datetime) -> Mapping[int, Entitlement]:
    """The answers that are not plain: the renewal link is made where there is none, a term may have joined."""
    if not contract_ids:
        return {}
    clocks = list(Clock.objects.counting(at=now).filter(contract__in=contract_ids).select_related(*RELATED))
    links = links_of_product([clock.contract for clock in clocks], now=now)
    taken = term_ids_with_customers_day([clock.term_id for clock in clocks])
    return {
        clock.contract_id: entitlement_of(
            clock,
            at=now,
            now=now,
            beside=Beside(link=links[clock.contract_id], had_a_day=clock.term_id in taken),
        )
        for clock in clocks
    }

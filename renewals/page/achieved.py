"""What a customer achieved in a term, as figures that their product sent: nothing is estimated, and nothing made up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from django.utils.translation import get_language, ngettext

from accounts.models import Contract, ContractTerm
from renewals.usage.measuring import Measure, Stretch, measured_alone, words_of
from renewals.usage.words import Adds, Words, number

MOST = 3
"""How many figures stand beside each other."""
LATELY = timedelta(days=28)
"""For so long back it is counted who works with the product."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as people read it, and what stands under it."""

    number: str
    noun: str


def figures_of(contract: Contract, term: ContractTerm, *, now: datetime) -> list[Figure]:
    """What was done in `term` until `now`, or until its end, in the active language; two queries at most.

    Only metrics that somebody gave words to, and no requests for support. Empty before the term begins.
    """
    until = min(now, term.ends_at)
    if until <= term.starts_at:
        return []
    stretch = Stretch(contract_id=contract.pk, key="", since=term.starts_at, until=until)
    measures, people = measured_alone(stretch, lately=until - LATELY)
    amounts = in_words(contract, measures)
    if people and amounts and not any(words.adds is Adds.PEOPLE for words, _value in amounts):
        return [*islice(told(amounts), MOST - 1), at_work(people)]
    return list(islice(told(amounts), MOST))


def in_words(contract: Contract, measures: Mapping[str, Measure]) -> list[tuple[Words, float]]:
    """How much of what is to be shown, in the order in which the product calls it."""
    words = words_of([contract.product_id])[contract.product_id] if measures else {}
    shown = [one for code, one in sorted(words.items()) if one.is_shown and not one.is_support and code in measures]
    return [(one, measures[one.code].value(one.adds)) for one in shown]


def told(amounts: Iterable[tuple[Words, float]]) -> Iterator[Figure]:
    """Each amount that is one."""
    zh = (get_language() or "").startswith("zh")
    for words, value in amounts:
        if value > 0:
            yield Figure(number(value), words.noun(round(value, 1), zh=zh))


def at_work(people: int) -> Figure:
    """How many different people worked with it lately, where the product tells them apart."""
    return Figure(number(people), ngettext("colleague in the last 4 weeks", "colleagues in the last 4 weeks", people))

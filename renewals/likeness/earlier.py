"""Letters one after the other, each compared with those before it that went to other customers."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable
from typing import Generic

from renewals.likeness.comparing import REFUSED_FROM, Key, Repeats, compare, score
from renewals.likeness.prints import Prints

ONE_IN = 4
"""Which share of the runs is looked up."""
FEW = 64
"""Of a letter with no more runs than this, each is looked up."""
ANYBODYS, KNOWN_BY = 24, 64
"""How many letters are remembered for one run: whoever repeats a run that more have repeats one of these. After the
first few only one of a customer, so that nobody's letters hide the others'."""
CANDIDATES = 24
"""How many of the letters that share most are compared."""


class Earlier(Generic[Key]):
    """The letters so far, found again by what they share with a new one."""

    def __init__(self) -> None:
        self.letters: list[tuple[Key, Hashable, Prints]] = []
        self.known: defaultdict[int, list[int]] = defaultdict(list)

    def repeated_by(self, draft: Prints, customer: Hashable) -> Repeats[Key] | None:
        """The earlier letter to another customer that a draft repeats most.

        What was this customer's first stays theirs: a letter that was copied from theirs is not held against them.
        """
        near = self.near(draft)
        own = [place for place in near if self.letters[place][1] == customer][:CANDIDATES]
        first = min((place for place in own if score(draft, self.letters[place][2]) >= REFUSED_FROM), default=None)
        others = [place for place in near if self.letters[place][1] != customer and (first is None or place < first)]
        chosen = (self.letters[place] for place in others[:CANDIDATES])
        return compare(draft, ((key, kept) for key, _customer, kept in chosen))

    def near(self, draft: Prints) -> list[int]:
        """The letters that share runs with the draft, of those that are looked up; who shares most comes first."""
        shared: Counter[int] = Counter()
        for run in looked_up(draft.telling_runs):
            shared.update(self.known.get(run, ()))
        return [place for place, _count in shared.most_common()]

    def add(self, key: Key, customer: Hashable, prints: Prints) -> None:
        """One more letter that a later one may repeat."""
        place = len(self.letters)
        self.letters.append((key, customer, prints))
        for run in looked_up(prints.runs):
            known = self.known[run]
            if len(known) < ANYBODYS or (len(known) < KNOWN_BY and not self.has(known, customer)):
                known.append(place)

    def has(self, places: list[int], customer: Hashable) -> bool:
        return any(self.letters[place][1] == customer for place in places)


def looked_up(runs: frozenset[int]) -> list[int]:
    """The runs by which a letter is found: the same ones of any two letters, all of a short one."""
    return list(runs) if len(runs) <= FEW else [run for run in runs if run % ONE_IN == 0]

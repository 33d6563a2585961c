"""Whether a draft nearly repeats a letter that went to another customer (rule 14), and by which sentences.

A word of the draft repeats when it stands in three words in a row that the other letter has too, wherever they stand
there: order, paragraphs and punctuation do not matter. Within a sentence a gap no longer than what repeats around it is
a slot that was filled differently. What repeats is weighed: courtesy little, all else by its words.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from heapq import nlargest
from itertools import groupby
from typing import Generic, TypeVar

from renewals.likeness.courtesy import Kind
from renewals.likeness.prints import RUN, Prints, Sentence

Key = TypeVar("Key", bound=Hashable)

REFUSED_FROM = 0.45
"""From which share of its own words on, weighed, a draft is refused."""
SEEN_FROM = 0.2
"""Below this share there is nothing to show."""
SLOT = 8
"""How many words in a row may differ within a repeated sentence."""
UNLIKE, ALIKE = 0.2, 0.55
"""A sentence of which less repeats does not count, one of which more does counts whole, between in proportion."""
CLOSEST = 10
"""How many of the others are looked at closely: those that share most of the draft's telling runs."""
COURTESY_ONLY = 30
"""A few words of thanks and greeting alone are no letter that could repeat another; so many are one."""
PART = 2
"""A bare notice is a part of any personal letter: it repeats one only that is at most so many times as long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeated:
    """One sentence of the draft, by its span in the text, and the other letter's sentence nearest to it."""

    start: int
    end: int
    other_index: int
    share: float
    kind: Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeats(Generic[Key]):
    """The other letter that a draft repeats most: how much of the draft, from 0 to 1, and where."""

    key: Key
    score: float
    sentences: tuple[Repeated, ...]

    @property
    def refused(self) -> bool:
        """Whether the draft nearly repeats that letter."""
        return self.score >= REFUSED_FROM


def compare(draft: Prints, others: Iterable[tuple[Key, Prints]]) -> Repeats[Key] | None:
    """The letter among `others` that the draft repeats most; None where it repeats none worth showing.

    `others` are letters that went to other customers; who calls leaves the draft's own customer out.
    """
    if not draft.has(Kind.OWN, Kind.NOTICE) and draft.words < COURTESY_ONLY:
        return None
    telling = draft.telling_runs
    near = ((len(telling & other.runs), key, other) for key, other in others)
    closest = nlargest(CLOSEST, (one for one in near if one[0]), key=first)
    scored = [(score(draft, other), key, other) for _shared, key, other in closest]
    most, key, other = max(scored, key=first, default=(0.0, None, None))
    if most < SEEN_FROM or key is None or other is None:
        return None
    return Repeats(key=key, score=most, sentences=tuple(repeated(draft, other)))


def first(scored: tuple[float, Key, Prints]) -> float:
    return scored[0]


def score(draft: Prints, other: Prints) -> float:
    """How much of the draft repeats, from 0 to 1: counted in runs of words, those of courtesy for less."""
    if not draft.has(Kind.OWN) and other.words > PART * draft.words:
        return 0.0
    runs = other.runs
    whole = sum(sentence.weight for sentence in draft.sentences)
    same = sum(sentence.weight * counted(share(sentence, runs)) for sentence in draft.sentences)
    return same / whole if whole else 0.0


def counted(share: float) -> float:
    return min(1.0, max(0.0, (share - UNLIKE) / (ALIKE - UNLIKE)))


def share(sentence: Sentence, runs: frozenset[int]) -> float:
    """How much of a sentence repeats, gaps that are slots included."""
    hits = [run in runs for run in sentence.runs]
    if not any(hits):
        return 0.0
    return filled(covered(hits)) / sentence.words


def covered(hits: list[bool]) -> list[bool]:
    """Which words stand in a run that repeats."""
    words = [False] * (len(hits) + RUN - 1)
    for at, hit in enumerate(hits):
        if hit:
            words[at : at + RUN] = [True] * RUN
    return words


def filled(words: list[bool]) -> int:
    """How many words repeat or stand in a slot."""
    stretches = [(same, len(list(group))) for same, group in groupby(words)]
    total = 0
    for place, (same, length) in enumerate(stretches):
        around = sum(stretches[at][1] for at in (place - 1, place + 1) if 0 <= at < len(stretches))
        if same or length <= min(SLOT, around // 2):
            total += length
    return total


def repeated(draft: Prints, other: Prints) -> Iterator[Repeated]:
    """The draft's sentences of which at least half repeats, in order."""
    for sentence in draft.sentences:
        of_it = share(sentence, other.runs)
        if counted(of_it) >= 0.5:
            index = nearest(sentence, other)
            yield Repeated(start=sentence.start, end=sentence.end, other_index=index, share=of_it, kind=sentence.kind)


def nearest(sentence: Sentence, other: Prints) -> int:
    """The index of the other letter's sentence that shares most with this one."""
    own = set(sentence.runs)
    return max(range(len(other.sentences)), key=lambda at: len(own.intersection(other.sentences[at].runs)))

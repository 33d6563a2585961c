"""The rules of risk over plain facts: each with the limit from which on it holds, and how much it weighs. Pure.

What is not known of a renewal makes no rule hold: it never counts as bad.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Word(StrEnum):
    """What a rule looks at; in a list, the first of equal weight stands first."""

    AGREED = "agreed"
    HEALTH = "health"
    LOCKED = "locked"
    TOLD = "told"
    PROMISES = "promises"
    CONTACT = "contact"
    SILENCE = "silence"
    COMPETITOR = "competitor"
    PAST = "past"
    STEP = "step"
    PEAK = "peak"


AT_MOST = frozenset({Word.AGREED, Word.HEALTH, Word.TOLD})
"""Rules that hold at their limit and below it; the others at it and above."""
YES_OR_NO = frozenset({Word.COMPETITOR, Word.PEAK})
"""Rules without a limit: it is so, or it is not."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its limit, and how much it weighs; 0 leaves it out."""

    limit: int
    weight: int


Rules = Mapping[Word, Rule]
USUAL: Rules = {
    Word.AGREED: Rule(21, 20),
    Word.HEALTH: Rule(50, 20),
    Word.LOCKED: Rule(1, 20),
    Word.TOLD: Rule(7, 15),
    Word.PROMISES: Rule(1, 15),
    Word.CONTACT: Rule(45, 15),
    Word.SILENCE: Rule(3, 15),
    Word.COMPETITOR: Rule(1, 15),
    Word.PAST: Rule(1, 10),
    Word.STEP: Rule(1, 10),
    Word.PEAK: Rule(1, 10),
}
"""What holds until somebody says otherwise."""

Facts = Mapping[Word, int | None]
"""What each rule looks at, as a number; None where it is not known, or not so."""


@dataclass(frozen=True, slots=True)
class Reason:
    """A rule that holds: what was found, and the rule itself."""

    word: Word
    found: int
    rule: Rule


def holds(word: Word, found: int | None, rule: Rule) -> bool:
    """Whether a rule holds for what was found."""
    if found is None or rule.weight == 0:
        return False
    return found <= rule.limit if word in AT_MOST else found >= rule.limit


def reasons(facts: Facts, rules: Rules) -> list[Reason]:
    """The rules that hold, what weighs most first."""
    found = [
        Reason(word, value, rules[word])
        for word in Word
        if (value := facts.get(word)) is not None and holds(word, value, rules[word])
    ]
    return sorted(found, key=lambda reason: -reason.rule.weight)


def points(found: Sequence[Reason]) -> int:
    """What the reasons come to together."""
    return sum(reason.rule.weight for reason in found)


class Band(StrEnum):
    """Points as a word."""

    HIGH = "high"
    SOME = "some"
    LOW = "low"


BANDS = ((50, Band.HIGH), (25, Band.SOME), (1, Band.LOW))
"""From how many points on a word holds."""


def band(found: int) -> Band | None:
    """The word for so many points; None for none."""
    return next((word for least, word in BANDS if found >= least), None)


def limits(word: Band) -> tuple[int, int]:
    """From how many points on, and below how many, a word holds."""
    above = [10_000, *(least for least, _word in BANDS)]
    return next((least, below) for (least, found), below in zip(BANDS, above, strict=False) if found is word)

"""All that rule 14 asks of a letter before it is approved, as data: the words are made where it is shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic

from renewals.likeness.comparing import Key, Repeats, compare
from renewals.likeness.facts import Fact, cites, names_minute
from renewals.likeness.placeholders import placeholders
from renewals.likeness.prints import Prints, prints

FACTS_NEEDED = 2
"""How many facts of its customer a letter cites at least."""


class Reason(StrEnum):
    """Why a letter is refused at approval."""

    REPEATS = "repeats"
    TOO_FEW_FACTS = "too_few_facts"
    NO_MINUTE = "no_minute"
    PLACEHOLDER = "placeholder"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict(Generic[Key]):
    """What was found in a letter."""

    prints: Prints
    """What it leaves for comparing, to be kept when it is sent."""
    repeats: Repeats[Key] | None
    """The letter that it is nearest to, shown also while it is not near enough to be refused."""
    cited: tuple[Fact, ...]
    names_minute: bool
    placeholders: tuple[str, ...]

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Every reason to refuse it, the gravest first; none: it may be approved."""
        found = {
            Reason.REPEATS: self.repeats is not None and self.repeats.refused,
            Reason.PLACEHOLDER: bool(self.placeholders),
            Reason.NO_MINUTE: not self.names_minute,
            Reason.TOO_FEW_FACTS: len(self.cited) < FACTS_NEEDED,
        }
        return tuple(reason for reason, holds in found.items() if holds)

    @property
    def refused(self) -> bool:
        return bool(self.reasons)


def judge(
    text: str,
    *,
    names: Iterable[str],
    facts: Iterable[Fact],
    minute: Iterable[str],
    others: Iterable[tuple[Key, Prints]],
) -> Verdict[Key]:
    """What rule 14 says of a letter.

    `names` are those of its customer, people and products; `facts` what is true of the customer; `minute` the wordings
    of the exact minute; `others` the letters that went to other customers in the last 180 days.
    """
    own = prints(text, names)
    return Verdict(
        prints=own,
        repeats=compare(own, others),
        cited=tuple(cites(text, facts)),
        names_minute=names_minute(text, minute),
        placeholders=tuple(placeholders(text)),
    )

"""What a letter is to be written from, and what came back. Plain Python: no Django, no database, no clock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

MINUTE, LINK = "{minute}", "{link}"
"""What a draft holds where the exact minute and the address of the renewal page go (rule 4)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One thing that is known of a customer, in a sentence, and where it is known from."""

    text: str
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """All that a model is told: what is not in here does not leave the house."""

    language: str
    """The language code that the recipient reads: every Chinese one is Simplified Chinese, any other English."""
    purpose: str
    greeting: str
    facts: Sequence[Fact]
    said_before: Sequence[str] = ()
    """What this customer was last told, the latest first."""
    tone: str = ""
    at_most: str = ""
    """How long the letter may be, where the usual length does not fit."""

    def as_json(self) -> dict[str, Any]:
        """For the record."""
        return asdict(self) | {"facts": [asdict(fact) for fact in self.facts], "said_before": list(self.said_before)}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Brief:
        """The brief as it was put on record."""
        return cls(**{**kept, "facts": [Fact(**fact) for fact in kept["facts"]]})

    @property
    def is_chinese(self) -> bool:
        return self.language.lower().startswith("zh")

    def words(self) -> str:
        """Everything that it says, to look things up in."""
        facts = [part for fact in self.facts for part in (fact.text, fact.source)]
        return "\n".join((self.purpose, self.greeting, *facts, *self.said_before))


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A text that a person may begin from. Never to be sent as it is."""

    text: str
    doubts: tuple[str, ...] = ()
    """What stands in it and not in the brief, as written: numbers above all, and blanks that were left to fill in."""
    added: tuple[str, ...] = ()
    """The places of the minute and of the link, where the model left them out and they were put at the end."""

    def parts(self) -> list[tuple[str, bool]]:
        """The text in pieces, each with whether it is one of the doubts: for a page that marks them."""
        return marked(self.text, self.doubts)


def marked(text: str, doubts: Sequence[str]) -> list[tuple[str, bool]]:
    """A text in pieces, each with whether it is in doubt."""
    pieces, at = [], 0
    for begins, ends in sorted(span for doubt in set(doubts) for span in spans(text, doubt)):
        if begins >= at:
            pieces += [(text[at:begins], False), (text[begins:ends], True)]
            at = ends
    return [(piece, doubted) for piece, doubted in (*pieces, (text[at:], False)) if piece]


def spans(text: str, part: str) -> list[tuple[int, int]]:
    """Where `part` stands in `text` by itself: a 3 in doubt is not the 3 of 30."""
    found, at = [], text.find(part)
    while at >= 0:
        ends = at + len(part)
        joined = (at and text[at - 1].isdigit() and part[0].isdigit()) or (
            ends < len(text) and text[ends].isdigit() and part[-1].isdigit()
        )
        found += [] if joined else [(at, ends)]
        at = text.find(part, ends)
    return found


def outline(brief: Brief) -> list[str]:
    """What a letter could tell, a line each: facts with their sources, never prose to send as it is."""
    opening, closing = ("（", "）") if brief.is_chinese else (" (", ")")
    return [f"{fact.text}{opening}{fact.source}{closing}" if fact.source else fact.text for fact in brief.facts]

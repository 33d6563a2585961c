"""A metric in words: 3,418 reports, 3,418 份报表; and how it changed. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Adds(StrEnum):
    """How a metric adds up over a stretch of time."""

    UP = "up"
    LEVEL = "level"
    PEOPLE = "people"


MEASURES = frozenset("个份张次条件篇节名位项台套封单笔页")
"""Measure words that a Chinese name of a metric begins with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What a product's metric is called. One that nobody named is called by its code, adds up, and is shown."""

    code: str
    one_en: str = ""
    many_en: str = ""
    zh: str = ""
    adds: Adds = Adds.UP
    is_shown: bool = True
    is_support: bool = False

    @property
    def is_named(self) -> bool:
        """Whether somebody gave it words."""
        return bool(self.many_en)

    def name(self, *, zh: bool) -> str:
        """What stands alone, as above a line: in Chinese without the measure word, which only goes with a number."""
        if not zh:
            return self.many_en or self.code
        bare = self.zh[1:] if self.zh[:1] in MEASURES else self.zh
        return bare or self.zh or self.code

    def noun(self, count: float, *, zh: bool) -> str:
        """What stands after a number."""
        if zh:
            return self.zh or self.code
        return (self.one_en if count == 1 else self.many_en) or self.code


def number(value: float) -> str:
    """A count as people read it: 3,418; 12.5; never more than one decimal."""
    rounded = round(value, 1)
    return f"{int(rounded):,}" if rounded == int(rounded) else f"{rounded:,.1f}"


def counted(value: float, words: Words, *, zh: bool) -> str:
    """3,418 reports; 「3,418 份报表」."""
    return f"{number(value)} {words.noun(round(value, 1), zh=zh)}"


def change(now: float, before: float | None) -> int | None:
    """By how many per cent it is more (or less) than it was; None where nothing is known, or there was nothing."""
    return round(100 * (now - before) / before) if before else None


def named(words: Mapping[str, Words], code: str) -> Words:
    """The words of a code, or the code itself."""
    return words.get(code) or Words(code=code)

"""Whether a letter cites a fact of its customer, or the exact minute (rules 4 and 14).

Full and half width, spaces, thousands marks, commas and capitals make no difference; a number is found whole only.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from functools import lru_cache

from renewals.likeness.plain import plain

THIN = re.compile("(?<=\\d)[\u00a0\u2007\u2009\u202f](?=\\d{3}(?!\\d))")
THOUSANDS = re.compile(r"(?<=\d)[,'](?=\d{3}(?!\d))")
SPACED = re.compile(r"(?<![\d.])(\d{1,3})((?: \d{3})+)(?![\d.]*\d)")
PIECE = re.compile(r"\d+(?:\.\d+)*|[\u3040-\u30ff\u3400-\u9fff]|[^\W\d_\u3040-\u30ff\u3400-\u9fff]+|[^\w\s,]|_")
LATIN = re.compile(r"[a-z]")


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that is true of one customer, and the wordings by which a letter may cite it."""

    key: Hashable
    forms: tuple[str, ...]


def cites(text: str, facts: Iterable[Fact]) -> list[Fact]:
    """The facts that a letter cites: one of a fact's forms stands in it."""
    readings = readings_of(text)
    return [fact for fact in facts if stands(readings, fact.forms)]


def names_minute(text: str, forms: Iterable[str]) -> bool:
    """Whether a letter names the exact minute in one of its wordings."""
    return stands(readings_of(text), forms)


def readings_of(text: str) -> tuple[str, ...]:
    """A text as it is searched: as it stands, and with "3 418" as one number."""
    said = level(text)
    joined = SPACED.sub(lambda found: found[1] + found[2].replace(" ", ""), said)
    return (said,) if joined == said else (said, joined)


def level(text: str) -> str:
    return THOUSANDS.sub("", plain(THIN.sub("", text))).casefold()


def stands(readings: tuple[str, ...], forms: Iterable[str]) -> bool:
    patterns = [pattern for pattern in map(pattern_of, forms) if pattern]
    return any(pattern.search(reading) for pattern in patterns for reading in readings)


@lru_cache(maxsize=4096)
def pattern_of(form: str) -> re.Pattern[str] | None:
    """What finds a wording; None for one that says nothing."""
    said = level(form)
    pieces = PIECE.findall(SPACED.sub(lambda found: found[1] + found[2].replace(" ", ""), said))
    if not pieces:
        return None
    return re.compile(before(pieces[0]) + r"[\s,]*".join(map(re.escape, pieces)) + after(pieces[-1]))


def before(piece: str) -> str:
    """What may not stand before a wording: "418" is not cited by "3418" nor by "0.418", "port" not by "report"."""
    if piece[0].isdigit():
        return r"(?<!\d)(?<!\d\.)"
    return r"(?<![a-z])" if LATIN.match(piece) else ""


def after(piece: str) -> str:
    if piece[-1].isdigit():
        return r"(?!\.?\d)"
    return r"(?![a-z])" if LATIN.match(piece) else ""

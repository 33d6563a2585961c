"""What a letter leaves for comparing: of each sentence where it stands, and numbers for every three words in a row.

A word is a word of letters or one Chinese character, after masking. The numbers are CRC-32, the same in every process,
so that they may be kept: as JSON, and for looking up as an array of 64-bit integers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from zlib import crc32

from renewals.likeness.courtesy import HAN_WORD, Kind, kind_of
from renewals.likeness.masking import masked_plain
from renewals.likeness.plain import plain
from renewals.likeness.sentences import spans

RUN = 3
"""How many words in a row make one number."""
ANCHORS = 64
"""How many numbers of a draft are looked up among kept letters."""
OWN = 0.6
"""With less of its weight in its own sentences, a letter may repeat another by courtesy alone."""
VERSION = 1
"""Of the way in which prints are made: what another version kept has to be made again."""

SYLLABLE = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af"
TOKEN = re.compile(rf"[{SYLLABLE}]|[^\W\d_{SYLLABLE}]+(?:'[^\W\d_{SYLLABLE}]+)*")
SHORTENED = (
    (re.compile(r"\bwon't\b"), "will not"),
    (re.compile(r"\bcan't\b"), "can not"),
    (re.compile(r"\bcannot\b"), "can not"),
    (re.compile(r"n't\b"), " not"),
    (re.compile(r"'re\b"), " are"),
    (re.compile(r"'ve\b"), " have"),
    (re.compile(r"'ll\b"), " will"),
    (re.compile(r"\bi'm\b"), "i am"),
    (re.compile(r"'d\b"), " would"),
    (re.compile(r"\b(it|that|there|what|here|let)'s\b"), r"\1 is"),
    (re.compile(r"'s\b"), ""),
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: its span in the letter's text, what it is there for, and a number for each run of words."""

    start: int
    end: int
    kind: Kind
    runs: tuple[int, ...]

    @property
    def words(self) -> int:
        return len(self.runs) + RUN - 1

    @property
    def weight(self) -> float:
        """What it weighs in a comparison: its runs of words, those of courtesy for less."""
        return len(self.runs) * self.kind.weight


@dataclass(frozen=True)
class Prints:
    """A letter, ready for comparing."""

    sentences: tuple[Sentence, ...]

    @cached_property
    def runs(self) -> frozenset[int]:
        """Every number of the letter: what a draft's anchors are looked up in."""
        return frozenset(run for sentence in self.sentences for run in sentence.runs)

    @cached_property
    def telling_runs(self) -> frozenset[int]:
        """Those of its own sentences; all of them where courtesy outweighs what is its own."""
        own = [sentence for sentence in self.sentences if sentence.kind is Kind.OWN]
        if sum(sentence.weight for sentence in own) < OWN * sum(sentence.weight for sentence in self.sentences):
            return self.runs
        return frozenset(run for sentence in own for run in sentence.runs)

    @property
    def words(self) -> int:
        """How many words its sentences have; one of fewer than three counts as three."""
        return sum(sentence.words for sentence in self.sentences)

    def has(self, *kinds: Kind) -> bool:
        return any(sentence.kind in kinds for sentence in self.sentences)

    @property
    def anchors(self) -> tuple[int, ...]:
        """The numbers by which letters that this one may repeat are found: a fair sample of what is its own."""
        return tuple(sorted(self.telling_runs)[:ANCHORS])

    def to_json(self) -> list[Any]:
        """For keeping; `from_json` reads it."""
        return [VERSION, [[one.start, one.end, int(one.kind), *one.runs] for one in self.sentences]]

    @classmethod
    def from_json(cls, kept: Sequence[Any]) -> Prints:
        """What `to_json` wrote. ValueError for another version: the prints are to be made again from the text."""
        version, sentences = kept
        if version != VERSION:
            raise ValueError(f"Prints of version {version}, not {VERSION}.")
        return cls(tuple(Sentence(start, end, Kind(kind), tuple(runs)) for start, end, kind, *runs in sentences))


def prints(text: str, names: Iterable[str] = ()) -> Prints:
    """The prints of a letter. `names`: those of its customer, people and products, to mask besides what has a shape."""
    known = tuple(sorted(set(names)))
    found = (sentence_of(text, start, end, known) for start, end in spans(text))
    return Prints(tuple(sentence for sentence in found if sentence.runs))


def sentence_of(text: str, start: int, end: int, names: tuple[str, ...]) -> Sentence:
    said = plain(text[start:end])
    words = words_of(masked_plain(said, names))
    kind = kind_of(said.lower(), sum(HAN_WORD if word > "\u2e80" else 1 for word in words))
    if kind is Kind.OWN and len(words) < RUN:
        kind = Kind.COURTESY  # a name under a letter, a heading: too little to be anybody's own
    return Sentence(start, end, kind, runs_of(words))


def words_of(hidden: str) -> list[str]:
    """The words of a masked sentence, without the masks; shortened English forms written out."""
    if "'" in hidden or "cannot" in hidden:
        for short, long in SHORTENED:
            hidden = short.sub(long, hidden)
    return TOKEN.findall(hidden)


def runs_of(words: list[str]) -> tuple[int, ...]:
    """A number for each run; a sentence that is shorter is one run."""
    if not words:
        return ()
    starts = range(max(1, len(words) - RUN + 1))
    return tuple(crc32("\x1f".join(words[at : at + RUN]).encode("utf-8", "surrogatepass")) for at in starts)

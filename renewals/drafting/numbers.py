"""The numbers that a text states, in digits and in words, Chinese and English: a draft may state none of its own.

Plain Python: no Django, no database, no clock. It errs to the side of asking: what it cannot place is a doubt.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal

DIGITS = re.compile(r"(\d+(?:[.,:：]\d+)*)(\s?[万亿])?")
GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
TENS_OF_THOUSANDS = {"万": 10_000, "亿": 100_000_000}

HAN = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
HAN_PLACES = {"十": 10, "百": 100, "千": 1000}
HAN_RUN = re.compile(f"[{''.join((*HAN, *HAN_PLACES, *TENS_OF_THOUSANDS))}]+")
HAN_UNITS = "个份位天年月周日次名席人台套件项条倍成点号折元块小季轮场篇家门"
"""What makes a single Chinese figure a number: 三个 counts something, 再三 does not."""
NO_NUMBERS = frozenset({"万一", "千万", "一一", "百十"})

UNITS = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
]  # fmt: skip
TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
SCALES = {"hundred": 100, "thousand": 1000, "million": 1_000_000, "billion": 1_000_000_000}
ENGLISH = {word: number for number, word in enumerate(UNITS)}
ENGLISH |= {word: 10 * place for place, word in enumerate(TENS, start=2)}
ONE_WORD = f"(?:{'|'.join((*ENGLISH, *SCALES))})"
ENGLISH_RUN = re.compile(rf"\b{ONE_WORD}(?:(?:[-\s]|\s+and\s+){ONE_WORD})*\b", re.IGNORECASE)

Stated = tuple[str, frozenset[str]]
"""A number as a text writes it, and what it may mean."""


def unfounded(text: str, known: str) -> list[str]:
    """The numbers in `text`, as it writes them, that `known` does not state in any way; each once, in order."""
    meanings = {meaning for _written, means in stated(known) for meaning in means}
    return list(dict.fromkeys(written for written, means in stated(text) if not means & meanings))


def stated(text: str) -> Iterator[Stated]:
    """The numbers that a text states, kind by kind."""
    for found in DIGITS.finditer(text):
        yield from in_digits(found[1], found[2] or "")
    for found in HAN_RUN.finditer(text):
        after = text[found.end() : found.end() + 1]
        is_unit_of_digits = text[: found.start()].rstrip()[-1:].isdigit()
        if not is_unit_of_digits and counts_something(found[0], after):
            yield found[0], frozenset({plain(Decimal(han(found[0])))})
    for found in ENGLISH_RUN.finditer(text):
        if found[0].lower() not in ("one", "zero"):
            yield found[0], frozenset({plain(Decimal(english(found[0])))})


def in_digits(written: str, after: str) -> Iterator[Stated]:
    """A run of digits with what stands between them, and 万 or 亿 after it: one number, a time of day, or several."""
    times = TENS_OF_THOUSANDS.get(after.strip(), 1)
    said = unicodedata.normalize("NFKC", written)
    if ":" in said:
        parts = [plain(Decimal(part)) for part in re.split(r"[.,:]", said)]
        yield written, frozenset({":".join(parts)})
        return
    number = said.replace(",", "") if GROUPED.fullmatch(said) else said
    if number.count(".") <= 1 and "," not in number:
        means = {plain(Decimal(number)), plain(Decimal(number) * times)}
        yield written + after, frozenset(means)
        return
    for part in re.split(r"[.,]", number):
        yield part, frozenset({plain(Decimal(part))})


def plain(number: Decimal) -> str:
    """One way to write a number, however it was written: 05 and 5, 30.0 and 30."""
    return f"{number.normalize():f}"


def counts_something(run: str, after: str) -> bool:
    """Whether a run of Chinese figures is a number: 十分 and 一起 are words."""
    if run in NO_NUMBERS:
        return False
    if len(run) > 1:
        return True
    return run not in ("一", "两") and after != "" and after in HAN_UNITS


def han(run: str) -> int:
    """What a run of Chinese figures means: 三十 is 30, 二〇二六 is 2026, 一万二千 is 12,000."""
    if all(char in HAN for char in run):
        return int("".join(str(HAN[char]) for char in run))
    total = section = figure = 0
    for char in run:
        if char in HAN:
            figure = HAN[char]
        elif char in HAN_PLACES:
            section += (figure or 1) * HAN_PLACES[char]
            figure = 0
        else:
            total = (total + section + figure or 1) * TENS_OF_THOUSANDS[char]
            section = figure = 0
    return total + section + figure


def english(run: str) -> int:
    """What English number words mean together: twenty-five, two hundred and ten."""
    total = section = 0
    for word in re.split(r"[-\s]+", run.lower()):
        if word in ENGLISH:
            section += ENGLISH[word]
        elif word == "hundred":
            section = (section or 1) * 100
        elif word in SCALES:
            total += (section or 1) * SCALES[word]
            section = 0
    return total + section

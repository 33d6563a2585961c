"""Reading starts and terms as people write them, in English and Chinese, full width or not."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from functools import lru_cache
from typing import Literal, Self

from accounts.terms.days import DAY, FIRST_YEAR, LAST_YEAR
from accounts.terms.problems import TermError, quoted

MAX_COUNT_DIGITS = 7  # a longer number of days, months or years passes the year 9998 anyway


@dataclass(frozen=True, slots=True)
class Term:
    """What was sold. Weeks are 7 days and years 12 months; `minute` is a last minute, inclusive wall time."""

    kind: Literal["days", "months", "through", "until"]
    n: int = 0
    on: date | None = None
    minute: datetime | None = None

    @classmethod
    def days(cls, n: int) -> Self:
        return cls("days", n=_at_least_one(n))

    @classmethod
    def weeks(cls, n: int) -> Self:
        return cls("days", n=7 * _at_least_one(n))

    @classmethod
    def months(cls, n: int) -> Self:
        return cls("months", n=_at_least_one(n))

    @classmethod
    def years(cls, n: int) -> Self:
        return cls("months", n=12 * _at_least_one(n))

    @classmethod
    def through(cls, on: date) -> Self:
        return cls("through", on=on)

    @classmethod
    def until(cls, minute: datetime) -> Self:
        return cls("until", minute=minute.replace(second=0, microsecond=0))

    def __str__(self) -> str:
        """The term as `parse_term` reads it back."""
        if self.on is not None:
            return f"through {self.on}"
        if self.minute is not None:
            return f"until {self.minute.isoformat(timespec='minutes')}"
        n, unit = (self.n // 12, "years") if self.in_years else (self.n, self.kind)
        return f"{n} {unit if n > 1 else unit[:-1]}"

    @property
    def in_years(self) -> bool:
        return self.kind == "months" and self.n % 12 == 0


def _at_least_one(n: int) -> int:
    if n < 1:
        raise TermError("term_too_short", text=n)
    return n


# The separator comes back (?P=sep), so that 2026-05/01 is no date; a time needs T, a space or 日 before it.
_WHEN = r"""
    (\d{4}) (?: \s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*[日号號] | (?P<sep>[-/.])(\d{1,2})(?P=sep)(\d{1,2}) )
    (?: (?: \s*t\s* | \s+ | (?<=[日号號]) )
        (\d{1,2}) (?: :(\d{2})(?::(\d{2})(?:\.0+)?)? | \s*[时時点點]\s*(?:(\d{1,2})\s*分?)? )
        \s* (z|[+-]\d{2}(?::?\d{2})?)? )?
"""
_START = re.compile(_WHEN, re.VERBOSE | re.ASCII)
_END = re.compile(
    rf"(?:through|thru|until|till|to|直至|截至|截止|至|到) \s* {_WHEN} \s* (?:为止|止)?", re.VERBOSE | re.ASCII
)
_COUNT = re.compile(
    r"""(?P<n> \d+ | [一二两兩三四五六七八九十]{1,3} | 半 ) \s*-?\s*
    (?: (?P<days>days?|天|日) | (?P<weeks>weeks?|[个個]?[周週]|[个個]?星期)
      | (?P<months>months?|[个個]月) | (?P<years>years?|年)(?P<half>半)? )""",
    re.VERBOSE | re.ASCII,
)
_NUMERALS = {"两": 2, "兩": 2} | {numeral: n for n, numeral in enumerate("一二三四五六七八九", 1)}


def parse_start(text: str) -> date | datetime:
    """A bare date, a wall time (naive) or an instant (aware), told apart for rule 3. 24:00 is next midnight.

    TermError `bad_start`, `no_such_date`, `no_such_time`, `seconds` or `out_of_range`.
    """
    found = _START.fullmatch(_folded(text))
    if not found:
        raise TermError("bad_start", text=quoted(text))
    return _moment(found, text)


@lru_cache(maxsize=4096)
def parse_term(text: str) -> Term:
    """A term. An end with a time is its last minute; one with no time is a whole last day (rules 2 and 6).

    TermError `bad_term`, `term_too_short`, `no_such_date`, `no_such_time` or `out_of_range`.
    """
    folded = _folded(text)
    if found := _END.fullmatch(folded):
        return _end(found, text)
    if found := _COUNT.fullmatch(folded):
        return _count(found, text)
    raise TermError("bad_term", text=quoted(text))


def _folded(text: str) -> str:
    return (text if text.isascii() else unicodedata.normalize("NFKC", text)).strip().lower()


def _moment(found: re.Match[str], text: str) -> date | datetime:
    year, zh_month, zh_day, _sep, month, day, hour, minute, second, zh_minute, offset = found.groups()
    try:
        on = date(int(year), int(zh_month or month), int(zh_day or day))
    except ValueError:
        raise TermError("no_such_date", text=quoted(text)) from None
    if not FIRST_YEAR <= on.year <= LAST_YEAR:
        raise TermError("out_of_range", text=quoted(text))
    if hour is None:
        return on
    if int(second or 0):
        raise TermError("seconds", text=quoted(text))
    try:
        wall = _wall(on, int(hour), int(minute or zh_minute or 0))
        return wall.replace(tzinfo=_offset(offset)) if offset else wall
    except ValueError:
        raise TermError("no_such_time", text=quoted(text)) from None


def _wall(on: date, hour: int, minute: int) -> datetime:
    midnight = datetime.combine(on, time())
    return midnight + DAY if (hour, minute) == (24, 0) else midnight.replace(hour=hour, minute=minute)


@lru_cache(maxsize=256)
def _offset(text: str) -> timezone:
    hours, minutes = (0, 0) if text == "z" else (int(text[1:3]), int(text[3:].lstrip(":") or 0))
    if minutes > 59:
        raise ValueError(text)
    return timezone(timedelta(hours=hours, minutes=minutes) * (-1 if text[0] == "-" else 1))


def _end(found: re.Match[str], text: str) -> Term:
    when = _moment(found, text)
    if not isinstance(when, datetime):
        return Term.through(when)
    if when.tzinfo is not None:
        # The promise is wall time (rule 1): an offset would be a second opinion on it.
        raise TermError("bad_term", text=quoted(text))
    end_of_the_day = int(found[7]) == 24
    return Term.through(when.date() - DAY) if end_of_the_day else Term.until(when)


def _count(found: re.Match[str], text: str) -> Term:
    if found["n"] == "半":
        if found["years"] != "年" or found["half"]:
            raise TermError("bad_term", text=quoted(text))
        return Term.months(6)
    n = _number(found["n"], text)
    if n == 0:
        raise TermError("term_too_short", text=quoted(text))
    if found["years"]:
        return Term.months(n * 12 + (6 if found["half"] else 0))
    if found["months"]:
        return Term.months(n)
    return Term.weeks(n) if found["weeks"] else Term.days(n)


def _number(numeral: str, text: str) -> int:
    """Digits, or a Chinese numeral up to 九十九."""
    if numeral.isdigit():
        if len(numeral.lstrip("0")) > MAX_COUNT_DIGITS:
            raise TermError("out_of_range", text=quoted(text))
        return int(numeral)
    tens, ten, ones = numeral.rpartition("十")
    if len(tens) > 1 or len(ones) > 1 or tens == "十":
        raise TermError("bad_term", text=quoted(text))
    return 10 * _NUMERALS.get(tens, 1) * bool(ten) + _NUMERALS.get(ones, 0)

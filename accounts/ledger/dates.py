"""Dates in the shapes that real ledgers have, and what had to be assumed to read them (rule 6).

Pure. A reading is a local day, perhaps with a time of day; what it means (a first or a last day) is for the row.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import NoReturn

from accounts.ledger import shapes
from accounts.ledger.findings import Refused
from accounts.ledger.places import zone_in_brackets
from accounts.ledger.reading import Cell
from accounts.terms.days import FIRST_YEAR, LAST_YEAR

REPUBLIC = 1911
DAYS_TO_1904 = 1_462
SERIALS = (18_264, 73_415)  # Excel's numbers of 1950-01-01 and 2100-12-31
EXCEL_EPOCH = datetime(1899, 12, 30, tzinfo=UTC)
DAY_FIRST, MONTH_FIRST = "day-first", "month-first"


@dataclass(frozen=True, slots=True)
class When:
    """A local day, with a time of day (`minute`) where the cell has one; without, the day as a whole.

    `other` is the other day that the cell may mean; `notes` are codes of what was assumed; `zone` and `offset`
    are what the cell itself says of its place.
    """

    day: date
    minute: time | None = None
    offset: timezone | None = None
    zone: str = ""
    notes: tuple[str, ...] = ()
    other: date | None = None

    def __str__(self) -> str:
        return f"{self.day.isoformat()}{f' {self.minute:%H:%M}' if self.minute else ''}"

    @property
    def is_open(self) -> bool:
        """Whether more than a day and a minute is needed to say it: another reading, a place."""
        return bool(self.other not in {None, self.day} or self.offset or self.zone)


@dataclass(slots=True)
class Habits:
    """How dates are written in one column, learnt from all of its cells before the first is read."""

    day_first: str = ""
    month_first: str = ""
    times: set[str] = field(default_factory=set)

    @property
    def order(self) -> str:
        """Which comes first, where any cell proves it and none proves the contrary."""
        if bool(self.day_first) == bool(self.month_first):
            return ""
        return DAY_FIRST if self.day_first else MONTH_FIRST

    @property
    def proof(self) -> str:
        return self.day_first or self.month_first

    @property
    def noon_is_midnight(self) -> bool:
        """Every time of day is 12:00:00, to the second: a 12-hour clock's midnight, so there is no time of day."""
        return self.times == {"12:00:00"}

    def learn(self, text: str) -> None:
        """Take in one cell, or one half of a period."""
        for found in shapes.TWO_THEN_YEAR.finditer(text):
            first, second, year = int(found[1]), int(found[3]), int(found[4])
            if first > 12 >= second and _exists(year, second, first):
                self.day_first = self.day_first or text
            elif second > 12 >= first and _exists(year, first, second):
                self.month_first = self.month_first or text
        if clock := shapes.CLOCK.search(text):
            self.times.add(clock[0])


def _exists(year: int, month: int, day: int) -> bool:
    """Whether there is such a day; one that there is not proves nothing."""
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def habits_of(texts: Iterable[str]) -> Habits:
    habits = Habits()
    for text in texts:
        habits.learn(text)
    return habits


class Dates:
    """Reads the cells of one column, each different one once."""

    def __init__(self, habits: Habits, *, order: str = "", republic: bool = False, from_1904: bool = False) -> None:
        """`order` is what the person or another column says; `republic` reads years of the Republic (民國)."""
        self.order = order or habits.order
        self.noon_is_midnight = habits.noon_is_midnight
        self.republic = republic
        self._later = DAYS_TO_1904 if from_1904 else 0
        self._seen: dict[str, When | Refused] = {}

    def read(self, cell: Cell) -> When:
        """A cell as a day. Raises `Refused` with the reason."""
        if isinstance(cell, str):
            return self._remembered(cell)
        if isinstance(cell, datetime):
            return _of_wall(cell)
        if isinstance(cell, date):
            return When(_in_range(cell, cell))
        if isinstance(cell, int | float) and not isinstance(cell, bool):
            return self._number(cell)
        raise Refused("bad_date", value=cell)

    def _remembered(self, text: str) -> When:
        found = self._seen.get(text)
        if found is None:
            try:
                found = self._text(text)
            except Refused as problem:
                found = problem.anew()
            self._seen[text] = found
        if isinstance(found, Refused):
            raise found.anew()
        return found

    def _number(self, number: float) -> When:
        if SERIALS[0] <= number + self._later <= SERIALS[1] + 1:
            # A serial is days since the epoch; its fraction is the time of day, exact to the second at best.
            wall = (EXCEL_EPOCH + timedelta(seconds=round((number + self._later) * 86_400))).replace(tzinfo=None)
            return replace(_of_wall(wall), notes=("excel_serial",))
        if number == int(number):
            return self._remembered(str(int(number)))
        raise Refused("bad_date", value=number)

    def _text(self, original: str) -> When:
        text = " ".join(unicodedata.normalize("NFKC", original).translate(shapes.INVISIBLE).casefold().split())
        if text.replace(" ", "") in shapes.OPEN_ENDED:
            raise Refused("open_ended", value=original)
        text = shapes.WEEKDAY.sub("", text).strip(" ,")
        zone = ""
        if (bracketed := shapes.BRACKETS.search(text)) and (zone := zone_in_brackets(bracketed[1])):
            text = text[: bracketed.start()]
        text = shapes.chinese_digits(shapes.EDGES.sub("", text).strip()).replace("点半", "点30").replace("點半", "點30")
        if clock := shapes.TIME.search(text):
            when = self._day(text[: clock.start()].strip(" ,"), original)
            return replace(self._with_clock(when, clock, original), zone=zone)
        return replace(self._day(text, original), zone=zone)

    def _with_clock(self, when: When, clock: re.Match[str], original: str) -> When:
        minute = _minute(clock, original)
        offset = _offset(clock["offset"])
        if minute == time(12) and clock["s"] == "00" and not (clock["half"] or clock["ampm"]) and self.noon_is_midnight:
            return replace(when, notes=(*when.notes, "noon_is_midnight"))
        if minute is None:
            return when
        if minute == time(0):
            return replace(when, notes=(*when.notes, "midnight_is_no_time"))
        return replace(when, minute=minute, offset=offset)

    def _day(self, text: str, original: str) -> When:
        said = shapes.REPUBLIC.match(text)
        text = shapes.REPUBLIC.sub("", text)
        if found := shapes.YMD.fullmatch(text):
            year, _sep, *rest = found.groups()
            month, day = _numbers(rest)
            return self._of(int(year), month, day, original)
        if found := shapes.SHORT_YMD.fullmatch(text):
            return self._short_year(found, bool(said), original)
        if found := shapes.RUN_TOGETHER.fullmatch(text):
            return self._run_together(found, bool(said), original)
        if found := shapes.TWO_THEN_YEAR.fullmatch(text):
            return self._two_then_year(int(found[1]), int(found[3]), int(found[4]), found[2], original)
        return self._worded(text, original)

    def _worded(self, text: str, original: str) -> When:
        for shape in shapes.NAMED_MONTHS:
            if found := shape.fullmatch(text):
                return self._named_month(found["year"], found["month"], found["day"], original)
        if found := shapes.YEAR_MONTH.fullmatch(text):
            first = self._of(int(found[1]), int(found[2] or found[3]), 1, original).day
            return When(first, notes=("whole_month",), other=_last_of_month(first))
        if shapes.SERIAL.fullmatch(text) and SERIALS[0] <= float(text) <= SERIALS[1] + 1:
            return self._number(float(text))
        return _refuse("only_year" if re.fullmatch(r"\d{4}|\d{3,4}年", text) else "bad_date", original)

    def _of(self, year: int, month: int, day: int, original: str, *notes: str) -> When:
        try:
            return When(_in_range(date(year, month, day), original), notes=notes)
        except ValueError:
            _refuse("no_such_date", original)

    def _short_year(self, found: re.Match[str], said: bool, original: str) -> When:
        year, _sep, *rest = found.groups()
        month, day = _numbers(rest)
        if not (self.republic or said):
            _refuse("republic_year" if len(year) == 3 or found[5] else "short_year", original)
        return self._of(int(year) + REPUBLIC, month, day, original, "republic")

    def _run_together(self, found: re.Match[str], said: bool, original: str) -> When:
        year, month, day = _numbers(found.groups())
        if len(found[1]) == 4:
            return self._of(year, month, day, original)
        if not (self.republic or said):
            looks_like_it = len(found[1]) == 3 and 1 <= month <= 12 and 1 <= day <= 31
            _refuse("republic_year" if looks_like_it else "bad_date", original)
        return self._of(year + REPUBLIC, month, day, original, "republic")

    def _two_then_year(self, first: int, second: int, year: int, separator: str, original: str) -> When:
        # Nobody writes the month first with dots.
        order = DAY_FIRST if separator == "." else self.order
        if first > 12 or (order == DAY_FIRST and second <= 12):
            return self._of(year, second, first, original, *(("day_first",) if first <= 12 != second else ()))
        if second > 12 or order == MONTH_FIRST or first == second:
            return self._of(
                year, first, second, original, *(("month_first",) if second <= 12 and first != second else ())
            )
        as_day_first = self._of(year, second, first, original).day
        as_month_first = self._of(year, first, second, original).day
        return When(min(as_day_first, as_month_first), notes=("ambiguous",), other=max(as_day_first, as_month_first))

    def _named_month(self, year: str, month: str, day: str, original: str) -> When:
        number = shapes.MONTHS.get(month[:3]) or _refuse("bad_date", original)
        short = len(year) == 2
        return self._of(
            int(year) + (2000 if short else 0), number, int(day), original, *(("short_year",) if short else ())
        )


def _of_wall(wall: datetime) -> When:
    _in_range(wall.date(), wall)
    minute = wall.time().replace(second=0, microsecond=0)
    return When(wall.date(), None if minute == time(0) else minute)


def _in_range(day: date, original: object) -> date:
    if day.year > LAST_YEAR:
        raise Refused("open_ended", value=original)
    return day if day.year >= FIRST_YEAR else _refuse("bad_date", original)


_NOON_BEFORE = {"pm": 12, "下午": 12, "晚上": 12, "中午": 6}
"""Up to which hour a word adds twelve to it: 中午 is from eleven to one."""


def _minute(clock: re.Match[str], original: str) -> time | None:
    """The minute of the day; None for 24:00, the end of it."""
    hour, minute = int(clock["h"]), int(clock["m"] or 0)
    half = (clock["half"] or clock["ampm"] or "").replace(".", "")
    if hour < _NOON_BEFORE.get(half, 0):
        hour += 12
    elif half in {"am", "上午", "凌晨", "早上"} and hour == 12:
        hour = 0
    elif half == "晚上" and hour == 12:
        hour = 24
    elif half == "am" and hour > 12:
        _refuse("no_such_time", original)
    if (hour, minute) == (24, 0):
        return None
    return time(hour, minute) if hour < 24 and minute < 60 else _refuse("no_such_time", original)


def _offset(said: str | None) -> timezone | None:
    if not said:
        return None
    digits = re.sub(r"[^\d+-]", "", said)
    if not digits:
        return UTC
    hours, minutes = int(digits[1:3]), int(digits[3:5] or 0)
    delta = timedelta(hours=hours, minutes=minutes)
    return timezone(-delta if digits[0] == "-" else delta) if delta < timedelta(hours=24) else None


def _numbers(groups: Iterable[str | None]) -> list[int]:
    return [int(group) for group in groups if group and group.isdigit()]


def _last_of_month(first: date) -> date:
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def _refuse(code: str, original: object) -> NoReturn:
    raise Refused(code, value=original)

"""When a customer works: opening hours, weekends, public holidays and make-up working days (rules 9 and 16).

Plain Python: no Django, no database, no clock. Instants are aware, those returned in UTC; zones are IANA names.
"""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from holidays import HolidayBase

# Whoever imports this module alone also gets the pinned `tzdata`, never the system's older files (rule 1).
zoneinfo.reset_tzpath(to=[])

Shifts = tuple[tuple[datetime, datetime], ...]

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
MIDNIGHT = time(0)
SAT_SUN = frozenset({5, 6})
LONGEST_SEARCH = 400  # days: no calendar rests for a year, so a longer search is one that never ends


class NeverWorksError(ValueError):
    """A calendar with no working moment within more than a year: its overrides or its weekend leave none."""


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """A working calendar. `country` and `subdivision` are ISO 3166 codes, "" for a plain Monday to Friday.

    Open from `opens` until just before `closes`, local time; `closes` at 00:00 is the end of the day.
    `weekend` holds weekdays (Monday is 0), None for the country's own. `overrides` settle single days:
    (date, works?).
    """

    country: str = ""
    subdivision: str = ""
    opens: time = time(9)
    closes: time = time(18)
    weekend: frozenset[int] | None = None
    overrides: tuple[tuple[date, bool], ...] = ()

    def __post_init__(self) -> None:
        if self.closes != MIDNIGHT and self.opens >= self.closes:
            raise ValueError(f"Opening at {self.opens:%H:%M} must come before closing at {self.closes:%H:%M}.")
        if self.weekend is not None and not self.weekend < frozenset(range(7)):
            raise ValueError("A weekend leaves at least one day of the week, Monday 0 to Sunday 6.")

    def covers(self, wall: time) -> bool:
        """Half-open: at the minute of opening, yes; at the minute of closing, no longer."""
        return self.opens <= wall and (self.closes == MIDNIGHT or wall < self.closes)


@lru_cache(maxsize=1024)
def _calendar(country: str, subdivision: str, year: int) -> HolidayBase | None:
    """One year of a country's calendar; complete before it is shared, so that no thread sees half a year."""
    import holidays  # a tenth of a second, which a process that asks for no day off need not wait

    for part in dict.fromkeys((subdivision or None, None)):
        try:
            return holidays.country_holidays(country.upper(), subdiv=part, years=year, expand=False)
        except NotImplementedError:
            continue
    return None


@lru_cache(maxsize=1024)
def _overrides(pairs: tuple[tuple[date, bool], ...]) -> dict[date, bool]:
    return dict(pairs)


def is_working_day(day: date, hours: WorkingHours) -> bool:
    """Whether `day` is worked: an override decides, else the country's calendar with its make-up days."""
    settled = _overrides(hours.overrides).get(day)
    if settled is not None:
        return settled
    calendar = _calendar(hours.country, hours.subdivision, day.year)
    if calendar is None:
        return day.weekday() not in (SAT_SUN if hours.weekend is None else hours.weekend)
    if hours.weekend is None:
        return calendar.is_working_day(day)
    if day.weekday() in hours.weekend:
        return day in calendar.weekend_workdays
    return day not in calendar


def is_working_moment(at: datetime, zone: str, hours: WorkingHours) -> bool:
    """Whether the customer works at this instant (half-open: `opens` is in, `closes` is out)."""
    local = at.astimezone(ZoneInfo(zone))
    return hours.covers(local.time()) and is_working_day(local.date(), hours)


def next_working_moment(at: datetime, zone: str, hours: WorkingHours) -> datetime:
    """The first working moment at or after `at`, in UTC (rule 9): `at` itself while they work.

    NeverWorksError if the calendar has none.
    """
    if is_working_moment(at, zone, hours):
        return at.astimezone(UTC)
    for day in _days_from(at, zone, step=DAY):
        for opening, _closing in _shifts(day, zone, hours):
            if opening >= at:
                return opening
    raise NeverWorksError(f"No working moment within {LONGEST_SEARCH} days of {at:%Y-%m-%d}.")


def last_working_moment(before: datetime, zone: str, hours: WorkingHours) -> datetime:
    """The latest whole minute of work that begins before `before`, in UTC. NeverWorksError if none."""
    latest = (before - timedelta(microseconds=1)).astimezone(UTC).replace(second=0, microsecond=0)
    if is_working_moment(latest, zone, hours):
        return latest
    for day in _days_from(before, zone, step=-DAY):
        for opening, closing in reversed(_shifts(day, zone, hours)):
            if opening <= latest:
                return min(latest, closing - MINUTE)
    raise NeverWorksError(f"No working moment within {LONGEST_SEARCH} days of {before:%Y-%m-%d}.")


def work_from(at: datetime, zone: str, hours: WorkingHours) -> Iterator[tuple[datetime, datetime]]:
    """The stretches of work from `at` on, in UTC, in order; the one that is under way begins at `at`.

    It ends with the days that are looked at: a calendar without work gives none.
    """
    for day in _days_from(at, zone, step=DAY):
        for opening, closing in _shifts(day, zone, hours):
            if closing > at:
                yield max(opening, at.astimezone(UTC)), closing


def worked(begins: datetime, ends: datetime, zone: str, hours: WorkingHours) -> timedelta:
    """How much of the time between two instants is working time."""
    total = timedelta(0)
    for opening, closing in work_from(begins, zone, hours):
        if opening >= ends:
            break
        total += min(closing, ends) - opening
    return total


def year_is_published(year: int, country: str) -> bool:
    """Whether a year's days off are known: China announces its make-up days only late in the year before."""
    if country.upper() != "CN":
        return True
    calendar = _calendar(country, "", year)
    return calendar is not None and any(day.year == year for day in calendar.weekend_workdays)


def _days_from(at: datetime, zone: str, *, step: timedelta) -> Iterator[date]:
    """Local days, beginning one day to the safe side: a clock change may show yesterday's date once more."""
    day = at.astimezone(ZoneInfo(zone)).date() - step
    for number in range(LONGEST_SEARCH):
        yield day + number * step


def _shifts(day: date, zone: str, hours: WorkingHours) -> Shifts:
    """The stretches of work of one local day, in UTC: none, one, or two where a clock change parts it."""
    if not is_working_day(day, hours):
        return ()
    tz = ZoneInfo(zone)
    midnights = [datetime.combine(on, MIDNIGHT, tz) for on in (day, day + DAY)]
    if len({midnight.replace(fold=fold).utcoffset() for midnight in midnights for fold in (0, 1)}) == 1:
        midnight = midnights[0].astimezone(UTC)
        closing = DAY if hours.closes == MIDNIGHT else _since_midnight(hours.closes)
        return ((midnight + _since_midnight(hours.opens), midnight + closing),)
    return _walked_shifts(day, tz, hours)


def _since_midnight(wall: time) -> timedelta:
    return timedelta(hours=wall.hour, minutes=wall.minute, seconds=wall.second)


@lru_cache(maxsize=4096)
def _walked_shifts(day: date, tz: ZoneInfo, hours: WorkingHours) -> Shifts:
    """The stretches of a day whose clocks change, found minute by minute: right by construction, and rare."""
    shifts: list[tuple[datetime, datetime]] = []
    minute = datetime.combine(day, MIDNIGHT, UTC) - DAY
    for _ in range(3 * 24 * 60):
        local = minute.astimezone(tz)
        if local.date() == day and hours.covers(local.time()):
            opening = shifts.pop()[0] if shifts and shifts[-1][1] == minute else minute
            shifts.append((opening, minute + MINUTE))
        minute += MINUTE
    return tuple(shifts)

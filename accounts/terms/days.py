"""Local days and instants: the one place where wall time becomes UTC (rules 1 and 2)."""

from __future__ import annotations

import difflib
import re
import zoneinfo
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

import tzdata

from accounts.terms.problems import TermError, quoted

# Whoever imports this module alone also gets the pinned `tzdata`, never the system's older files (rule 1).
zoneinfo.reset_tzpath(to=[])

FIRST_YEAR, LAST_YEAR = 1900, 9998
DAY, MINUTE, SECOND = timedelta(days=1), timedelta(minutes=1), timedelta(seconds=1)


@lru_cache(maxsize=1)
def zone_names() -> frozenset[str]:
    """Every zone that a customer may be in: those of the pinned data, without its placeholders."""
    return frozenset(zoneinfo.available_timezones() - {"Factory", "localtime", "posixrules"})


def zone_data_release() -> str:
    """The release of the zone data in use, such as 2026f: shown on the status page and in exports (rule 1)."""
    return tzdata.IANA_VERSION


@lru_cache(maxsize=1024)
def zone_info(name: str) -> ZoneInfo:
    """The zone of exactly this name. TermError `unknown_zone`, with a name near it, for any other."""
    if name not in zone_names():
        raise TermError("unknown_zone", text=quoted(name), near=_near(quoted(name)))
    return ZoneInfo(name)


@lru_cache(maxsize=1024)
def _near(name: str) -> str:
    """A name that may have been meant: "beijing" says nothing, "shanghai" or "asia/shangai" do."""
    city = _letters(name.rpartition("/")[2])
    same = _by_city().get(city)
    return ", ".join((same or _alike(city))[:2]) or "Asia/Shanghai"


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).lower()


@lru_cache(maxsize=1)
def _by_city() -> dict[str, list[str]]:
    """The names of zones under the letters of their cities, the plain ones first."""
    found: dict[str, list[str]] = {}
    for name in sorted(zone_names(), key=lambda known: (known.count("/") != 1, known)):
        found.setdefault(_letters(name.rpartition("/")[2]), []).append(name)
    return found


def _alike(city: str) -> list[str]:
    """The zones of cities that begin alike and are spelled nearly so: to compare with all would take milliseconds."""
    begins = [known for known in _by_city() if known[:1] == city[:1]]
    return [name for near in difflib.get_close_matches(city, begins, cutoff=0.8) for name in _by_city()[near]]


class Beginning(NamedTuple):
    """A local day's first instant, and its midnight: plain, twice, skipped, or missing with the whole day."""

    at: datetime
    midnight: str


@lru_cache(maxsize=1 << 16)
def beginning(day: date, zone: str) -> Beginning:
    """How `day` begins in `zone`; where the whole day is missing, how the next one does."""
    tz = zone_info(zone)
    year, month, number = day.year, day.month, day.day
    before = datetime(year, month, number, tzinfo=tz).utcoffset()
    after = datetime(year, month, number, tzinfo=tz, fold=1).utcoffset()
    assert before is not None
    assert after is not None
    midnight = datetime(year, month, number, tzinfo=UTC)
    if before == after:
        return Beginning(midnight - before, "plain")
    if before > after:
        return Beginning(midnight - before, "twice")
    at = _end_of_gap(midnight - after, midnight - before, tz)
    return Beginning(at, "skipped" if at.astimezone(tz).date() == day else "missing")


def _end_of_gap(inside: datetime, outside: datetime, tz: ZoneInfo) -> datetime:
    """Where in (inside, outside] the offset changes: a gap may open before the midnight that it swallows."""
    changed = outside.astimezone(tz).utcoffset()
    while outside - inside > SECOND:
        middle = inside + (outside - inside) // 2
        if middle.astimezone(tz).utcoffset() == changed:
            outside = middle
        else:
            inside = middle
    return outside.replace(microsecond=0)


def first_instant(day: date, zone: str) -> datetime:
    """The first instant of a local day, in UTC (rule 2).

    01:00 where midnight is skipped, the first midnight where it comes twice, and the first instant of the
    next day where the whole day is missing.
    """
    return beginning(day, zone).at


def day_exists(day: date, zone: str) -> bool:
    """False for the days that a zone skipped whole, such as 30 December 2011 in Apia."""
    return beginning(day, zone).midnight != "missing"


def existing(day: date, zone: str) -> date:
    """The day, refused with TermError `no_such_local_date` where the zone skipped it whole (rule 2)."""
    if not day_exists(day, zone):
        raise TermError("no_such_local_date", date=day, zone=zone)
    return day


def readings(wall: datetime, zone: str) -> tuple[datetime, datetime]:
    """The earlier and the later instant, in UTC, that a wall time can mean; the same one twice as a rule."""
    aware = wall.replace(tzinfo=zone_info(zone))
    one, other = aware.astimezone(UTC), aware.replace(fold=1).astimezone(UTC)
    return (one, other) if one <= other else (other, one)


def start_instant(start: date | datetime, zone: str) -> datetime:
    """When a term starts, in UTC: an instant as it is, a bare date at its first instant, wall time by rule 2.

    A wall time that the clocks skip moves forward by what they skip; one that comes twice is the earlier.
    """
    if not isinstance(start, datetime):
        return first_instant(existing(start, zone), zone)
    if start.tzinfo is not None:
        return start.astimezone(UTC)
    existing(start.date(), zone)
    # PEP 495: fold=0 is the earlier of two readings, and moves a time in a gap forward by the gap.
    return start.replace(tzinfo=zone_info(zone), fold=0).astimezone(UTC)


def end_instant(last_minute: datetime, zone: str, *, whole_day: bool) -> datetime:
    """`ends_at`, exclusive, in UTC, from the promise: the only derivation there is (rules 1 and 2).

    `last_minute` is naive wall time in `zone`. A whole day ends where the next local day begins; any other
    minute is read as the later instant that it can mean, and ends a minute after it.
    """
    if whole_day:
        return first_instant(last_minute.date() + DAY, zone)
    return readings(last_minute, zone)[1] + MINUTE

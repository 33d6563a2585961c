"""Rules 1 to 3 over every zone of the database and the years 1990 to 2060, against a second, slow reckoning.

The second one shares nothing with `accounts.terms`. It knows no offsets, gaps or folds: it only asks what a zone's
clocks show at a UTC minute (`datetime.fromtimestamp`) and walks the minutes, so that it is plainly right.
"""

import calendar
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from accounts.terms import (
    Term,
    TermError,
    day_exists,
    end_instant,
    first_instant,
    parse_start,
    parse_term,
    reckon,
    start_instant,
    zone_names,
)

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
ZONES = sorted(zone_names())
TRAPS = [
    ("Africa/Cairo", date(2027, 4, 29)),
    ("America/Sao_Paulo", date(2018, 2, 17)),
    ("America/Sao_Paulo", date(2018, 11, 3)),
    ("America/St_Johns", date(2000, 10, 28)),
    ("America/St_Johns", date(2001, 4, 1)),
    ("Asia/Beirut", date(2026, 3, 28)),
    ("Asia/Gaza", date(2022, 3, 26)),
    ("Australia/Lord_Howe", date(2026, 4, 4)),
    ("Pacific/Apia", date(2011, 12, 28)),
    ("Pacific/Kwajalein", date(1993, 8, 19)),
    ("Antarctica/Troll", date(2026, 3, 28)),
    ("Africa/Casablanca", date(2026, 2, 14)),
    ("Europe/Dublin", date(2026, 10, 24)),
    ("America/Havana", date(2024, 11, 2)),
]


# The second reckoning.


def shown(minute, zone):
    """What the zone's clocks show at a minute, counted from 1970 in UTC."""
    return datetime.fromtimestamp(minute * 60, ZoneInfo(zone)).replace(tzinfo=None)


def minutes_around(day, before=1, after=2):
    """UTC minutes that hold the local day, whatever the offset."""
    first = calendar.timegm((day - before * DAY).timetuple()) // 60
    return range(first, first + (before + after) * 1440)


def instant(minute):
    return datetime.fromtimestamp(minute * 60, UTC)


@lru_cache(maxsize=4096)
def walked_beginning(day, zone):
    """The first minute whose local date has come to `day` or gone past it."""
    return instant(next(minute for minute in minutes_around(day) if shown(minute, zone).date() >= day))


def walked_readings(wall, zone):
    """Every minute at which the clocks show this wall time."""
    return [minute for minute in minutes_around(wall.date()) if shown(minute, zone) == wall]


def walked_gap(wall, zone):
    """For a wall time that is skipped: the instant as far after the jump as the wall time is after the gap's start."""
    minutes = minutes_around(wall.date())
    jump = next(minute for minute in minutes if shown(minute, zone) > wall)
    last_shown = shown(jump - 1, zone)
    return jump - 1 + (wall - last_shown) // MINUTE


def walked_start(start, zone):
    if not isinstance(start, datetime):
        return walked_beginning(start, zone)
    if start.tzinfo is not None:
        return start.astimezone(UTC)
    readings = walked_readings(start, zone)
    return instant(readings[0] if readings else walked_gap(start, zone))


def walked_until(wall, zone):
    readings = walked_readings(wall, zone)
    return instant(readings[-1] if readings else walked_gap(wall, zone)) + MINUTE


def walked_day_exists(day, zone):
    return any(shown(minute, zone).date() == day for minute in minutes_around(day))


def same_day_of(day, months):
    """The corresponding day some months on, and the last day of that month where there is none."""
    year, month = day.year, day.month
    for _ in range(months):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    try:
        return day.replace(year=year, month=month), True
    except ValueError:
        return max(d for d in calendar.Calendar().itermonthdates(year, month) if d.month == month), False


def walked_end(start, count, unit, zone):
    """Rule 3 for `count` days or months, word by word."""
    bare = not isinstance(start, datetime)
    begun = walked_start(start, zone)
    day = start if bare else shown(int(begun.timestamp()) // 60, zone).date()
    from_the_first_instant = bare or begun == walked_beginning(day, zone)
    if unit == "days":
        last = day + (count - 1 if from_the_first_instant else count) * DAY
    else:
        last, corresponds = same_day_of(day, count)
        last = last - DAY if corresponds and from_the_first_instant else last
    if unit == "days" and not bare:
        while walked_beginning(last + DAY, zone) - begun < timedelta(hours=24 * count):
            last += DAY
    while not walked_day_exists(last, zone):
        last += DAY
    return walked_beginning(last + DAY, zone)


# What is tried.

zones = st.sampled_from(ZONES)
days = st.dates(date(1990, 1, 1), date(2060, 12, 31))
clocks = st.integers(0, 1439).map(lambda n: time(n // 60, n % 60))
offsets = st.integers(-12 * 4, 14 * 4).map(lambda n: f"{'-' if n < 0 else '+'}{abs(n) // 4:02}:{abs(n) % 4 * 15:02}")
counts = st.one_of(st.integers(1, 40), st.integers(1, 800))


@lru_cache(maxsize=1)
def changes():
    """Local days about which some zone's clocks change: a random day meets one far too seldom."""

    def offset(zone, day):
        return datetime(day.year, day.month, day.day, tzinfo=UTC).astimezone(ZoneInfo(zone)).utcoffset()

    found = list(TRAPS)
    weeks = [date(1990, 1, 1) + n * 7 * DAY for n in range(71 * 52)]
    for zone in ZONES:
        seen = [offset(zone, day) for day in weeks]
        for week, before, after in zip(weeks, seen, seen[1:]):
            if before != after:
                change = next(n for n in range(1, 8) if offset(zone, week + n * DAY) != before)
                found.extend((zone, week + (change + around) * DAY) for around in (-2, -1, 0, 1))
    return found


places = st.one_of(st.tuples(zones, days), st.deferred(lambda: st.sampled_from(changes())))


@st.composite
def starts(draw):
    """A zone and a start: a bare date, a wall time or an instant, half of them near a change of the clocks."""
    zone, day = draw(places)
    kind = draw(st.sampled_from(["date", "wall", "instant", "midnight"]))
    if kind == "date":
        return zone, day
    wall = datetime.combine(day, time(0) if kind == "midnight" else draw(clocks))
    return zone, parse_start(f"{wall:%Y-%m-%dT%H:%M}{draw(offsets)}") if kind == "instant" else wall


def reckoned(start, term, zone):
    """The term worked out, or nothing where the start's day never was."""
    try:
        return reckon(start, term, zone)
    except TermError as error:
        assume(error.code != "no_such_local_date")
        raise


@settings(max_examples=400, deadline=None)
@given(place=places)
@example(place=("America/St_Johns", date(2000, 10, 29)))
@example(place=("Pacific/Apia", date(2011, 12, 30)))
def test_a_day_begins_where_walking_its_minutes_finds_it(place):
    zone, day = place

    assert first_instant(day, zone) == walked_beginning(day, zone)
    assert day_exists(day, zone) == walked_day_exists(day, zone)


@settings(max_examples=300, deadline=None)
@given(place=places, clock=clocks)
def test_a_wall_time_starts_at_its_earlier_and_ends_at_its_later_reading(place, clock):
    zone, day = place
    assume(walked_day_exists(day, zone))
    wall = datetime.combine(day, clock)

    assert start_instant(wall, zone) == walked_start(wall, zone)
    assert end_instant(wall, zone, whole_day=False) == walked_until(wall, zone)


@settings(max_examples=500, deadline=None)
@given(begun=starts(), count=counts, unit=st.sampled_from(["days", "months"]))
@example(begun=("America/New_York", datetime(2026, 3, 1, 5, tzinfo=UTC)), count=30, unit="days")
@example(begun=("Pacific/Apia", date(2011, 12, 1)), count=30, unit="days")
@example(begun=("Pacific/Apia", datetime(2011, 12, 20, 9)), count=10, unit="days")
@example(begun=("Europe/Berlin", date(2027, 1, 31)), count=1, unit="months")
def test_a_term_ends_where_the_slow_reckoning_ends_it(begun, count, unit):
    zone, start = begun
    count = min(count, 60) if unit == "months" else count

    found = reckoned(start, Term(unit, n=count), zone)

    assert found.ends_at == walked_end(start, count, unit, zone)
    assert found.starts_at == walked_start(start, zone)


@settings(max_examples=300, deadline=None)
@given(begun=starts(), ahead=st.integers(0, 400), clock=clocks)
def test_a_stated_end_is_taken_as_written(begun, ahead, clock):
    zone, start = begun
    on = (start.date() if isinstance(start, datetime) else start) + (ahead + 2) * DAY
    assume(walked_day_exists(on, zone))

    whole = reckoned(start, Term.through(on), zone)
    exact = reckoned(start, Term.until(datetime.combine(on, clock)), zone)

    assert whole.ends_at == walked_beginning(on + DAY, zone)
    assert exact.ends_at == walked_until(datetime.combine(on, clock), zone)


@settings(max_examples=400, deadline=None)
@given(begun=starts(), count=counts, unit=st.sampled_from(["days", "months"]))
def test_the_end_derives_again_from_the_promise_and_is_the_minute_after_it(begun, count, unit):
    zone, start = begun

    found = reckoned(start, Term(unit, n=count), zone)

    assert end_instant(found.last_minute, zone, whole_day=found.whole_day) == found.ends_at
    assert shown(int(found.ends_at.timestamp()) // 60 - 1, zone) == found.last_minute


@settings(max_examples=300, deadline=None)
@given(place=places, clock=clocks)
def test_a_stated_minute_derives_again_from_the_promise(place, clock):
    zone, day = place

    found = reckoned(day - 3 * DAY, Term.until(datetime.combine(day, clock)), zone)

    assert end_instant(found.last_minute, zone, whole_day=False) == found.ends_at


@settings(max_examples=400, deadline=None)
@given(begun=starts(), count=counts)
def test_days_from_a_moment_are_never_less_than_24_hours_each(begun, count):
    zone, start = begun
    assume(isinstance(start, datetime))

    found = reckoned(start, Term.days(count), zone)

    assert timedelta(hours=24 * count) <= found.ends_at - found.starts_at < timedelta(hours=24 * (count + 3))


@settings(max_examples=400, deadline=None)
@given(begun=starts(), count=counts, unit=st.sampled_from(["days", "months"]), later=st.integers(1, 4000))
def test_who_starts_later_never_ends_earlier(begun, count, unit, later):
    zone, start = begun
    assume(isinstance(start, datetime))
    at = start_instant(start, zone) if day_exists(start.date(), zone) else first_instant(start.date(), zone)

    earlier = reckoned(at, Term(unit, n=count), zone)
    other = reckoned(at + later * MINUTE, Term(unit, n=count), zone)

    assert other.ends_at >= earlier.ends_at


@settings(max_examples=300, deadline=None)
@given(begun=starts(), count=counts, unit=st.sampled_from(["days", "months"]))
def test_a_longer_term_never_ends_earlier(begun, count, unit):
    zone, start = begun

    assert reckoned(start, Term(unit, n=count + 1), zone).ends_at >= reckoned(start, Term(unit, n=count), zone).ends_at


@settings(max_examples=300, deadline=None)
@given(place=places)
def test_days_follow_one_another_without_a_gap(place):
    zone, day = place

    begins, ends = first_instant(day, zone), first_instant(day + DAY, zone)

    assert begins <= ends <= begins + 2 * DAY
    assert (begins == ends) == (not day_exists(day, zone))


@settings(max_examples=500, deadline=None)
@given(text=st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
@example(text="٣٠ days")
@example(text="²日")
@example(text="until 2026-05-15T18:00+99:99")
def test_no_text_is_worse_than_refused(text):
    assert said(parse_start, text)
    assert said(parse_term, text)


def said(parse, text):
    try:
        return repr(parse(text))
    except TermError as refusal:
        return str(refusal)

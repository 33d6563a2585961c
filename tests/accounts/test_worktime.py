"""Working hours, days off and make-up days: rules 9 and 16."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import chinese_calendar
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from accounts.terms import end_instant, zone_names
from accounts.worktime import (
    NeverWorksError,
    WorkingHours,
    is_working_day,
    is_working_moment,
    last_working_moment,
    next_working_moment,
    year_is_published,
)

BUFFER = timedelta(hours=24)
CHINA = WorkingHours(country="CN")


def local(text, zone):
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "country", "last_minute", "evidence", "lock"),
    [
        ("Asia/Shanghai", "CN", "2026-11-26T23:59", "2026-11-20T10:00", "2026-11-30T09:00"),
        ("Asia/Shanghai", "CN", "2026-11-27T23:59", "2026-11-29T16:00", "2026-11-30T16:00"),
        ("Asia/Shanghai", "CN", "2026-09-30T23:59", "2026-09-23T10:00", "2026-10-08T09:00"),
        ("Asia/Shanghai", "CN", "2026-02-12T23:59", "2026-02-05T10:00", "2026-02-14T09:00"),
        ("Asia/Shanghai", "CN", "2026-02-13T23:59", "2026-02-09T10:00", "2026-02-24T09:00"),
        ("America/New_York", "US", "2026-11-25T18:00", "2026-11-18T10:00", "2026-11-27T09:00"),
        ("America/New_York", "US", "2026-10-31T23:59", "2026-10-20T10:00", "2026-11-02T09:00"),
        ("Asia/Dubai", "AE", "2026-12-10T23:59", "2026-12-03T10:00", "2026-12-14T09:00"),
        ("Europe/London", "GB", "2026-12-23T23:59", "2026-12-15T10:00", "2026-12-29T09:00"),
    ],
)
def test_the_first_daylight_after_the_buffer_and_the_telling(zone, country, last_minute, evidence, lock):
    """The second table of worked examples in docs/time.md."""
    whole_day = last_minute.endswith("23:59")
    ends_at = end_instant(datetime.fromisoformat(last_minute), zone, whole_day=whole_day)
    earliest = max(ends_at + BUFFER, local(evidence, zone) + BUFFER)

    found = next_working_moment(earliest, zone, WorkingHours(country=country))

    assert found == local(lock, zone)


def test_every_chinese_day_is_worked_as_the_state_council_announced():
    days = [date(2020, 1, 1) + timedelta(days=n) for n in range(7 * 365 + 2)]

    ours = [day for day in days if is_working_day(day, CHINA)]

    assert days[-1] == date(2026, 12, 31)
    assert ours == [day for day in days if chinese_calendar.is_workday(day)]


@pytest.mark.parametrize(("year", "country", "known"), [(2026, "CN", True), (2027, "CN", False), (2027, "US", True)])
def test_a_chinese_year_is_known_once_its_make_up_days_are(year, country, known):
    assert year_is_published(year, country) is known


def test_opening_is_in_and_closing_is_out():
    zone = "Asia/Shanghai"

    inside = [
        is_working_moment(local(f"2026-11-30T{clock}", zone), zone, CHINA)
        for clock in ("08:59:59", "09:00:00", "17:59:59", "18:00:00")
    ]

    assert inside == [False, True, True, False]


def test_an_override_settles_a_day_either_way():
    monday, sunday = date(2026, 11, 30), date(2026, 11, 29)

    hours = WorkingHours(country="CN", overrides=((monday, False), (sunday, True)))

    assert not is_working_day(monday, hours)
    assert is_working_day(sunday, hours)


def test_a_customers_own_weekend_replaces_the_countrys():
    hours = WorkingHours(country="US", weekend=frozenset({4, 5}))

    assert not is_working_day(date(2026, 11, 20), hours)  # a Friday
    assert is_working_day(date(2026, 11, 22), hours)  # a Sunday
    assert not is_working_day(date(2026, 11, 26), hours)  # Thanksgiving all the same


def test_a_chinese_make_up_saturday_is_worked_under_ones_own_weekend():
    hours = WorkingHours(country="CN", weekend=frozenset({5, 6}))

    assert is_working_day(date(2026, 2, 14), hours)
    assert not is_working_day(date(2026, 2, 16), hours)


@pytest.mark.parametrize("country", ["", "XX"])
def test_an_unknown_country_works_monday_to_friday(country):
    hours = WorkingHours(country=country)

    week = [is_working_day(date(2026, 12, 21) + timedelta(days=n), hours) for n in range(7)]

    assert week == [True] * 5 + [False] * 2


def test_an_unknown_subdivision_has_the_holidays_of_its_country():
    assert not is_working_day(date(2026, 7, 3), WorkingHours(country="us", subdivision="ZZ"))


def test_a_subdivision_adds_its_own_holidays():
    epiphany = date(2026, 1, 6)

    assert is_working_day(epiphany, WorkingHours(country="DE"))
    assert not is_working_day(epiphany, WorkingHours(country="DE", subdivision="BY"))


def test_while_they_work_the_next_moment_is_this_one():
    at = utc("2026-11-30T05:41:17")

    assert next_working_moment(at, "Asia/Shanghai", CHINA) == at


def test_after_closing_on_friday_comes_monday_morning():
    friday_evening = local("2026-11-27T18:00", "Asia/Shanghai")

    assert next_working_moment(friday_evening, "Asia/Shanghai", CHINA) == utc("2026-11-30T01:00")


def test_the_last_moment_before_monday_morning_is_the_last_minute_of_friday():
    opening = local("2026-11-30T09:00", "Asia/Shanghai")

    assert last_working_moment(opening, "Asia/Shanghai", CHINA) == utc("2026-11-27T09:59")


def test_the_last_moment_is_strictly_before():
    noon = utc("2026-11-30T04:00")

    assert last_working_moment(noon, "Asia/Shanghai", CHINA) == noon - timedelta(minutes=1)
    assert last_working_moment(noon + timedelta(seconds=1), "Asia/Shanghai", CHINA) == noon


def test_an_opening_that_the_clocks_skip_is_where_the_gap_ends():
    night = WorkingHours(opens=time(2, 30), closes=time(6), weekend=frozenset({0}))

    found = next_working_moment(utc("2026-03-08T06:00"), "America/New_York", night)

    assert found == local("2026-03-08T03:00", "America/New_York")


def test_a_shift_that_the_clocks_skip_whole_is_not_worked_that_day():
    night = WorkingHours(opens=time(2, 10), closes=time(2, 50), weekend=frozenset({0}))

    found = next_working_moment(local("2026-03-08T00:00", "America/New_York"), "America/New_York", night)

    assert found == local("2026-03-10T02:10", "America/New_York")  # Monday is their weekend


def test_a_shift_that_the_clocks_repeat_is_worked_twice():
    night = WorkingHours(opens=time(0), closes=time(1, 30), weekend=frozenset({0}))
    after_the_first = utc("2026-11-01T05:45")  # 01:45 the first time

    found = next_working_moment(after_the_first, "America/New_York", night)

    assert found == utc("2026-11-01T06:00")  # 01:00 the second time
    assert last_working_moment(found, "America/New_York", night) == utc("2026-11-01T05:29")


def test_closing_at_midnight_is_the_end_of_the_day():
    late = WorkingHours(opens=time(16), closes=time(0))

    assert is_working_moment(utc("2026-11-30T23:59"), "UTC", late)
    assert next_working_moment(utc("2026-12-01T00:00"), "UTC", late) == utc("2026-12-01T16:00")


@pytest.mark.parametrize("refused", [{"opens": time(18), "closes": time(9)}, {"weekend": frozenset(range(7))}])
def test_hours_that_leave_no_time_are_refused(refused):
    with pytest.raises(ValueError, match=r"must come before|leaves at least"):
        WorkingHours(**refused)


def test_a_calendar_that_overrides_every_day_away_says_so():
    year = tuple((date(2026, 1, 1) + timedelta(days=n), False) for n in range(1000))
    hours = WorkingHours(overrides=year)

    with pytest.raises(NeverWorksError):
        next_working_moment(utc("2026-02-01T00:00"), "UTC", hours)
    with pytest.raises(NeverWorksError):
        last_working_moment(utc("2028-06-01T00:00"), "UTC", hours)


CALENDARS = st.builds(
    WorkingHours,
    country=st.sampled_from(["", "CN", "US", "AE", "GB", "TW", "JP", "IL", "BR"]),
    opens=st.times(max_value=time(11, 59)).map(lambda t: t.replace(second=0, microsecond=0)),
    closes=st.times(min_value=time(12)).map(lambda t: t.replace(second=0, microsecond=0)),
)
MINUTES = st.datetimes(datetime(2000, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC)).map(
    lambda at: at.replace(second=0, microsecond=0)
)
PLACES = st.sampled_from(sorted(zone_names()))


@settings(max_examples=150, deadline=None)
@given(at=MINUTES, zone=PLACES, hours=CALENDARS)
@example(at=utc("2000-10-29T02:15"), zone="America/St_Johns", hours=WorkingHours(opens=time(0), closes=time(12)))
def test_the_next_moment_is_worked_and_nothing_worked_lies_before_it(at, zone, hours):
    found = next_working_moment(at, zone, hours)

    assert found >= at
    assert is_working_moment(found, zone, hours)
    assert next_working_moment(found, zone, hours) == found
    assert found == at or not is_working_moment(found - timedelta(minutes=1), zone, hours)
    quarters = range(0, int((found - at).total_seconds()), 900)
    assert not any(is_working_moment(at + timedelta(seconds=n), zone, hours) for n in quarters)


@settings(max_examples=150, deadline=None)
@given(before=MINUTES, zone=PLACES, hours=CALENDARS)
def test_the_last_moment_is_worked_and_nothing_worked_lies_after_it(before, zone, hours):
    found = last_working_moment(before, zone, hours)

    assert found < before
    assert is_working_moment(found, zone, hours)
    quarters = range(60, int((before - found).total_seconds()), 900)
    assert not any(is_working_moment(found + timedelta(seconds=n), zone, hours) for n in quarters)

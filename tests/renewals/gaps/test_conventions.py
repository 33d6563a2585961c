"""What a convention takes, minute by minute: worked examples, and a slow second reckoning."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts import terms
from accounts.worktime import WorkingHours, next_working_moment
from renewals.entitlement import BUFFER
from renewals.gaps.conventions import Convention, Promise, Rule, gap, runs

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
HOURS = WorkingHours()
ZONES = (
    "Asia/Shanghai",
    "America/New_York",
    "Europe/Berlin",
    "Australia/Lord_Howe",
    "America/Santiago",
    "Asia/Kathmandu",
    "Pacific/Kiritimati",
    "UTC",
)
BEGINS, ENDS = Convention(), Convention(days=1)


def promise(last_minute: str, zone: str) -> Promise:
    wall = datetime.fromisoformat(last_minute)
    ends_at = terms.end_instant(wall, zone, whole_day=wall.time() == time(23, 59))
    buffer_ends_at = ends_at + BUFFER
    return Promise(
        last_minute=wall,
        time_zone=zone,
        ends_at=ends_at,
        buffer_ends_at=buffer_ends_at,
        earliest_lock_at=next_working_moment(buffer_ends_at, zone, HOURS),
    )


def in_zone(convention: Convention, zone: str) -> Convention:
    return Convention(days=convention.days, clock=convention.clock, grace=convention.grace, zone=zone)


@pytest.mark.parametrize(
    ("convention", "last_minute", "zone", "minutes", "rules"),
    [
        (BEGINS, "2026-05-15T23:59", "Asia/Shanghai", 1440, {Rule.WHOLE_LAST_DAY, Rule.BUFFER, Rule.DAYLIGHT}),
        (ENDS, "2026-05-15T23:59", "Asia/Shanghai", 0, {Rule.BUFFER, Rule.DAYLIGHT}),
        (BEGINS, "2026-05-15T18:00", "Asia/Shanghai", 1081, {Rule.WHOLE_LAST_DAY, Rule.BUFFER, Rule.DAYLIGHT}),
        # Shanghai's midnight is noon of the day before in New York: the last day, and half a day more.
        (
            in_zone(BEGINS, "Asia/Shanghai"),
            "2026-05-15T23:59",
            "America/New_York",
            2160,
            {Rule.CUSTOMERS_ZONE, Rule.WHOLE_LAST_DAY, Rule.BUFFER, Rule.DAYLIGHT},
        ),
        (
            in_zone(ENDS, "Asia/Shanghai"),
            "2026-05-15T23:59",
            "America/New_York",
            720,
            {Rule.CUSTOMERS_ZONE, Rule.BUFFER, Rule.DAYLIGHT},
        ),
        (in_zone(ENDS, "UTC"), "2026-05-15T23:59", "Asia/Shanghai", 0, {Rule.BUFFER, Rule.DAYLIGHT}),
        # The day on which New York's clocks go forward has 23 hours, the one on which they go back 25.
        (BEGINS, "2026-03-08T23:59", "America/New_York", 1380, {Rule.WHOLE_LAST_DAY, Rule.BUFFER, Rule.DAYLIGHT}),
        (BEGINS, "2026-11-01T23:59", "America/New_York", 1500, {Rule.WHOLE_LAST_DAY, Rule.BUFFER, Rule.DAYLIGHT}),
        # Santiago has no midnight on 6 September 2026: that day begins at 01:00.
        (BEGINS, "2026-09-06T23:59", "America/Santiago", 1380, {Rule.WHOLE_LAST_DAY, Rule.BUFFER, Rule.DAYLIGHT}),
        (
            Convention(clock=time(18)),
            "2026-05-15T23:59",
            "Asia/Shanghai",
            360,
            {Rule.WHOLE_LAST_DAY, Rule.BUFFER, Rule.DAYLIGHT},
        ),
        # Through a Friday, 24 hours later: the buffer is given, but it locks on a Saturday at midnight.
        (Convention(days=1, grace=24 * HOUR), "2026-05-15T23:59", "Asia/Shanghai", 0, {Rule.DAYLIGHT}),
        (Convention(days=1, grace=96 * HOUR), "2026-05-15T23:59", "Asia/Shanghai", 0, set()),
    ],
)
def test_what_a_convention_takes_and_from_which_rule(convention, last_minute, zone, minutes, rules) -> None:
    found = gap(convention, promise(last_minute, zone))

    assert (found.taken // MINUTE, set(found.rules)) == (minutes, rules)


def test_a_clock_time_that_comes_twice_locks_the_first_time() -> None:
    assert Convention(clock=time(1, 30)).locks_on(date(2026, 11, 1), "America/New_York") == datetime(
        2026, 11, 1, 5, 30, tzinfo=UTC
    )


CONVENTIONS = st.builds(
    Convention,
    days=st.integers(0, 1),
    clock=st.one_of(st.just(time()), st.builds(time, st.integers(0, 23), st.integers(0, 59))),
    zone=st.sampled_from(("", *ZONES)),
    grace=st.integers(0, 72).map(lambda hours: hours * HOUR),
)
LAST_MINUTES = st.builds(
    datetime.combine,
    st.dates(date(2024, 1, 1), date(2030, 12, 31)),
    st.one_of(st.just(time(23, 59)), st.builds(time, st.integers(0, 23), st.integers(0, 59))),
)


@given(convention=CONVENTIONS, last_minute=LAST_MINUTES, zone=st.sampled_from(ZONES))
def test_walking_every_minute_gives_the_same(convention, last_minute, zone) -> None:
    promised = promise(last_minute.isoformat(), zone)
    clock_zone = ZoneInfo(convention.zone or zone)
    lock_day = last_minute.date() + timedelta(days=convention.days)

    # The first minute, walked from two days before, whose wall clock there has come to the lock's.
    at = datetime.combine(lock_day, time(), tzinfo=UTC) - 48 * HOUR
    target = datetime.combine(lock_day, convention.clock)
    while at.astimezone(clock_zone).replace(tzinfo=None) < target:
        at += MINUTE
    skipped = at.astimezone(clock_zone).replace(tzinfo=None) - target
    # A midnight that is skipped locks with the day's first instant, any other clock time as far on as it was skipped.
    locked_at = at + (timedelta(0) if convention.clock == time() else skipped) + convention.grace
    walked = sum(1 for _ in minutes_between(locked_at, promised.ends_at))

    assert gap(convention, promised).taken == walked * MINUTE


def minutes_between(start: datetime, end: datetime):
    while start < end:
        yield start
        start += MINUTE


@given(convention=CONVENTIONS, last_minute=LAST_MINUTES, zone=st.sampled_from(ZONES))
def test_paid_time_buffer_and_daylight_are_one_after_the_other(convention, last_minute, zone) -> None:
    promised = promise(last_minute.isoformat(), zone)
    found = gap(convention, promised)

    whole = max(promised.earliest_lock_at - found.locks_at, timedelta(0))

    assert found.taken + found.of_buffer + found.of_daylight == whole


@given(convention=CONVENTIONS, day=st.dates(date(2024, 1, 1), date(2030, 12, 31)), zone=st.sampled_from(ZONES))
def test_the_steps_of_a_year_say_of_each_day_what_the_convention_says(convention, day, zone) -> None:
    steps = runs(convention, zone, [day.year])

    after = next(run.after for run in reversed(steps) if run.since <= day)

    assert datetime.combine(day, time(), tzinfo=UTC) + after == convention.locks_on(day, zone)


def test_a_zone_that_never_changes_its_clocks_is_one_step() -> None:
    assert len(runs(BEGINS, "Asia/Shanghai", range(2024, 2031))) == 1

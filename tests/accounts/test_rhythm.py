"""When a customer's work peaks, and what an end in or near a peak calls for: rule 18."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.rhythm import (
    DAY,
    MINUTE,
    MOST,
    Due,
    How,
    MonthDays,
    MonthEnd,
    Once,
    Quarterly,
    Rhythm,
    Weekly,
    Yearly,
    collision,
    in_peak,
)
from accounts.terms import end_instant
from accounts.worktime import WorkingHours, is_working_moment, next_working_moment

CHINA = WorkingHours(country="CN")
CLOSE = MonthEnd(3, working=True)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def rhythm(*patterns, zone="Asia/Shanghai", hours=CHINA) -> Rhythm:
    return Rhythm(peaks=[(f"peak {place}", pattern) for place, pattern in enumerate(patterns)], zone=zone, hours=hours)


def spans(pattern, starts="2026-01-01", ends="2027-01-01", **said) -> list[tuple[str, str]]:
    found = rhythm(pattern, **said).stretches(starts=utc(starts), ends=utc(ends))
    return [(str(stretch.first_day), str(stretch.last_day)) for stretch in found]


@pytest.mark.parametrize(
    ("pattern", "first_three"),
    [
        (MonthEnd(3), [("2026-01-29", "2026-01-31"), ("2026-02-26", "2026-02-28"), ("2026-03-29", "2026-03-31")]),
        # 28 February 2026 is a make-up Saturday in China: worked.
        (CLOSE, [("2026-01-28", "2026-01-30"), ("2026-02-26", "2026-02-28"), ("2026-03-27", "2026-03-31")]),
        (Due(15, before=5), [("2026-01-10", "2026-01-15"), ("2026-02-10", "2026-02-15"), ("2026-03-10", "2026-03-15")]),
        (Due(2, before=3), [("2025-12-30", "2026-01-02"), ("2026-01-30", "2026-02-02"), ("2026-02-27", "2026-03-02")]),
        (Due(31, before=1), [("2026-01-30", "2026-01-31"), ("2026-02-27", "2026-02-28"), ("2026-03-30", "2026-03-31")]),
        (MonthDays(10, 15), [("2026-01-10", "2026-01-15"), ("2026-02-10", "2026-02-15"), ("2026-03-10", "2026-03-15")]),
        (MonthDays(28, 3), [("2025-12-28", "2026-01-03"), ("2026-01-28", "2026-02-03"), ("2026-02-28", "2026-03-03")]),
        (MonthDays(30, 31), [("2026-01-30", "2026-01-31"), ("2026-02-28", "2026-02-28"), ("2026-03-30", "2026-03-31")]),
        (Weekly(frozenset({4})), [("2026-01-02", "2026-01-02"), ("2026-01-09", "2026-01-09")]),
        (Weekly(frozenset({6, 0, 3})), [("2026-01-04", "2026-01-05"), ("2026-01-08", "2026-01-08")]),
        (Quarterly(5, at_end=True), [("2026-03-27", "2026-03-31"), ("2026-06-26", "2026-06-30")]),
        (Quarterly(5, at_end=False), [("2026-01-01", "2026-01-05"), ("2026-04-01", "2026-04-05")]),
        (Yearly(date(2020, 2, 29), date(2020, 3, 5)), [("2026-02-28", "2026-03-05")]),
        (Yearly(date(2025, 12, 20), date(2026, 1, 10)), [("2025-12-20", "2026-01-10"), ("2026-12-20", "2027-01-10")]),
        (Once(date(2026, 9, 1), date(2026, 9, 12)), [("2026-09-01", "2026-09-12")]),
        (Once(date(2025, 9, 1), date(2025, 9, 12)), []),
    ],
)
def test_each_pattern_gives_its_days(pattern, first_three):
    assert spans(pattern, starts="2026-01-01T16:00")[: len(first_three)] == first_three


def test_the_last_working_days_of_a_month_follow_the_customers_own_calendar():
    hours = WorkingHours(country="CN", overrides=((date(2026, 11, 30), False),))

    assert spans(CLOSE, "2026-11-15", "2026-12-01", hours=hours) == [("2026-11-25", "2026-11-27")]


def test_a_month_in_which_nobody_works_has_no_last_working_days():
    off = tuple((date(2026, 11, day), False) for day in range(1, 31))

    assert spans(CLOSE, "2026-11-01", "2026-12-01", hours=WorkingHours(overrides=off)) == []


def test_a_peak_is_whole_local_days_also_where_the_clocks_change():
    (found,) = rhythm(Once(date(2026, 11, 1), date(2026, 11, 1)), zone="America/New_York").stretches(
        starts=utc("2026-11-01"), ends=utc("2026-11-02")
    )

    assert (found.begins_at, found.ends_at) == (utc("2026-11-01T04:00"), utc("2026-11-02T05:00"))


def test_a_peak_is_half_open_and_touches_only_time_it_shares():
    kept = rhythm(Once(date(2026, 11, 28), date(2026, 11, 30)))  # from 27 Nov 16:00 until 30 Nov 16:00, in UTC

    def count(starts, ends):
        return len(kept.stretches(starts=utc(starts), ends=utc(ends)))

    assert count("2026-11-20T00:00", "2026-11-27T16:00") == 0
    assert count("2026-11-20T00:00", "2026-11-27T16:01") == 1
    assert count("2026-11-30T15:59", "2026-12-20T00:00") == 1
    assert count("2026-11-30T16:00", "2026-12-20T00:00") == 0


def test_of_peaks_that_overlap_the_one_that_lasts_longest_holds():
    kept = rhythm(Once(date(2026, 11, 28), date(2026, 11, 28)), Once(date(2026, 11, 27), date(2026, 11, 30)))
    stretches = kept.stretches(starts=utc("2026-11-20"), ends=utc("2026-12-20"))

    assert [
        found and found.name
        for at in ("2026-11-26T15:59", "2026-11-26T16:00", "2026-11-28T04:00", "2026-11-30T15:59", "2026-11-30T16:00")
        for found in [in_peak(utc(at), stretches)]
    ] == [None, "peak 1", "peak 1", "peak 1", None]


PATTERNS = st.one_of(
    st.builds(MonthEnd, st.integers(1, 27), st.booleans()),
    st.builds(Due, st.integers(1, 31), st.integers(0, 27)),
    st.builds(MonthDays, st.integers(1, 31), st.integers(1, 31)),
    st.builds(Weekly, st.frozensets(st.integers(0, 6), min_size=1, max_size=6)),
    st.builds(Quarterly, st.integers(1, 60), st.booleans()),
    st.builds(
        lambda begins, days: Yearly(begins, begins + days * DAY),
        st.dates(date(2024, 1, 1), date(2027, 12, 31)),
        st.integers(0, 360),
    ),
    st.builds(
        lambda begins, days: Once(begins, begins + days * DAY),
        st.dates(date(2026, 1, 1), date(2027, 12, 31)),
        st.integers(0, 60),
    ),
)
ZONES = st.sampled_from(
    ["Asia/Shanghai", "America/New_York", "Africa/Cairo", "America/Havana", "Australia/Lord_Howe", "Pacific/Apia"]
)
INSTANTS = st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)).map(
    lambda at: at.replace(second=0, microsecond=0)
)


@settings(deadline=None)
@given(PATTERNS, ZONES, INSTANTS, st.integers(0, 100), st.integers(1, 100))
def test_what_is_asked_for_a_part_of_the_time_is_what_the_whole_has_there(pattern, zone, at, skip, length):
    """Whoever asks about a week hears of the same peaks as who asks about a year around it."""
    kept = rhythm(pattern, zone=zone)
    starts, ends = at + skip * DAY, at + (skip + length) * DAY

    part = kept.stretches(starts=starts, ends=ends)
    whole = kept.stretches(starts=at - 200 * DAY, ends=at + 400 * DAY)

    assert part == [stretch for stretch in whole if stretch.begins_at < ends and starts < stretch.ends_at]
    assert all(stretch.first_day <= stretch.last_day and stretch.begins_at < stretch.ends_at for stretch in part)


def met(found) -> list[tuple[How, str]]:
    return [(how, f"{stretch.first_day:%m-%d}/{stretch.last_day:%m-%d}") for how, stretch in found.met]


def ending(last_minute: str, *patterns, lock_at: str = "", zone="Asia/Shanghai", hours=CHINA):
    wall = datetime.fromisoformat(last_minute)
    ends_at = end_instant(wall, zone, whole_day=last_minute.endswith("23:59"))
    lock = utc(lock_at) if lock_at else next_working_moment(ends_at + DAY, zone, hours)
    return collision(ends_at=ends_at, lock_at=lock, rhythm=rhythm(*patterns, zone=zone, hours=hours))


@pytest.mark.parametrize(
    ("last_minute", "how", "days"),
    [
        ("2026-11-22T23:59", None, None),  # it locks on Tuesday the 24th, four days before
        ("2026-11-23T23:59", How.END_NEAR, 6),  # on Wednesday the 25th at 09:00: past it on 1 December
        ("2026-11-25T23:59", How.LOCK_IN, 4),  # on Friday the 27th
        ("2026-11-26T23:59", How.LOCK_IN, 1),  # on Monday the 30th
        ("2026-11-27T23:59", How.END_IN, 1),
        ("2026-11-28T23:59", How.END_IN, 1),
        ("2026-11-29T23:59", How.END_IN, 0),  # on Tuesday 1 December: after it as it is
        ("2026-11-30T23:59", How.END_IN, 0),
        ("2026-12-01T00:00", None, None),
    ],
)
def test_an_end_around_a_close(last_minute, how, days):
    """The close is Friday 27 to Monday 30 November 2026."""
    found = ending(last_minute, Once(date(2026, 11, 27), date(2026, 11, 30)))

    assert (found and found.met[0][0], found and found.days) == (how, days)


@pytest.mark.parametrize(
    ("last_minute", "how", "days"),
    [
        ("2026-11-21T23:59", None, None),
        ("2026-11-22T23:59", How.END_NEAR, 7),
        ("2026-11-24T23:59", How.LOCK_IN, 5),
        ("2026-11-27T23:59", How.END_IN, 1),
        ("2026-11-29T23:59", How.END_IN, 0),
    ],
)
def test_an_end_around_the_last_working_days_of_a_month(last_minute, how, days):
    """The table of rule 18 in docs/time.md: the last 3 working days of November 2026 are the 26th, 27th and 30th."""
    found = ending(last_minute, CLOSE)

    assert (found and found.met[0][0], found and found.days) == (how, days)
    assert found is None or found.past_at == utc("2026-12-01T01:00")


@pytest.mark.parametrize(
    ("begins", "how"),
    [("2026-11-24", How.END_NEAR), ("2026-11-26", How.END_NEAR), ("2026-11-27", None), ("2026-11-22", How.END_IN)],
)
def test_near_is_a_peak_that_begins_at_most_three_days_after_the_end(begins, how):
    """Through Sunday 22 November: it ends with the 23rd's first instant, and locks on Tuesday the 24th at 09:00."""
    day = date.fromisoformat(begins)
    found = ending("2026-11-22T23:59", Once(day, day), lock_at="2026-11-23T01:00")

    assert (found and found.met[0][0]) == how


def test_the_last_minute_before_a_peak_is_near_it_and_its_first_minute_in_it():
    peak = Once(date(2026, 11, 23), date(2026, 11, 24))

    assert met(ending("2026-11-22T23:59", peak, lock_at="2026-12-08T01:00")) == [(How.END_NEAR, "11-23/11-24")]
    assert met(ending("2026-11-23T00:00", peak, lock_at="2026-12-08T01:00")) == [(How.END_IN, "11-23/11-24")]


def test_a_grant_takes_the_lock_past_every_peak_that_the_end_meets_and_into_no_other():
    """In the close until Monday the 30th; the VAT return runs from 1 to 3 December: it locks on Friday the 4th."""
    found = ending("2026-11-27T23:59", CLOSE, Once(date(2026, 12, 1), date(2026, 12, 3)))

    assert met(found) == [(How.END_IN, "11-26/11-30"), (How.END_NEAR, "12-01/12-03")]
    assert found.days == 4


def test_time_that_was_given_moves_the_lock_into_the_next_peak_and_that_is_said():
    found = ending("2026-11-20T23:59", Once(date(2026, 12, 7), date(2026, 12, 9)), lock_at="2026-12-07T01:00")

    assert (met(found), found.days) == ([(How.LOCK_IN, "12-07/12-09")], 3)


def test_where_every_working_day_is_a_peak_no_time_helps():
    assert ending("2026-11-27T23:59", Weekly(frozenset({0, 1, 2, 3, 4, 5}))).days is None


@settings(deadline=None)
@given(st.lists(PATTERNS, min_size=1, max_size=3), ZONES, INSTANTS, st.sampled_from(["CN", "US", ""]))
def test_a_lock_that_the_proposed_days_move_is_in_working_hours_in_no_peak_and_fewer_days_would_not_do(
    patterns, zone, at, country
):
    hours = WorkingHours(country=country)
    kept = rhythm(*patterns, zone=zone, hours=hours)
    lock_at = next_working_moment(at + DAY, zone, hours)

    found = collision(ends_at=at, lock_at=lock_at, rhythm=kept)

    if found is None:
        around = kept.stretches(starts=at - MINUTE, ends=at + DAY)
        assert in_peak(at - MINUTE, around) is None
        assert in_peak(lock_at, kept.stretches(starts=lock_at, ends=lock_at + MINUTE)) is None
        return
    until = max(stretch.ends_at for _how, stretch in found.met)

    def will_do(days: int) -> bool:
        later = next_working_moment(lock_at + days * DAY, zone, hours)
        assert is_working_moment(later, zone, hours)
        return later >= until and in_peak(later, kept.stretches(starts=later, ends=later + MINUTE)) is None

    tried = range(MOST + 1) if found.days is None else range(found.days)
    assert not any(will_do(days) for days in tried)
    assert found.days is None or will_do(found.days)

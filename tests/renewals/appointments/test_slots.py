"""Which times are offered for a call (rules 13 and 16): both sides at work, spread over days, in time, DST right.

T is Monday 23 November 2026, 12:07 in Shanghai.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.worktime import WorkingHours, is_working_moment
from renewals.appointments.slots import HORIZON, LENGTH, MOST, Fit, Times, can_be_had, offered
from renewals.interventions.duty import Candidate
from tests.renewals.cast import T, utc

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
CHINA, BRITAIN, AMERICA = WorkingHours(country="CN"), WorkingHours(country="GB"), WorkingHours(country="US")
CHEN = Candidate(user_id=1, zone="Asia/Shanghai", hours=CHINA)
SHANGHAI = Times(ours=CHEN, booked=(), zone="Asia/Shanghai", hours=CHINA, before=None, now=T)


def walls(times: Times) -> list[str]:
    """What is offered, as the customer's clocks show it."""
    zone = ZoneInfo(times.zone)
    return [f"{at.astimezone(zone):%a %d %H:%M}" for at in offered(times).starts]


def test_two_a_day_on_the_next_three_days_at_work() -> None:
    assert walls(SHANGHAI) == [
        "Mon 23 13:30", "Mon 23 15:30", "Tue 24 09:00", "Tue 24 13:30", "Wed 25 09:00", "Wed 25 13:30"
    ]  # fmt: skip


def test_the_soonest_is_an_hour_of_our_work_away() -> None:
    late = replace(SHANGHAI, now=utc("2026-11-23T09:30"))  # 17:30: half an hour is left of the day

    assert walls(late)[0] == "Tue 24 09:30"


def test_no_weekend_and_no_holiday_is_offered() -> None:
    before_new_year = replace(SHANGHAI, now=utc("2026-12-31T09:00"))

    assert walls(before_new_year)[0] == "Mon 04 09:00"  # 1 to 3 January are off in China


def test_a_make_up_saturday_is_a_working_day() -> None:
    settled = WorkingHours(country="CN", overrides=((date(2026, 11, 28), True),))
    friday = replace(SHANGHAI, ours=replace(CHEN, hours=settled), hours=settled, now=utc("2026-11-27T09:30"))

    assert walls(friday)[0] == "Sat 28 09:30"


def test_only_hours_of_both_sides_are_offered() -> None:
    london = replace(SHANGHAI, zone="Europe/London", hours=BRITAIN)

    assert set(walls(london)) == {
        "Mon 23 09:00", "Mon 23 09:30", "Tue 24 09:00", "Tue 24 09:30", "Wed 25 09:00", "Wed 25 09:30",
    }  # fmt: skip
    assert offered(london).fit is Fit.SHARED


def test_across_the_date_line_it_is_tuesday_here_and_monday_there() -> None:
    honolulu = replace(SHANGHAI, zone="Pacific/Honolulu", hours=AMERICA, ours=replace(CHEN, zone="Asia/Singapore"))

    assert walls(honolulu)[:2] == ["Mon 23 15:00", "Mon 23 16:30"]


def test_what_is_booked_is_not_offered() -> None:
    booked = replace(SHANGHAI, booked=((utc("2026-11-23T05:30"), utc("2026-11-23T06:00")),))

    assert walls(booked)[0] == "Mon 23 14:00"


def test_nobody_who_is_away_is_offered() -> None:
    away = replace(SHANGHAI, ours=replace(CHEN, away=((T, utc("2026-11-25T16:00")),)))

    assert walls(away)[0] == "Thu 26 10:00"


def test_all_are_before_the_last_minute_where_any_is() -> None:
    ends = replace(SHANGHAI, before=utc("2026-11-24T16:00"))

    assert walls(ends) == [
        "Mon 23 13:30", "Mon 23 15:00", "Mon 23 16:30", "Tue 24 09:00", "Tue 24 12:00", "Tue 24 15:00"
    ]  # fmt: skip


def test_in_the_last_hours_the_soonest_is_offered_though_it_is_near() -> None:
    last = replace(SHANGHAI, now=utc("2026-11-27T09:10"), before=utc("2026-11-27T16:00"))  # 17:10 of the last day

    assert walls(last) == ["Fri 27 17:30"]


def test_after_work_of_the_last_day_the_next_days_are_offered() -> None:
    last = replace(SHANGHAI, now=utc("2026-11-27T11:00"), before=utc("2026-11-27T16:00"))

    assert walls(last)[0] == "Mon 30 10:00"


def test_who_shares_no_hours_is_offered_the_nearest_of_ours_and_it_is_said() -> None:
    new_york = replace(SHANGHAI, zone="America/New_York", hours=AMERICA)

    assert walls(new_york)[:2] == ["Mon 23 20:00", "Mon 23 20:30"]  # 09:00 and 09:30 in Shanghai
    assert offered(new_york).fit is Fit.NEAREST


def test_who_works_when_we_sleep_and_nowhere_near_is_offered_nothing() -> None:
    at_night = replace(SHANGHAI, hours=WorkingHours(opens=time(0), closes=time(2)), ours=replace(
        CHEN, hours=WorkingHours(opens=time(12), closes=time(13))))  # fmt: skip

    assert offered(at_night).starts == ()
    assert offered(at_night).fit is Fit.NONE


def test_who_is_away_for_weeks_is_full_and_not_far() -> None:
    away = replace(SHANGHAI, ours=replace(CHEN, away=((T, T + HORIZON + 30 * DAY),)))

    assert offered(away).fit is Fit.FULL


def test_clocks_that_change_move_the_hours_of_one_side_alone() -> None:
    """London goes back on 25 October 2026: what it shares with Shanghai shrinks from two hours to one."""
    london = replace(SHANGHAI, zone="Europe/London", hours=BRITAIN)

    assert walls(replace(london, now=utc("2026-10-22T11:00")))[:2] == ["Fri 23 09:00", "Fri 23 10:00"]
    assert walls(replace(london, now=utc("2026-10-24T11:00")))[:2] == ["Mon 26 09:00", "Mon 26 09:30"]


def test_a_quarter_hour_zone_begins_on_its_own_half_hours() -> None:
    nepal = replace(SHANGHAI, zone="Asia/Kathmandu", hours=WorkingHours())

    assert {wall[-2:] for wall in walls(nepal)} <= {"00", "30"}


def test_what_was_offered_an_hour_ago_can_still_be_had_until_just_before() -> None:
    at = offered(SHANGHAI).starts[0]

    assert can_be_had(replace(SHANGHAI, now=at - 6 * MINUTE), at)
    assert not can_be_had(replace(SHANGHAI, now=at - 4 * MINUTE), at)


def test_a_time_that_somebody_typed_cannot_be_had() -> None:
    assert not can_be_had(SHANGHAI, utc("2026-11-24T18:00"))  # 02:00 at night
    assert not can_be_had(SHANGHAI, utc("2026-11-24T02:07"))  # no half hour


def test_the_nearest_can_be_had_where_no_hours_are_shared() -> None:
    new_york = replace(SHANGHAI, zone="America/New_York", hours=AMERICA)

    assert can_be_had(new_york, offered(new_york).starts[0])


ZONES = st.sampled_from([
    "Asia/Shanghai", "Europe/London", "America/New_York", "America/Los_Angeles", "Pacific/Honolulu", "Asia/Singapore",
    "Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Cairo", "America/Santiago", "Pacific/Chatham", "Asia/Tehran",
])  # fmt: skip
HOURS = st.builds(
    lambda opens, length: WorkingHours(opens=time(opens), closes=time(min(opens + length, 23), 30)),
    st.integers(0, 22),
    st.integers(1, 12),
)
INSTANTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 1), timezones=st.just(UTC))
ANY = st.builds(
    lambda zone, our_zone, ours, hours, now, gone, lasts, ends: Times(
        ours=Candidate(user_id=1, zone=our_zone, hours=ours, away=((now + gone, now + gone + lasts),)),
        booked=((now + lasts, now + lasts + LENGTH),),
        zone=zone,
        hours=hours,
        before=now + ends,
        now=now,
    ),
    ZONES, ZONES, HOURS, HOURS, INSTANTS,
    st.timedeltas(-DAY, 3 * DAY), st.timedeltas(HOUR, 3 * DAY), st.timedeltas(HOUR, 20 * DAY),
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(ANY)
def test_whatever_the_zones_each_minute_of_what_is_offered_is_free(times: Times) -> None:
    found = offered(times)

    gone = (*times.ours.away, *times.booked)
    for at in found.starts:
        minutes = [at + n * MINUTE for n in range(30)]
        assert all(is_working_moment(minute, times.ours.zone, times.ours.hours) for minute in minutes)
        assert all(at + LENGTH <= begins or at >= ends for begins, ends in gone)
        if found.fit is Fit.SHARED:
            assert all(is_working_moment(minute, times.zone, times.hours) for minute in minutes)


@settings(max_examples=60, deadline=None)
@given(ANY)
def test_whatever_the_zones_what_is_offered_is_in_order_few_ahead_and_to_be_had(times: Times) -> None:
    found = offered(times)

    assert list(found.starts) == sorted(set(found.starts))
    assert len(found.starts) <= MOST
    assert all(at > times.now and at.tzinfo is UTC for at in found.starts)
    assert all(can_be_had(times, at) for at in found.starts)
    assert bool(found.starts) == (found.fit in (Fit.SHARED, Fit.NEAREST))


@settings(max_examples=60, deadline=None)
@given(ANY)
def test_whatever_the_zones_nothing_later_is_offered_while_something_is_in_time(times: Times) -> None:
    starts = offered(times).starts

    in_time = [at for at in starts if at + LENGTH <= times.before]
    assert in_time in ([], list(starts))


@pytest.mark.parametrize("most", [1, 3, 5])
def test_a_short_day_alone_gives_all_it_has(most: int) -> None:
    ends = replace(SHANGHAI, before=utc("2026-11-23T05:30") + most * LENGTH)

    assert len(offered(ends).starts) == most

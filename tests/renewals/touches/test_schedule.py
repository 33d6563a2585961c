"""When the notices of one promise go out (rules 16 and 19)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from accounts.rhythm import Once, Rhythm, Stretch
from accounts.terms import first_instant
from accounts.worktime import WorkingHours
from renewals.touches.schedule import Hours, away_from, notices
from tests.renewals.cast import utc

WEEK, DAY = timedelta(days=7), timedelta(days=1)
CHINA = Hours("Asia/Shanghai", WorkingHours("CN"))
LONG_AGO = utc("2026-06-01T00:00")


def planned(ends_at, *, hours=CHINA, now=LONG_AGO):
    return [(notice.lead.days, notice.due_at) for notice in notices(utc(ends_at), [WEEK, DAY], hours=hours, now=now)]


def test_they_go_out_at_the_opening_of_the_day_a_week_and_a_day_ahead():
    assert planned("2026-11-27T16:00") == [(7, utc("2026-11-23T01:00")), (1, utc("2026-11-27T01:00"))]


def test_a_promise_within_the_day_counts_back_from_its_own_minute():
    assert planned("2026-11-26T06:31") == [(7, utc("2026-11-19T06:31")), (1, utc("2026-11-25T06:31"))]


def test_where_the_last_day_is_a_sunday_the_day_ahead_is_told_on_friday_not_after_the_end():
    assert planned("2026-11-29T16:00")[-1] == (1, utc("2026-11-27T09:59"))


def test_before_a_long_holiday_they_are_told_once_in_time_rather_than_twice_at_one_minute():
    assert planned("2026-10-07T16:00") == [(1, utc("2026-09-30T09:59"))]


def test_the_earlier_notice_never_waits_until_the_later_one():
    assert planned("2026-10-08T16:00") == [(7, utc("2026-09-30T09:59")), (1, utc("2026-10-08T01:00"))]


def test_who_may_be_written_to_at_any_hour_is_told_to_the_minute():
    any_hour = Hours("Asia/Shanghai", None)

    assert planned("2026-11-29T16:00", hours=any_hour) == [(7, utc("2026-11-22T16:00")), (1, utc("2026-11-28T16:00"))]


def test_found_late_the_week_ahead_goes_out_at_once_and_the_day_ahead_in_its_time():
    late = utc("2026-11-25T03:00")

    assert planned("2026-11-27T16:00", now=late) == [(7, late), (1, utc("2026-11-27T01:00"))]


def test_found_on_the_last_day_one_notice_is_enough():
    late = utc("2026-11-27T03:00")

    assert planned("2026-11-27T16:00", now=late) == [(1, late)]


def test_found_hours_before_the_day_ahead_is_told_only_the_day_ahead_is():
    late = utc("2026-11-25T03:00")

    assert planned("2026-11-26T05:00", now=late) == [(1, utc("2026-11-25T05:00"))]


def test_notices_half_a_day_apart_are_both_told():
    any_hour = Hours("Asia/Shanghai", None)

    in_time = planned("2026-11-27T16:00", hours=any_hour, now=utc("2026-11-26T04:00"))
    too_late = planned("2026-11-27T16:00", hours=any_hour, now=utc("2026-11-26T04:01"))

    assert ([lead for lead, _at in in_time], [lead for lead, _at in too_late]) == ([7, 1], [1])


def test_found_in_the_last_night_it_goes_out_as_soon_as_they_work_again():
    assert planned("2026-11-27T16:00", now=utc("2026-11-27T14:00")) == [(1, utc("2026-11-30T01:00"))]


@pytest.mark.parametrize(
    ("ends_at", "week_ahead", "day_ahead"),
    [
        ("2026-03-13T04:00", "2026-03-06T14:00", "2026-03-12T13:00"),
        ("2026-11-06T05:00", "2026-10-30T13:00", "2026-11-05T14:00"),
    ],
)
def test_nine_oclock_is_nine_oclock_before_and_after_the_clocks_change(ends_at, week_ahead, day_ahead):
    new_york = Hours("America/New_York", WorkingHours("US"))

    told = planned(ends_at, hours=new_york, now=utc("2026-01-05T12:00"))

    assert [at for _lead, at in told] == [utc(week_ahead), utc(day_ahead)]


def test_hours_of_their_own_count():
    early = Hours("Asia/Shanghai", WorkingHours("CN", opens=time(7), closes=time(15)))

    assert planned("2026-11-27T16:00", hours=early)[0] == (7, utc("2026-11-22T23:00"))


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Shanghai"))


def peak(begins: str, ends: str) -> Stretch:
    """Whole days in Shanghai, the last one included."""
    first, last = date.fromisoformat(begins), date.fromisoformat(ends)
    (found,) = Rhythm(peaks=[("close", Once(first, last))], zone="Asia/Shanghai", hours=WorkingHours()).stretches(
        starts=first_instant(first, "Asia/Shanghai"), ends=local(f"{ends}T23:59")
    )
    return found


CLOSE = peak("2026-11-24", "2026-11-25")  # Tuesday and Wednesday


@pytest.mark.parametrize(
    ("at", "peaks", "found"),
    [
        ("2026-11-24T10:00", [], "2026-11-24T10:00"),
        ("2026-11-24T10:00", [CLOSE], "2026-11-23T17:59"),
        ("2026-11-24T10:00", [CLOSE, peak("2026-11-21", "2026-11-23")], "2026-11-20T17:59"),
        ("2026-11-24T20:00", [], "2026-11-24T17:59"),
        ("2026-11-22T12:00", [], "2026-11-20T17:59"),
        # Before the peaks would be before the earliest: the first working moment after them.
        ("2026-11-24T10:00", [peak("2026-11-18", "2026-11-25")], "2026-11-26T09:00"),
        # And after them would be too late: as if there were no peak.
        ("2026-11-24T10:00", [peak("2026-11-18", "2026-11-27")], "2026-11-24T10:00"),
        ("2026-11-24T20:00", [peak("2026-11-18", "2026-11-27")], "2026-11-24T17:59"),
    ],
)
def test_rule_18_a_letter_keeps_out_of_a_peak_where_it_can(at, peaks, found):
    """Between Friday 20 November 09:00 and Friday 27 November 12:00."""
    hours = Hours("Asia/Shanghai", WorkingHours())

    moment = away_from(peaks, hours, local(at), earliest=local("2026-11-20T09:00"), latest=local("2026-11-27T12:00"))

    assert moment == local(found)


def test_who_may_be_written_to_at_any_hour_is_written_to_just_before_a_peak():
    moment = away_from(
        [CLOSE], Hours("Asia/Shanghai", None), local("2026-11-25T03:00"), earliest=local("2026-11-20T09:00"),
        latest=local("2026-11-27T12:00"),
    )  # fmt: skip

    assert moment == local("2026-11-23T23:59")


def test_where_they_have_not_worked_since_the_earliest_it_goes_out_when_they_work_again():
    hours = Hours("Asia/Shanghai", WorkingHours())

    moment = away_from(
        [], hours, local("2026-11-22T12:00"), earliest=local("2026-11-21T09:00"), latest=local("2026-11-22T18:00")
    )

    assert moment == local("2026-11-23T09:00")

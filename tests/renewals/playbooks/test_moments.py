"""When a step goes out, can be written, and becomes the manager's matter: plain values, real zones."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.rhythm import Stretch
from accounts.worktime import WorkingHours, is_working_moment, worked
from renewals.entitlement import Facts, Held, windows
from renewals.playbooks.moments import Anchor, Staff, Wanted, opening_before, timed
from renewals.playbooks.usual import USUAL, Fit, closest
from renewals.touches.schedule import Hours
from tests.renewals.cast import utc

CHINA = WorkingHours(country="CN")
SHANGHAI = Hours("Asia/Shanghai", CHINA)
CHEN = Staff("Asia/Shanghai", CHINA)


def window(ends_at: str, *, starts_at: str = "2025-11-27T16:00"):
    term = Held(starts_at=utc(starts_at), ends_at=utc(ends_at), recorded_at=utc(starts_at), told_at=utc(starts_at))
    return windows(Facts(terms=[term], zone="Asia/Shanghai", hours=CHINA))[0]


def one(days: int, ends_at: str, *, reader: Hours = SHANGHAI, now: str = "2026-01-05T02:00"):
    ((_place, found),) = timed([Wanted(Anchor.END, days)], window(ends_at), reader=reader, writer=CHEN, now=utc(now))
    return found


def test_a_step_goes_out_so_many_days_before_the_end_when_they_work():
    assert one(-30, "2026-11-27T16:00").goes_at == utc("2026-10-29T01:00")  # 00:00 on the 29th: 09:00 that Thursday


def test_a_step_that_falls_on_a_holiday_goes_out_on_the_next_day_of_work():
    assert one(-30, "2026-11-02T16:00").goes_at == utc("2026-10-08T01:00")  # National Day lasts until the 7th


def test_the_last_word_before_an_end_on_a_sunday_leaves_them_two_hours_of_work():
    goes_at = one(-1, "2026-11-29T16:00").goes_at

    assert worked(goes_at, utc("2026-11-29T16:00"), "Asia/Shanghai", CHINA) == timedelta(hours=2)


def test_who_writes_is_asked_on_the_third_working_day_before_and_the_manager_on_the_last():
    found = one(-7, "2026-11-27T16:00")  # goes out on Monday the 23rd, since the 21st is a Saturday

    assert found.goes_at == utc("2026-11-23T01:00")
    assert found.write_from == utc("2026-11-18T01:00")
    assert found.manager_at == utc("2026-11-20T01:00")


def test_a_step_makes_sense_until_the_next_goes_out():
    steps = [Wanted(Anchor.END, -60), Wanted(Anchor.END, -30)]
    found = timed(steps, window("2026-11-27T16:00"), reader=SHANGHAI, writer=CHEN, now=utc("2026-01-05T02:00"))

    assert found[0][1].lapses_at == found[1][1].goes_at


def test_what_has_passed_when_a_plan_is_laid_is_left_out():
    steps = [Wanted(step.anchor, step.days) for step in USUAL]
    found = timed(steps, window("2026-11-27T16:00"), reader=SHANGHAI, writer=CHEN, now=utc("2026-11-10T02:00"))

    assert [steps[place].days for place, _times in found] == [-7, -1, 0, 0, 3]


def test_a_lock_that_will_not_come_has_no_steps_of_its_own():
    never = replace(window("2026-11-27T16:00"), lock_at=None)

    assert timed([Wanted(Anchor.LOCK, 3)], never, reader=SHANGHAI, writer=CHEN, now=utc("2026-11-10T02:00")) == []


def test_a_day_of_work_is_counted_on_the_writers_own_clock():
    friday_in_new_york = opening_before(
        utc("2026-11-30T15:00"), days=1, staff=Staff("America/New_York", WorkingHours(country="US"))
    )

    assert friday_in_new_york == utc("2026-11-27T14:00")  # Thursday was Thanksgiving


zones = st.sampled_from(["Asia/Shanghai", "America/New_York", "Africa/Cairo", "Australia/Lord_Howe", "Europe/London"])


@given(
    days=st.integers(-200, 0),
    ends=st.datetimes(datetime(2026, 6, 1), datetime(2028, 1, 1)),
    zone=zones,
    country=st.sampled_from(["CN", "US", "EG", "AU", "GB"]),
)
def test_a_letter_never_goes_out_at_night_and_its_ladder_is_in_order(days, ends, zone, country):
    hours = WorkingHours(country=country, opens=time(9), closes=time(17))
    begins, ends_at = utc("2026-01-01T00:00"), utc(ends.replace(second=0, microsecond=0).isoformat())
    term = Held(starts_at=begins, ends_at=ends_at, recorded_at=begins, told_at=None)
    (its,) = windows(Facts(terms=[term], zone=zone, hours=hours))

    found = timed([Wanted(Anchor.END, days)], its, reader=Hours(zone, hours), writer=Staff(zone, hours), now=begins)

    for _place, step in found:
        assert is_working_moment(step.goes_at, zone, hours)
        assert step.write_from <= step.manager_at <= step.goes_at < step.lapses_at


@pytest.mark.parametrize(
    ("product", "segment", "kind", "closest_one"),
    [
        (7, "", "paid", 2),
        (7, "Enterprise", "paid", 2),
        (8, "Enterprise", "trial", 3),
        (8, "", "trial", 4),
        (8, "", "paid", 1),
    ],
)
def test_the_closest_playbook_counts_product_before_segment_before_kind(product, segment, kind, closest_one):
    playbooks = {1: Fit(None, "", ""), 2: Fit(7, "", ""), 3: Fit(None, "Enterprise", ""), 4: Fit(None, "", "trial")}

    assert closest(playbooks, product=product, segment=segment, kind=kind) == closest_one


CLOSE = [Stretch(utc("2026-10-28T16:00"), utc("2026-10-31T16:00"), date(2026, 10, 29), date(2026, 10, 31), "月结")]


def test_a_letter_keeps_out_of_a_peak_of_its_readers_work():
    ((_place, found),) = timed(
        [Wanted(Anchor.END, -30)],
        window("2026-11-27T16:00"),
        reader=SHANGHAI,
        writer=CHEN,
        now=utc("2026-01-05T02:00"),
        busy=CLOSE,
    )

    assert found.goes_at == utc("2026-10-28T09:59")  # the last minute of the Wednesday before it


def test_the_day_before_an_end_stays_whatever_the_readers_work_does():
    close = [Stretch(utc("2026-11-25T16:00"), utc("2026-11-30T16:00"), date(2026, 11, 26), date(2026, 11, 30), "月结")]
    ((_place, found),) = timed(
        [Wanted(Anchor.END, -1)],
        window("2026-11-27T16:00"),
        reader=SHANGHAI,
        writer=CHEN,
        now=utc("2026-01-05T02:00"),
        busy=close,
    )

    assert found.goes_at == utc("2026-11-27T01:00")

"""A strip is to scale, and shades what is night and what is a day off at the customer's."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from django.utils import translation

from accounts.worktime import WorkingHours
from renewals.minutes.months import after, before, month_of, weeks
from renewals.minutes.strip import HOURS_SMALL, MIDDLE, SMALL, Strip, by_hour, strip
from renewals.minutes.words import falls_into
from renewals.ribbon.labels import text_width
from tests.renewals.cast import T, utc
from tests.renewals.test_ribbon import WINDOWS

SHOWS = (T, T + timedelta(hours=72))
CHINA = WorkingHours(country="CN")


def day(on: date, is_off: bool) -> tuple[str, ...]:
    return (f"{on:%a %d}{', off' if is_off else ''}", f"{on:%a %d}")


def drawn(*, ends_at: datetime, hours: WorkingHours = CHINA, zone: str = "Asia/Shanghai", size=MIDDLE) -> Strip:
    away = ends_at - WINDOWS.ends_at
    moved = replace(
        WINDOWS,
        ends_at=ends_at,
        buffer_ends_at=WINDOWS.buffer_ends_at + away,
        earliest_lock_at=WINDOWS.earliest_lock_at + away,
        lock_at=None,
        closes_at=None,
    )
    return strip(moved, shows=SHOWS, now=T, zone=zone, hours=hours, day=day, size=size)


def test_the_end_stands_where_its_hour_is():
    assert drawn(ends_at=T + timedelta(hours=18)).end_x == MIDDLE.width / 4


def test_from_the_end_on_it_is_the_buffer():
    assert [band.css for band in drawn(ends_at=T + timedelta(hours=18)).bands] == ["active", "buffer"]


def test_the_hours_without_work_are_night():
    nights = [band for band in drawn(ends_at=T + timedelta(hours=1)).shades if band.css == "night"]

    # From Monday 12:07 in Shanghai: after 18:00, before 9:00 and so on, three times fifteen hours in all.
    assert sum(band.width for band in nights) == pytest.approx(MIDDLE.width * 45 / 72, abs=1)


def test_a_day_off_is_shaded_whole_and_called_so():
    holiday = replace(CHINA, overrides=((date(2026, 11, 24), False),))

    found = drawn(ends_at=T + timedelta(hours=1), hours=holiday)

    assert [band.width for band in found.shades if band.css == "off"] == [pytest.approx(MIDDLE.width / 3, abs=0.1)]
    assert "Tue 24, off" in [label.text for label in found.labels]


def test_each_strip_has_the_days_of_its_own_customer():
    texts = [label.text for label in drawn(ends_at=T + timedelta(hours=1), zone="Pacific/Kiritimati").labels]

    assert texts[0] == "Mon 23"
    assert "Thu 26" in texts


@pytest.mark.parametrize("size", [SMALL, MIDDLE])
def test_no_two_days_run_into_each_other(size):
    labels = [(label.x, text_width(label.text, size.text) / 2) for label in drawn(ends_at=T, size=size).labels]

    assert all(x + half <= other - its_half for (x, half), (other, its_half) in pairwise(labels))


def test_an_end_outside_what_is_shown_has_no_mark():
    assert drawn(ends_at=T + timedelta(days=9)).end_x is None


def test_an_hour_twice_as_full_is_twice_as_high():
    counts = {utc("2026-11-23T15:00"): 40, utc("2026-11-24T15:00"): 20}

    one, other = by_hour(counts, shows=SHOWS, now=T, zone="Asia/Shanghai", day=day, size=HOURS_SMALL).bars

    assert (one.height, other.height) == (HOURS_SMALL.bar, HOURS_SMALL.bar / 2)


@pytest.mark.parametrize("text", ["", "2026", "2026-13", "2026-00", "1999-12", "2200-01", "2026-1", "２０２６-12x"])
def test_what_is_no_month_is_none(text):
    assert month_of(text) is None


def test_months_follow_one_another_over_the_year():
    assert before(date(2026, 1, 1)) == date(2025, 12, 1)
    assert after(date(2026, 12, 1)) == date(2027, 1, 1)
    assert after(date(2199, 12, 1)) is before(date(2000, 1, 1)) is None


def test_a_month_begins_on_its_weekday_and_holds_each_day_once():
    november = weeks(date(2026, 11, 1))

    assert november[0] == [None] * 6 + [date(2026, 11, 1)]
    assert [on.day for week in november for on in week if on] == list(range(1, 31))


def test_in_chinese_a_minute_falls_into_their_hours_and_is_sent_to_nobody():
    with translation.override("zh-hans"):
        assert falls_into(utc("2026-11-27T02:00"), "Asia/Shanghai", CHINA) == "对方的工作时间"

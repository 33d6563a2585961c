"""The minute as a calendar entry: read back, it is the same instant, also where clocks change that night (rule 1)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, timedelta

import pytest
from icalendar import Calendar

from accounts import terms
from renewals.touches.diary import MINUTE, Entry, as_file
from tests.renewals.cast import T, utc

ENTRY = Entry(
    uid="minute@vendor.test",
    sequence=3,
    stamped_at=T,
    at=utc("2026-11-27T15:59"),
    zone="Asia/Shanghai",
    summary="协作专业版：最后可用分钟（LT-2026-01）",
    description="您可以使用至2026年11月27日23时59分（北京时间），含最后这一分钟。\n有问题请找：陈舟",
    organizer="portal@vendor.test",
    organizer_name="云笔协作",
)


def read(entry: Entry):
    return Calendar.from_ical(as_file(entry))


def event(entry: Entry):
    return read(entry).walk("VEVENT")[0]


def test_it_stands_at_the_last_minute_in_the_customers_zone():
    found = event(ENTRY)

    assert found["DTSTART"].params["TZID"] == "Asia/Shanghai"
    assert found["DTSTART"].to_ical() == b"20261127T235900"
    assert found.start == ENTRY.at
    assert found.end == ENTRY.at + MINUTE


def test_it_brings_the_zone_along():
    assert [zone["TZID"] for zone in read(ENTRY).timezones] == ["Asia/Shanghai"]


def test_it_invites_nobody_and_takes_no_time():
    assert read(ENTRY)["METHOD"] == "PUBLISH"
    assert "ATTENDEE" not in event(ENTRY)
    assert event(ENTRY)["TRANSP"] == "TRANSPARENT"


def test_it_makes_itself_heard_a_day_before():
    alarm = event(ENTRY).walk("VALARM")[0]

    assert alarm["TRIGGER"].dt == timedelta(days=-1)


def test_a_moved_end_is_the_same_entry_anew():
    moved = event(replace(ENTRY, sequence=4, at=utc("2026-12-31T15:59")))

    assert moved["UID"] == event(ENTRY)["UID"]
    assert moved["SEQUENCE"] > event(ENTRY)["SEQUENCE"]


def test_long_chinese_lines_are_folded_between_letters_and_come_back_whole():
    long = replace(ENTRY, description="可以使用至最后一分钟。" * 30)

    assert all(len(line) <= 75 for line in as_file(long).split(b"\r\n"))
    assert event(long)["DESCRIPTION"] == long.description


@pytest.mark.parametrize(
    ("zone", "last_day"),
    [
        ("Africa/Cairo", date(2026, 4, 23)),  # midnight is skipped: the day ends at 01:00
        ("Africa/Cairo", date(2026, 10, 29)),  # 23:00 to midnight come twice: the second counts
        ("Australia/Lord_Howe", date(2026, 4, 4)),  # half an hour that night
        ("Asia/Gaza", date(2026, 10, 23)),
        ("America/New_York", date(2026, 10, 31)),
    ],
)
def test_read_back_it_is_the_instant_that_was_promised(zone, last_day):
    ends_at = terms.reckon(last_day, terms.Term.through(last_day), zone).ends_at

    found = event(replace(ENTRY, zone=zone, at=ends_at - MINUTE))

    assert found.start.astimezone(UTC) == ends_at - MINUTE
    assert found.end.astimezone(UTC) == ends_at


@pytest.mark.parametrize(
    ("zone", "at"),
    [
        ("Africa/Cairo", "2026-10-29T21:59"),  # the second 23:59
        ("Australia/Lord_Howe", "2026-04-04T15:15"),  # the second 01:45
    ],
)
def test_a_wall_time_that_comes_twice_is_said_in_utc(zone, at):
    """Calendars read it as the first one, and an end is the second (rule 2)."""
    found = event(replace(ENTRY, zone=zone, at=utc(at)))

    assert found["DTSTART"].to_ical() == at.replace("-", "").replace(":", "").encode() + b"00Z"


@pytest.mark.parametrize("zone", ["Africa/Cairo", "Australia/Lord_Howe", "Asia/Gaza", "America/New_York"])
def test_the_zone_that_it_brings_along_agrees_with_ours_all_year(zone):
    """A reader that trusts what is in the file, not its own tables, places any hour around the minute rightly."""
    brought = read(replace(ENTRY, zone=zone)).timezones[0].to_tz(lookup_tzid=False)
    ours = terms.zone(zone)

    walls = [(utc("2026-01-10T00:00") + timedelta(minutes=30 * n)).astimezone(ours) for n in range(2 * 24 * 365)]

    assert [wall for wall in walls if not is_twice(wall) and wall.replace(tzinfo=brought) != wall] == []


def is_twice(wall):
    return wall.replace(fold=0).utcoffset() != wall.replace(fold=1).utcoffset()

"""An invitation to a call, read back as a calendar program reads it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from icalendar import Calendar

from renewals.appointments.invitation import CANCEL, REQUEST, Invited, Person, as_file
from tests.renewals.cast import T, utc

LIN, CHEN = Person(address="lin@lantu.test", name="林岚"), Person(address="chen@vendor.test", name="陈舟")
INVITED = Invited(
    uid="call-1@vendor.test",
    sequence=0,
    method=REQUEST,
    stamped_at=T,
    starts_at=utc("2026-11-24T01:00"),
    ends_at=utc("2026-11-24T01:30"),
    zone="Asia/Shanghai",
    summary="陈舟与林岚通话",
    description="关于协作专业版",
    organizer=Person(address="portal@vendor.test", name="云笔协作"),
    attendees=(LIN, CHEN),
)


def read(invited: Invited) -> Calendar:
    return Calendar.from_ical(as_file(invited))


def event(invited: Invited):
    return read(invited).walk("VEVENT")[0]


def test_it_is_a_request_that_names_who_asks_and_who_comes() -> None:
    assert read(INVITED)["METHOD"] == "REQUEST"
    assert event(INVITED)["ORGANIZER"] == "mailto:portal@vendor.test"
    assert event(INVITED)["ATTENDEE"] == ["mailto:lin@lantu.test", "mailto:chen@vendor.test"]


def test_nobody_is_asked_for_an_answer_that_nobody_would_read() -> None:
    assert {one.params["RSVP"] for one in event(INVITED)["ATTENDEE"]} == {"FALSE"}
    assert {one.params["PARTSTAT"] for one in event(INVITED)["ATTENDEE"]} == {"ACCEPTED"}


@pytest.mark.parametrize(
    ("zone", "wall"),
    [
        ("Asia/Shanghai", b"20261124T090000"),
        ("America/New_York", b"20261123T200000"),
        ("Europe/London", b"20261124T010000"),
        ("Asia/Kathmandu", b"20261124T064500"),
    ],
)
def test_it_stands_at_its_readers_own_time_and_is_the_same_instant(zone: str, wall: bytes) -> None:
    found = event(replace(INVITED, zone=zone))

    assert found["DTSTART"].params["TZID"] == zone
    assert found["DTSTART"].to_ical() == wall
    assert (found.start, found.end) == (INVITED.starts_at, INVITED.ends_at)


def test_it_brings_its_zone_along() -> None:
    assert [zone["TZID"] for zone in read(INVITED).timezones] == ["Asia/Shanghai"]


def test_a_call_in_an_hour_that_comes_twice_is_said_in_utc() -> None:
    """New York's 01:30 of 1 November 2026 comes twice, and a calendar would read the first."""
    second = replace(INVITED, zone="America/New_York", starts_at=utc("2026-11-01T06:30"),
                     ends_at=utc("2026-11-01T07:00"))  # fmt: skip

    assert event(second)["DTSTART"].to_ical() == b"20261101T063000Z"


def test_a_moved_call_is_the_same_entry_anew() -> None:
    moved = event(replace(INVITED, sequence=1, starts_at=utc("2026-11-25T01:00"), ends_at=utc("2026-11-25T01:30")))

    assert moved["UID"] == event(INVITED)["UID"]
    assert moved["SEQUENCE"] > event(INVITED)["SEQUENCE"]


def test_a_call_that_is_off_says_so_and_makes_no_noise() -> None:
    off = replace(INVITED, method=CANCEL, sequence=1)

    assert read(off)["METHOD"] == "CANCEL"
    assert event(off)["STATUS"] == "CANCELLED"
    assert event(off).walk("VALARM") == []


def test_it_makes_itself_heard_a_quarter_of_an_hour_before() -> None:
    assert event(INVITED).walk("VALARM")[0]["TRIGGER"].dt == timedelta(minutes=-15)


def test_a_name_with_a_line_break_adds_no_property() -> None:
    sly = replace(INVITED, summary="Call\r\nATTENDEE:mailto:other@evil.test")

    assert event(sly)["ATTENDEE"] == ["mailto:lin@lantu.test", "mailto:chen@vendor.test"]

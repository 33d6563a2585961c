"""A week as the meeting speaks of it."""

from __future__ import annotations

from datetime import date

import pytest

from renewals.weekly.weeks import Week
from tests.renewals.cast import utc


@pytest.mark.parametrize(
    ("now", "zone", "monday"),
    [
        ("2026-11-23T01:00", "Asia/Shanghai", date(2026, 11, 16)),
        ("2026-11-22T15:59", "Asia/Shanghai", date(2026, 11, 9)),
        ("2026-11-22T16:00", "Asia/Shanghai", date(2026, 11, 16)),
        ("2026-11-22T16:00", "America/New_York", date(2026, 11, 9)),
    ],
    ids=["on Monday morning", "the last minute of Sunday", "as Monday begins", "where it is still Sunday"],
)
def test_the_last_whole_week_is_that_of_the_leaders_clock(now: str, zone: str, monday: date) -> None:
    assert Week.before(utc(now), zone).monday == monday


def test_a_week_begins_and_ends_with_its_days_there() -> None:
    # given the week in which summer time ends in New York, when it is measured, then it has one hour more
    week = Week.read("2026-W44", "America/New_York")
    assert (week.starts_at, week.ends_at) == (utc("2026-10-26T04:00"), utc("2026-11-02T05:00"))


def test_a_week_is_read_as_it_is_written() -> None:
    assert str(Week.read("2026-W53", "Asia/Shanghai")) == "2026-W53"
    assert str(Week.read("2026-W53", "Asia/Shanghai").later) == "2027-W01"


@pytest.mark.parametrize("said", ["", "2026-W54", "2026-48", "next", "0001-W01", "9999-W52"])
def test_what_is_no_week_is_refused(said: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        Week.read(said, "Asia/Shanghai")

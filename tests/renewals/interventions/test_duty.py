"""Who is on duty, and when it goes to the next: pure (rule 13)."""

from __future__ import annotations

from datetime import date, time

import pytest

from accounts.worktime import WorkingHours
from renewals.interventions.duty import Candidate, Turn, on_duty, passes_on, unanswered_at
from tests.renewals.cast import utc

CHINA = WorkingHours(country="CN")
PLAIN = WorkingHours()
CHEN = Candidate(user_id=1, zone="Asia/Shanghai", hours=CHINA)
HE = Candidate(user_id=2, zone="Asia/Shanghai", hours=CHINA)
EMMA = Candidate(user_id=3, zone="Europe/London", hours=PLAIN)
MONDAY_NINE = utc("2026-11-30T01:00")


def away(candidate: Candidate, begins: str, ends: str) -> Candidate:
    said = {"user_id": candidate.user_id, "zone": candidate.zone, "hours": candidate.hours}
    return Candidate(**said, away=((utc(begins), utc(ends)),))


def test_the_first_who_works_is_on_duty():
    assert on_duty([CHEN, HE, EMMA], MONDAY_NINE) == Turn(1, MONDAY_NINE)


def test_who_rests_is_passed_over():
    assert on_duty([EMMA, CHEN], MONDAY_NINE) == Turn(1, MONDAY_NINE)


def test_who_is_away_is_passed_over():
    assert on_duty([away(CHEN, "2026-11-29T00:00", "2026-12-01T00:00"), HE], MONDAY_NINE) == Turn(2, MONDAY_NINE)


def test_who_comes_back_at_this_instant_is_there():
    assert on_duty([away(CHEN, "2026-11-29T00:00", "2026-11-30T01:00"), HE], MONDAY_NINE) == Turn(1, MONDAY_NINE)


def test_where_nobody_works_it_is_whoever_begins_first():
    saturday = utc("2026-11-28T04:00")

    assert on_duty([EMMA, CHEN], saturday) == Turn(1, MONDAY_NINE)


def test_without_candidates_nobody_is_on_duty():
    assert on_duty([], MONDAY_NINE) is None


@pytest.mark.parametrize(
    ("since", "due"),
    [
        ("2026-11-30T01:00", "2026-11-30T01:15"),  # Monday 09:00
        ("2026-11-30T09:45", "2026-11-30T10:00"),  # 17:45: the last minute of it is the last of the day
        ("2026-11-30T09:50", "2026-12-01T01:05"),  # 17:50: ten minutes today, five tomorrow
        ("2026-11-27T09:50", "2026-11-30T01:05"),  # Friday 17:50: the rest on Monday
        ("2026-11-28T04:00", "2026-11-30T01:15"),  # Saturday: all of it on Monday
    ],
)
def test_fifteen_working_minutes_are_theirs(since, due):
    assert unanswered_at(CHEN, utc(since)) == utc(due)


def test_a_make_up_saturday_is_a_working_day():
    make_up = WorkingHours(country="CN", overrides=((date(2026, 11, 28), True),))
    chen = Candidate(user_id=1, zone="Asia/Shanghai", hours=make_up)

    assert unanswered_at(chen, utc("2026-11-27T09:50")) == utc("2026-11-28T01:05")


def test_an_absence_stops_the_minutes():
    gone = away(CHEN, "2026-11-30T01:10", "2026-11-30T06:00")

    assert unanswered_at(gone, MONDAY_NINE) == utc("2026-11-30T06:05")


def test_it_passes_on_to_the_next_who_works_then():
    assert passes_on([CHEN, HE], had=[1], holder=1, since=MONDAY_NINE) == Turn(2, utc("2026-11-30T01:15"))


def test_it_stays_until_the_next_begins_to_work():
    assert passes_on([CHEN, EMMA], had=[1], holder=1, since=MONDAY_NINE) == Turn(3, utc("2026-11-30T09:00"))


def test_with_nobody_left_it_stays():
    assert passes_on([CHEN], had=[1], holder=1, since=MONDAY_NINE) is None


def test_who_never_works_is_never_on_duty():
    never = Candidate(user_id=9, zone="UTC", hours=PLAIN, away=((utc("2026-01-01T00:00"), utc("2029-01-01T00:00")),))

    assert on_duty([never], MONDAY_NINE) is None
    assert unanswered_at(never, MONDAY_NINE) is None


def test_a_day_that_ends_at_midnight_runs_into_the_next():
    nights = Candidate(user_id=1, zone="UTC", hours=WorkingHours(opens=time(0), closes=time(0)))

    assert unanswered_at(nights, utc("2026-11-30T23:50")) == utc("2026-12-01T00:05")

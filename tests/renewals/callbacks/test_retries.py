"""When a call is tried again, and for how long an endpoint is left alone."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from renewals.callbacks.retries import LONGEST_REST, WAITS, next_try_at, rest
from renewals.outbound import LONGEST_ASKED, asked_for
from tests.renewals.cast import T

UID = UUID(int=0)
NOTHING = timedelta(0)


def test_the_waits_are_those_of_the_specification():
    assert [wait.total_seconds() for wait in WAITS] == [5, 300, 1800, *(h * 3600 for h in (2, 5, 10, 14, 20, 24))]


@pytest.mark.parametrize("attempts", range(1, 10))
@pytest.mark.parametrize("uid", [UUID(int=0), UUID(int=999), UUID(int=123456)])
def test_a_call_comes_back_at_most_a_tenth_later_than_the_table_says(attempts, uid):
    waits = next_try_at(uid, attempts, at=T, asked=NOTHING) - T

    assert WAITS[attempts - 1] <= waits < WAITS[attempts - 1] * 1.1


def test_calls_that_failed_together_do_not_come_back_together():
    assert len({next_try_at(UUID(int=n), 2, at=T, asked=NOTHING) for n in range(100)}) > 50


def test_after_the_tenth_attempt_it_is_given_up():
    assert next_try_at(UID, 10, at=T, asked=NOTHING) is None


def test_who_asks_for_longer_gets_longer():
    assert next_try_at(UID, 1, at=T, asked=timedelta(hours=1)) == T + timedelta(hours=1)


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("120", timedelta(minutes=2)),
        (" 7 ", timedelta(seconds=7)),
        ("Mon, 23 Nov 2026 04:17:00 GMT", timedelta(minutes=10)),
        ("Mon, 23 Nov 2026 04:00:00 GMT", NOTHING),
        ("99999999999999999999", NOTHING),
        ("999999", LONGEST_ASKED),
        ("-5", NOTHING),
        ("soon", NOTHING),
        ("", NOTHING),
    ],
)
def test_retry_after_is_read_in_seconds_or_as_a_date_and_believed_for_a_day(said, asked):
    assert asked_for(said, at=T) == asked


@pytest.mark.parametrize(
    ("failing_for", "rests"),
    [
        (timedelta(0), timedelta(seconds=5)),
        (timedelta(minutes=4), timedelta(minutes=1)),
        (timedelta(days=1), LONGEST_REST),
    ],
)
def test_who_answers_nothing_is_left_alone_for_longer_the_longer_it_lasts(failing_for, rests):
    assert rest(T - failing_for, at=T) == rests

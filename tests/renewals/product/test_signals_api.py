"""What the product reports: usage, observed locks, work in progress (rules 11 and 21)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import Contract
from renewals.locking.busy import IDLE, LONGEST, session_lock_at
from renewals.locking.models import BusySession, LockObservation
from renewals.usage.models import UsageSignal
from tests.renewals.product.conftest import LOCK_AT, NUMBER, T
from tests.renewals.product.test_api import problem_of

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


def signal(**said: object) -> dict[str, object]:
    return {"contract": NUMBER, "at": "2026-11-20T08:00:00+08:00", "metric": "reports", "value": 3} | said


def usage(call, *signals, **headers: str):
    return call("post", "usage", {"signals": list(signals)}, **headers)


def test_signals_are_kept_without_the_names_of_their_users(call, contract: Contract) -> None:
    usage(call, signal(user="lin@lantu.test"), signal(user="lin@lantu.test"), signal())

    kept = list(UsageSignal.objects.order_by("pk"))
    assert [one.value for one in kept] == [3, 3, 3]
    assert kept[0].who == kept[1].who != ""
    assert "lin" not in kept[0].who
    assert kept[2].who == ""


def test_one_signal_that_cannot_be_taken_stops_no_other(call, contract: Contract) -> None:
    told = usage(call, signal(contract="NO-1"), signal()).json()

    assert told["taken"] == 1
    assert [(one["place"], one["problem"]) for one in told["refused"]] == [(0, "unknown-contract")]


def test_sent_again_under_the_same_key_nothing_is_taken_twice(call, contract: Contract) -> None:
    answers = [usage(call, signal(), Idempotency_Key="a-1").json() for _ in range(2)]

    assert answers[0] == answers[1] == {"taken": 1, "refused": []}
    assert UsageSignal.objects.count() == 1


def test_a_key_that_was_used_for_something_else_is_a_conflict(call, contract: Contract) -> None:
    usage(call, signal(), Idempotency_Key="a-1")

    assert problem_of(usage(call, signal(value=4), Idempotency_Key="a-1")) == (409, "conflict")
    assert UsageSignal.objects.count() == 1


@pytest.mark.parametrize(
    "said", [{"at": "2026-11-20"}, {"at": 5}, {"metric": ""}, {"metric": "m" * 61}, {"value": "NaN"}, {"user": "\0"}]
)
def test_a_signal_that_cannot_be_read_is_refused_with_its_field(call, contract: Contract, said) -> None:
    response = usage(call, signal(**said))

    assert problem_of(response) == (422, "bad-request")
    assert response.json()["errors"][0]["field"].endswith(next(iter(said)))


def test_more_than_5000_signals_are_refused(call, contract: Contract) -> None:
    assert problem_of(usage(call, *[signal()] * 5001)) == (422, "bad-request")


def test_a_lock_that_was_too_early_is_told_beside_the_promise(call, told_contract: Contract) -> None:
    said = {"contract": NUMBER, "locked_at": "2026-11-26T16:00:00Z"}

    response = call("post", "lock-observations", said, now=LOCK_AT)

    assert response.status_code == 201
    assert response.json()["promised_at"] == "2026-11-30T01:00:00Z"
    assert response.json()["early_by"] == 81 * 3600


def test_the_same_observation_twice_is_one(call, told_contract: Contract) -> None:
    for _ in range(2):
        call("post", "lock-observations", {"contract": NUMBER, "locked_at": "2026-11-26T16:00:00Z"}, now=LOCK_AT)

    assert LockObservation.objects.count() == 1


def test_a_lock_to_come_cannot_have_been_observed(call, told_contract: Contract) -> None:
    response = call("post", "lock-observations", {"contract": NUMBER, "locked_at": "2026-12-26T16:00:00Z"})

    assert problem_of(response) == (422, "bad-request")


def busy(call, *, now, until, session: str = "s-1"):
    said = {"contract": NUMBER, "session": session, "busy_until": until.isoformat()}
    return call("post", "sessions/busy", said, now=now).json()


def test_a_session_that_is_busy_at_the_lock_goes_on_until_it_is_idle(call, told_contract: Contract) -> None:
    told = busy(call, now=LOCK_AT - 5 * MINUTE, until=LOCK_AT + 20 * MINUTE)

    assert (told["allowed"], told["lock_at"]) == (True, "2026-11-30T01:30:00Z")
    mine = call("get", f"entitlements/{NUMBER}?session=s-1", now=LOCK_AT + 29 * MINUTE).json()
    assert (mine["allowed"], mine["dialog"]) == (True, None)
    assert call("get", f"entitlements/{NUMBER}?session=s-1", now=LOCK_AT + 30 * MINUTE).json()["allowed"] is False


def test_other_sessions_are_locked_at_the_minute(call, told_contract: Contract) -> None:
    busy(call, now=LOCK_AT - 5 * MINUTE, until=LOCK_AT + 20 * MINUTE)

    assert call("get", f"entitlements/{NUMBER}?session=s-2", now=LOCK_AT).json()["allowed"] is False
    assert call("get", f"entitlements/{NUMBER}", now=LOCK_AT).json()["allowed"] is False


def test_a_session_that_becomes_busy_after_the_lock_is_locked(call, told_contract: Contract) -> None:
    assert busy(call, now=LOCK_AT + SECOND, until=LOCK_AT + HOUR)["allowed"] is False


def test_reported_again_and_again_it_goes_on_four_hours_and_no_longer(call, told_contract: Contract) -> None:
    for minutes in range(-5, 300, 8):
        told = busy(call, now=LOCK_AT + minutes * MINUTE, until=LOCK_AT + (minutes + 9) * MINUTE)

    assert told["lock_at"] == "2026-11-30T05:00:00Z"
    assert told["allowed"] is False


def test_after_a_pause_it_is_another_piece_of_work(call, told_contract: Contract) -> None:
    busy(call, now=LOCK_AT - 30 * MINUTE, until=LOCK_AT - 25 * MINUTE)
    busy(call, now=LOCK_AT - 5 * MINUTE, until=LOCK_AT - 4 * MINUTE)

    assert BusySession.objects.get().busy_since == LOCK_AT - 5 * MINUTE


def test_the_id_of_a_session_is_not_kept(call, told_contract: Contract) -> None:
    busy(call, now=T, until=T + MINUTE, session="lin@lantu.test")

    assert "lin" not in BusySession.objects.get().hashed


@pytest.mark.parametrize(
    ("since", "until", "lock"),
    [
        (-HOUR, -IDLE, timedelta(0)),  # idle for ten minutes when the lock came
        (-HOUR, -IDLE + SECOND, SECOND),
        (-SECOND, timedelta(0), IDLE),
        (timedelta(0), HOUR, timedelta(0)),  # began with the lock: not in progress before
        (-HOUR, 9 * HOUR, LONGEST),
    ],
)
def test_when_a_session_is_locked(since, until, lock) -> None:
    assert session_lock_at(LOCK_AT, busy_since=LOCK_AT + since, busy_until=LOCK_AT + until) == LOCK_AT + lock

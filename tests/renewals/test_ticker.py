"""The process that ticks each second."""

from __future__ import annotations

import threading
from unittest import mock

import pytest
from django.core.cache import cache
from django.db import OperationalError

from csportal import health
from renewals.management.commands import ticker as command
from renewals.management.commands.ticker import Ticker
from tests.renewals.cast import T

NOTHING = {
    "events": [],
    "touches": 0,
    "deliveries": 0,
    "queued_again": 0,
    "reminders": 0,
    "calls": 0,
    "renewed": [],
    "more": False,
}


@pytest.fixture
def ticker(monkeypatch, settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    monkeypatch.setattr(command.clock, "now", lambda: T)
    monkeypatch.setattr(command, "look_round", mock.Mock())
    monkeypatch.setattr(command, "put_back_left", mock.Mock())
    monkeypatch.setattr(command, "keep_up", mock.Mock())
    return Ticker(threading.Event())


def test_it_pauses_for_a_second_and_says_that_it_lives(ticker):
    with mock.patch.object(command, "tick", return_value=NOTHING):
        pause = ticker.round()

    assert pause == 1
    assert cache.get(health.HEARTBEAT) == T.isoformat()


def test_while_more_is_left_it_does_not_pause(ticker):
    with mock.patch.object(command, "tick", return_value=NOTHING | {"more": True}):
        assert ticker.round() == 0


def test_without_its_database_it_waits_longer_each_time_and_goes_on(ticker, caplog):
    with mock.patch.object(command, "tick", side_effect=OperationalError("server\nclosed the connection")):
        pauses = [ticker.round() for _ in range(6)]
    with mock.patch.object(command, "tick", return_value=NOTHING):
        assert ticker.round() == 1

    assert pauses == [2, 4, 8, 16, 30, 30]
    assert "The tick waits 2 s: server closed the connection" in caplog.text
    assert ticker.failures == 0


def test_it_looks_after_what_renews_by_itself_and_after_mornings_once_a_minute(ticker):
    with mock.patch.object(command, "tick", return_value=NOTHING) as tick:
        ticker.round()
        ticker.round()

    assert [call.kwargs["thorough"] for call in tick.call_args_list] == [True, False]
    assert command.look_round.call_count == 1


def test_mornings_that_fail_are_tried_again_in_a_minute_and_hold_up_no_tick(ticker):
    command.look_round.side_effect = RuntimeError
    with mock.patch.object(command, "tick", return_value=NOTHING) as tick:
        pauses = [ticker.round(), ticker.round()]

    assert pauses == [2, 1]
    assert [call.kwargs["thorough"] for call in tick.call_args_list] == [True, False]


def test_it_ends_when_told_to(ticker):
    ticker.stop.set()

    ticker.run()

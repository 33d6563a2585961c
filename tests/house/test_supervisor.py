"""A child that dies comes back, later each time; one that does not stop is ended."""

from __future__ import annotations

import signal
import sys

import pytest

from csportal import supervisor
from csportal.portal import CannotRun, wait_until_ready
from csportal.supervisor import Child, stop_all

FAILS = [sys.executable, "-c", "raise SystemExit(3)"]
GOES_ON = [sys.executable, "-c", "import time; time.sleep(600)"]


@pytest.fixture
def at(monkeypatch):
    """The supervisor's stopwatch, which stands still until it is set."""
    stopwatch = {"now": 1000.0}
    monkeypatch.setattr(supervisor.time, "monotonic", lambda: stopwatch["now"])
    return stopwatch


def died(child: Child) -> Child:
    child.start()
    child.process.wait()
    child.look_after()
    return child


def test_a_child_that_dies_is_started_again_after_its_pause(at, capsys):
    child = died(Child("web", FAILS))

    at["now"] += 0.4
    child.look_after()
    assert child.process is None

    at["now"] += 0.1
    child.look_after()
    assert child.process is not None
    assert capsys.readouterr().out == "web ended with code 3; starting it again in 0.5 s.\n"
    child.end()


def test_each_pause_is_longer_up_to_half_a_minute(at):
    child = Child("web", FAILS)
    pauses = []

    for _ in range(9):
        died(child)
        pauses.append(child.again_at - at["now"])

    assert pauses == [0.5, 1, 2, 4, 8, 16, 30, 30, 30]


def test_a_child_that_ran_steadily_before_it_died_comes_back_soon(at):
    child = Child("web", FAILS)
    child.deaths = 6
    child.start()
    child.process.wait()

    at["now"] += 61
    child.look_after()

    assert child.again_at - at["now"] == 0.5


def test_a_child_that_does_not_stop_is_ended():
    child = Child("queue", GOES_ON)
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    child.start()  # deaf to SIGTERM from its first moment, as its parent is
    signal.signal(signal.SIGTERM, before)

    stop_all([child], within=0.2)

    assert child.process.returncode == -signal.SIGKILL


def test_a_child_that_stops_when_asked_ends_in_its_own_way():
    child = Child("queue", GOES_ON)
    child.start()

    stop_all([child], within=30)

    assert child.process.returncode == -signal.SIGTERM


def test_a_part_that_dies_again_and_again_stops_the_start_with_its_name(monkeypatch):
    child = Child("ticker", FAILS, deaths=4)
    monkeypatch.setattr("csportal.portal.serves", lambda _port: False)

    with pytest.raises(CannotRun, match="ticker ended 4 times"):
        wait_until_ready([child], 8000)
    child.end()


def test_a_closed_terminal_stops_nobody_from_stopping(monkeypatch):
    class Closed:
        def write(self, _text: str) -> None:
            raise BrokenPipeError

    monkeypatch.setattr(sys, "stdout", Closed())

    supervisor.say("Stopping …")

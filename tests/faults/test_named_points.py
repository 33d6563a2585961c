"""Killed at each point of the work, one after the other: whoever comes next does the rest, once (rule 20)."""

from __future__ import annotations

from signal import SIGKILL

import pytest

from renewals.touches.models import Delivery
from renewals.touches.services import NEVER_FINISHED, WAITS
from tests.faults.conftest import LATER, WEEK_AHEAD, Nursery, sign_many
from tests.faults.oracle import assert_exactly_once
from tests.faults.points import OF_A_WORKER, OF_THE_TICKER, SENT_ALREADY
from tests.faults.sink import Sink


@pytest.fixture
def contracts(nursery: Nursery) -> None:
    sign_many(4)


@pytest.mark.usefixtures("contracts")
@pytest.mark.parametrize("point", OF_THE_TICKER)
def test_a_ticker_that_is_killed_when(point: str, nursery: Nursery, sink: Sink) -> None:
    assert nursery.run("one_tick", dies=point) == -SIGKILL

    nursery.finish()

    assert_exactly_once(sink, until=WEEK_AHEAD, leads=(7,), most_repeats=0)


@pytest.mark.usefixtures("contracts")
@pytest.mark.parametrize("point", OF_A_WORKER)
def test_a_worker_that_is_killed_when(point: str, nursery: Nursery, sink: Sink) -> None:
    nursery.run("one_tick")
    assert nursery.run("empty_queue", dies=point, call=2) == -SIGKILL

    nursery.finish()

    assert_exactly_once(sink, until=WEEK_AHEAD, leads=(7,), most_repeats=point in SENT_ALREADY)
    assert sink.repeats == (point in SENT_ALREADY)


@pytest.mark.usefixtures("contracts")
def test_a_letter_that_kills_every_worker_ends_and_stops_no_other(nursery: Nursery, sink: Sink) -> None:
    nursery.run("one_tick")
    deadly = Delivery.objects.earliest("pk")
    deaths = 0
    while nursery.run("empty_queue", dies="the letter is written", only=str(deadly.pk)) == -SIGKILL:
        deaths += 1
        assert deaths <= len(WAITS) + 1, "it would go on for ever"
        nursery.be(nursery.now + LATER)
        nursery.run("free_tasks")
        nursery.run("one_tick")

    deadly.refresh_from_db()
    assert (deaths, deadly.outcome, deadly.answer) == (len(WAITS) + 1, "failed", NEVER_FINISHED)
    assert len(sink.got) == 3
    assert Delivery.objects.filter(outcome="sent").count() == 3

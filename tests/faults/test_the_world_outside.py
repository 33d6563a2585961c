"""The mail server refuses, hangs up or says nothing; everything is off for days: what is still true is told, once."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from renewals.touches.models import Delivery
from tests.faults.conftest import DAY_AHEAD, ENDED, WEEK_AHEAD, Nursery, sign_many
from tests.faults.oracle import assert_exactly_once, expected, recorded
from tests.faults.sink import Manner, Sink

CONTRACTS = 3


@pytest.fixture(autouse=True)
def contracts(nursery: Nursery) -> None:
    sign_many(CONTRACTS)


@pytest.mark.parametrize(
    ("manner", "copies"),
    [
        (Manner.REFUSES_FOR_NOW, 1),
        (Manner.GOES_AWAY, 1),
        (Manner.KEEPS_AND_HANGS_UP, 2),
        (Manner.KEEPS_AND_SLEEPS, 2),
    ],
)
def test_a_letter_is_tried_again_under_its_id_when_the_server(
    manner: Manner, copies: int, nursery: Nursery, sink: Sink
) -> None:
    sink.manner = lambda attempt: manner if attempt == 1 else Manner.KEEPS
    nursery.run("one_tick")
    nursery.run("empty_queue_impatiently")
    assert Delivery.objects.filter(over_at=None, attempts=1).count() == CONTRACTS

    nursery.finish()

    assert set(sink.got.values()) == {copies}
    assert_exactly_once(sink, until=WEEK_AHEAD, leads=(7,), most_repeats=CONTRACTS * (copies - 1))


def test_a_letter_waits_for_a_server_that_is_not_there(nursery: Nursery, sink: Sink) -> None:
    sink.stop()
    nursery.run("one_tick")
    nursery.run("empty_queue")
    sink.start()

    nursery.finish()

    assert_exactly_once(sink, until=WEEK_AHEAD, leads=(7,), most_repeats=0)


def test_after_a_week_of_nothing_all_is_recorded_as_it_was_and_the_present_is_told_once(
    nursery: Nursery, sink: Sink
) -> None:
    nursery.be(ENDED)

    nursery.finish()

    assert sorted(recorded()) == sorted(expected(until=ENDED))
    assert set(Delivery.objects.values_list("touch__lead", "outcome")) == {(timedelta(0), "sent")}
    assert set(Counter(sink.to.values()).values()) == {1}
    assert len(sink.got) == CONTRACTS


def test_after_a_week_without_workers_nobody_gets_two_letters_at_once(nursery: Nursery, sink: Sink) -> None:
    nursery.run("one_tick")
    nursery.be(DAY_AHEAD)

    nursery.finish()
    nursery.finish()

    assert sorted(recorded()) == sorted(expected(until=DAY_AHEAD))
    assert Counter(Delivery.objects.values_list("outcome", "answer").order_by()) == {
        ("sent", ""): CONTRACTS,
        ("dropped", "told_already"): CONTRACTS,
    }
    assert len(sink.got) == CONTRACTS

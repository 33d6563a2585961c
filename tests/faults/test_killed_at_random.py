"""Two tickers and three workers, killed at random while hundreds of moments come due: the record, and the wire."""

from __future__ import annotations

import random
import time

from django_q.models import OrmQ

from csportal import clock
from renewals.locking.models import Clock
from renewals.touches.models import Delivery, Touch
from tests.faults.conftest import DAY_AHEAD, ENDED, LOCKED, WEEK_AHEAD, Nursery, sign_many
from tests.faults.oracle import assert_exactly_once
from tests.faults.sink import Sink

CONTRACTS = 48
CREW = ["ticker"] * 2 + ["worker"] * 3


def something_to_do(nursery: Nursery) -> bool:
    """Whether a process can find anything at the instant at which they all stand."""
    now = nursery.now
    waits = Clock.objects.due(now=now).exists() or Touch.objects.due(now=now).exists()
    lies = Delivery.objects.left_lying(now=now).exists() or OrmQ.objects.filter(lock__lt=clock.now()).exists()
    return waits or lies


def live_dangerously(nursery: Nursery, choose: random.Random) -> None:
    """The whole crew at work, one of them killed and replaced every few milliseconds, until nobody finds anything."""
    for role in CREW:
        nursery.start(role)
    while something_to_do(nursery):
        time.sleep(choose.uniform(0.01, 0.1))
        nursery.start(nursery.kill(choose.choice(list(nursery.alive))))
    nursery.finish()


def test_whoever_is_killed_whenever_nothing_is_lost_and_nothing_doubled(
    nursery: Nursery, sink: Sink, choose: random.Random
) -> None:
    sign_many(CONTRACTS)

    for now, leads in ((WEEK_AHEAD, (7,)), (DAY_AHEAD, (7, 1)), (ENDED, (7, 1)), (LOCKED, (7, 1))):
        nursery.be(now)
        live_dangerously(nursery, choose)
        assert_exactly_once(sink, until=now, leads=leads, most_repeats=nursery.killed.count("worker"))

    assert nursery.killed.count("ticker") > len(CREW)
    assert nursery.killed.count("worker") > len(CREW)

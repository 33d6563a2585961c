"""`ticker`: the process that does each second what is due, until it is told to stop."""

from __future__ import annotations

import logging
import signal
import threading
from datetime import datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.core.management.base import BaseCommand
from django.db import Error, connection

from csportal import clock
from renewals.door.services import put_back_left
from renewals.lastmile import keeping as lastmile
from renewals.lastmile import tasks as lastmile_tasks
from renewals.mornings.making import look_round
from renewals.risk import keeping as risk
from renewals.risk import tasks as risk_tasks
from renewals.stale.asking import ask
from renewals.tick import tick

logger = logging.getLogger(__name__)

HEARTBEAT = "ticker:heartbeat"
"""Cache key under which the readiness check finds the instant of the last round."""
BEATS_EVERY = timedelta(seconds=5)
LOOKS_ROUND_EVERY = timedelta(minutes=1)
SECOND = 1.0
LONGEST_PAUSE = 30.0


class Command(BaseCommand):
    """Two of them at once are safe: each works on the rows that the other has not. SIGTERM and Ctrl-C end it."""

    help = "Do what is due, each second, until told to stop."

    def handle(self, **_options: Any) -> None:
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        Ticker(stop).run()


class Ticker:
    """Rounds of the tick. A round that fails is said in one line, and tried again after a growing pause."""

    def __init__(self, stop: threading.Event) -> None:
        self.stop = stop
        self.failures = 0
        self.beat_at: datetime | None = None
        self.looked_at: datetime | None = None

    def run(self) -> None:
        """Until told to stop."""
        while not self.stop.is_set():
            self.stop.wait(self.round())

    def round(self) -> float:
        """One round at the present instant; how many seconds to pause after it."""
        now = clock.now()
        try:
            thorough = passed(self.looked_at, LOOKS_ROUND_EVERY, now=now)
            done = tick(now=now, thorough=thorough)
            self.after(done, now=now)
            if thorough:  # last: a mail to a colleague holds up nothing that a customer waits for
                put_back_left(now=now)
                look_round(now=now)
                keep_up(now=now)
        except Error as problem:
            return self.failed(" ".join(str(problem).split()))
        except Exception as problem:
            logger.exception("A round failed")
            return self.failed(f"{type(problem).__name__}: {problem}")
        self.failures = 0
        return 0.0 if done["more"] else SECOND

    def after(self, done: dict[str, Any], *, now: datetime) -> None:
        """Remember the round, and say now and then that the ticker lives."""
        if passed(self.looked_at, LOOKS_ROUND_EVERY, now=now):
            self.looked_at = now
        if passed(self.beat_at, BEATS_EVERY, now=now):
            cache.set(HEARTBEAT, now.isoformat(), timeout=None)
            self.beat_at = now
        if done["events"] or done["deliveries"] or done["queued_again"] or done["calls"]:
            logger.info(
                "%d events, %d notices planned, %d handed over, %d put back",
                len(done["events"]), done["touches"], done["deliveries"], done["queued_again"],
            )  # fmt: skip

    def failed(self, why: str) -> float:
        """Forget the connection, which may be the reason, and pause for longer each time."""
        self.failures += 1
        pause = min(LONGEST_PAUSE, SECOND * 2**self.failures)
        logger.error("The tick waits %.0f s: %s", pause, why)
        connection.close()
        return pause


def keep_up(*, now: datetime) -> None:
    """Wake the workers for figures that are older than their facts."""
    if risk.is_behind(now=now):
        ask(risk_tasks.KEEP_UP)
    if lastmile.is_behind():
        ask(lastmile_tasks.KEEP_UP)


def passed(last: datetime | None, interval: timedelta, *, now: datetime) -> bool:
    """Whether something that is done now and then is to be done again; a clock that was set back does not stop it."""
    return last is None or not last <= now < last + interval

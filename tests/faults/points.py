"""The points at which a process can be killed, and the ways in which a portal could be built wrongly."""

from __future__ import annotations

import importlib
import os
import signal
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from unittest import mock

from renewals.touches import services
from renewals.touches.models import Delivery

POINTS = {
    "the clocks are locked": "before renewals.tick.record_clocks",
    "the events are written, the next moment is not": "before renewals.tick.set_next",
    "events and plan are written, not committed": "after renewals.tick.plan",
    "events and plan are committed, nothing is handed over": "before renewals.touches.outbox.hand_over",
    "the delivery is made, its queue entry is not": "before renewals.touches.outbox.put_on_queue",
    "delivery and queue entry are made, not committed": "after renewals.touches.outbox.put_on_queue",
    "the queue entry is taken, the delivery is not": "before renewals.touches.services.leased",
    "the delivery is leased": "after renewals.touches.services.leased",
    "the letter is written": "before renewals.touches.services.send",
    "the letter is sent, the delivery is not marked": "after renewals.touches.services.send",
    "the delivery is marked, not committed": "after renewals.touches.services.record_event",
    "the delivery is over, its queue entry is not": "after renewals.touches.services.deliver",
}
OF_THE_TICKER = [point for point, place in POINTS.items() if "services" not in place]
OF_A_WORKER = [point for point, place in POINTS.items() if "services" in place]
SENT_ALREADY = {"the letter is sent, the delivery is not marked", "the delivery is marked, not committed"}
"""Where a death costs one more copy of a letter: the server has it, and nobody here knows."""


@dataclass(slots=True)
class Deadly:
    """A function of the product in which the process is killed, at the n-th call that is about `only`."""

    real: Callable[..., Any]
    when: str
    call: int
    only: str
    calls: int = 0

    def __call__(self, *given: Any, **named: Any) -> Any:
        is_it = self.only in str([getattr(one, "__dict__", one) for one in given])
        self.calls += is_it
        deadly = is_it and self.calls == self.call
        if deadly and self.when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = self.real(*given, **named)
        if deadly:
            os.kill(os.getpid(), signal.SIGKILL)
        return result


def die(point: str, *, call: int = 1, only: str = "") -> None:
    """Have this process killed when it comes to a point for the n-th time."""
    when, place = POINTS[point].split()
    module_name, _dot, name = place.rpartition(".")
    module = importlib.import_module(module_name)
    setattr(module, name, Deadly(getattr(module, name), when, call, only))


def build_wrongly(how: str) -> None:
    """Have this process work as a portal would that is built wrongly."""
    WRONG[how]()


def mark_before_sending() -> None:
    """The delivery is over as soon as somebody has it."""
    leased = services.leased

    def lease_and_mark(delivery_id: uuid.UUID, **said: Any) -> Delivery | None:
        delivery = leased(delivery_id, **said)
        Delivery.objects.filter(pk=delivery_id).update(
            over_at=said["now"], outcome="sent", lease=None, leased_until=None
        )
        return delivery

    services.leased = lease_and_mark


def take_another_id_each_time() -> None:
    """A repeat cannot be told from another letter."""
    envelope = services.envelope
    services.envelope = lambda *given, **named: envelope(*given, **named | {"delivery_id": uuid.uuid4()})


def forget_the_queue() -> None:
    """The delivery is made without an entry on the queue, and nobody looks after what lies."""
    mock.patch("renewals.touches.outbox.put_on_queue").start()


def record_without_keys() -> None:
    """Events are found due again, whatever is on record, and written however often."""
    mock.patch("renewals.tick.recorded_keys", return_value={}).start()
    mock.patch("renewals.tick.set_next").start()


WRONG = {
    "it marks before it sends": mark_before_sending,
    "it takes another id for each attempt": take_another_id_each_time,
    "it forgets the queue": forget_the_queue,
    "it trusts that nothing is recorded twice": record_without_keys,
}

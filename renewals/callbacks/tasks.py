"""What the workers do: read the clock for each round, call one service."""

from __future__ import annotations

import time

from csportal import clock
from renewals.callbacks import queue, sending, warning
from renewals.callbacks.round import STARTS_FOR


def send(endpoint_id: int) -> int:
    """Send an endpoint what is due, round by round, for some seconds; then others come first. How many were tried."""
    until = time.monotonic() + STARTS_FOR
    total = 0
    while tried := sending.send_some(endpoint_id, now=clock.now()):
        total += tried
        if time.monotonic() >= until:
            queue.put_on_queue([endpoint_id], now=clock.now())
            break
    return total


def warn(endpoint_id: int) -> int:
    """Warn of an endpoint that was paused; how many mails."""
    return warning.warn(endpoint_id)

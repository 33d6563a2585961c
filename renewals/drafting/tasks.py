"""What the workers do: read the clock once, call one service."""

from __future__ import annotations

from csportal import clock
from renewals.drafting import services


def draft(request_id: int) -> str:
    """Ask the language model one question; what became of it, for the queue's own record."""
    return services.carry_out(request_id, now=clock.now())

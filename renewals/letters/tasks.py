"""What the workers do: read the clock once, call one service."""

from __future__ import annotations

from uuid import UUID

from csportal import clock
from renewals.letters import silence


def nudge(nudge_id: str) -> str:
    """Carry out one mail about letters that nobody has written; what became of it, for the queue's own record."""
    return silence.carry_out(UUID(nudge_id), now=clock.now())

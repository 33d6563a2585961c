"""What the workers do: read the clock once, call one service."""

from __future__ import annotations

from uuid import UUID

from csportal import clock
from renewals.appointments import sending


def send(sending_id: str) -> str:
    """Send one mail about a call if it is due; what became of it, for the queue's own record."""
    return sending.carry_out(UUID(sending_id), now=clock.now())

"""What the workers do: read the clock once, call one service."""

from __future__ import annotations

from uuid import UUID

from csportal import clock
from renewals.mornings import sending


def send(morning_id: str) -> str:
    """Send one morning mail if it is due; what became of it, for the queue's own record."""
    return sending.carry_out(UUID(morning_id), now=clock.now())

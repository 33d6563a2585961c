"""What the workers do: read the clock once, call one service."""

from __future__ import annotations

from uuid import UUID

from csportal import clock
from renewals.door import sending


def send(mail_id: str) -> str:
    """Send one mail of the door if it is due; what became of it, for the queue's own record."""
    return sending.carry_out(UUID(mail_id), now=clock.now())

"""What the workers do: read the clock once, call one service."""

from __future__ import annotations

from uuid import UUID

from csportal import clock
from renewals.touches import reminding, services


def deliver(delivery_id: str) -> str:
    """Carry out one delivery if it is due; what became of it, for the queue's own record."""
    return services.deliver(UUID(delivery_id), now=clock.now())


def remind(reminder_id: str) -> str:
    """Carry out one reminder if it is due; what became of it, for the queue's own record."""
    return reminding.remind(UUID(reminder_id), now=clock.now())

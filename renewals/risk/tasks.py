"""What the workers do: read the clock once, call one service."""

from __future__ import annotations

from csportal import clock
from renewals.risk.keeping import bring_all_up_to_date
from renewals.stale.asking import MOST, taken_up

KEEP_UP = "renewals.risk.tasks.keep_up"


def keep_up() -> str:
    """Bring what is kept up to date; of how many contracts, for the queue's own record."""
    taken_up(KEEP_UP)
    return f"{bring_all_up_to_date(now=clock.now(), limit=MOST)} contracts"

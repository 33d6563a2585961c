"""What the workers do: call one service."""

from __future__ import annotations

from renewals.lastmile.keeping import bring_all_up_to_date
from renewals.stale.asking import MOST, taken_up

KEEP_UP = "renewals.lastmile.tasks.keep_up"


def keep_up() -> str:
    """Bring what is kept up to date; of how many contracts, for the queue's own record."""
    taken_up(KEEP_UP)
    return f"{bring_all_up_to_date(limit=MOST)} contracts"

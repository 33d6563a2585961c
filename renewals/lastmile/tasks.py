"""What the workers do: call one service."""

from __future__ import annotations

from renewals.lastmile.keeping import bring_all_up_to_date
from renewals.stale.asking import MOST, ask, taken_up

KEEP_UP = "renewals.lastmile.tasks.keep_up"


def keep_up() -> str:
    """Bring what is kept up to date, and come again where that was not all; of how many, for the queue's record."""
    taken_up(KEEP_UP)
    done = bring_all_up_to_date(limit=MOST)
    if done >= MOST:
        ask(KEEP_UP)
    return f"{done} contracts"

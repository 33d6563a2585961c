"""When a call that was not accepted is tried again, and for how long an endpoint is left alone. Plain Python."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

WAITS = (
    timedelta(seconds=5), timedelta(minutes=5), timedelta(minutes=30),
    *(timedelta(hours=hours) for hours in (2, 5, 10, 14, 20, 24)),
)  # fmt: skip
"""How long to wait after each attempt that failed. After the last one a call is given up."""
PATIENCE = timedelta(days=3)
"""How long an endpoint may fail without accepting one call before it is paused."""
LONGEST_REST = timedelta(minutes=5)


def next_try_at(uid: UUID, attempts: int, *, at: datetime, asked: timedelta) -> datetime | None:
    """When to try again after that many attempts, the last one at `at`; None: given up.

    Up to a tenth later than the table says, by the call itself, so that thousands that failed together do not come
    back together.
    """
    if attempts > len(WAITS):
        return None
    wait = WAITS[attempts - 1]
    share = (uid.int + attempts * 617) % 1000 / 10_000
    return at + max(wait + wait * share, asked)


def rest(failing_since: datetime, *, at: datetime) -> timedelta:
    """How long to leave an endpoint alone that answers nothing: longer the longer that lasts, five minutes at most."""
    return min(max((at - failing_since) / 4, WAITS[0]), LONGEST_REST)

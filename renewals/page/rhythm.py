"""Which peak of a customer's own work matters around an end, and how it lies to the minutes there (rule 18). Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from accounts.rhythm import Stretch

DAY = timedelta(days=1)
AHEAD = timedelta(days=60)
"""From how long before an end on it is spoken of."""
BEFORE, AFTER = timedelta(days=14), timedelta(days=21)
"""How far before the end, and after the lock, a peak still has to do with them."""


class Lies(StrEnum):
    """How a peak lies; the first that is true is told."""

    ON_THE_LOCK = "on_the_lock"
    """The soft lock would begin in it, or a day before it."""
    IN_THE_BUFFER = "in_the_buffer"
    SOON_AFTER = "soon_after"
    BEFORE_THE_END = "before_the_end"


def spoken_of(*, ends_at: datetime, lock_at: datetime) -> tuple[datetime, datetime]:
    """From when until when peaks are looked for."""
    return ends_at - BEFORE, lock_at + AFTER


def lies(peak: Stretch, *, ends_at: datetime, lock_at: datetime) -> Lies:
    """How one peak lies to the last minute and the lock."""
    if peak.begins_at < lock_at + DAY and peak.ends_at > lock_at:
        return Lies.ON_THE_LOCK
    if peak.begins_at >= lock_at:
        return Lies.SOON_AFTER
    return Lies.IN_THE_BUFFER if peak.ends_at > ends_at else Lies.BEFORE_THE_END


def foremost(
    peaks: Sequence[Stretch], *, ends_at: datetime, lock_at: datetime, now: datetime
) -> tuple[Lies, Stretch] | None:
    """The peak to speak of at `now`, and how it lies; None where none is near, or the end is not."""
    if ends_at - now > AHEAD or now >= lock_at:
        return None
    ahead = [(lies(peak, ends_at=ends_at, lock_at=lock_at), peak) for peak in peaks if peak.ends_at > now]
    order = list(Lies)
    return min(ahead, key=lambda told: (order.index(told[0]), told[1].begins_at), default=None)

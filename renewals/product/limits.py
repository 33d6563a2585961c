"""How much one key may ask in a minute: counted by each web process for itself, so that no question costs a write."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

counted: dict[int, tuple[int, int]] = {}
"""By key: the minute, and how much was asked in it."""


def seconds_to_wait(key: int, *, weight: int, now: datetime) -> int:
    """Count what is asked; 0 where it may be, else how many seconds until the next minute."""
    minute, second = divmod(int(now.timestamp()), 60)
    known, asked = counted.get(key, (minute, 0))
    asked = asked if known == minute else 0
    if asked and asked + weight > settings.CSPORTAL_API_PER_MINUTE:
        return 60 - second
    counted[key] = (minute, asked + weight)
    return 0

"""Who counts as told, and since when: evidence holds until it turns out to be none (rule 10).

Plain Python on aware UTC instants: no database, no clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

Seen = tuple[datetime, datetime | None]
"""One piece of evidence: the instant from which it counts, and the one at which it turned out to be none, if it did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Disproved:
    """From `at` on it is known that evidence was none: a letter came back. `told_at` is the first that is left."""

    at: datetime
    told_at: datetime | None


def told_of(seen: Sequence[Seen]) -> tuple[datetime | None, tuple[Disproved, ...]]:
    """When somebody first counted as told, and what was disproved, from all evidence of a promise.

    The first also where it turned out to be none later: until then it counted.
    """
    turns = sorted({disproved_at for _counts, disproved_at in seen if disproved_at is not None})
    first = min((counts for counts, _disproved_at in seen), default=None)
    return first, tuple(Disproved(at=at, told_at=left_at(seen, at)) for at in turns)


def left_at(seen: Sequence[Seen], at: datetime) -> datetime | None:
    """The first evidence that is still one at an instant."""
    left = (counts for counts, disproved_at in seen if disproved_at is None or disproved_at > at)
    return min(left, default=None)

"""Until when a customer can say no to a contract that renews by itself (rule 12).

Plain Python: no database, no clock.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts import terms

TOLD_AHEAD = timedelta(days=30)
"""How long before the last minute to say no the customer is told, at the least."""


def joining_at(
    last_minute: datetime, zone: str, ends_at: datetime, *, notice_days: int, told_at: datetime
) -> datetime | None:
    """The instant (UTC) from which a “no” comes too late and the next term joins, computed like any end.

    `last_minute` is the promise, wall time in `zone`, and `ends_at` its end. Who was told late, at `told_at` for the
    first time, has 30 days from then all the same; where those reach the end, nothing joins: None.
    """
    told_on = told_at.astimezone(terms.zone(zone)).date()
    day = max(last_minute.date() - timedelta(days=notice_days), told_on + TOLD_AHEAD)
    at = terms.reckon(day, terms.Term.through(day), zone).ends_at
    return at if at < ends_at else None

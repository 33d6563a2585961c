"""One worker at a time has a message, and every way out leaves it over or its next try set (rule 20)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from django.db.models import F

from renewals.touches.models import Sending, SendingQuerySet
from renewals.touches.writing import one_line

LEASE = timedelta(minutes=2)
"""How long one worker has a message for itself: longer than a slow mail server can hold it up."""
WAITS = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 60, 120, 240, 240, 480, 480, 720)]
"""How long to wait after each attempt that failed for now. After the last one the message has failed for good."""
NEVER_FINISHED = "no worker ever finished it"
"""What stands in for the server's answer when every attempt ended before there was one."""
FREE: Mapping[str, Any] = {"lease": None, "leased_until": None}


def claim(rows: SendingQuerySet, pk: uuid.UUID, *, now: datetime) -> uuid.UUID | None:
    """Lease a due message and count the attempt before its work: a work that kills its worker ends some day.

    The lease, or None where the message is not due or somebody else has it.
    """
    lease = uuid.uuid4()
    taken = rows.due(now=now).filter(pk=pk)
    return lease if taken.update(lease=lease, leased_until=now + LEASE, attempts=F("attempts") + 1) else None


def held(sending: Sending) -> SendingQuerySet:
    """The row, as long as this worker's lease is the one in it."""
    rows = cast("SendingQuerySet", type(sending)._default_manager.all())
    return rows.open().filter(pk=sending.pk, lease=sending.lease)


def try_later(sending: Sending, said: str, *, now: datetime, waits: Sequence[timedelta] = WAITS) -> str:
    """It failed for now: another try after a growing while."""
    wait = waits[sending.attempts - 1]
    held(sending).update(next_try_at=now + wait, answer=shortened(said), queued_at=None, **FREE)
    return "later"


def postpone(sending: Sending, until: datetime) -> str:
    """A quiet hour delays the sending, and is not an attempt."""
    held(sending).update(next_try_at=until, attempts=F("attempts") - 1, queued_at=None, **FREE)
    return "postponed"


def shortened(answer: str) -> str:
    """A server's answer on one line, as long as the column."""
    return one_line(answer)[:500]

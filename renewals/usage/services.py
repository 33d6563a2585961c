"""Takes usage signals in, in sets, each user's id as a keyed hash before it is stored; and names metrics."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.crypto import salted_hmac

from accounts.bulk import create_all
from accounts.models import User
from renewals.usage.models import Metric, UsageSignal


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """One signal as it was sent; `user` is the product's own id of a person."""

    contract_id: int
    at: datetime
    metric: str
    value: float
    user: str = ""


HASHED = "hashed:"
"""How a user who is a keyed hash already stands in a file."""


def pseudonym(user: str) -> str:
    """The same for the same user id, and of no use without the portal's secret: 128 bits of a keyed hash."""
    return salted_hmac("renewals.usage", user, algorithm="sha256").hexdigest()[:32] if user else ""


def take_signals(signals: Iterable[Signal], *, now: datetime) -> int:
    """Store the signals in one statement; how many."""
    rows: Sequence[Mapping[str, object]] = [
        {
            "contract_id": signal.contract_id,
            "at": signal.at,
            "metric": signal.metric,
            "value": signal.value,
            "who": pseudonym(signal.user),
            "received_at": now,
        }
        for signal in signals
    ]
    return len(create_all(UsageSignal, rows))


@transaction.atomic
def keep_metric(metric: Metric, *, by: User, now: datetime) -> Metric:
    """A metric's words as somebody wants them, on record with who changed them last."""
    metric.changed_at, metric.changed_by = now, by
    metric.full_clean(exclude={"changed_by"})
    metric.save()
    return metric

"""Takes usage signals in, in sets, each user's id as a keyed hash before it is stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.crypto import salted_hmac

from accounts.bulk import create_all
from renewals.usage.models import UsageSignal


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """One signal as it was sent; `user` is the product's own id of a person."""

    contract_id: int
    at: datetime
    metric: str
    value: float
    user: str = ""


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

"""What a call says: what was true at its event, in the shapes of the API's answer. The present is asked of the API."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from accounts import wording
from renewals.callbacks.models import Type
from renewals.entitlement import state_at
from renewals.locking.models import Clock

RELATED = ("contract__customer", "contract__product", "term")
"""What a payload reads of a clock's neighbours."""


def payload(kind: Type, data: dict[str, Any], *, at: datetime) -> str:
    """The body as it is stored, signed and sent: `type`, `timestamp` (when it happened) and `data`."""
    said = {"type": kind.value, "timestamp": iso(at), "data": data}
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))


def told_of(clock: Clock, *, at: datetime, **more: Any) -> dict[str, Any]:
    """What there is to say of a contract whose clock counts at `at`."""
    contract, term, window = clock.contract, clock.term, clock.windows
    return {
        "contract": contract.number,
        "product": contract.product.code,
        "customer": contract.customer.name,
        "state": state_at(window, at).value,
        "last_minute": {
            "local": term.last_minute.isoformat(timespec="minutes"),
            "time_zone": term.time_zone,
            "text": wording.both(term.last_minute, term.time_zone),
        },
        "ends_at": iso(window.ends_at),
        "buffer_ends_at": iso(window.buffer_ends_at),
        "lock_at": window.lock_at and iso(window.lock_at),
        "closes_at": window.closes_at and iso(window.closes_at),
        **more,
    }


def iso(at: datetime) -> str:
    """An instant as the interfaces write it: UTC, with a Z."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")

"""Work in progress is finished first: a session that is busy when the lock begins gets it once it is idle (rule 11)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.crypto import salted_hmac

from accounts.models import Contract
from accounts.services import locked
from renewals.entitlement import STAYS_LOCKED, Windows
from renewals.locking.models import BusySession

IDLE = timedelta(minutes=10)
"""How long after its last work a session counts as busy."""
LONGEST = timedelta(hours=4)
"""How long after the lock began a busy session may go on, at most."""


def session_lock_at(lock_at: datetime, *, busy_since: datetime, busy_until: datetime) -> datetime:
    """When a session that is busy without a pause between two instants gets a lock that begins at `lock_at`. Pure."""
    if not busy_since < lock_at < busy_until + IDLE:
        return lock_at
    return min(busy_until + IDLE, lock_at + LONGEST)


def hashed(session: str) -> str:
    """A product's session id as it is stored."""
    return salted_hmac("renewals.locking.busy", session, algorithm="sha256").hexdigest()


@transaction.atomic
def report_busy(contract: Contract, session: str, *, until: datetime, now: datetime) -> BusySession:
    """A session has work in progress until an instant. Reported again within the idle time, it is without a pause."""
    contract = locked(contract)
    until = max(until, now)
    known = BusySession.objects.filter(contract=contract, hashed=hashed(session)).first()
    if known is None or now > known.busy_until + IDLE:
        known = known or BusySession(contract=contract, hashed=hashed(session))
        known.busy_since, known.busy_until = now, until
    else:
        known.busy_until = max(known.busy_until, until)
    known.save()
    return known


def for_session(window: Windows, contract_id: int, session_hash: str) -> Windows:
    """The windows as they are for one session: its lock comes once it is idle."""
    if window.lock_at is None or not session_hash:
        return window
    busy = BusySession.objects.filter(contract=contract_id, hashed=session_hash).first()
    if busy is None:
        return window
    lock_at = session_lock_at(window.lock_at, busy_since=busy.busy_since, busy_until=busy.busy_until)
    return replace(window, lock_at=lock_at, closes_at=lock_at + STAYS_LOCKED)

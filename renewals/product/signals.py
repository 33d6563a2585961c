"""Takes what the vendor's product reports."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from django.db import IntegrityError, transaction

from renewals.entitlement import state_at
from renewals.locking.busy import for_session, hashed
from renewals.locking.busy import report_busy as keep_busy
from renewals.locking.models import Clock
from renewals.locking.observing import observe_lock
from renewals.product.batch import rows_by_number
from renewals.product.models import ApiKey, RememberedRequest
from renewals.product.problems import Problem
from renewals.product.schemas import (
    BusySaid,
    BusyTaken,
    LockSaid,
    LockTaken,
    SignalRefused,
    SignalSaid,
    UsageSaid,
    UsageTaken,
)
from renewals.product.services import SeveralProducts, UnknownContract, chosen, counting_clock
from renewals.usage.services import Signal, take_signals


def take_once(key: ApiKey, said_key: str | None, said: UsageSaid, *, now: datetime) -> UsageTaken:
    """Take signals; under an idempotency key once, however often it is sent. Raises `Problem` for another body."""
    if not said_key:
        return take_usage(said, now=now)
    body = hashlib.sha256(said.model_dump_json().encode()).hexdigest()
    try:
        with transaction.atomic():
            taken = take_usage(said, now=now)
            answer = taken.model_dump(mode="json")
            RememberedRequest.objects.create(key=key, said=said_key, body=body, answer=answer, at=now)
            return taken
    except IntegrityError:
        known = RememberedRequest.objects.get(key=key, said=said_key)
    if known.body != body:
        raise Problem("conflict", "This Idempotency-Key was used for something else. Take a new one.") from None
    return UsageTaken.model_validate(known.answer)


def take_usage(said: UsageSaid, *, now: datetime) -> UsageTaken:
    """Take the signals whose contract is known; the others are named."""
    rows = rows_by_number({signal.contract for signal in said.signals}, now=now)
    taken, refused = [], []
    for place, signal in enumerate(said.signals):
        try:
            found = rows.get(signal.contract, [])
            row = found[chosen([one.product for one in found], signal.contract, signal.product)]
        except (UnknownContract, SeveralProducts) as problem:
            kind = "several-products" if isinstance(problem, SeveralProducts) else "unknown-contract"
            refused.append(SignalRefused(place=place, contract=signal.contract, problem=kind, detail=str(problem)))
        else:
            taken.append(as_signal(signal, row.contract))
    return UsageTaken(taken=take_signals(taken, now=now), refused=refused)


def as_signal(said: SignalSaid, contract_id: int) -> Signal:
    """A signal of the API as the room that keeps them takes it."""
    user = said.user or ""
    return Signal(contract_id=contract_id, at=said.at, metric=said.metric, value=said.value, user=user)


def observe(said: LockSaid, *, now: datetime) -> LockTaken:
    """Put an observed lock on record, once, and tell it beside the promise of then."""
    if said.locked_at > now:
        raise Problem("bad-request", "A lock that has not come yet cannot have been observed.")
    clock = counting_clock(said.contract, said.product, at=said.locked_at)
    observe_lock(clock, locked_at=said.locked_at, now=now)
    promised_at = clock.lock_at
    early_by = None if promised_at is None else int((promised_at - said.locked_at).total_seconds())
    return LockTaken(
        contract=clock.contract.number,
        product=clock.contract.product.code,
        locked_at=said.locked_at.astimezone(UTC),
        promised_at=promised_at,
        early_by=early_by,
    )


def busy(said: BusySaid, *, now: datetime) -> BusyTaken:
    """Put a busy session on record, and say until when it may go on."""
    clock = counting_clock(said.contract, said.product, at=now)
    keep_busy(clock.contract, said.session, until=said.busy_until, now=now)
    fresh = Clock.objects.counting(at=now).get(contract=clock.contract_id)
    window = for_session(fresh.windows, clock.contract_id, hashed(said.session))
    return BusyTaken(
        contract=clock.contract.number,
        product=clock.contract.product.code,
        allowed=state_at(window, now).allowed,
        lock_at=window.lock_at,
    )

"""Ends that were moved later, told in the transaction that moved them: `contract.extended` (rule 20)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from accounts.models import Amendment
from renewals.callbacks.fanning import keep
from renewals.callbacks.models import Call, Endpoint, Type
from renewals.callbacks.payloads import RELATED, payload, told_of
from renewals.locking.models import Clock
from renewals.locking.services import one_of
from renewals.touches.outbox import NAMESPACE


def announce_moved(contract_ids: Sequence[int], *, now: datetime) -> None:
    """The calls about ends that somebody moved later at `now`: each once, by its amendment.

    A constant number of queries; one where no endpoint wants to hear of it.
    """
    endpoints = list(Endpoint.objects.filter(types__contains=[Type.EXTENDED], made_at__lte=now).order_by("pk"))
    if not endpoints:
        return
    moved = Amendment.objects.filter(contract__in=one_of(contract_ids), kind=Amendment.Kind.EXTENDED, at=now)
    amendments = list(moved.order_by("pk"))
    counting = Clock.objects.counting(at=now).filter(contract__in=one_of([one.contract_id for one in amendments]))
    clocks = {clock.contract_id: clock for clock in counting.select_related(*RELATED)}
    calls = [
        call_about(clocks[one.contract_id], one, endpoint, now=now) for one in amendments for endpoint in endpoints
    ]
    keep(calls, now=now)


def call_about(clock: Clock, moved: Amendment, endpoint: Endpoint, *, now: datetime) -> Call:
    """One call, not saved."""
    was = {"local": moved.before["last_minute"], "time_zone": moved.before["time_zone"]}
    return Call(
        uid=uuid.uuid5(NAMESPACE, f"call:{endpoint.pk}:{moved.contract_id}:moved:{moved.pk}"),
        endpoint=endpoint,
        contract=clock.contract,
        type=Type.EXTENDED,
        occurred_at=now,
        made_at=now,
        payload=payload(Type.EXTENDED, told_of(clock, at=now, last_minute_before=was), at=now),
        next_try_at=now,
    )

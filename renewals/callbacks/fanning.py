"""From recorded events to the calls about them, in the same transaction, in sets (rule 20)."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from renewals.callbacks.models import Call, Endpoint, Type
from renewals.callbacks.payloads import RELATED, payload, told_of
from renewals.callbacks.queue import put_on_queue
from renewals.locking.models import Clock
from renewals.timeline.models import Event
from renewals.touches.outbox import NAMESPACE

TYPES = {
    Event.Kind.BUFFER_STARTED: Type.BUFFER_STARTED,
    Event.Kind.SOFT_LOCKED: Type.SOFT_LOCKED,
    Event.Kind.RENEWED: Type.RENEWED,
    Event.Kind.EXTENDED: Type.EXTENDED,
    Event.Kind.CLOSED: Type.CLOSED,
    Event.Kind.NOTICE_SENT: Type.NOTICE_DELIVERED,
    Event.Kind.STAGE_CHANGED: Type.STAGE_CHANGED,
}
"""Which recorded events are called about. An end that comes near is not one: each endpoint has its own leads."""
DETAILS = {
    Type.RENEWED: ("term",),
    Type.EXTENDED: ("until",),
    Type.NOTICE_DELIVERED: ("contact", "lead_days"),
    Type.STAGE_CHANGED: ("stage", "stage_before", "outcome"),
}
"""What of an event's own detail is told. A colleague's reason is not: it was written for the house."""
AT_ONCE = 500


def fan_out(events: Sequence[Event], *, now: datetime) -> None:
    """The calls about events that were just recorded, one for each endpoint that chose their type.

    A constant number of queries for any number of events; one where no endpoint wants to hear of them.
    """
    wanted = {event.kind for event in events} & TYPES.keys()
    if not wanted:
        return
    types = [TYPES[Event.Kind(kind)].value for kind in wanted]
    endpoints = list(Endpoint.objects.filter(types__overlap=types, made_at__lte=now).order_by("pk"))
    if not endpoints:
        return
    fresh = recorded(events, wanted, now=now)
    clocks = clocks_of({event.contract_id for event in fresh})
    keep([call for event in fresh for call in calls_about(event, endpoints, clocks, now=now)], now=now)


def recorded(events: Sequence[Event], wanted: set[str], *, now: datetime) -> list[Event]:
    """Of these events, in order of time, those that were not on record before `now`, with their keys."""
    keys = {(event.contract_id, event.key) for event in events if event.kind in wanted}
    contracts, named = {contract for contract, _key in keys}, {key for _contract, key in keys}
    rows = Event.objects.filter(contract__in=contracts, key__in=named, recorded_at=now)
    return [event for event in rows.order_by("occurred_at", "pk") if (event.contract_id, event.key) in keys]


def clocks_of(contract_ids: set[int]) -> Mapping[int, Sequence[Clock]]:
    """The clocks of these contracts, with all that a payload reads."""
    found: dict[int, list[Clock]] = defaultdict(list)
    for clock in Clock.objects.filter(contract__in=contract_ids).select_related(*RELATED):
        found[clock.contract_id].append(clock)
    return found


def calls_about(
    event: Event, endpoints: Sequence[Endpoint], clocks: Mapping[int, Sequence[Clock]], *, now: datetime
) -> Iterator[Call]:
    """The calls, not saved, about one event: what was true at its own moment, however late it was recorded."""
    kind, at = TYPES[Event.Kind(event.kind)], event.occurred_at
    clock = next((clock for clock in clocks[event.contract_id] if clock.windows.holds(at)), None)
    if clock is None:
        return
    more: dict[str, Any] = {name: event.detail[name] for name in DETAILS.get(kind, ()) if name in event.detail}
    body = payload(kind, told_of(clock, at=at, **more), at=at)
    for endpoint in endpoints:
        if kind in endpoint.types:
            yield Call(
                uid=uuid.uuid5(NAMESPACE, f"call:{endpoint.pk}:{event.contract_id}:{event.key}"),
                endpoint=endpoint,
                contract_id=event.contract_id,
                event=event,
                type=kind,
                occurred_at=at,
                made_at=now,
                payload=body,
                next_try_at=now,
            )


def keep(calls: Sequence[Call], *, now: datetime) -> int:
    """Save these calls, each once, and tell the workers, in the caller's transaction; how many they were."""
    if not calls:
        return 0
    Call.objects.bulk_create(calls, ignore_conflicts=True, batch_size=AT_ONCE)
    put_on_queue(sorted({call.endpoint_id for call in calls if call.endpoint.paused_at is None}), now=now)
    return len(calls)

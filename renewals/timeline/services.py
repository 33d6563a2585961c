"""Puts events on record, each once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Protocol

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from accounts.bulk import insert_new
from accounts.models import Contract
from renewals.entitlement import Due, Moment
from renewals.timeline.models import Event


class Promised(Protocol):
    """What of a term makes its announced end the same one: the promise alone."""

    @property
    def last_minute(self) -> datetime: ...

    @property
    def time_zone(self) -> str: ...


def due_key(due: Due, term: Promised) -> str:
    """What makes a due moment the same one, whoever finds it due and however late (rule 20).

    An announced end is about the promised minute: a zone law that moves its instant does not announce it twice.
    A lock, and what closes after it, is about its instant: after more time was given, the next is another one.
    """
    if due.moment in (Moment.SOFT_LOCKED, Moment.CLOSED):
        return f"{due.moment}:{due.at:%Y-%m-%dT%H:%MZ}"
    return f"{due.moment}:{due.lead.days}d:{term.last_minute:%Y-%m-%dT%H:%M}:{term.time_zone}"


def recorded_keys(contract_ids: Sequence[int]) -> dict[int, set[str]]:
    """The keys of the computed moments on record, by contract."""
    keys: dict[int, set[str]] = defaultdict(set)
    rows = Event.objects.filter(contract__in=contract_ids, kind__in=list(Moment)).values_list("contract", "key")
    for contract_id, key in rows:
        keys[contract_id].add(key)
    return keys


def record_event(
    contract: Contract, kind: Event.Kind, *, key: str, occurred_at: datetime, now: datetime, **detail: Any
) -> None:
    """One event on record; nothing when it is there already."""
    record_events([Event(contract=contract, kind=kind, key=key, occurred_at=occurred_at, detail=detail)], now=now)


@transaction.atomic(savepoint=False)
def record_events(events: Iterable[Event], *, now: datetime) -> None:
    """Events on record in one statement; those that are there already stay as they are (rule 20).

    Whoever is to hear of them is told across a seam, in the same transaction: the function that a setting names.
    """
    rows = list(events)
    for event in rows:
        event.recorded_at = now
    insert_new(rows)
    if rows:
        import_string(settings.CSPORTAL_EVENTS_RECORDED)(rows, now=now)

"""Ends that come near, told to each endpoint at the lead times that it asked for, each exactly once (19 and 20).

Found by the index over ends, from where somebody looked last: what it costs follows what is due. Whoever is entered or
moved when leads have passed already is announced at once, by the nearest of them alone.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import Amendment
from renewals.callbacks.fanning import keep
from renewals.callbacks.models import Call, Lead, Type
from renewals.callbacks.moves import announce_moved
from renewals.callbacks.payloads import RELATED, payload, told_of
from renewals.locking.models import Clock, ClockQuerySet
from renewals.locking.services import one_of, recompute_clocks
from renewals.touches.outbox import NAMESPACE

PROMISES = (Amendment.Kind.SIGNED, Amendment.Kind.RENEWED, *Amendment.MOVES)
"""What makes an end another one than was told of before."""


@transaction.atomic
def announce(*, now: datetime) -> int:
    """Make the calls about ends whose lead times have come, and remember until when was looked; how many.

    Leads that another ticker has in hand are left to it.
    """
    leads = Lead.objects.due(now=now).select_related("endpoint").order_by("pk")
    locked = list(leads.select_for_update(of=("self",), skip_locked=True, no_key=True))
    calls = [call for lead in locked for call in calls_at(lead, now=now)]
    Lead.objects.filter(pk__in=[lead.pk for lead in locked]).update(looked_until=now)
    return keep(sorted(calls, key=lambda call: call.occurred_at), now=now)


def look_on(*, now: datetime) -> None:
    """Remember that nothing was due until `now` where that is so: the stretch that is looked over stays short."""
    Lead.objects.filter(looked_until__lt=now).exclude(pk__in=Lead.objects.due(now=now).values("pk")).update(
        looked_until=now
    )


def calls_at(lead: Lead, *, now: datetime) -> Iterator[Call]:
    """The calls, not saved, about the ends that this lead has reached since somebody looked."""
    reached = Clock.objects.filter(ends_at__gt=lead.looked_until + lead.before, ends_at__lte=now + lead.before)
    for clock in that_end(reached):
        at = clock.ends_at - lead.before
        if clock.starts_at < at and clock.windows.holds(at):
            yield call_about(clock, lead, at=at, now=now)


def that_end(clocks: ClockQuerySet) -> ClockQuerySet:
    """Of these clocks those whose contract really ends there: it neither renews by itself nor has been renewed."""
    ending = clocks.filter(joins_at=None, is_history=False, span__endswith=None)
    return ending.select_related(*RELATED).order_by("ends_at", "pk")


def facts_changed(contract_ids: Iterable[int], *, now: datetime) -> None:
    """The clocks follow from the facts again; ends that moved, or are new and near already, are told (see the seam)."""
    ids = list(contract_ids)
    recompute_clocks(ids, now=now)
    announce_moved(ids, now=now)
    leads = list(Lead.objects.filter(endpoint__made_at__lte=now).select_related("endpoint"))
    if leads:
        announce_late(ids, leads, now=now)


def announce_late(contract_ids: Sequence[int], leads: Sequence[Lead], *, now: datetime) -> None:
    """Calls about ends that were promised at `now`, inside some lead already: by the nearest one that has passed."""
    fresh = Amendment.objects.filter(contract__in=one_of(contract_ids), kind__in=PROMISES, at=now)
    longest = max(lead.before for lead in leads)
    near = Clock.objects.counting(at=now).filter(ends_at__gt=now, ends_at__lte=now + longest)
    by_endpoint: dict[int, list[Lead]] = defaultdict(list)
    for lead in leads:
        by_endpoint[lead.endpoint_id].append(lead)
    calls = [
        call_about(clock, nearest, at=now, now=now)
        for clock in that_end(near.filter(contract__in=fresh.values("contract")))
        for own in by_endpoint.values()
        if (nearest := nearest_passed(own, clock, now=now))
    ]
    keep(calls, now=now)


def nearest_passed(leads: Sequence[Lead], clock: Clock, *, now: datetime) -> Lead | None:
    """The shortest of an endpoint's leads that has come already and falls inside the contract's time; None: not yet."""
    passed = [lead for lead in leads if clock.starts_at < clock.ends_at - lead.before <= now]
    return min(passed, key=lambda lead: lead.before, default=None)


def call_about(clock: Clock, lead: Lead, *, at: datetime, now: datetime) -> Call:
    """One call, not saved. What makes it the same one is the promised minute: a zone law does not repeat it."""
    promise = f"{clock.term.last_minute.isoformat(timespec='minutes')} {clock.term.time_zone}"
    days = lead.before // timedelta(days=1)
    return Call(
        uid=uuid.uuid5(NAMESPACE, f"call:{lead.endpoint_id}:{clock.contract_id}:{days}d:{promise}"),
        endpoint=lead.endpoint,
        contract=clock.contract,
        type=Type.ENDING,
        before=lead.before,
        promise=promise,
        occurred_at=at,
        made_at=now,
        payload=payload(Type.ENDING, told_of(clock, at=at, lead_days=days), at=at),
        next_try_at=now,
    )

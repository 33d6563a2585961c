"""Sends what an endpoint is to hear: lease it, try its calls, record every answer (rule 20).

Leased and counted first, sent, then recorded: after a worker that dies in between they are sent again, under the same
ids, and nothing is ever lost. One worker at a time has an endpoint, so the order of a contract's calls is kept.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django_q.tasks import async_task

from accounts.bulk import update_all
from renewals.callbacks.keys import secrets_of
from renewals.callbacks.models import Attempt, Call, Endpoint, Type
from renewals.callbacks.retries import PATIENCE, WAITS, next_try_at, rest
from renewals.callbacks.round import GONE, LINES, SLOW_DOWN, STARTS_FOR, Round, ToSend, Tried
from renewals.outbound import KEPT, WITHIN, asked_for

BATCH = 200
"""Calls of one round."""
LEASE = timedelta(seconds=2 * (STARTS_FOR + WITHIN))
"""How long one worker has an endpoint for itself: twice as long as a round can last."""
NEVER_FINISHED = "no worker ever finished it"
"""What stands in for an answer when every attempt ended before there was one."""
WARN = "renewals.callbacks.tasks.warn"


def send_some(endpoint_id: int, *, now: datetime) -> int:
    """One round of an endpoint's calls that are due at `now`, unless somebody else has it; how many were tried.

    Called twice, or by two workers at once, each call is sent once.
    """
    endpoint = claim(endpoint_id, now=now)
    if endpoint is None:
        return 0
    calls = take(endpoint, now=now)
    sending = Round(
        url=endpoint.url,
        secrets=secrets_of(endpoint, now=now),
        calls=[ToSend(pk=call.pk, uid=str(call.uid), body=call.payload) for call in calls],
        now=now,
        allow_private=settings.CSPORTAL_ALLOW_PRIVATE_CALLS,
    )
    # One that fails is asked by one call first, not by eight that wait for nothing.
    tried = sending.run(lines=1 if endpoint.failing_since else LINES) if calls else []
    record(endpoint, {call.pk: call for call in calls}, tried)
    return len(tried)


def claim(endpoint_id: int, *, now: datetime) -> Endpoint | None:
    """The endpoint, leased; None where it is paused, rests, or another worker has it."""
    lease = uuid.uuid4()
    free = Endpoint.objects.free(now=now).filter(pk=endpoint_id)
    if not free.update(lease=lease, leased_until=now + LEASE, queued_at=None):
        return None
    return Endpoint.objects.filter(pk=endpoint_id, lease=lease).first()


@transaction.atomic
def take(endpoint: Endpoint, *, now: datetime) -> list[Call]:
    """The calls of one round, each attempt counted before its work: what kills its worker ends some day."""
    worn_out = Call.objects.open().filter(endpoint=endpoint, attempts__gt=len(WAITS) + 1, next_try_at__lte=now)
    worn_out.update(over_at=now, outcome=Call.Outcome.GIVEN_UP, answer=NEVER_FINISHED)
    due = Call.objects.sendable(now=now).filter(endpoint=endpoint).order_by("next_try_at", "pk")
    calls = list(due.select_for_update(of=("self",), skip_locked=True, no_key=True)[:BATCH])
    Call.objects.filter(pk__in=[call.pk for call in calls]).update(attempts=F("attempts") + 1)
    for call in calls:
        call.attempts += 1
    return calls


@transaction.atomic
def record(endpoint: Endpoint, calls: Mapping[int, Call], tried: Sequence[Tried]) -> None:
    """Put every answer on record and let the endpoint go. Nothing where the lease was lost: it is sent again."""
    held = Endpoint.objects.select_for_update(no_key=True).filter(pk=endpoint.pk, lease=endpoint.lease).first()
    if held is None:
        return
    release(held, tried)
    for one in tried:
        settle(calls[one.pk], one)
    unsent = calls.keys() - {one.pk for one in tried}
    for pk in unsent:
        calls[pk].attempts -= 1
    columns = ("attempts", "next_try_at", "over_at", "outcome", "answer")
    update_all(Call, columns, ([call.pk, *(getattr(call, name) for name in columns)] for call in calls.values()))
    Attempt.objects.bulk_create(attempts_of(tried))


def settle(call: Call, tried: Tried) -> None:
    """What an answer means for its call. A test is not tried again: somebody looks at it right now."""
    at = tried.ended_at
    call.answer = f"{tried.status}" if tried.status is not None else tried.reason[:200]
    asked = asked_for(tried.retry_after, at=at)
    later = next_try_at(call.uid, call.attempts, at=at, asked=asked) if call.type != Type.TEST else None
    if tried.accepted:
        call.over_at, call.outcome = at, Call.Outcome.ACCEPTED
    elif later is None:
        call.over_at, call.outcome = at, Call.Outcome.GIVEN_UP
    else:
        call.next_try_at = later


def attempts_of(tried: Iterable[Tried]) -> list[Attempt]:
    """The rows, not saved, of what was tried."""
    return [
        Attempt(
            call_id=one.pk,
            at=one.at,
            status=one.status,
            reason=one.reason,
            took=round(one.took, 3),
            answer=one.body[:KEPT].decode(errors="replace").replace("\0", ""),
        )
        for one in tried
    ]


def release(endpoint: Endpoint, tried: Sequence[Tried]) -> None:
    """Let the endpoint go, with what the answers say of its health. The caller holds its row."""
    endpoint.lease = endpoint.leased_until = None
    if tried:
        note_health(endpoint, tried)
    endpoint.save(
        update_fields=[
            "lease", "leased_until", "accepted_at", "failing_since", "rests_until", "paused_at", "paused_because",
        ]
    )  # fmt: skip


def note_health(endpoint: Endpoint, tried: Sequence[Tried]) -> None:
    """How the endpoint fares, from one round's answers."""
    at = max(one.ended_at for one in tried)
    accepted = [one.ended_at for one in tried if one.accepted]
    if accepted:
        endpoint.accepted_at, endpoint.failing_since = max(accepted), None
    else:
        endpoint.failing_since = endpoint.failing_since or min(one.at for one in tried)
    endpoint.rests_until = rests_until(endpoint, tried, at=at)
    if any(one.status == GONE for one in tried):
        pause_by_itself(endpoint, Endpoint.Paused.GONE, at=at)
    elif endpoint.failing_since and at - endpoint.failing_since >= PATIENCE:
        pause_by_itself(endpoint, Endpoint.Paused.FAILING, at=at)


def rests_until(endpoint: Endpoint, tried: Sequence[Tried], *, at: datetime) -> datetime | None:
    """Until when to leave it alone: as long as it asks, or a while that grows where it answers nothing at all."""
    asked = [asked_for(one.retry_after, at=one.ended_at) for one in tried if one.status in SLOW_DOWN]
    rests = [min(one, timedelta(hours=1)) for one in asked]
    if endpoint.failing_since and any(one.wants_rest for one in tried):
        rests.append(rest(endpoint.failing_since, at=at))
    longest = max(rests, default=timedelta(0))
    return at + longest if longest else None


def pause_by_itself(endpoint: Endpoint, why: Endpoint.Paused, *, at: datetime) -> None:
    """Stop calling it, and have its people warned: in the same transaction, so once. Not where a person paused it."""
    if endpoint.paused_at is None:
        endpoint.paused_at, endpoint.paused_because = at, why
        async_task(WARN, endpoint.pk)

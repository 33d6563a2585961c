"""A system of the vendor's that was called about the last weeks of the demo data, and is paused: nothing goes out."""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.models import User
from renewals.callbacks.ends import calls_at
from renewals.callbacks.fanning import TYPES, calls_about, clocks_of
from renewals.callbacks.models import Attempt, Call, Endpoint, Lead, Type
from renewals.callbacks.services import make_endpoint
from renewals.demo.script import DAY
from renewals.timeline.models import Event

URL = "https://crm.yunbi.example/hooks/contracts"
WEEKS = 14 * DAY
AN_HOUR = timedelta(hours=1)
STUMBLED = 7
"""Of so many calls one met a receiver that was just being restarted, and was taken at the second attempt."""


def called(*, by: User, now: datetime) -> None:
    """The endpoint with the calls of two weeks: accepted, but for those of the hour in which somebody paused it."""
    types = [kind for kind in Type if kind is not Type.TEST]
    endpoint = make_endpoint(name="CRM", url=URL, types=types, lead_days=[30, 7, 1], by=by, now=now - 3 * WEEKS)
    endpoint.leads.update(looked_until=now)
    Call.objects.bulk_create(sorted(past_calls(endpoint, now=now), key=lambda call: call.occurred_at))
    paused_at = now - AN_HOUR
    tell_answers(endpoint, until=paused_at)
    endpoint.paused_at, endpoint.paused_because = paused_at, Endpoint.Paused.PERSON
    endpoint.accepted_at = endpoint.calls.filter(outcome=Call.Outcome.ACCEPTED).latest("over_at").over_at
    endpoint.save(update_fields=["paused_at", "paused_because", "accepted_at"])


def past_calls(endpoint: Endpoint, *, now: datetime) -> list[Call]:
    """The calls, not saved, about what happened in two weeks."""
    events = list(Event.objects.filter(occurred_at__range=(now - WEEKS, now), kind__in=TYPES))
    clocks = clocks_of({event.contract_id for event in events})
    calls = [call for event in events for call in calls_about(event, [endpoint], clocks, now=event.occurred_at)]
    for lead in endpoint.leads.all():
        since = Lead(endpoint=endpoint, before=lead.before, looked_until=now - WEEKS)
        calls += calls_at(since, now=now)
    return calls


def tell_answers(endpoint: Endpoint, *, until: datetime) -> None:
    """What the receiver answered, call by call."""
    answered = list(endpoint.calls.filter(occurred_at__lte=until).order_by("pk"))
    tries = []
    for place, call in enumerate(answered, start=1):
        at = call.occurred_at + timedelta(seconds=1)
        if place % STUMBLED == 0:
            tries.append(Attempt(call=call, at=at, status=503, took=0.04, answer="restarting"))
            at += timedelta(seconds=5)
        tries.append(Attempt(call=call, at=at, status=200, took=0.08, answer='{"ok": true}'))
        call.made_at, call.over_at, call.answer = call.occurred_at, at, "200"
        call.outcome, call.attempts = Call.Outcome.ACCEPTED, 2 if place % STUMBLED == 0 else 1
    Call.objects.bulk_update(answered, ["made_at", "over_at", "answer", "outcome", "attempts"])
    Attempt.objects.bulk_create(tries)

"""What happens is told to every endpoint that chose it, in the transaction in which it is recorded (rule 20)."""

from __future__ import annotations

import json
from datetime import timedelta
from unittest import mock

import pytest
from django.db import IntegrityError
from django_q.models import OrmQ
from django_q.signing import SignedPackage

from accounts import terms
from renewals.callbacks.models import Call, Type
from renewals.locking import granting
from renewals.locking.models import Evidence
from renewals.locking.renewing import renew
from renewals.locking.telling import record_evidence
from renewals.tick import tick
from renewals.timeline.models import Event
from renewals.timeline.services import record_event, record_events
from tests.renewals.callbacks.conftest import calls, listening
from tests.renewals.cast import T, chen, clock_of, lan_tu, lan_tu_contract, utc
from tests.renewals.cast import contract as signed

pytestmark = pytest.mark.django_db

ENDS_AT, LOCK_AT = utc("2026-11-27T16:00"), utc("2026-11-30T01:00")
ADDRESS = "https://crm.example/hooks"
YEAR = terms.parse_term("1 year")


@pytest.fixture
def told(db: None):
    """Lan Tu's contract, through Friday 27 November; Lin was told of the end."""
    found = lan_tu_contract()
    record_evidence(found.terms.get(), kind=Evidence.Kind.DELIVERED, at=utc("2026-11-20T02:00"), now=T)
    return found


def test_a_lock_is_told_with_what_was_true_at_its_moment(told):
    endpoint = listening(ADDRESS, types=[Type.SOFT_LOCKED])

    tick(now=LOCK_AT + timedelta(minutes=5))

    call = Call.objects.get()
    said = json.loads(call.payload)
    assert (call.endpoint, call.occurred_at, said["type"]) == (endpoint, LOCK_AT, "contract.soft_locked")
    assert said["timestamp"] == "2026-11-30T01:00:00Z"
    assert said["data"] == {
        "contract": "LT-2026-01",
        "product": "collab",
        "customer": "澜图设计",
        "state": "soft_locked",
        "last_minute": {
            "local": "2026-11-27T23:59",
            "time_zone": "Asia/Shanghai",
            "text": {
                "zh-hans": "至2026年11月27日23时59分(北京时间)",
                "en": "until 27 November 2026, 23:59 (Asia/Shanghai)",
            },
        },
        "ends_at": "2026-11-27T16:00:00Z",
        "buffer_ends_at": "2026-11-28T16:00:00Z",
        "lock_at": "2026-11-30T01:00:00Z",
        "closes_at": "2027-02-28T01:00:00Z",
    }


def test_a_contract_is_closed_ninety_days_after_its_lock_and_that_is_told(told):
    listening(ADDRESS, types=[Type.CLOSED])

    tick(now=LOCK_AT + timedelta(days=90))

    assert Event.objects.get(kind="closed").occurred_at == LOCK_AT + timedelta(days=90)
    assert json.loads(Call.objects.get().payload)["data"]["state"] == "closed"
    assert clock_of(told).next_event_at is None


def test_a_renewal_is_told_with_its_new_last_minute(told):
    listening(ADDRESS, types=[Type.RENEWED])

    renew(told, after=ENDS_AT, term=YEAR, by="Lin", now=T)

    data = json.loads(Call.objects.get().payload)["data"]
    assert (data["last_minute"]["local"], data["term"]) == ("2027-11-27T23:59", "1 year")


def test_more_time_is_told_and_a_colleagues_reason_is_not(told):
    listening(ADDRESS, types=[Type.EXTENDED])

    granting.give(told, time=timedelta(days=2), reason="month-end", by=chen(), now=T)

    assert json.loads(Call.objects.get().payload)["data"]["until"] == "2026-12-02T01:00:00+00:00"
    assert "month-end" not in Call.objects.get().payload


def test_an_endpoint_hears_only_of_what_it_chose(told):
    listening(ADDRESS, types=[Type.BUFFER_STARTED], name="one")
    listening(ADDRESS, types=[Type.SOFT_LOCKED, Type.RENEWED], name="two")

    tick(now=LOCK_AT)

    assert calls(endpoint__name="one") == ["contract.buffer_started"]
    assert calls(endpoint__name="two") == ["contract.soft_locked"]


def test_what_was_on_record_before_is_not_told_again(told):
    tick(now=LOCK_AT)
    listening(ADDRESS, now=LOCK_AT)

    again = Event.objects.get(kind="soft_locked")
    record_event(told, Event.Kind.SOFT_LOCKED, key=again.key, occurred_at=LOCK_AT, now=LOCK_AT + timedelta(seconds=1))

    assert calls() == []


def test_the_call_its_event_and_its_place_on_the_queue_are_one_transaction(told):
    endpoint = listening(ADDRESS, types=[Type.EXTENDED])

    with mock.patch.object(granting, "record_evidence", side_effect=RuntimeError), pytest.raises(RuntimeError):
        granting.take_a_day_more(told, None, now=ENDS_AT)
    assert (calls(), OrmQ.objects.count()) == ([], 0)

    granting.give(told, time=timedelta(days=2), reason="month-end", by=chen(), now=T)
    task = SignedPackage.loads(OrmQ.objects.get().payload)
    assert (task["func"], task["args"]) == ("renewals.callbacks.tasks.send", (endpoint.pk,))


def test_its_id_follows_from_what_it_is_about(told):
    listening(ADDRESS, types=[Type.EXTENDED])
    granting.give(told, time=timedelta(days=2), reason="month-end", by=chen(), now=T)
    first = Call.objects.get()
    event = first.event

    Call.objects.all().delete()
    event.pk = None
    Event.objects.all().delete()
    record_event(told, Event.Kind.EXTENDED, key=event.key, occurred_at=T, now=T, **event.detail)

    assert Call.objects.get().uid == first.uid


def test_an_event_is_called_about_once_an_endpoint(told):
    listening(ADDRESS, types=[Type.EXTENDED])
    granting.give(told, time=timedelta(days=2), reason="month-end", by=chen(), now=T)
    call = Call.objects.get()

    with pytest.raises(IntegrityError):
        Call.objects.create(
            endpoint=call.endpoint, event=call.event, type=call.type, occurred_at=T, made_at=T, next_try_at=T
        )


def test_while_an_endpoint_is_paused_its_calls_gather(told):
    endpoint = listening(ADDRESS, types=[Type.EXTENDED])
    type(endpoint).objects.update(paused_at=T, paused_because="person")

    granting.give(told, time=timedelta(days=2), reason="month-end", by=chen(), now=T)

    assert (calls(), OrmQ.objects.count()) == (["contract.extended"], 0)


def test_without_an_endpoint_an_event_costs_one_question_more(told, django_assert_num_queries):
    with django_assert_num_queries(2):
        record_event(told, Event.Kind.RENEWED, key="renewed:1", occurred_at=T, now=T)


def test_many_events_take_as_many_queries_as_one(db, django_assert_num_queries):
    customer = lan_tu()
    listening(ADDRESS, types=[Type.BUFFER_STARTED])

    def record(first: int, count: int) -> None:
        found = [signed(customer, number=f"N-{number}") for number in range(first, first + count)]
        events = [Event(contract=one, kind="buffer_started", key="b", occurred_at=ENDS_AT, detail={}) for one in found]
        with django_assert_num_queries(6):
            record_events(events, now=ENDS_AT)

    record(0, 1)
    record(1, 30)

    assert len(calls()) == 31

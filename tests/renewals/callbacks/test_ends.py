"""An end that comes near is told at each lead time that an endpoint asks for, exactly once (rules 19 and 20)."""

from __future__ import annotations

import json
from datetime import timedelta
from unittest import mock

import pytest
from django.db import IntegrityError
from django_q.models import OrmQ

from accounts import terms
from accounts.services import change_details, move_end
from renewals.callbacks import ends
from renewals.callbacks.models import Call, Lead, Type
from renewals.callbacks.services import change_endpoint
from renewals.locking.models import Clock
from renewals.locking.renewing import renew
from renewals.tick import tick
from tests.renewals.callbacks.conftest import calls, listening
from tests.renewals.cast import T, chen, lan_tu, lan_tu_contract, utc
from tests.renewals.cast import contract as signed

pytestmark = pytest.mark.django_db

ENDS_AT = utc("2026-11-27T16:00")
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
MADE_AT = utc("2026-08-01T02:00")
ALL = (90, 60, 30, 14, 7, 3, 1)


@pytest.fixture
def endpoint(db):
    """One that wants to hear of every lead, made in August."""
    return listening("https://crm.example/hooks", types=[Type.ENDING], lead_days=ALL, now=MADE_AT)


def told() -> list[tuple[int, object]]:
    """Which leads were told, and of which moment."""
    rows = Call.objects.filter(type=Type.ENDING).order_by("pk")
    return [(call.before.days, call.occurred_at) for call in rows]


def test_each_lead_is_told_once_at_its_own_moment(endpoint):
    lan_tu_contract()

    for days in ALL:
        tick(now=ENDS_AT - days * DAY - SECOND, thorough=False)
        tick(now=ENDS_AT - days * DAY)
        tick(now=ENDS_AT - days * DAY + SECOND)

    assert told() == [(days, ENDS_AT - days * DAY) for days in ALL]


def test_it_says_how_many_days_are_left_and_until_which_minute(endpoint):
    lan_tu_contract()

    tick(now=ENDS_AT - 90 * DAY)

    data = json.loads(Call.objects.get().payload)["data"]
    assert (data["lead_days"], data["state"], data["last_minute"]["local"]) == (90, "active", "2026-11-27T23:59")


def test_after_a_night_without_a_ticker_all_that_came_is_told_in_order(endpoint):
    lan_tu_contract()
    tick(now=ENDS_AT - 15 * DAY)
    Call.objects.all().delete()

    tick(now=ENDS_AT - 2 * DAY)

    assert told() == [(days, ENDS_AT - days * DAY) for days in (14, 7, 3)]


def test_that_an_end_comes_near_is_told_before_it_has_come_also_after_a_long_pause(db):
    listening("https://crm.example/hooks", types=[Type.ENDING, Type.BUFFER_STARTED], lead_days=[1], now=MADE_AT)
    lan_tu_contract()

    tick(now=ENDS_AT + DAY)

    assert calls() == ["contract.ending", "contract.buffer_started"]


def test_the_calls_and_how_far_was_looked_are_one_transaction(endpoint):
    lan_tu_contract()
    at = ENDS_AT - 90 * DAY

    with mock.patch.object(ends, "keep", side_effect=RuntimeError), pytest.raises(RuntimeError):
        tick(now=at)
    assert Lead.objects.filter(looked_until=MADE_AT).exists()

    OrmQ.objects.all().delete()
    tick(now=at)
    assert told() == [(90, at)]


def test_who_is_entered_inside_several_leads_is_told_at_once_by_the_nearest(endpoint):
    now = ENDS_AT - 10 * DAY
    tick(now=now - SECOND)

    lan_tu_contract(now=now)
    tick(now=now + SECOND)

    assert told() == [(14, now)]


def test_who_was_there_before_the_endpoint_is_told_at_the_next_lead_alone(db):
    lan_tu_contract()
    listening("https://crm.example/hooks", types=[Type.ENDING], lead_days=ALL, now=T)

    tick(now=T + SECOND)
    tick(now=ENDS_AT - DAY)

    assert told() == [(3, ENDS_AT - 3 * DAY), (1, ENDS_AT - DAY)]


def test_a_moved_end_is_another_promise_and_told_again(endpoint):
    found = lan_tu_contract()
    tick(now=ENDS_AT - 7 * DAY)
    Call.objects.all().delete()

    now = ENDS_AT - 6 * DAY
    move_end(found, term=terms.parse_term("through 2026-12-02"), reason="", by=chen(), now=now)

    assert told() == [(14, now)]


def test_other_changes_of_a_contract_repeat_nothing(endpoint):
    found = lan_tu_contract()
    now = ENDS_AT - 6 * DAY

    change_details(found, kind="trial", by=chen(), now=now)

    assert told() == []


def test_a_trial_shorter_than_a_lead_is_not_told_by_it(endpoint):
    signed(lan_tu(), start="2026-11-23", through="2026-11-27", now=T)

    assert told() == []


def test_who_has_renewed_is_not_told(endpoint):
    found = lan_tu_contract()
    renew(found, after=ENDS_AT, term=terms.parse_term("1 year"), by="Lin", now=ENDS_AT - 91 * DAY)

    tick(now=ENDS_AT - DAY)

    assert told() == []


def test_who_goes_on_by_itself_is_not_told(endpoint):
    lan_tu_contract()
    Clock.objects.update(joins_at=ENDS_AT - 100 * DAY)

    ends.announce(now=ENDS_AT - DAY)

    assert told() == []


def test_an_end_is_told_once_a_lead_and_promise(endpoint):
    lan_tu_contract()
    tick(now=ENDS_AT - 90 * DAY)
    call = Call.objects.get()

    call.pk, call.uid = None, None
    call.uid = endpoint.calls.model._meta.get_field("uid").get_default()
    with pytest.raises(IntegrityError):
        call.save(force_insert=True)


def test_where_nothing_is_due_it_is_remembered_until_when_was_looked(endpoint):
    tick(now=T)

    assert set(Lead.objects.values_list("looked_until", flat=True)) == {T}


def test_a_lead_that_is_chosen_later_begins_to_count_then(endpoint):
    lan_tu_contract()
    said = {"name": "CRM", "url": endpoint.url, "types": [Type.ENDING]}
    change_endpoint(endpoint, **said, lead_days=[], by=chen(), now=MADE_AT)

    change_endpoint(endpoint, **said, lead_days=[90, 1], by=chen(), now=T)
    tick(now=ENDS_AT - DAY)

    assert told() == [(1, ENDS_AT - DAY)]


def test_what_it_costs_follows_what_is_due(endpoint, django_assert_num_queries):
    customer = lan_tu()
    for number in range(20):
        signed(customer, number=f"N-{number}")
    tick(now=ENDS_AT - 92 * DAY, thorough=False)

    with django_assert_num_queries(1):
        tick(now=ENDS_AT - 91 * DAY, thorough=False)
    assert Lead.objects.due(now=ENDS_AT - 90 * DAY).count() == 1

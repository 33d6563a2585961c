"""Many rows in one statement: what is new goes in whole, what is there already stays as it is."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from accounts.bulk import insert_new
from accounts.services import last_term
from renewals.timeline.models import Event
from renewals.touches.models import Delivery, Touch
from tests.renewals.cast import T, lan_tu_contract

pytestmark = pytest.mark.django_db


def event(contract, key, **detail):
    return Event(contract=contract, kind=Event.Kind.ENDING, key=key, occurred_at=T, recorded_at=T, detail=detail)


def test_every_kind_of_value_arrives_as_it_was_said():
    found = lan_tu_contract()
    said = {"text": "“引号” 'and' \\ {braces, NULL}", "none": None, "list": [1, "二"]}

    insert_new([event(found, "a", **said), event(found, "b")])

    assert Event.objects.get(key="a").detail == said
    assert (Event.objects.get(key="b").detail, Event.objects.get(key="b").occurred_at) == ({}, T)


def test_what_a_constraint_says_is_there_stays_and_the_others_go_in():
    found = lan_tu_contract()
    insert_new([event(found, "a", first=True)])

    insert_new([event(found, "a", first=False), event(found, "b")])

    assert Event.objects.get(key="a").detail == {"first": True}
    assert Event.objects.filter(key__in=["a", "b"]).count() == 2


def test_stretches_of_time_wall_times_and_keys_of_our_own_go_in_too():
    found = lan_tu_contract()
    term, contact = last_term(found), found.customer.contacts.get()
    touch = Touch(contract=found, term=term, contact=contact, lead=timedelta(days=7, minutes=-1),
                  last_minute=term.last_minute, due_at=T, planned_at=T)  # fmt: skip
    insert_new([touch])
    kept, pk = Touch.objects.get(), uuid.uuid4()

    insert_new([Delivery(id=pk, touch=kept, recipient='a,b{}"@x', next_try_at=T)])

    assert (kept.lead, kept.last_minute, kept.handed_over_at) == (touch.lead, term.last_minute, None)
    assert (Delivery.objects.get().pk, Delivery.objects.get().recipient) == (pk, 'a,b{}"@x')


def test_nothing_takes_no_statement(django_assert_num_queries):
    with django_assert_num_queries(0):
        insert_new([])

"""Whoever becomes reachable after the notices were planned is told all the same (rules 10 and 15)."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import terms
from accounts.models import Contact
from renewals.locking.models import Evidence
from renewals.locking.renewing import renew
from renewals.locking.telling import record_evidence
from renewals.tick import tick
from renewals.touches.models import Touch
from renewals.touches.unreached import plan_late
from tests.renewals.cast import T, clock_of, contract, lan_tu, lan_tu_contract, lin, utc
from tests.renewals.test_tick_together import together

pytestmark = pytest.mark.django_db

IN_THE_BUFFER = utc("2026-12-01T02:00")
"""Tuesday, 10:00 in Shanghai, three days after the usual contract ended."""
A_DAY = timedelta(days=1)


@pytest.fixture
def nobody():
    """The usual contract in its buffer, with nobody there who could be told."""
    found = contract(lan_tu())
    tick(now=IN_THE_BUFFER - A_DAY)
    return found


def told(now):
    """What one tick carries out at `now`, with what became of each."""
    return [(one["to"], one["outcome"]) for one in tick(now=now, in_process=True)["carried_out"]]


def test_a_contact_who_is_added_in_the_buffer_is_told_and_then_it_locks(nobody, mailbox):
    lin(nobody.customer)

    assert told(IN_THE_BUFFER) == [("lin@lantu.test", "sent")]

    assert Touch.objects.get().kind == Touch.Kind.LATE
    assert clock_of(nobody, at=IN_THE_BUFFER).lock_at == IN_THE_BUFFER + A_DAY


def test_it_waits_for_their_hours_and_is_planned_once(nobody):
    lin(nobody.customer)
    night = utc("2026-11-30T15:00")

    planned = [tick(now=night + timedelta(minutes=minutes))["touches"] for minutes in (0, 1)]

    assert planned == [1, 0]
    assert Touch.objects.get().due_at == utc("2026-12-01T01:00")


def test_a_contact_who_is_added_in_the_last_hours_is_told_before_the_end(mailbox):
    found = contract(lan_tu())
    tick(now=utc("2026-11-26T16:00"))
    lin(found.customer)

    assert told(utc("2026-11-27T03:00")) == [("lin@lantu.test", "sent")]


@pytest.fixture
def came_back(mailbox):
    """The usual contract in its buffer, with one notice that did not reach Lin."""
    mailbox.refusals["lin@lantu.test"] = "550 5.1.1 No such user"
    found = lan_tu_contract()
    assert told(IN_THE_BUFFER - A_DAY) == [("lin@lantu.test", "failed")]
    return found


def test_a_corrected_address_is_tried_again(came_back):
    Contact.objects.update(email="lin.lan@lantu.test")

    assert told(IN_THE_BUFFER) == [("lin.lan@lantu.test", "sent")]


def test_corrected_twice_it_is_tried_each_time(came_back, mailbox):
    mailbox.refusals["lni@lantu.test"] = "550 5.1.1 No such user"
    Contact.objects.update(email="lni@lantu.test")
    tick(now=IN_THE_BUFFER, in_process=True)
    Contact.objects.update(email="lin.lan@lantu.test")

    assert told(IN_THE_BUFFER) == []
    assert told(IN_THE_BUFFER + timedelta(minutes=1)) == [("lin.lan@lantu.test", "sent")]


def test_an_address_that_failed_for_good_is_not_tried_again(came_back):
    assert told(IN_THE_BUFFER) == []


def test_once_somebody_was_told_nobody_is_told_late(nobody):
    record_evidence(nobody.terms.get(), kind=Evidence.Kind.OPENED, at=IN_THE_BUFFER, now=IN_THE_BUFFER)
    lin(nobody.customer)

    assert tick(now=IN_THE_BUFFER)["touches"] == 0


def test_who_wants_no_notices_is_not_told(nobody):
    lin(nobody.customer, gets_notices=False)
    lin(nobody.customer, email="")

    assert tick(now=IN_THE_BUFFER)["touches"] == 0


def test_of_a_renewed_contract_nobody_is_told(nobody):
    renew(nobody, after=nobody.terms.get().ends_at, term=terms.parse_term("1 year"), by="Lin", now=IN_THE_BUFFER)
    lin(nobody.customer)

    assert tick(now=IN_THE_BUFFER)["touches"] == 0


def test_what_is_further_off_than_a_week_waits_for_its_week():
    lan_tu_contract()

    assert plan_late(now=utc("2026-11-19T03:00"), limit=10) == 0


def test_what_is_due_is_planned_by_its_own_moment():
    lan_tu_contract()

    assert plan_late(now=T, limit=10) == 0
    assert tick(now=T)["touches"] == 2
    assert set(Touch.objects.values_list("kind", flat=True)) == {Touch.Kind.NOTICE}


def test_many_take_the_same_number_of_queries_as_one(nobody, django_assert_num_queries):
    lin(nobody.customer)
    with CaptureQueriesContext(connection) as one:
        assert plan_late(now=IN_THE_BUFFER, limit=10) == 1
    for number in range(9):
        contract(nobody.customer, number=f"LT-{number}")
    tick(now=IN_THE_BUFFER, thorough=False)
    Touch.objects.all().delete()

    with django_assert_num_queries(len(one)):
        assert plan_late(now=IN_THE_BUFFER, limit=10) == 10


@pytest.mark.django_db(transaction=True)
def test_two_tickers_at_once_plan_it_once(nobody):
    lin(nobody.customer)

    together(*[partial(plan_late, now=IN_THE_BUFFER + timedelta(seconds=second), limit=10) for second in range(4)])

    assert Touch.objects.count() == 1

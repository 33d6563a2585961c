"""Any contract at any minute: what was on record then, and what is to come as things stand (rule 24)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import example, given
from hypothesis import strategies as st

from accounts import terms
from accounts.models import Contract
from accounts.services import Sold, change_details, change_sold, last_term, move_end
from renewals.entitlement import State, state_at
from renewals.history.then import then
from renewals.locking.models import Clock, Evidence
from renewals.locking.renewing import renew
from renewals.locking.telling import record_evidence
from renewals.tick import tick
from tests.renewals.cast import T, chen, clock_of, contract, lan_tu, lan_tu_contract, lin, utc
from tests.renewals.test_clocks_follow_facts import CHANGES, IN_ONE_TRANSACTION, change

pytestmark = pytest.mark.django_db

SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
IN_THE_BUFFER = utc("2026-11-28T06:00")


@pytest.fixture
def untold(db) -> Contract:
    """The usual contract, with nobody there who could be told."""
    return contract(lan_tu())


def seen(found: Contract, at, *, now):
    return then(Contract.objects.get(pk=found.pk), at=at, now=now)


@IN_ONE_TRANSACTION
@given(st.lists(CHANGES, max_size=8))
@example([("told", 0), ("wait", 1), ("move", 20), ("wait", 1), ("move", 0)])
@example([("told it renews", 0), ("by itself", 30), ("wait", 10), ("by itself", 3)])
@example([("told", 3), ("wait", 50), ("give", 2), ("wait", 1), ("take back", 0), ("wait", 2), ("renew", 1)])
def test_what_was_true_at_a_moment_is_what_the_time_machine_shows_of_it(untold: Contract, changes) -> None:
    now = utc("2026-11-01T02:00")
    with transaction.atomic():
        was = {}
        for what, n in changes:
            now = change(untold, what, n, now=now)
            was[now] = Clock.objects.counting(at=now).get(contract=untold).windows

        for at, windows in was.items():
            found = seen(untold, at, now=now + DAY)
            assert found.windows == replace(windows, term=found.windows.term)

        transaction.set_rollback(True)


def test_before_it_was_signed_there_was_no_contract(untold):
    assert seen(untold, utc("2025-11-28T01:59"), now=T) is None


def test_a_contract_that_was_renewed_in_the_buffer_is_seen_in_its_buffer(untold):
    renew(untold, after=last_term(untold).ends_at, term=terms.Term.months(12), by="a test", now=IN_THE_BUFFER)

    before = seen(untold, IN_THE_BUFFER - HOUR, now=IN_THE_BUFFER + DAY)
    after = seen(untold, IN_THE_BUFFER, now=IN_THE_BUFFER + DAY)

    assert state_at(before.windows, before.at) is State.BUFFER
    assert state_at(after.windows, after.at) is State.ACTIVE


def test_an_end_that_was_moved_is_seen_where_it_was_promised(untold):
    move_end(untold, term=terms.parse_term("through 2027-01-31"), reason="", by=chen(), now=T)

    found = seen(untold, T - SECOND, now=T + DAY)

    assert str(found.clock.term.last_minute) == "2026-11-27 23:59:00"
    assert found.windows.ends_at == utc("2026-11-27T16:00")


def test_evidence_that_was_entered_later_was_not_known_then(untold):
    record_evidence(last_term(untold), kind=Evidence.Kind.DELIVERED, at=T, now=T + HOUR)

    assert seen(untold, T + HOUR - SECOND, now=T + DAY).windows.lock_at is None
    assert seen(untold, T + HOUR, now=T + DAY).windows.lock_at is not None


def test_fields_and_seats_are_seen_as_they_were(untold):
    change_details(untold, declined_at=T, by="a test", now=T)
    change_sold(untold, sold=Sold(seats=80), by="a test", now=T)

    found = seen(untold, T - SECOND, now=T + DAY)

    assert (found.clock.contract.declined_at, found.clock.term.seats) == (None, None)
    assert seen(untold, T, now=T + DAY).clock.contract.declined_at == T


def test_what_is_to_come_reckons_with_the_notices_that_are_planned():
    found = lan_tu_contract()
    tick(now=T)

    coming = seen(found, utc("2026-11-30T01:00"), now=T)

    assert state_at(coming.windows, coming.at) is State.SOFT_LOCKED
    assert clock_of(found).lock_at is None, "the product is told so only once somebody was told"


def test_long_before_the_end_it_reckons_with_the_notices_that_will_be_planned():
    found = lan_tu_contract(through="2027-06-30")

    coming = seen(found, utc("2027-07-02T04:00"), now=T)

    assert state_at(coming.windows, coming.at) is State.SOFT_LOCKED


def test_a_notice_that_is_still_to_come_then_has_told_nobody_yet():
    found = lan_tu_contract(through="2027-06-30")

    before, after = (seen(found, utc(at), now=T).windows for at in ("2027-06-01T02:00", "2027-06-29T02:00"))

    assert (before.lock_at, after.lock_at) == (None, utc("2027-07-02T01:00"))


def test_with_nobody_to_be_told_nothing_locks_to_come_either(untold):
    coming = seen(untold, utc("2027-03-01T01:00"), now=T)

    assert (state_at(coming.windows, coming.at), coming.coming) == (State.BUFFER, [])


def test_what_renews_by_itself_is_seen_to_go_on_after_they_are_told():
    found = lan_tu_contract(through="2027-06-30", renews_itself=True, notice_days=30)

    coming = seen(found, utc("2027-07-02T04:00"), now=T)

    assert state_at(coming.windows, coming.at) is State.ACTIVE
    assert coming.windows.joins_at == utc("2027-05-31T16:00")


def test_it_writes_nothing_and_asks_a_constant_number_of_questions(untold):
    lin(untold.customer)
    with CaptureQueriesContext(connection) as asked:
        then(untold, at=T + 9 * DAY, now=T)

    assert len(asked) <= 16
    assert all(query["sql"].startswith("SELECT") for query in asked.captured_queries)

"""The table of clocks says what the pure functions say, about any instant and after any changes (rule 7)."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from accounts import terms
from accounts.models import Contract, ContractTerm
from accounts.services import NotAllowed, change_details, last_term, move_end
from renewals.entitlement import Facts, Given, Held, State, state_at, told_from, window_at, windows
from renewals.locking.granting import give_back, take_back
from renewals.locking.models import Clock, Evidence, Grant
from renewals.locking.renewing import renew, will_join_at
from renewals.locking.services import clocks_that_differ
from renewals.locking.telling import record_evidence
from tests.renewals.cast import chen, lan_tu, utc
from tests.renewals.cast import contract as sign_contract

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
IN_ONE_TRANSACTION = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def contract(db: None) -> Contract:
    return sign_contract(lan_tu())


@st.composite
def instants(draw: st.DrawFn) -> list[datetime]:
    """Five instants in order, close together, so that the boundaries of different clocks meet."""
    steps = draw(st.lists(st.integers(1, 6), min_size=5, max_size=5))
    at, found = EPOCH + draw(st.integers(0, 6)) * HOUR, []
    for step in steps:
        at += step * HOUR
        found.append(at)
    return found


@st.composite
def clocks(draw: st.DrawFn) -> dict[str, datetime | None]:
    """Windows that may stand in the table; the lock may never come."""
    starts_at, ends_at, buffer_ends_at, lock_at, closes_at = draw(instants())
    told = draw(st.booleans())
    return {
        "starts_at": starts_at,
        "ends_at": ends_at,
        "buffer_ends_at": buffer_ends_at,
        "earliest_lock_at": buffer_ends_at,
        "lock_at": lock_at if told else None,
        "closes_at": closes_at if told else None,
    }


@IN_ONE_TRANSACTION
@given(st.lists(clocks(), min_size=1, max_size=4), st.data())
def test_the_states_of_many_clocks_are_those_of_each_one(contract: Contract, drawn, data: st.DataObject) -> None:
    """Asked at and beside a boundary. Each clock has a span of its own: the spans are asked about below."""
    boundaries = sorted({at for each in drawn for at in each.values() if at})
    at = data.draw(st.sampled_from(boundaries)) + data.draw(st.sampled_from([-SECOND, 0 * SECOND, SECOND]))
    term = contract.terms.get()
    Clock.objects.all().delete()
    Clock.objects.bulk_create(
        Clock(contract=contract, term=term, span=DateTimeTZRange(EPOCH + n * HOUR, EPOCH + (n + 1) * HOUR), **each)
        for n, each in enumerate(drawn)
    )

    found = {clock.pk: (clock.state, state_at(clock.windows, at)) for clock in Clock.objects.with_state(at=at)}

    assert len(found) == len(drawn)
    assert all(of_many == of_one for of_many, of_one in found.values())
    for state in State:
        in_state = set(Clock.objects.in_state(state, at=at).values_list("pk", flat=True))
        assert in_state == {pk for pk, (_, of_one) in found.items() if of_one == state}


CHANGES = st.one_of(
    st.tuples(st.just("renew"), st.integers(1, 14)),
    st.tuples(st.just("told"), st.integers(0, 50)),
    st.tuples(st.just("told it renews"), st.integers(0, 50)),
    st.tuples(st.just("move"), st.integers(0, 60)),
    st.tuples(st.just("wait"), st.integers(1, 400)),
    st.tuples(st.just("give"), st.integers(1, 9)),
    st.tuples(st.just("take back"), st.just(0)),
    st.tuples(st.just("by itself"), st.integers(1, 40)),
)


def renew_it(contract: Contract, n: int, now: datetime) -> None:
    with suppress(NotAllowed):  # a term that would be over already
        renew(contract, after=last_term(contract).ends_at, term=terms.Term.months(n), by="a test", now=now)


def move_it(contract: Contract, n: int, now: datetime) -> None:
    day = last_term(contract).last_minute.date() + timedelta(days=n)
    move_end(contract, term=terms.Term.through(day), reason="", by="a test", now=now)


def tell_them(contract: Contract, n: int, now: datetime) -> None:
    record_evidence(last_term(contract), kind=Evidence.Kind.DELIVERED, at=now - n * HOUR, now=now)


def tell_them_it_renews(contract: Contract, n: int, now: datetime) -> None:
    record_evidence(last_term(contract), kind=Evidence.Kind.RENEWS, at=now - n * HOUR, now=now)


def take_all_back(contract: Contract, _n: int, now: datetime) -> None:
    for grant in Grant.objects.standing().filter(until__gt=now, at__lt=now):
        take_back(grant, reason="a test", by=chen(), now=now)


ACTS = {
    "renew": renew_it,
    "move": move_it,
    "told": tell_them,
    "told it renews": tell_them_it_renews,
    "take back": take_all_back,
    "give": lambda contract, n, now: give_back(contract, time=n * timedelta(days=1), reason="a test", now=now),
    "by itself": lambda contract, n, now: change_details(
        contract, renews_itself=True, notice_days=n, by="a test", now=now
    ),
}


def change(contract: Contract, what: str, n: int, *, now: datetime) -> datetime:
    """One change of the facts; the instant after it."""
    if what == "wait":
        return now + n * timedelta(days=1) + n * MINUTE
    ACTS[what](contract, n, now)
    return now


def evidence_of(term: ContractTerm) -> list[Evidence]:
    anew = ("extended", "shortened", "renewed")
    since = max((one.at for one in term.amendments.all() if one.kind in anew), default=None)
    return [
        one for one in term.evidence.all() if one.last_minute == term.last_minute and (since is None or one.at >= since)
    ]


def joins(contract: Contract, term: ContractTerm) -> datetime | None:
    told_at = counts_from(one for one in evidence_of(term) if one.kind == Evidence.Kind.RENEWS)
    return None if told_at is None else will_join_at(contract, term, told_at=told_at)


def first_told(term: ContractTerm) -> datetime | None:
    return counts_from(one for one in evidence_of(term) if one.kind != Evidence.Kind.RENEWS)


def counts_from(told: Iterable[Evidence]) -> datetime | None:
    return min((told_from(one.at, recorded_at=one.recorded_at) for one in told), default=None)


def gifts(term: ContractTerm) -> list[Given]:
    """What was given, and what became of it when it was taken back."""
    found = []
    for grant in term.grants.order_by("at", "pk"):
        ends = [grant.until, grant.undone_at + timedelta(days=1)] if grant.undone_at else [grant.until]
        found.append(Given(at=grant.at, until=min(ends)))
    return found


def facts_of(contract: Contract) -> Facts:
    """The facts as they stand in the tables, gathered another way than the code under test does."""
    held = [
        Held(
            starts_at=term.starts_at,
            ends_at=term.ends_at,
            recorded_at=term.recorded_at,
            told_at=first_told(term),
            given=gifts(term),
            joins_at=joins(contract, term),
        )
        for term in contract.terms.order_by("starts_at")
    ]
    customer = contract.customer
    return Facts(terms=held, zone=customer.time_zone, hours=customer.calendar.hours())


@IN_ONE_TRANSACTION
@given(st.lists(CHANGES, max_size=8))
@example([("wait", 400), ("wait", 400), ("told", 50)])  # told in the buffer, entered two days later
@example([("renew", 1), ("told", 0), ("by itself", 1)])  # told that it ends, and never that it now goes on
def test_after_any_changes_the_clocks_are_what_the_facts_give(contract: Contract, changes) -> None:
    now = utc("2026-11-01T02:00")
    with transaction.atomic():
        for what, n in changes:
            now = change(contract, what, n, now=now)
        stored = [clock.windows for clock in Clock.objects.filter(contract=contract).order_by("span")]
        computed = windows(facts_of(Contract.objects.get(pk=contract.pk)))

        assert stored == [replace(window, term=0) for window in computed]
        assert clocks_that_differ() == []
        assert Clock.objects.counting(at=now).get(contract=contract).windows == replace(
            window_at(computed, now), term=0
        )
        transaction.set_rollback(True)


def test_a_clock_that_was_tampered_with_is_found(contract: Contract) -> None:
    Clock.objects.update(next_event_at=None)

    assert clocks_that_differ() == [contract.pk]

"""Clocks follow their facts, and a contract is renewed in one way (rules 7 and 12)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from accounts import terms
from accounts.models import CalendarDay, Contract, ContractTerm, Customer
from accounts.seam import hours_changed
from accounts.services import NotAllowed, change_details, default_calendar, last_term, sign
from renewals.entitlement import State, state_at
from renewals.locking.models import Clock, Evidence, Grant
from renewals.locking.renewing import renew
from renewals.locking.services import change_day, clocks_that_differ, recompute_calendar, recompute_clocks
from renewals.locking.telling import record_evidence
from renewals.timeline.models import Event
from tests.renewals.cast import T, clock_of, collab, contract, lan_tu, lan_tu_contract, utc

pytestmark = pytest.mark.django_db
ENDS_AT, LOCK_AT = utc("2026-11-27T16:00"), utc("2026-11-30T01:00")
SECOND = timedelta(seconds=1)
A_YEAR = terms.Term.years(1)


@pytest.fixture
def told() -> Contract:
    """Through Friday 27 November; told in time, so that it would lock on Monday at 09:00."""
    found = lan_tu_contract()
    record_evidence(found.terms.get(), kind=Evidence.Kind.DELIVERED, at=utc("2026-11-20T02:00"), now=T)
    return found


def state_of(found: Contract, at: datetime) -> State:
    return state_at(clock_of(found, at=at).windows, at)


@pytest.mark.parametrize("now", [T, ENDS_AT - SECOND, ENDS_AT, LOCK_AT - SECOND])
def test_renewed_in_time_or_in_the_buffer_it_joins(told: Contract, now: datetime) -> None:
    following = renew(told, after=ENDS_AT, term=A_YEAR, by="Lin", now=now)

    assert following.starts_at == ENDS_AT
    assert following.last_minute == datetime(2027, 11, 27, 23, 59)


@pytest.mark.parametrize("now", [LOCK_AT, utc("2026-12-07T03:30"), utc("2027-11-01T03:30")])
def test_renewed_after_the_lock_it_costs_nothing_for_locked_time(told: Contract, now: datetime) -> None:
    assert renew(told, after=ENDS_AT, term=A_YEAR, by="Lin", now=now).starts_at == now


def test_renewed_at_the_second_of_the_lock_not_one_instant_is_lost(told: Contract) -> None:
    renew(told, after=ENDS_AT, term=A_YEAR, by="Lin", now=LOCK_AT)

    assert state_of(told, LOCK_AT - SECOND) is State.BUFFER
    assert state_of(told, LOCK_AT) is State.ACTIVE


def test_what_was_locked_before_a_late_renewal_stays_on_record(told: Contract) -> None:
    renew(told, after=ENDS_AT, term=A_YEAR, by="Lin", now=utc("2026-12-07T03:30"))

    assert state_of(told, LOCK_AT) is State.SOFT_LOCKED
    assert state_of(told, utc("2026-12-07T03:30")) is State.ACTIVE


@pytest.mark.parametrize("now", [T, utc("2026-11-28T04:00"), utc("2026-12-07T03:30")])
def test_who_comes_second_is_told_so(told: Contract, now: datetime) -> None:
    renew(told, after=ENDS_AT, term=A_YEAR, by="Lin", now=now)

    with pytest.raises(NotAllowed, match="renewed already"):
        renew(told, after=ENDS_AT, term=A_YEAR, by="Chen", now=now)

    assert told.terms.count() == 2


def test_who_has_seen_the_new_end_may_renew_for_another_year(told: Contract) -> None:
    following = renew(told, after=ENDS_AT, term=A_YEAR, by="Lin", now=T)

    assert renew(told, after=following.ends_at, term=A_YEAR, by="Lin", now=T).starts_at == following.ends_at


def test_a_renewal_is_on_the_timeline_once_with_who_did_it(told: Contract) -> None:
    renew(told, after=ENDS_AT, term=A_YEAR, by="Lin", now=T)

    event = Event.objects.get(contract=told, kind=Event.Kind.RENEWED)
    assert (event.occurred_at, event.detail["by"], event.detail["term"]) == (T, "Lin", "1 year")


def test_who_said_no_and_renews_after_all_has_not_said_no(told: Contract) -> None:
    change_details(told, declined_at=T, by="Chen", now=T)

    renew(told, after=ENDS_AT, term=A_YEAR, by="Lin", now=T)

    told.refresh_from_db()
    assert told.declined_at is None


def test_who_said_no_has_the_buffer_too(told: Contract) -> None:
    change_details(told, declined_at=T, by="Chen", now=T)

    assert state_of(told, LOCK_AT - SECOND) is State.BUFFER


def test_a_term_to_come_after_a_gap_is_one_that_nobody_renews_into(told: Contract) -> None:
    later = utc("2027-03-01T00:00")
    ContractTerm.objects.create(
        contract=told,
        sold_from="2027-03-01",
        sold_as="1 year",
        time_zone="Asia/Shanghai",
        last_minute=datetime(2028, 2, 28, 23, 59),
        starts_at=later,
        ends_at=utc("2028-02-28T16:00"),
        recorded_at=T,
    )
    recompute_clocks([told.pk], now=T)

    with pytest.raises(NotAllowed):
        renew(told, after=ENDS_AT, term=A_YEAR, by="Lin", now=T)


def test_the_lock_is_per_contract_never_per_customer(told: Contract) -> None:
    other = contract(told.customer, number="LT-2", through="2027-06-30")

    assert state_of(told, LOCK_AT) is State.SOFT_LOCKED
    assert state_of(other, LOCK_AT) is State.ACTIVE


def test_two_products_of_one_number_have_their_own_minutes(told: Contract) -> None:
    vault = type(collab()).objects.create(code="vault", name="Archive Vault")
    other = contract(told.customer, product=vault, through="2027-06-30")

    assert other.number == told.number
    assert clock_of(other).ends_at == utc("2027-06-30T16:00")


@pytest.mark.parametrize("many", [1, 2, 7])
def test_any_number_of_clocks_takes_as_many_queries(
    django_assert_num_queries: Any, monkeypatch: pytest.MonkeyPatch, many: int
) -> None:
    customer = lan_tu()
    ids = [contract(customer, number=f"LT-{number}").pk for number in range(many)]

    with django_assert_num_queries(11):
        recompute_clocks(ids, now=T)


def test_more_contracts_than_one_batch_are_all_computed(monkeypatch: pytest.MonkeyPatch) -> None:
    customer = lan_tu()
    ids = [contract(customer, number=f"LT-{number}").pk for number in range(5)]
    Clock.objects.all().delete()
    monkeypatch.setattr("renewals.locking.services.AT_ONCE", 2)

    recompute_clocks([*ids, ids[0]], now=T)

    assert Clock.objects.count() == 5
    assert clocks_that_differ() == []


def test_a_calendar_that_changes_moves_the_locks_of_its_customers_alone(told: Contract) -> None:
    abroad = contract(lan_tu(name="Abroad", country="US", zone="America/New_York"), number="HL-1")
    calendar = default_calendar("CN")
    calendar.opens = calendar.opens.replace(hour=10)
    calendar.save()

    changed = recompute_calendar(calendar, now=T)

    assert changed == 1
    assert clock_of(told).lock_at == utc("2026-11-30T02:00")
    assert clock_of(abroad).earliest_lock_at == utc("2026-11-30T14:00")


def test_a_day_that_becomes_a_working_day_brings_no_lock_forward(told: Contract) -> None:
    sunday = utc("2026-11-29T10:00")

    change_day(default_calendar("CN"), day=CalendarDay(on=date(2026, 11, 29), is_working=True), now=sunday)

    assert clock_of(told, at=sunday).lock_at == utc("2026-11-30T01:00")
    assert Grant.objects.get().reason == "The customer’s working days or zone have changed."


def test_a_customer_who_moves_east_is_not_locked_before_the_minute_that_they_were_told(told: Contract) -> None:
    Customer.objects.update(time_zone="Pacific/Auckland")

    hours_changed([told.pk], now=utc("2026-11-29T21:00"))

    assert clock_of(told, at=utc("2026-11-29T21:00")).lock_at == utc("2026-11-30T01:00")


def test_what_is_on_record_is_not_due_again(told: Contract) -> None:
    assert clock_of(told).next_event_at == ENDS_AT - timedelta(days=7)
    Event.objects.create(
        contract=told,
        kind=Event.Kind.ENDING,
        key="ending:7d:2026-11-27T23:59:Asia/Shanghai",
        occurred_at=ENDS_AT - timedelta(days=7),
        recorded_at=T,
    )

    recompute_clocks([told.pk], now=T)

    assert clock_of(told).next_event_at == ENDS_AT - timedelta(days=1)


def test_a_contract_without_a_term_has_no_clock() -> None:
    empty = Contract.objects.create(number="LT-0", product=collab(), customer=lan_tu())

    recompute_clocks([empty.pk], now=T)

    assert not empty.clocks.exists()


def test_clocks_of_a_contract_never_overlap(told: Contract) -> None:
    clock = clock_of(told)
    clock.pk = None

    with pytest.raises(IntegrityError, match="clocks_of_a_contract_never_overlap"), transaction.atomic():
        clock.save()


@pytest.mark.parametrize(
    "wrong",
    [
        {"starts_at": ENDS_AT},
        {"buffer_ends_at": ENDS_AT},
        {"earliest_lock_at": ENDS_AT},
        {"lock_at": ENDS_AT},
        {"closes_at": LOCK_AT},
        {"lock_at": None},
    ],
    ids=str,
)
def test_the_windows_of_a_clock_are_in_order(told: Contract, wrong: dict[str, datetime | None]) -> None:
    with pytest.raises(IntegrityError, match="clock_windows_in_order"), transaction.atomic():
        Clock.objects.filter(contract=told).update(**wrong)


def test_the_spans_of_a_contract_cover_all_time(told: Contract) -> None:
    late = utc("2026-12-07T03:30")

    renew(told, after=ENDS_AT, term=A_YEAR, by="Lin", now=late)

    spans = list(Clock.objects.filter(contract=told).order_by("starts_at").values_list("span", flat=True))
    assert spans == [DateTimeTZRange(None, late), DateTimeTZRange(late, None)]


def test_a_trial_is_a_contract_like_any_other() -> None:
    trial = sign(
        number="TR-1",
        product=collab(),
        customer=lan_tu(),
        start=datetime(2026, 5, 1, 15),
        term=terms.Term.days(30),
        by="a test",
        now=utc("2026-05-01T07:00"),
        kind=Contract.Kind.TRIAL,
    )

    assert state_of(trial, last_term(trial).ends_at) is State.BUFFER

"""Evidence, calendars and the lock that waits for them (rules 9 and 10)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from accounts.models import CalendarDay
from accounts.services import NotAllowed, move_end
from accounts.terms import parse_term
from renewals.locking.models import Evidence
from renewals.locking.services import change_day, clocks_that_differ
from renewals.locking.telling import record_evidence
from tests.renewals.cast import T, chen, clock_of, lan_tu_contract, utc

pytestmark = pytest.mark.django_db


@pytest.fixture
def contract():
    return lan_tu_contract()


def tell(contract, at, *, now=None, kind=Evidence.Kind.TOLD, by=None):
    return record_evidence(contract.terms.get(), kind=kind, at=at, now=now or at, by=by or chen(), note="by phone")


def test_without_evidence_nothing_locks(contract):
    assert clock_of(contract).lock_at is None


def test_with_evidence_the_lock_waits_for_the_first_working_moment(contract):
    tell(contract, T)

    assert clock_of(contract).lock_at == utc("2026-11-30T01:00")


def test_told_late_the_lock_is_a_day_after_that_in_working_hours(contract):
    tell(contract, utc("2026-11-29T08:00"))

    assert clock_of(contract, at=utc("2026-11-29T08:00")).lock_at == utc("2026-11-30T08:00")


def test_only_the_first_evidence_counts(contract):
    tell(contract, T)
    tell(contract, utc("2026-11-29T08:00"))

    assert clock_of(contract).lock_at == utc("2026-11-30T01:00")


def test_who_was_told_of_an_earlier_minute_was_not_told_of_a_later_one(contract):
    tell(contract, T)

    move_end(contract, term=parse_term("through 2027-03-31"), reason="time given", by=chen(), now=T)

    assert clock_of(contract).lock_at is None


def test_told_of_the_moved_minute_the_contract_locks_again(contract):
    tell(contract, T)
    move_end(contract, term=parse_term("through 2027-03-31"), reason="time given", by=chen(), now=T)

    tell(contract, T + timedelta(hours=1))

    assert clock_of(contract).lock_at == clock_of(contract).earliest_lock_at


def test_who_was_told_before_the_end_moved_away_and_back_is_told_again(contract):
    tell(contract, T)
    for hours, until in ((1, "2027-03-31"), (2, "2026-11-27")):
        later = T + timedelta(hours=hours)
        move_end(contract, term=parse_term(f"through {until}"), reason="as agreed", by=chen(), now=later)

    assert clock_of(contract).lock_at is None


def test_evidence_that_is_entered_late_and_at_night_locks_in_the_next_working_hour(contract):
    friday_night = utc("2026-12-04T15:30")

    tell(contract, T, now=friday_night)

    assert clock_of(contract, at=friday_night).lock_at == utc("2026-12-07T01:00")


def test_evidence_that_is_entered_after_the_lock_does_not_move_it(contract):
    tell(contract, utc("2026-11-29T08:00"))

    tell(contract, T, now=utc("2026-12-01T03:00"))

    assert clock_of(contract).lock_at == utc("2026-11-30T08:00")


def test_nobody_was_told_in_the_future(contract):
    with pytest.raises(NotAllowed):
        tell(contract, T + timedelta(minutes=1), now=T)


def test_who_told_them_is_on_record(contract):
    with pytest.raises(NotAllowed):
        record_evidence(contract.terms.get(), kind=Evidence.Kind.TOLD, at=T, now=T)


def test_a_day_off_that_is_added_moves_the_lock(contract):
    tell(contract, T)
    day = CalendarDay(on=date(2026, 11, 30), is_working=False, note="Company day")

    change_day(contract.customer.calendar, day=day, now=T)

    assert clock_of(contract).lock_at == utc("2026-12-01T01:00")
    assert clocks_that_differ() == []

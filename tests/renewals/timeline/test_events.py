"""Events are on record once, dated by the computed moment (rules 7 and 20)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts import terms
from accounts.law import moved_by_law, reconcile
from accounts.models import ContractTerm
from accounts.services import move_end
from renewals.locking.models import Evidence
from renewals.locking.telling import record_evidence
from renewals.tick import tick
from renewals.timeline.models import Event
from renewals.timeline.services import record_event
from tests.renewals.cast import T, chen, lan_tu_contract, utc

pytestmark = pytest.mark.django_db


@pytest.fixture
def contract():
    return lan_tu_contract()


def test_the_same_event_twice_is_one(contract):
    for minute in (0, 1):
        at = T + timedelta(minutes=minute)
        record_event(contract, Event.Kind.PAGE_OPENED, key="opened:1", occurred_at=at, now=at)

    assert Event.objects.get().occurred_at == T


def test_one_found_late_keeps_the_moment_it_follows_from(contract):
    tick(now=T)

    event = Event.objects.get()
    assert (event.occurred_at, event.recorded_at) == (utc("2026-11-20T16:00"), T)


def test_a_zone_law_that_moves_the_instant_announces_nothing_twice(contract):
    tick(now=T)
    ContractTerm.objects.update(ends_at=contract.terms.get().ends_at + timedelta(hours=1))
    for moved in list(moved_by_law(now=T)):
        reconcile(moved, by="a test", now=T)

    assert tick(now=T)["events"] == []


def test_after_more_time_was_given_the_next_lock_is_another_one(contract):
    record_evidence(contract.terms.get(), kind=Evidence.Kind.OPENED, at=T, now=T)
    tick(now=utc("2026-11-30T01:00"))
    later = utc("2026-11-30T02:00")
    move_end(contract, term=terms.parse_term("through 2026-12-03"), reason="", by=chen(), now=later)
    record_evidence(contract.terms.get(), kind=Evidence.Kind.OPENED, at=later, now=later)

    tick(now=utc("2026-12-31T01:00"))

    locks = Event.objects.filter(kind=Event.Kind.SOFT_LOCKED).values_list("occurred_at", flat=True)
    assert list(locks) == [utc("2026-11-30T01:00"), utc("2026-12-07T01:00")]

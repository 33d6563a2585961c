"""Extra time: who may give it, how much, what it does to the lock, and how it is taken back (rules 5 and 11)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Contact, User
from accounts.services import NotAllowed
from renewals.entitlement import State, state_at
from renewals.locking.granting import can_take_a_day, give, give_back, left_to_give, take_a_day_more, take_back
from renewals.locking.models import Evidence, Grant
from renewals.locking.telling import record_evidence
from renewals.timeline.models import Event
from tests.renewals.cast import chen, clock_of, lan_tu_contract, utc

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
BUFFER = utc("2026-11-28T02:00")
LOCK = utc("2026-11-30T01:00")
LOCKED = utc("2026-11-30T03:00")


@pytest.fixture
def contract():
    found = lan_tu_contract()
    at = utc("2026-11-20T02:00")
    record_evidence(found.terms.get(), kind=Evidence.Kind.DELIVERED, at=at, now=at)
    return found


def lin() -> Contact:
    return Contact.objects.get()


def manager() -> User:
    return User.objects.create_user("zhou@vendor.test", name="周宁", role=User.Role.MANAGER)


def test_a_day_that_the_customer_takes_in_the_buffer_counts_from_the_lock_as_it_stood(contract):
    grant = take_a_day_more(contract, lin(), now=BUFFER)

    assert grant.until == LOCK + DAY
    assert clock_of(contract, at=BUFFER).lock_at == utc("2026-12-01T01:00")


def test_a_day_that_the_customer_takes_after_the_lock_opens_the_product_at_once(contract):
    take_a_day_more(contract, lin(), now=LOCKED)

    clock = clock_of(contract, at=LOCKED)
    assert state_at(clock.windows, LOCKED) is State.BUFFER
    assert clock.lock_at == LOCKED + DAY


def test_what_was_locked_before_the_gift_stays_so_in_the_record(contract):
    take_a_day_more(contract, lin(), now=LOCKED)

    before = LOCKED - timedelta(minutes=1)
    assert state_at(clock_of(contract, at=before).windows, before) is State.SOFT_LOCKED


def test_a_customer_takes_a_day_once(contract):
    take_a_day_more(contract, lin(), now=BUFFER)

    with pytest.raises(NotAllowed, match="taken already"):
        take_a_day_more(contract, lin(), now=LOCKED + DAY)
    assert not can_take_a_day(clock_of(contract, at=LOCKED), now=LOCKED)


def test_before_the_end_there_is_no_day_to_take(contract):
    with pytest.raises(NotAllowed, match="not needed now"):
        take_a_day_more(contract, lin(), now=utc("2026-11-27T15:59"))


def test_who_takes_a_day_knows_of_the_end(contract):
    Evidence.objects.all().delete()

    take_a_day_more(contract, lin(), now=BUFFER)

    assert Evidence.objects.get().kind == Evidence.Kind.ACKNOWLEDGED


def test_the_database_gives_a_customer_one_day_an_end(contract):
    grant = take_a_day_more(contract, lin(), now=BUFFER)
    grant.pk = None

    with pytest.raises(IntegrityError, match="grant_once_by_the_customer"), transaction.atomic():
        grant.save()


def test_a_colleague_gives_days_with_a_reason_on_record(contract):
    grant = give(contract, time=3 * DAY, reason=" Month-end close ", by=chen(), now=BUFFER)

    assert (grant.reason, grant.by) == ("Month-end close", chen())
    assert clock_of(contract, at=BUFFER).lock_at == utc("2026-12-03T01:00")
    event = Event.objects.get(kind=Event.Kind.EXTENDED)
    assert (event.occurred_at, event.detail["by"]) == (BUFFER, "陈舟")


def test_a_colleague_without_a_reason_gives_nothing(contract):
    with pytest.raises(NotAllowed, match="Say why"):
        give(contract, time=DAY, reason=" ", by=chen(), now=BUFFER)
    assert not Grant.objects.exists()


def test_a_csm_gives_a_week_in_all_and_then_asks_the_manager(contract):
    give(contract, time=5 * DAY, reason="The report is late", by=chen(), now=BUFFER)

    with pytest.raises(NotAllowed, match="2 days more"):
        give(contract, time=3 * DAY, reason="Still late", by=chen(), now=BUFFER)
    give(contract, time=3 * DAY, reason="Still late", by=manager(), now=BUFFER)
    assert left_to_give(contract.terms.get(), by=chen()) == timedelta(0)


def test_minutes_taken_too_early_are_given_back_as_whole_days(contract):
    grant = give_back(contract, time=timedelta(hours=25), reason="Locked at 00:00 of the last day", now=BUFFER)

    assert (grant.gives, grant.source) == (2 * DAY, Grant.Source.RULE)


def test_taken_back_the_lock_comes_a_day_later_at_the_earliest(contract):
    grant = give(contract, time=7 * DAY, reason="A slip of the hand", by=chen(), now=BUFFER)

    take_back(grant, reason="Meant one day", by=chen(), now=utc("2026-12-01T03:00"))

    assert clock_of(contract, at=utc("2026-12-01T03:00")).lock_at == utc("2026-12-02T03:00")


def test_taken_back_at_once_the_lock_is_where_it_was(contract):
    grant = give(contract, time=7 * DAY, reason="A slip of the hand", by=chen(), now=BUFFER)

    take_back(grant, reason="Meant another contract", by=chen(), now=BUFFER)

    assert clock_of(contract, at=BUFFER).lock_at == LOCK
    assert Event.objects.filter(kind=Event.Kind.GRANT_UNDONE).count() == 1


@pytest.mark.parametrize("again", ["used up", "taken back already"])
def test_time_that_is_gone_cannot_be_taken_back(contract, again):
    grant = give(contract, time=DAY, reason="A day", by=chen(), now=BUFFER)
    if again == "taken back already":
        take_back(grant, reason="No", by=chen(), now=BUFFER)

    with pytest.raises(NotAllowed, match="used or taken back"):
        take_back(grant, reason="No", by=chen(), now=grant.until)


def test_taking_back_takes_a_reason(contract):
    grant = give(contract, time=DAY, reason="A day", by=chen(), now=BUFFER)

    with pytest.raises(NotAllowed, match="Say why"):
        take_back(grant, reason="", by=chen(), now=BUFFER)


@pytest.mark.parametrize(
    ("broken", "constraint"),
    [
        ({"reason": ""}, "grant_of_a_person_names_them_and_why"),
        ({"by": None}, "grant_of_a_person_names_them_and_why"),
        ({"gives": timedelta(0)}, "grant_gives_time"),
        ({"undone_at": BUFFER}, "grant_is_taken_back_by_a_person_with_a_reason"),
    ],
)
def test_the_database_holds_what_a_grant_is(contract, broken, constraint):
    give(contract, time=DAY, reason="A day", by=chen(), now=BUFFER)

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Grant.objects.update(**broken)

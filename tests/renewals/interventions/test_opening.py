"""A lock opens an intervention, once, for whoever is on duty; what nobody takes goes on (rules 13 and 20)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts import terms
from accounts.models import Contract
from renewals.interventions.models import HandOver, Intervention, Message, PhoneCall
from renewals.interventions.services import be_away, record_call, take
from renewals.locking.granting import give
from renewals.locking.models import Evidence
from renewals.locking.renewing import renew
from renewals.locking.telling import record_evidence
from renewals.tick import tick
from renewals.timeline.models import Event
from tests.renewals import cast
from tests.renewals.cast import T, utc
from tests.renewals.interventions.conftest import LOCK_AT

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
YEAR = terms.parse_term("1 year")


def turns() -> list[tuple[str, object]]:
    return [(one.user.name, one.at) for one in HandOver.objects.select_related("user").order_by("place")]


def test_at_the_lock_its_owner_gets_it(told):
    tick(now=LOCK_AT)

    one = Intervention.objects.get()
    assert (one.contract_id, one.locked_at) == (told.pk, LOCK_AT)
    assert turns() == [("陈舟", LOCK_AT)]
    event = Event.objects.get(kind="intervention_opened")
    assert (event.occurred_at, event.detail) == (LOCK_AT, {"to": "陈舟"})


def test_a_minute_earlier_there_is_none(told):
    tick(now=LOCK_AT - MINUTE)

    assert not Intervention.objects.exists()


def test_two_ticks_open_one(locked):
    tick(now=LOCK_AT)
    tick(now=LOCK_AT + MINUTE)

    assert (Intervention.objects.count(), HandOver.objects.count(), Message.objects.count()) == (1, 1, 1)


def test_the_database_takes_one_a_lock(locked):
    with pytest.raises(IntegrityError, match="intervention_once_a_lock"), transaction.atomic():
        Intervention.objects.create(contract=locked.contract, term=locked.term, locked_at=LOCK_AT, opened_at=LOCK_AT)


def test_what_was_over_before_we_knew_of_it_opens_none(team):
    customer = cast.lan_tu()
    cast.contract(customer, through="2026-03-31", now=T)

    tick(now=T)

    assert not Intervention.objects.exists()


def test_a_batch_of_locks_takes_as_many_queries_as_one(told, django_assert_num_queries):
    with CaptureQueriesContext(connection) as one:
        tick(now=LOCK_AT, thorough=False)
    for number in range(30):
        found = cast.contract(told.customer, number=f"LT-{number}")
        record_evidence(found.terms.get(), kind=Evidence.Kind.DELIVERED, at=T, now=T)

    with django_assert_num_queries(len(one)):
        tick(now=LOCK_AT, thorough=False)

    assert Intervention.objects.count() == 31


def test_after_fifteen_minutes_it_goes_to_the_next_and_then_to_the_manager(locked):
    tick(now=LOCK_AT + 14 * MINUTE)
    assert len(turns()) == 1

    for minutes in (15, 30, 45, 60):
        tick(now=LOCK_AT + minutes * MINUTE)

    assert turns() == [("陈舟", LOCK_AT), ("何静", LOCK_AT + 15 * MINUTE), ("周宁", LOCK_AT + 30 * MINUTE)]
    assert Event.objects.filter(kind="handed_over").count() == 2


def test_nobody_is_passed_over_for_a_time_in_which_nothing_ran(told):
    tick(now=LOCK_AT + timedelta(hours=3))
    tick(now=LOCK_AT + timedelta(hours=3, minutes=14))

    assert turns() == [("陈舟", LOCK_AT)]


def test_many_hand_overs_take_as_many_queries_as_one(told, django_assert_num_queries):
    tick(now=LOCK_AT, thorough=False)
    with CaptureQueriesContext(connection) as one:
        tick(now=LOCK_AT + 15 * MINUTE, thorough=False)
    Intervention.objects.all().delete()
    Event.objects.filter(kind__in=["soft_locked", "handed_over", "intervention_opened"]).delete()
    for number in range(20):
        found = cast.contract(told.customer, number=f"LT-{number}")
        record_evidence(found.terms.get(), kind=Evidence.Kind.DELIVERED, at=T, now=T)
    tick(now=LOCK_AT, thorough=False)

    with django_assert_num_queries(len(one)):
        tick(now=LOCK_AT + 15 * MINUTE, thorough=False)

    assert HandOver.objects.filter(place=1).count() == 20


def test_who_takes_it_keeps_it(locked, team):
    take(locked, by=team["he"], now=LOCK_AT + 5 * MINUTE)
    tick(now=LOCK_AT + timedelta(hours=2))

    assert turns() == [("陈舟", LOCK_AT)]
    locked.refresh_from_db()
    assert (locked.taken_by, locked.taken_at) == (team["he"], LOCK_AT + 5 * MINUTE)


def test_who_is_away_at_the_lock_is_not_called(told, team):
    be_away(team["chen"], from_at=T, until_at=utc("2026-12-05T00:00"), now=T)

    tick(now=LOCK_AT)

    assert turns() == [("何静", LOCK_AT)]


def test_who_leaves_with_it_untaken_hands_it_on_at_once(locked, team):
    be_away(team["chen"], from_at=LOCK_AT + 3 * MINUTE, until_at=utc("2026-12-05T00:00"), now=LOCK_AT + 3 * MINUTE)

    tick(now=LOCK_AT + 3 * MINUTE)

    assert turns()[-1] == ("何静", LOCK_AT + 3 * MINUTE)


def test_a_call_that_reached_them_closes_it_and_is_the_first_contact(locked, team):
    at = LOCK_AT + 7 * MINUTE

    record_call(locked, outcome=PhoneCall.Outcome.RENEWS, note="signs today", by=team["chen"], now=at)

    one = Intervention.objects.with_contact().get()
    assert (one.contacted_at, one.closed_at, one.closed_by, one.outcome) == (at, at, team["chen"], "renews")
    assert not Intervention.objects.open(at=at).exists()


def test_to_call_again_leaves_it_open(locked, team):
    at, again = LOCK_AT + 7 * MINUTE, LOCK_AT + timedelta(hours=4)

    record_call(locked, outcome=PhoneCall.Outcome.AGAIN, again_at=again, by=team["chen"], now=at)

    assert Intervention.objects.open(at=at).get().taken_by == team["chen"]


def test_who_was_not_reached_was_not_contacted(locked, team):
    record_call(locked, outcome=PhoneCall.Outcome.NOT_REACHED, by=team["chen"], now=LOCK_AT + MINUTE)

    assert Intervention.objects.with_contact().get().contacted_at is None


def test_a_telling_noted_on_the_contract_is_a_contact_too(locked, team):
    at = LOCK_AT + 9 * MINUTE

    record_evidence(locked.term, kind=Evidence.Kind.TOLD, at=at, now=at, by=team["he"])

    assert Intervention.objects.with_contact().get().contacted_at == at


def test_renewed_before_anybody_called_it_is_not_open_and_closes_by_itself(locked):
    at = LOCK_AT + 10 * MINUTE
    renew(locked.contract, after=locked.term.ends_at, term=YEAR, by="Lin", now=at)
    assert not Intervention.objects.open(at=at).exists()

    tick(now=at + timedelta(hours=1))

    one = Intervention.objects.get()
    assert (one.outcome, one.closed_at, one.closed_by) == ("renewed", at, None)
    assert Event.objects.get(kind="intervention_closed").occurred_at == at


def test_more_time_unlocks_it_and_the_next_lock_is_another_one(locked, team):
    at = LOCK_AT + 10 * MINUTE
    give(locked.contract, time=timedelta(days=1), reason="they asked", by=team["chen"], now=at)

    tick(now=at + MINUTE)
    tick(now=utc("2026-12-01T01:10"))

    assert list(Intervention.objects.order_by("locked_at").values_list("locked_at", "outcome")) == [
        (LOCK_AT, "unlocked"),
        (utc("2026-12-01T01:10"), ""),
    ]


def test_a_contract_that_nobody_owns_goes_to_a_manager(told, team):
    Contract.objects.update(owner=None)
    told.customer.owner = None
    told.customer.save(update_fields=["owner"])

    tick(now=LOCK_AT)

    assert turns() == [("周宁", LOCK_AT)]


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"taken_at": LOCK_AT}, "intervention_is_taken_by_somebody"),
        ({"closed_at": LOCK_AT}, "intervention_is_closed_with_an_outcome"),
        ({"closed_at": LOCK_AT, "outcome": "renews"}, "intervention_is_closed_with_an_outcome"),
        ({"outcome": "renewed"}, "intervention_is_closed_with_an_outcome"),
    ],
)
def test_the_database_keeps_what_belongs_together(locked, change, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Intervention.objects.update(**change)

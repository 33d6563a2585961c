"""A call goes with its contract, and to whoever stands in while somebody is away (rules 13 and 20)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import Contract, User
from renewals.appointments.models import Appointment, Invitation
from renewals.appointments.passing import pass_on
from renewals.appointments.services import book, settle
from renewals.interventions.services import be_away
from renewals.tick import tick
from renewals.timeline.models import Event
from tests.renewals.appointments.conftest import TUESDAY_9
from tests.renewals.cast import T

DAY = timedelta(days=1)


def caller() -> User:
    return Appointment.objects.get().user


def test_it_stays_where_it_is_while_nothing_changes(booked, chen, he_jing) -> None:
    assert pass_on(now=T, limit=10) == 0
    assert caller() == chen


def test_a_contract_that_goes_to_a_colleague_takes_its_call_along(booked, he_jing) -> None:
    Contract.objects.update(owner=he_jing)

    assert pass_on(now=T, limit=10) == 1
    assert caller() == he_jing
    assert pass_on(now=T, limit=10) == 0


def test_who_is_away_then_is_stood_in_for(booked, chen, he_jing) -> None:
    be_away(chen, from_at=TUESDAY_9 - DAY, until_at=TUESDAY_9 + DAY, now=T - DAY)

    pass_on(now=T, limit=10)

    assert caller() == he_jing


def test_all_three_hear_of_it(booked, chen, he_jing) -> None:
    Contract.objects.update(owner=he_jing)

    pass_on(now=T, limit=10)

    told = set(Invitation.objects.filter(sequence=1).values_list("recipient", "method"))
    assert told == {("lin@lantu.test", "REQUEST"), ("he@vendor.test", "REQUEST"), ("chen@vendor.test", "CANCEL")}
    assert Event.objects.get(kind=Event.Kind.CALL_PASSED_ON).detail["name"] == "何静"


def test_who_has_another_call_then_is_passed_over(booked, chen, he_jing, somebody_elses) -> None:
    other = somebody_elses()
    Contract.objects.filter(pk=other.contract_id).update(owner=he_jing)
    other.refresh_from_db()
    book(other, at=TUESDAY_9, now=T)
    be_away(chen, from_at=T, until_at=TUESDAY_9 + DAY, now=T)

    assert pass_on(now=T, limit=10) == 0
    assert booked.user == chen


def test_where_nobody_stands_in_it_stays_and_is_tried_again(booked, chen, team) -> None:
    be_away(chen, from_at=T, until_at=TUESDAY_9 + DAY, now=T)
    assert pass_on(now=T, limit=10) == 0

    User.objects.create_user("he@vendor.test", name="何静", team=team)

    assert pass_on(now=T, limit=10) == 1


def test_of_who_left_a_manager_makes_the_call(booked, chen, he_jing) -> None:
    User.objects.filter(pk=chen.pk).update(is_active=False)
    User.objects.filter(pk=he_jing.pk).update(role=User.Role.MANAGER)

    pass_on(now=T, limit=10)

    assert caller() == he_jing


@pytest.mark.parametrize("now", [TUESDAY_9, TUESDAY_9 + DAY])
def test_a_call_that_has_begun_changes_hands_no_more(booked, chen, he_jing, now) -> None:
    Contract.objects.update(owner=he_jing)

    assert pass_on(now=now, limit=10) == 0


def test_what_was_settled_stays_with_whoever_made_it(booked, chen, he_jing) -> None:
    settle(booked, outcome=Appointment.Outcome.HELD, by=chen, now=TUESDAY_9)
    Contract.objects.update(owner=he_jing)

    assert pass_on(now=TUESDAY_9, limit=10) == 0


def test_the_tick_does_it(booked, he_jing) -> None:
    Contract.objects.update(owner=he_jing)

    tick(now=T)

    assert caller() == he_jing

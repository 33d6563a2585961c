"""A renewal opens with its plan, once for each term (rule 17)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from accounts import terms
from renewals.locking.models import Clock
from renewals.locking.renewing import renew
from renewals.pipeline import opening
from renewals.pipeline.models import Category, Opening, Renewal
from renewals.playbooks.laying import AHEAD
from tests.renewals import cast
from tests.renewals.cast import T, utc

pytestmark = pytest.mark.django_db
ENDS = utc("2026-11-27T16:00")


def opened() -> list[str]:
    return list(Renewal.objects.order_by("ends_at").values_list("contract__number", flat=True))


def test_it_opens_in_the_minute_in_which_the_plan_begins() -> None:
    cast.lan_tu_contract()

    opening.watch(now=ENDS - AHEAD - timedelta(minutes=1))
    assert opened() == []
    opening.watch(now=ENDS - AHEAD)
    assert opened() == ["LT-2026-01"]


def test_the_first_time_those_that_run_already_are_opened() -> None:
    cast.lan_tu_contract()

    opening.watch(now=T)

    assert opened() == ["LT-2026-01"]


def test_a_second_look_opens_nothing_twice() -> None:
    cast.lan_tu_contract()

    assert (opening.watch(now=T), opening.watch(now=T + timedelta(minutes=1))) == (1, 0)


def test_who_signs_for_less_than_that_has_one_at_once() -> None:
    cast.lan_tu_contract(now=T)

    assert opened() == ["LT-2026-01"]


def test_it_begins_at_the_first_stage_with_what_the_term_costs(renewal: Renewal) -> None:
    said = (renewal.stage.word, renewal.amount, renewal.currency, renewal.category, renewal.probability)

    assert said == ("not_started", 86400, "CNY", Category.PIPELINE, 20)


def test_what_is_closed_gets_none() -> None:
    contract = cast.lan_tu_contract()
    Clock.objects.filter(contract=contract).update(
        lock_at=utc("2026-11-30T01:00"), earliest_lock_at=utc("2026-11-30T01:00"), closes_at=utc("2026-12-30T01:00")
    )

    opening.watch(now=utc("2026-12-30T01:00"))

    assert opened() == []


def test_the_next_term_has_its_own_when_its_time_comes(renewal: Renewal) -> None:
    renew(renewal.contract, after=ENDS, term=terms.Term.years(1), by="a test", now=T)

    opening.watch(now=T + timedelta(days=300))

    assert [one.outcome for one in Renewal.objects.order_by("ends_at")] == ["signed", ""]


@pytest.mark.django_db(transaction=True)
def test_whose_contract_is_being_changed_just_now_gets_it_in_the_next_round() -> None:
    # given a colleague who holds the contract, when the portal looks, then it waits for nobody and looks again
    found = cast.lan_tu_contract()
    Renewal.objects.all().delete()
    Opening.objects.all().delete()
    colleague = connection.copy()
    try:
        colleague.set_autocommit(False)
        with colleague.cursor() as cursor:
            cursor.execute("SELECT 1 FROM accounts_contract WHERE id = %s FOR UPDATE", [found.pk])
        assert opening.watch(now=T) == 0
        colleague.rollback()
        assert opening.watch(now=T + timedelta(minutes=1)) == 1
    finally:
        colleague.close()

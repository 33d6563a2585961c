"""Once a day the score of each contract that was heard of is kept; whoever is killed, the next goes on."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError

from accounts.models import User
from accounts.services import NotAllowed
from renewals.conversations.services import note_conversation
from renewals.health import services
from renewals.health.models import Round, Snapshot, Weighing
from renewals.health.reading import weights_at
from renewals.health.score import WEIGHTS, Kind
from renewals.health.services import keep_scores, next_contracts, weigh
from renewals.tick import tick
from tests.renewals import cast
from tests.renewals.cast import T
from tests.renewals.usage.conftest import DAY

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)


@pytest.fixture
def manager() -> User:
    return User.objects.create_user("shen@vendor.test", name="Shen", role=User.Role.MANAGER)


@pytest.fixture
def heard(contract, use):
    """Five contracts with signals, the first of them the story's own."""
    found = [contract, *(cast.contract(contract.customer, number=f"LT-{n}") for n in range(4))]
    for one in found:
        use("reports", 10, since=T - 83 * DAY, of=one)
    return found


def test_the_tick_keeps_a_score_of_each(heard) -> None:
    tick(now=T)

    kept = Snapshot.objects.order_by("contract").values_list("contract", "on", "score")
    assert list(kept) == [(one.pk, TODAY, 75) for one in heard]


def test_a_simulated_day_keeps_none(heard) -> None:
    """Else lists would show a day that has not come."""
    tick(now=T + 30 * DAY, in_process=True)

    assert not Snapshot.objects.exists()


def test_a_day_has_one_score_however_often_it_is_looked_at(heard) -> None:
    for _again in range(3):
        keep_scores(now=T)

    assert Snapshot.objects.count() == len(heard)


def test_it_goes_on_where_it_stopped(heard) -> None:
    batches = [keep_scores(now=T, limit=2) for _batch in range(4)]

    assert batches == [2, 2, 1, 0]
    assert Snapshot.objects.count() == len(heard)


def test_a_batch_that_fails_is_done_again_as_a_whole(heard, monkeypatch) -> None:
    monkeypatch.setattr(services, "keep", lambda *_said, **_more: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        keep_scores(now=T)
    monkeypatch.undo()

    keep_scores(now=T)

    assert Snapshot.objects.count() == len(heard)


def test_the_next_day_has_scores_of_its_own(heard) -> None:
    keep_scores(now=T)
    keep_scores(now=T + DAY)

    assert Round.objects.count() == 2
    assert Snapshot.objects.count() == 2 * len(heard)


def test_whom_we_spoke_with_is_scored_too_and_who_was_never_heard_of_is_not(contract) -> None:
    silent = cast.contract(cast.lan_tu(name="Harbor Labs"), number="HL-1")
    said = {"channel": "call", "at": T, "time_zone": "UTC", "said": "x", "by": cast.chen(), "now": T}
    note_conversation(contract.customer, **said)

    assert next_contracts(0, limit=10) == [contract.pk]
    assert silent.pk not in next_contracts(0, limit=10)


def test_a_closed_contract_is_scored_no_more(contract, use) -> None:
    closed = cast.contract(contract.customer, number="OLD", start="2020-01-01", through="2020-12-31")
    use("reports", 10, since=T - 83 * DAY, of=closed)

    keep_scores(now=T)

    assert not Snapshot.objects.exists()
    assert Round.objects.get().finished_at == T


def test_a_list_shows_the_last_day_that_is_whole(heard) -> None:
    keep_scores(now=T)
    keep_scores(now=T + DAY, limit=2)

    assert {one.on for one in Snapshot.objects.of_last_day()} == {TODAY}


def test_a_manager_weighs_and_it_is_on_record(manager) -> None:
    heavier = {**WEIGHTS, Kind.MOOD: 60}
    weigh(heavier, by=manager, now=T)

    assert weights_at(T) == heavier
    assert weights_at(T - DAY) == WEIGHTS
    assert Weighing.objects.get().by == manager


def test_weighing_the_same_is_no_change(manager) -> None:
    assert weigh(dict(WEIGHTS), by=manager, now=T) is None
    assert not Weighing.objects.exists()


@pytest.mark.parametrize("weights", [dict.fromkeys(Kind, 0), {**WEIGHTS, Kind.MOOD: 101}])
def test_weights_that_make_no_sense_are_refused(manager, weights) -> None:
    with pytest.raises(NotAllowed):
        weigh(weights, by=manager, now=T)


def test_a_csm_does_not_weigh() -> None:
    with pytest.raises(NotAllowed):
        weigh({**WEIGHTS, Kind.MOOD: 60}, by=cast.chen(), now=T)


@pytest.mark.parametrize("wrong", [dict.fromkeys(map(str, Kind), 0), {"mood": 101}])
def test_the_database_holds_what_weights_are(manager, wrong) -> None:
    with pytest.raises(IntegrityError):
        Weighing.objects.create(at=T, by=manager, **({str(kind): 1 for kind in Kind} | wrong))


def test_the_database_holds_what_a_score_is(heard) -> None:
    keep_scores(now=T)

    with pytest.raises(IntegrityError):
        Snapshot.objects.update(score=101)

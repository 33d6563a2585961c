"""What is kept for managers' figures follows from the facts: the database says itself when one of them changes."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module
from pathlib import Path

import pytest
from django.db import connection

from accounts.models import CalendarDay, Contract, ContractTerm, Customer, Peak
from accounts.peaks import note_peak
from renewals import migrations
from renewals.conversations.models import Conversation, Promise
from renewals.health.models import Round, Snapshot
from renewals.interventions.models import Intervention, PhoneCall
from renewals.lastmile.models import Verdict
from renewals.locking.models import Clock, Evidence, LockObservation, PeakLeft
from renewals.pipeline.models import Renewal, Stage
from renewals.pipeline.services import change
from renewals.playbooks.models import PlanStep
from renewals.risk import keeping as risk
from renewals.risk.models import RiskFacts
from renewals.stale.models import Stale
from renewals.touches.models import Delivery, Touch
from tests.renewals.cast import T
from tests.renewals.lastmile.conftest import do, goes_on, talk, tell
from tests.renewals.stale.conftest import differing, keep_all, kinds_that_differ

LATEST = max(path.stem for path in Path(migrations.__file__).parent.glob("*_stale_by_the_facts.py"))
FACTS_OF = import_module(f"{migrations.__name__}.{LATEST}").FACTS
"""Of each table of facts, the columns that are watched."""
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TODAY = T.date()


def letter(one: Renewal, *, outcome: str = "sent") -> Delivery:
    touch = Touch.objects.create(
        contract=one.contract, term=one.term, contact=one.contract.customer.contacts.get(), lead=9 * DAY,
        last_minute=one.term.last_minute, due_at=T - DAY, planned_at=T - DAY,
    )  # fmt: skip
    over_at = T - DAY if outcome else None
    return Delivery.objects.create(
        touch=touch, recipient="l@lantu.test", next_try_at=T - DAY, over_at=over_at, outcome=outcome
    )


def promise(one: Renewal, **said) -> Promise:
    about = {"customer": one.contract.customer, "what": "A price", "side": "ours", "time_zone": "Asia/Shanghai"}
    return Promise.objects.create(**about | said, by=one.contract.owner, made_at=T - 9 * DAY)


def seen_locked(one: Renewal, *, at) -> None:
    LockObservation.objects.create(
        contract=one.contract, locked_at=at, reported_at=T, last_minute=one.term.last_minute,
        time_zone=one.term.time_zone, ends_at=one.ends_at, earliest_lock_at=one.ends_at + DAY,
    )  # fmt: skip


def locked(one: Renewal) -> Intervention:
    return Intervention.objects.create(
        contract=one.contract, term=one.term, locked_at=one.ends_at + DAY, opened_at=one.ends_at + DAY
    )


def peak(one: Renewal) -> Peak:
    days = {"begins_on": one.ends_at.date() - DAY, "ends_on": one.ends_at.date() + 9 * DAY}
    return note_peak(one.contract.customer, name="年会", kind="once", **days, by=one.contract.owner, now=T)


def call(one: Renewal) -> None:
    lock = Intervention.objects.get(term=one.term)
    PhoneCall.objects.create(intervention=lock, by=one.contract.owner, at=lock.locked_at + HOUR, outcome="renews")


FACTS = {
    "a conversation": ("G", lambda one: talk(one, T - DAY)),
    "a conversation about no contract": ("G", lambda one: talk(one, T - DAY, about=False)),
    "a conversation taken away": (
        "F", lambda one: Conversation.objects.filter(customer=one.contract.customer_id).delete(),
    ),
    "a promise that is late": ("G", lambda one: promise(one, due_on=TODAY - 2 * DAY)),
    "a promise about the contract": ("G", lambda one: promise(one, contract=one.contract, due_on=TODAY - 2 * DAY)),
    "a telling": ("G", lambda one: tell(one, "told", T - DAY)),
    "evidence that was wrong": (
        "E", lambda one: Evidence.objects.filter(term=one.term).update(disproved_at=T),
    ),
    "a lock that was seen": ("G", lambda one: seen_locked(one, at=T - HOUR)),
    "a lock": ("E", locked),
    "a call after a lock": ("F", call),
    "a step that was done": ("F", lambda one: do(one, "value", one.ends_at - DAY)),
    "a letter that left": ("G", letter),
    "a price": ("G", lambda one: Renewal.objects.filter(pk=one.pk).update(amount=7)),
    "a competitor": ("G", lambda one: change(one, competitor="Parity", by=one.contract.owner, now=T)),
    "a stage": ("F", lambda one: change(one, stage=Stage.objects.get(word="signed"), by=one.contract.owner, now=T)),
    "a next term": ("F", lambda one: goes_on(one, T)),
    "a moved beginning": (
        "G", lambda one: ContractTerm.objects.filter(pk=one.term_id).update(starts_at=one.term.starts_at + DAY),
    ),
    "a lock that moves": ("C", lambda one: Clock.objects.filter(term=one.term).update(lock_at=None, closes_at=None)),
    "another owner": ("D", lambda one: Contract.objects.filter(pk=one.contract_id).update(owner=None)),
    "a peak": ("G", peak),
}  # fmt: skip
"""What may happen, to whom of the renewals, that changes something that is kept."""


@pytest.mark.parametrize("fact", FACTS)
def test_what_a_fact_changes_is_stale_until_it_is_kept_anew(kept, fact) -> None:
    number, happens = FACTS[fact]
    one = kept[number]

    happens(one)
    marked = set(Stale.objects.filter(contract_id=one.contract_id).values_list("kind", flat=True))
    assert not differing(one)

    Stale.objects.all().delete()
    changed = kinds_that_differ(one)
    assert changed, "nothing that is kept changes by it"
    assert changed <= marked

    Stale.objects.bulk_create(Stale(kind=kind, contract_id=one.contract_id) for kind in Stale.Kind)
    keep_all()
    assert not differing(one)


@pytest.mark.parametrize(
    ("fact", "kind"), [("a promise that is late", "risk"), ("a peak", "risk"), ("a step that was done", "last_mile")]
)
def test_what_only_one_looks_at_leaves_the_other_as_it_is(kept, fact, kind) -> None:
    number, happens = FACTS[fact]

    happens(kept[number])
    assert set(Stale.objects.values_list("kind", flat=True)) == {kind}


def test_who_works_by_other_days_meets_a_peak_on_others(kept) -> None:
    one = kept["G"]
    peak(one)
    keep_all()

    CalendarDay.objects.create(calendar=one.contract.customer.calendar, on=TODAY + 3 * DAY, is_working=False)
    assert Stale.objects.filter(contract_id=one.contract_id).exists()


def test_who_lives_by_another_clock_meets_a_peak_at_another_time(kept) -> None:
    one = kept["G"]

    Customer.objects.filter(pk=one.contract.customer_id).update(time_zone="America/New_York")
    assert Stale.objects.filter(contract_id=one.contract_id).exists()


def test_a_peak_that_somebody_left_as_it_is_is_no_risk(kept) -> None:
    one = kept["G"]
    peak(one)
    keep_all()

    PeakLeft.objects.create(
        term=one.term, last_minute=one.term.last_minute, first_day="2026-11-26", last_day="2026-11-30", name="月结",
        reason="They know.", at=T, by=one.contract.owner,
    )  # fmt: skip
    assert Stale.objects.filter(contract_id=one.contract_id).exists()


def test_a_days_scores_count_when_its_round_is_through(kept) -> None:
    one = kept["G"]
    Snapshot.objects.create(contract=one.contract, on=TODAY, score=31)
    assert RiskFacts.objects.get(pk=one.pk).health is None

    Round.objects.create(on=TODAY, begun_at=T, finished_at=T)
    assert RiskFacts.objects.get(pk=one.pk).health == 31
    assert not differing(one)


def test_a_score_that_comes_after_the_round_counts_too(kept) -> None:
    one = kept["G"]
    Round.objects.create(on=TODAY, begun_at=T, finished_at=T)

    Snapshot.objects.create(contract=one.contract, on=TODAY, score=31)
    keep_all()
    assert RiskFacts.objects.get(pk=one.pk).health == 31


def test_what_changes_no_figure_leaves_nothing_to_do(kept) -> None:
    one = kept["G"]
    waiting = letter(one, outcome="")
    Delivery.objects.filter(pk=waiting.pk).update(attempts=2, next_try_at=T)
    Clock.objects.filter(term=one.term).update(next_event_at=T)
    PlanStep.objects.filter(plan__term=one.term).update(moved_at=T)

    assert not Stale.objects.exists()


def test_a_contract_without_a_renewal_has_nothing_kept(kept, house) -> None:
    one = kept["G"]
    Renewal.objects.filter(pk=one.pk).delete()
    keep_all()

    talk(one, T - DAY)
    assert not Stale.objects.exists()


def test_of_what_is_decided_no_risk_is_kept(kept, house) -> None:
    one = kept["G"]
    change(one, stage=Stage.objects.get(word="signed"), by=house["chen"], now=T)
    keep_all()

    assert not RiskFacts.objects.filter(pk=one.pk).exists()
    assert Verdict.objects.get(pk=one.pk).way == "open"


def test_time_alone_makes_a_promise_late(kept) -> None:
    one = kept["G"]
    promise(one, due_on=TODAY)
    keep_all()
    assert RiskFacts.objects.get(pk=one.pk).promises == 0

    tomorrow = T + DAY
    assert risk.is_behind(now=tomorrow)
    risk.bring_all_up_to_date(now=tomorrow, limit=100)
    assert RiskFacts.objects.get(pk=one.pk).promises == 1


def test_a_lock_of_more_than_a_year_ago_is_forgotten_by_itself(kept) -> None:
    one = kept["G"]
    seen_locked(one, at=T - 364 * DAY)
    keep_all()
    assert RiskFacts.objects.get(pk=one.pk).locked

    later = T + 2 * DAY
    risk.bring_all_up_to_date(now=later, limit=100)
    assert RiskFacts.objects.get(pk=one.pk).locked is None


def test_time_alone_brings_a_peak_near(kept) -> None:
    one = kept["G"]
    peak(one)
    long_before = one.ends_at - 61 * DAY
    RiskFacts.objects.all().delete()
    risk.keep([one.contract_id], now=long_before)
    assert not RiskFacts.objects.get(pk=one.pk).meets_peak

    risk.bring_all_up_to_date(now=one.ends_at - 59 * DAY, limit=100)
    assert RiskFacts.objects.get(pk=one.pk).meets_peak


def test_what_happens_while_somebody_works_on_a_backlog_is_kept_all_the_same(kept) -> None:
    one, begun = kept["G"], T
    tell(one, "told", T + timedelta(seconds=30))

    risk.bring_all_up_to_date(now=begun, limit=100)
    assert RiskFacts.objects.get(pk=one.pk).contact_since == T + timedelta(seconds=30)
    assert not risk.that_differ([one.contract_id], now=T + HOUR)


def test_more_than_a_batch_that_time_has_turned_is_all_worked_out(kept, monkeypatch) -> None:
    monkeypatch.setattr("renewals.risk.keeping.AT_ONCE", 1)
    for number in "EFG":
        promise(kept[number], due_on=TODAY)
    keep_all()

    assert risk.bring_all_up_to_date(now=T + DAY, limit=100) == 3
    assert not risk.is_behind(now=T + DAY)


def test_a_page_counts_what_time_has_turned_among_what_is_missing(kept, house, monkeypatch) -> None:
    for number in "EFG":
        promise(kept[number], due_on=TODAY)
    keep_all()
    monkeypatch.setattr("renewals.risk.keeping.AT_ONCE", 1)

    assert risk.bring_up_to_date(house["ada"], now=T + DAY) == 2


@pytest.mark.parametrize("table", sorted(FACTS_OF))
def test_every_table_of_facts_says_what_becomes_stale(db, table) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname, array_length(tgattr::smallint[], 1) FROM pg_trigger"
            " WHERE tgrelid = %s::regclass AND NOT tgisinternal AND tgname LIKE 'stale_%%'",
            [table],
        )
        found = dict(cursor.fetchall())

    assert found.keys() == {"stale_inserted", "stale_deleted", "stale_updated"}
    assert found["stale_updated"] == len(FACTS_OF[table][0].split())

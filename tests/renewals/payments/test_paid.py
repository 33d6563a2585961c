"""What was paid is put on record by a person, once; taken back with a reason; and never lost."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from accounts.services import NotAllowed
from renewals.locking.models import Clock
from renewals.offers.models import Agreement
from renewals.payments.models import Paid
from renewals.payments.services import mark_paid, note_late, set_terms, take_back
from renewals.payments.standing import Standing, standing_of
from renewals.proof.records import Side, records_of
from renewals.tick import tick
from renewals.timeline.models import Event
from tests.renewals.cast import T, utc

DAY = timedelta(days=1)
OVER_AT = utc("2026-12-23T16:00")
"""The end of 23 December in Shanghai."""


@pytest.fixture
def pay(agreement, house):
    def pay(**said: object) -> Paid:
        return mark_paid(agreement, **({"paid_on": date(2026, 11, 30), "by": house["chen"], "now": T + 7 * DAY} | said))

    return pay


@pytest.mark.parametrize(
    ("now", "standing"),
    [
        (T, Standing.DUE),
        (OVER_AT - timedelta(seconds=1), Standing.DUE),
        (OVER_AT, Standing.OVERDUE),
        (OVER_AT + 7 * DAY - timedelta(seconds=1), Standing.OVERDUE),
        (OVER_AT + 7 * DAY, Standing.LATE),
    ],
)
def test_how_it_stands_follows_from_the_instant(agreement, now, standing) -> None:
    assert standing_of(agreement, is_paid=False, limit=7, now=now) is standing


def test_it_is_on_record_by_whom_since_when_and_by_which_reference(pay, house) -> None:
    paid = pay(reference=" BANK 7781 ")

    assert (paid.paid_on, paid.reference, paid.by, paid.at) == (
        date(2026, 11, 30),
        "BANK 7781",
        house["chen"],
        T + 7 * DAY,
    )


def test_it_is_paid_once(pay) -> None:
    pay()

    with pytest.raises(NotAllowed, match="already"):
        pay()


def test_what_costs_nothing_cannot_be_paid(agreement, pay, monkeypatch) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE renewals_agreement DISABLE TRIGGER agreement_stays_as_signed")
    Agreement.objects.update(due_on=None, due_ends_at=None)

    with pytest.raises(NotAllowed, match="Nothing is to be paid"):
        pay()


def test_a_mistake_is_taken_back_and_stays_on_record(pay, house) -> None:
    paid = pay()

    take_back(paid, why="the wrong customer", by=house["shen"], now=T + 8 * DAY)

    kept = Paid.objects.get()
    assert (kept.taken_back_by, kept.why, kept.paid_on) == (house["shen"], "the wrong customer", date(2026, 11, 30))


def test_taken_back_it_can_be_paid_again(pay, house) -> None:
    take_back(pay(), why="the wrong customer", by=house["chen"], now=T + 8 * DAY)

    pay(now=T + 9 * DAY)

    assert Paid.objects.standing().count() == 1
    assert Paid.objects.count() == 2


@pytest.mark.parametrize("why", ["", "   "])
def test_nothing_is_taken_back_without_a_reason(pay, house, why) -> None:
    paid = pay()

    with pytest.raises(NotAllowed):
        take_back(paid, why=why, by=house["chen"], now=T)

    assert Paid.objects.standing().exists()


def test_it_is_taken_back_once(pay, house) -> None:
    paid = pay()
    take_back(paid, why="wrong", by=house["chen"], now=T)

    with pytest.raises(NotAllowed):
        take_back(paid, why="wrong again", by=house["shen"], now=T)


def test_both_stand_in_the_contracts_story(pay, house, contract) -> None:
    take_back(pay(reference="BANK 7781"), why="the wrong customer", by=house["chen"], now=T + 8 * DAY)

    paid, back = Event.objects.filter(contract=contract, kind__startswith="pa").exclude(kind="page_opened")
    assert (paid.kind, paid.detail["amount"], paid.detail["reference"]) == ("paid", "86400.00", "BANK 7781")
    assert (back.kind, back.detail["reason"], back.detail["by"]) == ("payment_taken_back", "the wrong customer", "陈舟")


def test_the_customers_proof_says_that_it_is_paid_and_not_our_notes(pay, contract) -> None:
    pay(reference="a note of ours")

    theirs = [one for one in records_of(contract, side=Side.CUSTOMER, now=T + 8 * DAY) if one.get("kind") == "paid"]
    ours = [one for one in records_of(contract, side=Side.VENDOR, now=T + 8 * DAY) if one.get("kind") == "paid"]

    assert theirs[0]["text"]["en"] == "Paid on 30 Nov 2026: ¥ 86,400"
    assert (theirs[0]["detail"]["en"], ours[0]["detail"]["en"]) == ("", "a note of ours")


def test_paid_or_not_the_contract_runs_as_it_was_signed(agreement, contract, house) -> None:
    """Rule 12: no payment and no taking back of one moves anything that time decides."""
    before = list(Clock.objects.filter(contract=contract).order_by("pk").values())

    take_back(
        mark_paid(agreement, paid_on=date(2026, 11, 30), by=house["chen"], now=T), why="x", by=house["chen"], now=T
    )
    tick(now=OVER_AT + 60 * DAY)

    after = list(Clock.objects.filter(contract=contract).order_by("pk").values())
    moved = [(was["ends_at"], was["lock_at"]) for was in before]
    assert [(one["ends_at"], one["lock_at"]) for one in after] == moved


def test_a_tick_notes_once_what_is_unpaid_for_longer_than_we_wait(agreement, contract) -> None:
    tick(now=OVER_AT + 7 * DAY - timedelta(seconds=1))
    assert not Event.objects.filter(kind="payment_overdue").exists()

    for hours in (1, 2):
        tick(now=OVER_AT + 7 * DAY + timedelta(hours=hours))

    event = Event.objects.get(kind="payment_overdue")
    assert (event.contract, event.occurred_at) == (contract, OVER_AT + 7 * DAY)
    assert event.detail == {"due_on": "2026-12-23", "amount": "86400.00", "currency": "CNY"}


def test_what_is_paid_is_late_for_nobody(pay) -> None:
    pay()

    assert note_late(now=OVER_AT + 30 * DAY, limit=10) == 0


def test_what_has_been_noted_is_not_looked_at_again(agreement) -> None:
    assert [note_late(now=OVER_AT + 30 * DAY, limit=10) for _look in range(2)] == [1, 0]


def test_the_company_says_how_long_it_waits(agreement, house) -> None:
    set_terms(by=house["ada"], now=T, days=30, limit=0, words_zh="", words_en="")

    assert note_late(now=OVER_AT - timedelta(seconds=1), limit=10) == 0
    assert note_late(now=OVER_AT, limit=10) == 1


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ("UPDATE renewals_paid SET reference = 'another'", "stays on record"),
        ("UPDATE renewals_paid SET paid_on = '2020-01-01'", "stays on record"),
        ("DELETE FROM renewals_paid", "stays on record"),
    ],
)
def test_the_database_refuses_to_change_or_delete_what_was_paid(pay, change, refusal) -> None:
    pay()

    with pytest.raises(DatabaseError, match=refusal), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


def test_the_database_refuses_to_undo_a_taking_back(pay, house) -> None:
    take_back(pay(), why="wrong", by=house["chen"], now=T)

    with pytest.raises(DatabaseError, match="stays on record"), transaction.atomic():
        Paid.objects.update(taken_back_at=None, taken_back_by=None, why="")


def test_the_database_refuses_two_that_stand(pay) -> None:
    paid = pay()
    paid.pk = None

    with pytest.raises(IntegrityError, match="paid_stands_once_an_agreement"), transaction.atomic():
        paid.save(force_insert=True)


def test_the_database_refuses_a_taking_back_by_nobody(pay) -> None:
    pay()

    with pytest.raises(IntegrityError, match="paid_taken_back_by_somebody_and_why"), transaction.atomic():
        Paid.objects.update(taken_back_at=T, why="somehow")


@pytest.mark.django_db(transaction=True)
def test_two_colleagues_at_once_put_it_on_record_once(agreement, house) -> None:
    def press(name: str) -> str:
        try:
            mark_paid(agreement, paid_on=date(2026, 11, 30), by=house[name], now=T)
        except NotAllowed:
            return "refused"
        finally:
            connection.close()
        return "paid"

    with ThreadPoolExecutor(2) as together:
        outcomes = sorted(together.map(press, ["chen", "shen"]))

    assert outcomes == ["paid", "refused"]
    assert Paid.objects.count() == 1

"""A customer books, moves and calls off a call; ours do so too, and note what came of it (rules 10 and 20)."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connection
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from accounts.models import Contact, Contract
from accounts.services import NotAllowed, move_end
from accounts.terms import parse_term
from renewals.appointments.models import Appointment, Invitation
from renewals.appointments.services import MOST_A_DAY, Taken, TooOften, book, call_off, move, settle
from renewals.locking.models import Clock, Evidence
from renewals.timeline.models import Event
from tests.renewals.appointments.conftest import TUESDAY_9, TUESDAY_10
from tests.renewals.cast import T, utc

HELD, MISSED = Appointment.Outcome.HELD, Appointment.Outcome.MISSED
HALF = timedelta(minutes=30)


def events() -> list[str]:
    return list(Event.objects.order_by("pk").values_list("kind", flat=True))


def test_a_time_that_was_chosen_is_a_call_of_whoever_looks_after_the_contract(link, chen, contract) -> None:
    call = book(link, at=TUESDAY_9, phone="138 0000 7777", now=T)

    assert (call.user, call.contact, call.starts_at, call.ends_at) == (
        chen, Contact.objects.get(), TUESDAY_9, TUESDAY_9 + HALF,
    )  # fmt: skip
    assert call.phone == "138 0000 7777"


def test_it_is_on_record_with_its_minute_and_zone(booked, contract) -> None:
    event = Event.objects.get(kind=Event.Kind.CALL_BOOKED)

    assert event.detail["to_at"] == TUESDAY_9.isoformat()
    assert event.detail["time_zone"] == "Asia/Shanghai"
    assert event.detail["contact"] == "林岚"


def test_both_are_invited(booked, chen) -> None:
    recipients = set(Invitation.objects.values_list("recipient", "method"))

    assert recipients == {("lin@lantu.test", "REQUEST"), ("chen@vendor.test", "REQUEST")}


def test_pressed_twice_it_is_one_call_and_one_invitation_each(link) -> None:
    book(link, at=TUESDAY_9, now=T)
    book(link, at=TUESDAY_9, now=T)

    assert (Appointment.objects.count(), Invitation.objects.count()) == (1, 2)


def test_who_has_one_and_chooses_another_time_moves_it(link, booked) -> None:
    book(link, at=TUESDAY_10, now=T)

    moved = Appointment.objects.get()
    assert (moved.pk, moved.starts_at, moved.sequence) == (booked.pk, TUESDAY_10, 1)
    assert moved.phone == "138 0000 7777"


def test_a_moved_call_is_on_record_and_both_are_told(link, booked) -> None:
    move(booked, at=TUESDAY_10, by=link.contact, now=T)

    assert events() == ["call_booked", "call_moved"]
    assert Invitation.objects.filter(sequence=1, method="REQUEST").count() == 2


@pytest.mark.parametrize("at", ["2026-11-24T18:00", "2026-11-24T01:10", "2026-11-28T02:00", "2026-11-23T03:00"])
def test_a_time_that_nobody_offered_cannot_be_had(link, at) -> None:
    """At night, off the half hour, on a Saturday, in the past."""
    with pytest.raises(Taken):
        book(link, at=utc(at), now=T)

    assert not Appointment.objects.exists()


def test_a_time_that_another_customer_has_cannot_be_had(booked, somebody_elses) -> None:
    with pytest.raises(Taken):
        book(somebody_elses(), at=TUESDAY_9, now=T)

    assert Appointment.objects.count() == 1


def test_the_time_of_a_call_that_is_off_is_free_again(booked, link, somebody_elses) -> None:
    call_off(booked, by=link.contact, now=T)

    assert book(somebody_elses(), at=TUESDAY_9, now=T).starts_at == TUESDAY_9


def test_nobody_is_booked_where_nobody_looks_after_the_contract(link, contract) -> None:
    Contract.objects.update(owner=None)
    link.refresh_from_db()

    with pytest.raises(Taken):
        book(link, at=TUESDAY_9, now=T)


def test_the_database_itself_lets_nobody_have_two_calls_at_once(booked) -> None:
    half_past = DateTimeTZRange(TUESDAY_9 + HALF / 2, TUESDAY_9 + 3 * HALF)
    twin = Appointment(contract=booked.contract, user=booked.user, during=half_past, asked_at=T,
                       time_zone="Asia/Shanghai")  # fmt: skip

    with pytest.raises(IntegrityError, match="appointments_of_a_person_never_overlap"):
        twin.save()


def test_one_after_the_other_is_no_overlap(booked, somebody_elses) -> None:
    assert book(somebody_elses(), at=TUESDAY_9 + HALF, now=T).starts_at == booked.ends_at


@pytest.mark.django_db(transaction=True)
def test_of_two_customers_at_once_one_gets_it_and_the_other_is_told(link, somebody_elses) -> None:
    links, ready, outcomes = [link, somebody_elses()], Barrier(2), []

    def try_it(mine) -> None:
        ready.wait()
        try:
            book(mine, at=TUESDAY_9, now=T)
            outcomes.append("booked")
        except Taken:
            outcomes.append("taken")
        finally:
            connection.close()

    threads = [Thread(target=try_it, args=(mine,)) for mine in links]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["booked", "taken"]
    assert Appointment.objects.count() == 1


def test_a_call_that_is_off_is_on_record_and_both_are_told(booked, link) -> None:
    call_off(booked, by=link.contact, now=T)

    assert Appointment.objects.get().off_at == T
    assert events()[-1] == "call_off"
    assert Invitation.objects.filter(sequence=1, method="CANCEL").count() == 2


def test_what_is_off_cannot_be_moved_or_called_off_again(booked, link) -> None:
    call_off(booked, by=link.contact, now=T)

    with pytest.raises(NotAllowed):
        call_off(booked, by=link.contact, now=T)
    with pytest.raises(NotAllowed):
        move(booked, at=TUESDAY_10, by=link.contact, now=T)


def test_what_is_over_cannot_be_moved(booked, link) -> None:
    with pytest.raises(NotAllowed, match="over"):
        move(booked, at=utc("2026-11-25T02:00"), by=link.contact, now=booked.ends_at)


def test_whoever_holds_a_link_cannot_write_to_two_people_without_end(link) -> None:
    for n in range(MOST_A_DAY):
        book(link, at=(TUESDAY_9, TUESDAY_10)[n % 2], now=T + timedelta(seconds=n))

    with pytest.raises(TooOften):
        book(link, at=TUESDAY_9, now=T)


def test_one_of_ours_moves_it_however_often_it_was_moved(link, chen) -> None:
    for n in range(MOST_A_DAY):
        book(link, at=(TUESDAY_9, TUESDAY_10)[n % 2], now=T)

    assert move(Appointment.objects.get(), at=TUESDAY_9, by=chen, now=T).starts_at == TUESDAY_9


def test_a_booked_call_is_no_evidence(booked) -> None:
    assert not Evidence.objects.exists()
    assert Clock.objects.get().lock_at is None


def test_a_call_that_was_held_is_evidence_of_its_minute(booked, chen) -> None:
    settle(booked, outcome=HELD, by=chen, words="They renew", now=booked.ends_at)

    told = Evidence.objects.get()
    assert (told.kind, told.at, told.contact, told.by) == (Evidence.Kind.TOLD, TUESDAY_9, booked.contact, chen)
    assert Clock.objects.get().lock_at is not None


def test_of_what_renews_by_itself_it_is_evidence_of_that(booked, chen) -> None:
    Contract.objects.update(renews_itself=True, notice_days=3)

    settle(booked, outcome=HELD, by=chen, now=booked.ends_at)

    assert Evidence.objects.get().kind == Evidence.Kind.RENEWS


def test_a_call_in_which_nobody_answered_told_nobody(booked, chen) -> None:
    settle(booked, outcome=MISSED, by=chen, now=booked.ends_at)

    assert not Evidence.objects.exists()
    assert events()[-1] == "call_missed"


def test_what_comes_of_a_call_is_noted_once_it_has_begun_and_once(booked, chen) -> None:
    with pytest.raises(NotAllowed, match="still to come"):
        settle(booked, outcome=HELD, by=chen, now=TUESDAY_9 - HALF)
    settle(booked, outcome=HELD, by=chen, now=TUESDAY_9)
    with pytest.raises(NotAllowed, match="already"):
        settle(booked, outcome=MISSED, by=chen, now=TUESDAY_9 + HALF)


def test_a_call_half_a_year_before_the_end_is_long_forgotten_by_then(link, chen, contract) -> None:
    early = T - timedelta(days=182)
    call = book(link, at=utc("2026-05-26T02:00"), now=early)

    settle(call, outcome=HELD, by=chen, now=call.ends_at)

    assert not Evidence.objects.exists()
    assert Appointment.objects.get().outcome == HELD


def test_of_a_minute_that_was_promised_after_the_call_it_is_no_evidence(booked, chen, contract) -> None:
    moved_at = booked.ends_at
    move_end(contract, term=parse_term("through 2026-12-04"), reason="Agreed", by=chen, now=moved_at)

    settle(booked, outcome=HELD, by=chen, now=moved_at + HALF)

    assert not Evidence.objects.exists()

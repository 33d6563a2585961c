"""One letter about one minute at one time, and one for each time that an end is moved earlier (rules 5, 16 and 20)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError

from accounts import terms
from accounts.models import Contact
from renewals.desk.services import move_end
from renewals.tick import tick
from renewals.touches.models import Delivery, Touch
from renewals.touches.outbox import delivery_id, hand_over
from renewals.touches.services import deliver
from tests.renewals.cast import T, chen, contract, lan_tu, lan_tu_contract, lin, utc
from tests.renewals.test_tick_together import together

pytestmark = pytest.mark.django_db

SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)


def moved(found, *, through, at):
    move_end(found, term=terms.parse_term(f"through {through}"), reason="Two products became one.", by=chen(), now=at)


def carried_out(now):
    return [one["outcome"] for one in tick(now=now, in_process=True)["carried_out"]]


def kinds(outcome):
    return list(Touch.objects.filter(delivery__outcome=outcome).values_list("kind", "lead"))


@pytest.fixture
def long():
    """A contract of Lin's with half a year to go."""
    return lan_tu_contract(through="2027-06-30")


def test_an_end_that_is_moved_to_the_same_earlier_minute_again_is_told_again(long, mailbox):
    moved(long, through="2027-03-31", at=T)
    tick(now=T, in_process=True)
    moved(long, through="2027-06-30", at=T + DAY)

    moved(long, through="2027-03-31", at=T + 2 * DAY)

    assert carried_out(T + 2 * DAY) == ["sent"]
    assert len({mail["Message-ID"] for mail in mailbox.mails}) == 2


def test_of_two_moves_to_one_minute_only_the_last_is_told_when_neither_was(long, mailbox):
    for minutes, through in enumerate(["2027-03-31", "2027-06-30", "2027-03-31"]):
        moved(long, through=through, at=T + minutes * MINUTE)

    assert sorted(carried_out(T + 3 * MINUTE)) == ["dropped", "sent"]

    assert Delivery.objects.get(outcome="dropped").answer == Delivery.Dropped.MOVED
    assert len(mailbox.mails) == 1


def test_each_letter_names_the_minute_that_its_own_move_took(long, mailbox):
    Contact.objects.update(language="en")
    moved(long, through="2027-03-31", at=T)
    tick(now=T, in_process=True)
    moved(long, through="2027-02-28", at=T + DAY)

    tick(now=T + DAY, in_process=True)

    assert "it was 31 March 2027, 23:59" in mailbox.text()


def test_a_notice_of_an_earlier_end_names_its_amendment(long):
    moved(long, through="2027-03-31", at=T)

    with pytest.raises(IntegrityError, match="touch_of_an_earlier_end_names_its_amendment"):
        Touch.objects.update(amendment=None)


def test_one_amendment_is_told_once_to_one_person(long):
    moved(long, through="2027-03-31", at=T)
    again = Touch.objects.get()
    again.pk, again.lead = None, DAY

    with pytest.raises(IntegrityError, match="touch_once_an_amendment"):
        again.save()


def test_two_amendments_are_two_deliveries(long):
    moved(long, through="2027-03-31", at=T)
    first = Touch.objects.get()
    moved(long, through="2027-06-30", at=T)
    moved(long, through="2027-03-31", at=T)

    assert delivery_id(first) != delivery_id(Touch.objects.exclude(pk=first.pk).get())


def test_an_end_moved_to_within_the_week_is_told_in_one_letter(long, mailbox):
    moved(long, through="2026-11-26", at=T)

    tick(now=T + SECOND, in_process=True)
    tick(now=T + 2 * MINUTE, in_process=True)

    assert len(mailbox.mails) == 1
    assert kinds("sent") == [(Touch.Kind.SHORTENED, timedelta(0))]


def test_a_notice_that_is_planned_just_after_the_letter_went_out_is_not_needed(long, mailbox):
    moved(long, through="2026-11-26", at=T)
    hand_over(now=T, limit=1, queued=False)
    deliver(delivery_id(Touch.objects.get()), now=T)

    assert carried_out(T + SECOND) == ["dropped"]

    assert len(mailbox.mails) == 1


@pytest.fixture
def both(mailbox):
    """The deliveries of the week's and of the day's notice, none of which went out: the workers were away."""
    lan_tu_contract()
    tick(now=T)
    tick(now=utc("2026-11-27T01:00"))
    return {delivery.touch.lead.days: delivery.pk for delivery in Delivery.objects.select_related("touch")}


LATE = utc("2026-11-27T02:00")


def test_after_the_workers_were_away_one_letter_goes_out(both, mailbox):
    tick(now=LATE, in_process=True)
    tick(now=LATE + MINUTE, in_process=True)

    assert len(mailbox.mails) == 1
    assert kinds("sent") == [(Touch.Kind.NOTICE, DAY)]
    assert Delivery.objects.get(outcome="dropped").answer == Delivery.Dropped.TOLD_ALREADY


def test_the_earlier_notice_waits_while_the_later_one_is_on_its_way(both, mailbox):
    said = [deliver(both[7], now=LATE), deliver(both[1], now=LATE), deliver(both[7], now=LATE + MINUTE)]

    assert said == ["postponed", "sent", "dropped"]


def test_where_the_later_one_cannot_be_sent_the_earlier_one_still_goes_out(both, mailbox):
    mailbox.data_answer = "554 5.7.1 Not this one"
    assert deliver(both[1], now=LATE) == "failed"
    mailbox.data_answer = "250 OK"

    assert deliver(both[7], now=LATE) == "sent"


def test_what_says_more_goes_first(long, mailbox):
    moved(long, through="2026-11-26", at=T)
    special = Touch.objects.get()
    promise = {"contract": long, "term": special.term, "contact": special.contact, "last_minute": special.last_minute}
    plain = Touch.objects.create(lead=7 * DAY, due_at=T, planned_at=T, **promise)
    tick(now=T)

    said = [deliver(delivery_id(touch), now=T) for touch in (plain, special)]

    assert said == ["postponed", "sent"]
    assert deliver(delivery_id(plain), now=T + MINUTE) == "dropped"


def test_another_person_is_told_of_the_same_minute_all_the_same(mailbox):
    customer = lan_tu()
    lin(customer)
    lin(customer, email="ada@lantu.test")
    contract(customer)

    assert carried_out(T) == ["sent", "sent"]

    assert sorted(mailbox.recipients) == [["ada@lantu.test"], ["lin@lantu.test"]]


@pytest.mark.django_db(transaction=True)
def test_two_workers_with_two_notices_of_one_minute_send_one_mail(both, mailbox):
    together(lambda: deliver(both[7], now=LATE), lambda: deliver(both[1], now=LATE))

    assert len(mailbox.mails) == 1


def test_first_heard_of_shortly_before_the_last_day_one_letter_is_enough(mailbox):
    lan_tu_contract(until="2026-11-24T13:00", now=T)
    tick(now=T, in_process=True)
    tick(now=T + 2 * timedelta(hours=1), in_process=True)

    assert len(mailbox.mails) == 1


def test_the_week_and_the_day_are_two_letters_when_they_are_days_apart(mailbox):
    lan_tu_contract()
    tick(now=T, in_process=True)
    tick(now=utc("2026-11-27T01:00"), in_process=True)

    assert len(mailbox.mails) == 2

"""Each working day on which nobody was told, the owner is asked, and from the second day their manager (rule 10)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User, WorkingCalendar
from renewals.locking.models import Evidence
from renewals.locking.telling import record_evidence
from renewals.tick import tick
from renewals.touches.asking import ask
from renewals.touches.models import Asked, Reminder
from renewals.touches.reminding import remind
from tests.renewals.cast import contract, lan_tu, lin, utc
from tests.renewals.test_tick_together import together

pytestmark = pytest.mark.django_db

MONDAY, TUESDAY = utc("2026-11-30T02:00"), utc("2026-12-01T02:00")
"""10:00 in Shanghai on the first two working days after the usual contract, which ran through Friday."""
SATURDAY = utc("2026-11-28T02:00")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def untold(chen, zhou_ning):
    """Chen's contract, past its end on Friday, with nobody at the customer who could be told."""
    return contract(lan_tu(owner=chen))


def recipients(mailbox):
    return [mail["To"] for mail in mailbox.mails]


def asked_at(now, mailbox):
    """To whom a tick at `now` sends reminders."""
    mailbox.mails.clear()
    tick(now=now, in_process=True)
    return recipients(mailbox)


def test_the_owner_is_asked_on_the_first_working_day(untold, mailbox):
    assert asked_at(MONDAY, mailbox) == ["chen@vendor.test"]


def test_on_a_day_off_nobody_is_asked(untold, mailbox):
    assert asked_at(SATURDAY, mailbox) == []


def test_before_the_working_hours_nobody_is_asked(untold, mailbox):
    assert asked_at(MONDAY - timedelta(hours=1, seconds=1), mailbox) == []


def test_from_the_second_day_on_their_manager_is_asked_too(untold, mailbox):
    asked_at(MONDAY, mailbox)

    assert sorted(asked_at(TUESDAY, mailbox)) == ["chen@vendor.test", "zhou@vendor.test"]


def test_each_is_asked_once_a_day(untold, mailbox):
    asked_at(MONDAY, mailbox)

    assert asked_at(MONDAY + HOUR, mailbox) == []


def test_before_the_end_nobody_is_asked(chen, mailbox):
    contract(lan_tu(owner=chen), through="2026-12-15")

    assert asked_at(MONDAY, mailbox) == []


def test_once_somebody_was_told_nobody_is_asked(untold, mailbox):
    record_evidence(untold.terms.get(), kind=Evidence.Kind.DELIVERED, at=MONDAY, now=MONDAY)

    assert asked_at(MONDAY + HOUR, mailbox) == []


def test_who_was_told_between_the_asking_and_the_sending_makes_it_needless(untold, mailbox):
    ask(now=MONDAY)
    record_evidence(untold.terms.get(), kind=Evidence.Kind.DELIVERED, at=MONDAY, now=MONDAY)

    assert remind(Reminder.objects.get().pk, now=MONDAY) == "dropped"

    assert (mailbox.mails, Reminder.objects.get().answer) == ([], Reminder.Dropped.TOLD)


def test_without_an_owner_the_administrators_are_asked_from_the_first_day(admin, mailbox):
    contract(lan_tu(owner=None), owner=None)

    assert asked_at(MONDAY, mailbox) == [admin.email]


def test_an_owner_who_has_left_is_not_asked_but_their_manager_is(untold, chen, mailbox):
    User.objects.filter(pk=chen.pk).update(is_active=False)

    assert asked_at(MONDAY, mailbox) == ["zhou@vendor.test"]


def test_by_the_clock_of_who_is_asked(untold, chen, mailbox):
    User.objects.filter(pk=chen.pk).update(time_zone="Europe/Berlin")

    assert asked_at(MONDAY, mailbox) == []
    assert asked_at(utc("2026-11-30T08:00"), mailbox) == ["chen@vendor.test"]


def test_by_the_calendar_of_who_is_asked(untold, chen, mailbox):
    day_off = WorkingCalendar.objects.create(name="Tuesday to Saturday", weekend=[0, 6])
    User.objects.filter(pk=chen.pk).update(calendar=day_off)

    assert asked_at(MONDAY, mailbox) == []
    assert asked_at(TUESDAY, mailbox) == ["chen@vendor.test"]


def test_the_mail_says_whose_contract_until_when_whom_to_call_and_where_to_note_it(untold, chen, mailbox):
    lin(untold.customer, email="", phone="+86 138 1111 2222")
    User.objects.filter(pk=chen.pk).update(language="en")

    asked_at(MONDAY, mailbox)

    text = mailbox.text()
    assert "澜图设计 · 协作专业版 · LT-2026-01" in text
    assert "Last minute: 27 November 2026, 23:59 (Asia/Shanghai)" in text
    assert "Nobody there has an address to be told under." in text
    assert "To reach: 林岚, +86 138 1111 2222" in text
    assert reverse("desk:told", args=[untold.pk]) in text


def test_the_mail_is_in_the_language_that_they_read(untold, mailbox):
    asked_at(MONDAY, mailbox)

    assert mailbox.mails[-1]["Subject"].strip() == "还没有人告知澜图设计：合同已到期"


def test_a_mail_that_bounced_is_named_as_the_reason(untold, chen, mailbox):
    User.objects.filter(pk=chen.pk).update(language="en")
    lin(untold.customer)
    mailbox.refusals["lin@lantu.test"] = "550 no such user"

    asked_at(MONDAY, mailbox)

    assert "The mail to lin@lantu.test came back: 550 no such user" in mailbox.text()


def test_one_mail_a_day_tells_of_everything_that_waits(untold, mailbox):
    contract(untold.customer, number="LT-2026-02")

    asked_at(MONDAY, mailbox)

    assert len(mailbox.mails) == 1
    assert all(number in mailbox.text() for number in ("LT-2026-01", "LT-2026-02"))


def test_a_server_that_is_away_is_tried_again_under_the_same_id(untold, mailbox):
    mailbox.data_answer = "451 later"
    tick(now=MONDAY, in_process=True)
    mailbox.data_answer = "250 OK"

    again = remind(Reminder.objects.get().pk, now=MONDAY + timedelta(minutes=1))

    assert again == "sent"
    assert mailbox.mails[-1]["Message-ID"] == f"<{Reminder.objects.get().pk}@localhost>"


def test_a_reminder_of_yesterday_is_not_sent_today(untold, mailbox):
    ask(now=MONDAY)

    assert remind(Reminder.objects.get().pk, now=TUESDAY) == "dropped"


def test_one_that_no_worker_took_is_put_on_the_queue_again(untold):
    tick(now=MONDAY)
    Reminder.objects.update(queued_at=None)

    tick(now=MONDAY + HOUR)

    assert Reminder.objects.get().queued_at == MONDAY + HOUR


def test_many_contracts_take_as_many_queries_as_one(untold, zhou_ning):
    with CaptureQueriesContext(connection) as one:
        ask(now=MONDAY)
    Reminder.objects.all().delete()
    for number in range(20):
        contract(untold.customer, number=f"LT-{number}")

    with CaptureQueriesContext(connection) as many:
        ask(now=MONDAY)

    assert len(many) == len(one)
    assert Asked.objects.count() == 21


@pytest.mark.django_db(transaction=True)
def test_two_tickers_at_once_ask_once(untold):
    together(lambda: ask(now=MONDAY), lambda: ask(now=MONDAY))

    assert (Reminder.objects.count(), Asked.objects.count()) == (1, 1)


def test_the_database_holds_that_nobody_is_reminded_twice_a_day(untold, chen):
    ask(now=MONDAY)
    day = Reminder.objects.get().on

    with pytest.raises(IntegrityError), transaction.atomic():
        Reminder.objects.create(user=chen, on=day, made_at=MONDAY, next_try_at=MONDAY)


def test_the_contract_shows_whom_the_portal_asked_and_when(untold, chen, client, mailbox, set_clock):
    asked_at(MONDAY, mailbox)
    set_clock(MONDAY + HOUR)
    client.force_login(chen)

    page = client.get(untold.get_absolute_url()).content.decode()

    card = page.partition("门户已请谁去告知")[2]
    assert "陈舟" in card[:300]
    assert "2026年11月30日10时" in card[:600]

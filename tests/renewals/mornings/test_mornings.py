"""Each working day one mail says what it asks of somebody: the list of their first page (rules 4, 10, 13 and 20)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_q.models import OrmQ

from accounts.models import User, WorkingCalendar
from renewals.appointments.services import book
from renewals.links.services import link_for
from renewals.locking.models import Evidence
from renewals.locking.telling import record_evidence
from renewals.mornings import tasks
from renewals.mornings.making import SEND, look_round, switch
from renewals.mornings.models import Morning, NoMornings
from renewals.mornings.saying import say
from renewals.mornings.sending import carry_out, in_words, send_round
from renewals.tick import tick
from tests.renewals import cast
from tests.renewals.cast import T, utc

pytestmark = pytest.mark.django_db

MONDAY, TUESDAY = utc("2026-11-23T01:00"), utc("2026-11-24T01:00")
"""09:00 in Shanghai."""
SATURDAY = utc("2026-11-28T02:00")
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def lan_tu(chen):
    """Chen's contract, through Friday 27 November, of which nobody at the customer was told yet."""
    User.objects.filter(pk=chen.pk).update(language="en")
    return cast.lan_tu_contract()


def recipients(now, mailbox) -> list[str]:
    """To whom a round at `now` sends a morning mail."""
    mailbox.mails.clear()
    send_round(now=now)
    return sorted(str(mail["To"]) for mail in mailbox.mails)


def test_as_the_working_hours_begin_a_mail_says_what_waits(lan_tu, mailbox) -> None:
    assert recipients(MONDAY - SECOND, mailbox) == []

    assert recipients(MONDAY, mailbox) == ["chen@vendor.test"]
    assert mailbox.mails[-1]["Subject"].strip() == "Today: 1 thing waits"


def test_on_a_day_off_there_is_none(lan_tu, mailbox) -> None:
    assert recipients(SATURDAY, mailbox) == []


def test_there_is_one_a_day(lan_tu, mailbox) -> None:
    recipients(MONDAY, mailbox)

    assert recipients(MONDAY + HOUR, mailbox) == []
    assert recipients(TUESDAY, mailbox) == ["chen@vendor.test"]


def test_where_nothing_waits_there_is_none_and_none_later_that_day(chen, mailbox) -> None:
    assert recipients(MONDAY, mailbox) == []
    assert Morning.objects.get().answer == Morning.Dropped.NOTHING
    cast.lan_tu_contract()

    assert recipients(MONDAY + HOUR, mailbox) == []


def test_by_the_clock_and_the_calendar_of_who_reads_it(lan_tu, chen, mailbox) -> None:
    week = WorkingCalendar.objects.create(name="Tuesday to Saturday", weekend=[0, 6])
    User.objects.filter(pk=chen.pk).update(time_zone="Europe/Berlin", calendar=week)

    assert recipients(utc("2026-11-23T09:00"), mailbox) == []
    assert recipients(TUESDAY, mailbox) == []
    assert recipients(utc("2026-11-24T08:00"), mailbox) == ["chen@vendor.test"]


def test_it_tells_what_the_first_page_tells(lan_tu, chen, clock, mailbox) -> None:
    clock.set(MONDAY)
    client = Client()
    client.force_login(chen)
    page = client.get("/").context

    recipients(MONDAY, mailbox)

    text = mailbox.text()
    (card,) = page["cards"]
    assert page["count"] == 1
    assert f"{card.reason}: 澜图设计 · 协作专业版 · LT-2026-01" in text
    assert card.text in text
    assert "Last minute: 27 November 2026, 23:59 (Asia/Shanghai)" in text
    assert f"{card.contract}\n" in text


def test_the_readers_own_time_stands_beside_the_customers(lan_tu, chen, mailbox) -> None:
    User.objects.filter(pk=chen.pk).update(time_zone="Europe/London")

    recipients(utc("2026-11-23T09:00"), mailbox)

    assert "27 November 2026, 23:59 (Asia/Shanghai; Fri 15:59 Europe/London)" in mailbox.text()


def test_the_minutes_of_the_next_72_hours_stand_in_it(lan_tu, chen, mailbox) -> None:
    record_evidence(lan_tu.terms.get(), kind=Evidence.Kind.DELIVERED, at=MONDAY, now=MONDAY)

    assert recipients(TUESDAY, mailbox) == []
    assert recipients(utc("2026-11-25T01:00"), mailbox) == ["chen@vendor.test"]
    assert mailbox.mails[-1]["Subject"].strip() == "Today: 1 last minute in 72 hours"
    assert (
        "27 November 2026, 23:59 (Asia/Shanghai)\n澜图设计 · 协作专业版 · LT-2026-01\nTold: delivered" in mailbox.text()
    )


def test_an_intervention_stands_first(lan_tu, chen, mailbox) -> None:
    told = utc("2026-11-20T02:00")
    record_evidence(lan_tu.terms.get(), kind=Evidence.Kind.DELIVERED, at=told, now=told)
    cast.lin(lan_tu.customer, name="方哲", salutation="", email="", phone="+86 138 1")
    cast.contract(lan_tu.customer, number="LT-2", through="2026-12-03")
    tick(now=utc("2026-11-30T01:00"))

    recipients(utc("2026-11-30T01:00"), mailbox)

    text = mailbox.text()
    assert text.index("== Locked: somebody has to call") < text.index("== What waits")
    assert "Locked since 30 November 2026, 09:00 (Asia/Shanghai)" in text
    assert "Call 方哲 · +86 138 1" in text


def test_it_is_in_the_language_that_they_read(lan_tu, chen, mailbox) -> None:
    User.objects.filter(pk=chen.pk).update(language="zh-hans")

    recipients(MONDAY, mailbox)

    assert mailbox.mails[-1]["Subject"].strip() == "今日：1 件事等待处理"
    assert "== 等待处理" in mailbox.text()


def test_a_csm_is_told_of_what_is_theirs_a_manager_of_the_team_by_colleague(
    lan_tu, chen, he_jing, zhou_ning, emma, mailbox
) -> None:
    User.objects.update(language="en")
    for number in ("H-1", "H-2"):
        cast.contract(cast.lan_tu(name=number, owner=he_jing), number=number)
    cast.contract(cast.lan_tu(name="N-1", owner=None), number="N-1", owner=None)

    assert recipients(MONDAY, mailbox) == ["chen@vendor.test", "he@vendor.test", "zhou@vendor.test"]

    text = mailbox.text()
    assert mailbox.mails[-1]["Subject"].strip() == "Today: 4 things wait"
    assert "何静: 2 things wait · 0 last minutes in 72 hours\nnobody’s: 1 thing waits" in text
    assert "陈舟: 1 thing waits" in text
    assert "By colleague" not in in_words(he_jing, now=MONDAY)[1]
    assert "LT-2026-01" not in in_words(he_jing, now=MONDAY)[1]


def test_administrators_get_none(lan_tu, admin, mailbox) -> None:
    assert recipients(MONDAY, mailbox) == ["chen@vendor.test"]


def test_of_many_it_tells_the_first_and_where_the_others_are(lan_tu, chen, mailbox) -> None:
    for number in range(9):
        cast.contract(lan_tu.customer, number=f"LT-{number}")

    recipients(MONDAY, mailbox)

    text = mailbox.text()
    assert "== What waits (10)" in text
    assert text.count("nobody was told: ") == 6
    assert "And 4 more: http://127.0.0.1:8000/\n" in text


def test_who_switched_it_off_gets_none_until_they_want_it_again(lan_tu, chen, mailbox) -> None:
    switch(chen, wanted=False, now=T)
    assert recipients(MONDAY, mailbox) == []

    switch(chen, wanted=True, now=T)

    assert recipients(MONDAY, mailbox) == ["chen@vendor.test"]


@pytest.mark.parametrize(
    ("done", "why"),
    [
        (lambda user: switch(user, wanted=False, now=T), Morning.Dropped.UNWANTED),
        (lambda user: User.objects.filter(pk=user.pk).update(is_active=False), Morning.Dropped.AWAY),
        (lambda user: User.objects.filter(pk=user.pk).update(role="admin"), Morning.Dropped.AWAY),
    ],
)
def test_just_before_it_is_sent_it_is_asked_whether_it_still_is_to_be(lan_tu, chen, mailbox, done, why) -> None:
    look_round(now=MONDAY)
    done(chen)

    assert carry_out(Morning.objects.get().pk, now=MONDAY) == "dropped"

    assert (mailbox.mails, Morning.objects.get().answer) == ([], why)


def test_what_was_done_between_the_making_and_the_sending_is_left_out(lan_tu, chen, mailbox) -> None:
    look_round(now=MONDAY)
    record_evidence(lan_tu.terms.get(), kind=Evidence.Kind.DELIVERED, at=MONDAY, now=MONDAY)

    assert carry_out(Morning.objects.get().pk, now=MONDAY) == "dropped"

    assert Morning.objects.get().answer == Morning.Dropped.NOTHING


def test_what_could_not_be_sent_on_its_day_is_not_sent_on_the_next(lan_tu, chen, mailbox) -> None:
    mailbox.data_answer = "451 later"
    look_round(now=MONDAY)
    assert carry_out(Morning.objects.get().pk, now=MONDAY) == "later"
    mailbox.data_answer = "250 OK"

    assert carry_out(Morning.objects.get().pk, now=TUESDAY) == "dropped"

    assert Morning.objects.get().answer == Morning.Dropped.DAY_OVER


def test_tried_again_after_the_day_s_work_it_waits_and_is_dropped(lan_tu, chen, mailbox) -> None:
    look_round(now=MONDAY)

    assert carry_out(Morning.objects.get().pk, now=MONDAY + 10 * HOUR) == "postponed"
    assert Morning.objects.get().next_try_at == TUESDAY


def test_the_worker_sends_what_was_put_on_its_queue(lan_tu, chen, clock, mailbox) -> None:
    clock.set(MONDAY)
    look_round(now=MONDAY)

    assert [task.func() for task in OrmQ.objects.all()] == [SEND]
    assert tasks.send(str(Morning.objects.get().pk)) == "sent"


def test_taken_twice_it_is_sent_once(lan_tu, chen, mailbox) -> None:
    look_round(now=MONDAY)
    pk = Morning.objects.get().pk

    assert [carry_out(pk, now=MONDAY), carry_out(pk, now=MONDAY)] == ["sent", "not due"]
    assert len(mailbox.mails) == 1


def test_a_repeat_after_a_crash_carries_the_same_message_id(lan_tu, chen, mailbox) -> None:
    look_round(now=MONDAY)
    pk = Morning.objects.get().pk
    carry_out(pk, now=MONDAY)
    Morning.objects.update(over_at=None, outcome="", lease="2b0c6d1e-54a7-5a0e-8f0b-235900235902", leased_until=MONDAY)

    carry_out(pk, now=MONDAY + HOUR)

    assert len({mail["Message-ID"].strip() for mail in mailbox.mails}) == 1
    assert len(mailbox.mails) == 2


def test_what_no_worker_took_is_put_on_the_queue_again(lan_tu, chen) -> None:
    look_round(now=MONDAY)
    OrmQ.objects.all().delete()

    look_round(now=MONDAY + timedelta(minutes=1))

    assert OrmQ.objects.count() == 1


def test_the_database_keeps_one_a_day(chen) -> None:
    look_round(now=MONDAY)

    with pytest.raises(IntegrityError, match="morning_once_a_day"), transaction.atomic():
        Morning.objects.create(user=chen, on=Morning.objects.get().on, made_at=T, next_try_at=T)


def test_the_database_keeps_an_outcome_with_what_is_over(chen) -> None:
    look_round(now=MONDAY)

    with pytest.raises(IntegrityError, match="morning_is_over_with_an_outcome"), transaction.atomic():
        Morning.objects.update(over_at=T)


def test_once_all_have_theirs_a_round_asks_three_questions(lan_tu, chen, django_assert_num_queries) -> None:
    look_round(now=MONDAY)

    with django_assert_num_queries(5):  # whose, made already, left lying between the two ends of a transaction
        assert look_round(now=MONDAY + SECOND) == 0


def test_a_mail_of_many_takes_as_many_queries_as_one_of_few(lan_tu, chen, mailbox) -> None:
    with CaptureQueriesContext(connection) as few:
        say(chen, now=MONDAY)
    for number in range(5):
        cast.contract(cast.lan_tu(name=f"C{number}"), number=f"LT-{number}")

    with CaptureQueriesContext(connection) as many:
        say(chen, now=MONDAY)

    assert len(many) == len(few)


@pytest.fixture
def browser(lan_tu, chen, clock) -> Client:
    client = Client()
    client.force_login(chen)
    return client


def test_on_the_page_it_is_switched_off_and_on(browser, chen) -> None:
    off = browser.post("/calendar/mornings/", {"wanted": "no"}, follow=True).content.decode()
    assert "You get no morning mail any more." in off
    assert NoMornings.objects.get().user == chen

    on = browser.post("/calendar/mornings/", {"wanted": "yes"}, follow=True).content.decode()

    assert "You get a morning mail again." in on
    assert not NoMornings.objects.exists()


def test_what_it_would_say_now_can_be_read(browser) -> None:
    page = browser.get("/calendar/morning/").content.decode()

    assert "Today: 1 thing waits" in page
    assert "LT-2026-01" in page


def test_where_nothing_waits_the_page_says_so(browser, lan_tu) -> None:
    lan_tu.delete()

    assert "Nothing waits, so there would be no mail." in browser.get("/calendar/morning/").content.decode()


def test_an_administrator_is_offered_none(browser, chen) -> None:
    User.objects.filter(pk=chen.pk).update(role="admin")

    assert "Morning mail</h2>" not in browser.get("/calendar/").content.decode()
    assert browser.get("/calendar/morning/").status_code == 404


def test_a_call_that_a_customer_chose_a_time_for_stands_in_it(lan_tu, chen, mailbox) -> None:
    book(link_for(lan_tu, None, now=T), at=TUESDAY + HOUR, phone="138 0000 7777", now=T)

    recipients(TUESDAY, mailbox)

    assert "== Calls at a fixed time" in mailbox.text()
    assert "24 November 2026, 10:00 (Asia/Shanghai)" in mailbox.text()
    assert "138 0000 7777" in mailbox.text()

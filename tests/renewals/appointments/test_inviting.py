"""Each of the two gets an invitation in their own words and zone, once, through any crash (rules 4, 16 and 20)."""

from __future__ import annotations

import uuid
from datetime import timedelta
from email.message import EmailMessage

import pytest
from django_q.models import OrmQ
from icalendar import Calendar

from accounts.models import Contact, Customer, User
from renewals.appointments.models import Appointment, Invitation
from renewals.appointments.sending import carry_out
from renewals.appointments.services import book, call_off, move
from renewals.tick import tick
from renewals.touches.leasing import LEASE
from tests.renewals.appointments.conftest import TUESDAY_9, TUESDAY_10
from tests.renewals.cast import T, utc

MINUTE = timedelta(minutes=1)


def send_all(now=T) -> list[str]:
    return [carry_out(one.pk, now=now) for one in Invitation.objects.open().order_by("sequence", "recipient")]


def to(mailbox, address: str) -> EmailMessage:
    """The last mail to somebody."""
    return [mail for mail in mailbox.mails if mail["To"] == address][-1]


def subject(mail: EmailMessage) -> str:
    return str(mail["Subject"]).strip()


def text(mail: EmailMessage) -> str:
    return " ".join(mail.get_body(("plain",)).get_content().split())


def entry(mail: EmailMessage):
    part = next(part for part in mail.walk() if part.get_content_type() == "text/calendar")
    return Calendar.from_ical(part.get_payload(decode=True))


def test_the_customer_reads_who_calls_when_and_where_to_change_it(booked, mailbox) -> None:
    send_all()

    mail = to(mailbox, "lin@lantu.test")
    assert subject(mail) == "陈舟 calls you: 24 November 2026, 09:00 (Asia/Shanghai)"
    assert "/r/" in text(mail)
    assert "138 0000 7777" in text(mail)
    assert mail["Reply-To"] == "chen@vendor.test"


def test_whoever_calls_reads_whom_to_call_under_which_number(booked, mailbox) -> None:
    send_all()

    mail = to(mailbox, "chen@vendor.test")
    assert subject(mail) == "Call 林岚 (澜图设计): 24 November 2026, 09:00 (Asia/Shanghai)"
    assert "138 0000 7777" in text(mail)
    assert "/contracts/LT-2026-01/" in text(mail)
    assert "/r/" not in text(mail)


def test_a_mail_program_finds_the_invitation_beside_the_words_and_as_a_file(booked, mailbox) -> None:
    send_all()

    parts = [part for part in to(mailbox, "lin@lantu.test").walk() if part.get_content_type() == "text/calendar"]
    assert [part.get_param("method") for part in parts] == ["REQUEST", "REQUEST"]
    assert [part.get_filename() for part in parts] == [None, "call.ics"]


def test_each_reads_their_own_clock_first_and_it_is_one_instant(link, mailbox) -> None:
    Customer.objects.update(time_zone="Europe/London")
    link.contract.customer.refresh_from_db()
    book(link, at=utc("2026-11-24T09:00"), now=T)

    send_all()

    hers, his = entry(to(mailbox, "lin@lantu.test")), entry(to(mailbox, "chen@vendor.test"))
    starts = [one.walk("VEVENT")[0]["DTSTART"] for one in (hers, his)]
    assert [start.params["TZID"] for start in starts] == ["Europe/London", "Asia/Shanghai"]
    assert {start.dt.astimezone(T.tzinfo) for start in starts} == {utc("2026-11-24T09:00")}
    assert "24 November 2026, 09:00 (Europe/London; Tue 17:00 Asia/Shanghai)" in text(to(mailbox, "lin@lantu.test"))
    assert "24 November 2026, 17:00 (Asia/Shanghai; Tue 09:00 Europe/London)" in text(to(mailbox, "chen@vendor.test"))


def test_each_reads_their_own_language(booked, mailbox) -> None:
    Contact.objects.update(language="zh-hans")

    send_all()

    assert subject(to(mailbox, "lin@lantu.test")) == "陈舟给您打电话：2026年11月24日9时00分(北京时间)"
    assert subject(to(mailbox, "chen@vendor.test")).startswith("Call")


def test_both_invitations_are_of_the_same_entry(booked, mailbox) -> None:
    send_all()

    found = [entry(mail).walk("VEVENT")[0] for mail in mailbox.mails]
    assert len({one["UID"] for one in found}) == 1
    assert {one["SEQUENCE"] for one in found} == {0}


def test_a_moved_call_takes_the_place_of_the_one_before(booked, link, mailbox) -> None:
    send_all()
    move(booked, at=TUESDAY_10, by=link.contact, now=T)
    send_all()

    first, second = (entry(mail).walk("VEVENT")[0] for mail in (mailbox.mails[1], to(mailbox, "lin@lantu.test")))
    assert second["UID"] == first["UID"]
    assert (first["SEQUENCE"], second["SEQUENCE"]) == (0, 1)
    assert second.start == TUESDAY_10


def test_a_call_that_is_off_is_taken_out_of_both_calendars(booked, link, mailbox) -> None:
    send_all()
    call_off(booked, by=link.contact, now=T)
    send_all()

    for address in ("lin@lantu.test", "chen@vendor.test"):
        assert entry(to(mailbox, address))["METHOD"] == "CANCEL"
        assert entry(to(mailbox, address)).walk("VEVENT")[0]["SEQUENCE"] == 1


def test_what_was_moved_before_it_was_told_is_told_once(booked, link, mailbox) -> None:
    move(booked, at=TUESDAY_10, by=link.contact, now=T)

    assert sorted(send_all()) == ["dropped", "dropped", "sent", "sent"]


def test_who_was_never_invited_is_not_told_that_it_is_off(booked, link, mailbox) -> None:
    call_off(booked, by=link.contact, now=T)

    assert set(send_all()) == {"dropped"}
    assert mailbox.mails == []


def test_carried_out_twice_it_is_sent_once(booked, mailbox) -> None:
    pk = Invitation.objects.first().pk

    assert [carry_out(pk, now=T), carry_out(pk, now=T)] == ["sent", "not due"]
    assert len(mailbox.mails) == 1


def test_a_repeat_after_a_crash_has_the_same_id(booked, mailbox, monkeypatch) -> None:
    pk = Invitation.objects.get(recipient="lin@lantu.test").pk
    with monkeypatch.context() as crash:
        crash.setattr("renewals.appointments.sending.settle", lambda *_said, **_more: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            carry_out(pk, now=T)

    assert carry_out(pk, now=T + MINUTE) == "not due"
    assert carry_out(pk, now=T + LEASE) == "sent"
    assert len({mail["Message-ID"] for mail in mailbox.mails}) == 1


def test_a_server_that_is_away_loses_nothing(booked, mailbox) -> None:
    pk = Invitation.objects.first().pk
    mailbox.data_answer = "451 later"
    assert carry_out(pk, now=T) == "later"

    mailbox.data_answer = "250 OK"
    assert carry_out(pk, now=T + MINUTE) == "sent"


def test_the_queue_has_both_with_the_call_and_the_tick_puts_back_what_was_left_lying(booked) -> None:
    assert OrmQ.objects.count() == 2
    OrmQ.objects.all().delete()

    tick(now=T + MINUTE)

    queued = set(Invitation.objects.values_list("queued_at", flat=True))
    assert queued == {T + MINUTE}


def test_an_invitation_whose_call_has_begun_is_not_sent(booked, mailbox) -> None:
    assert carry_out(Invitation.objects.first().pk, now=TUESDAY_9) == "dropped"


def test_what_one_of_ours_changes_at_night_reaches_the_customer_in_the_morning(booked, chen: User) -> None:
    late = utc("2026-11-23T14:00")  # 22:00

    move(booked, at=TUESDAY_10, by=chen, now=late)

    waits = dict(Invitation.objects.filter(sequence=1).values_list("recipient", "next_try_at"))
    assert waits == {"lin@lantu.test": TUESDAY_9, "chen@vendor.test": late}


def test_where_the_morning_would_be_too_late_they_hear_of_it_at_once(booked, chen: User) -> None:
    late = utc("2026-11-23T14:00")

    move(booked, at=TUESDAY_9 + timedelta(minutes=30), by=chen, now=late)

    assert set(Invitation.objects.filter(sequence=1).values_list("next_try_at", flat=True)) == {late}


def test_who_has_no_address_is_called_all_the_same(link, mailbox) -> None:
    Contact.objects.update(email="")
    link.contact.refresh_from_db()

    book(link, at=TUESDAY_9, now=T)
    send_all()

    assert [mail["To"] for mail in mailbox.mails] == ["chen@vendor.test"]
    assert Appointment.objects.count() == 1


def test_ids_follow_from_what_makes_it_the_same_invitation(booked) -> None:
    assert all(isinstance(one.pk, uuid.UUID) and one.pk.version == 5 for one in Invitation.objects.all())

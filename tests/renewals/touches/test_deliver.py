"""One delivery, from the queue to a real mail server (rules 15, 16 and 20)."""

from __future__ import annotations

import smtplib
from datetime import timedelta
from unittest import mock

import pytest
from django_q.models import OrmQ
from django_q.signing import SignedPackage

from accounts import terms
from accounts.models import Contact
from accounts.services import move_end, renew_into
from renewals.desk.services import move_end as shorten
from renewals.locking.models import Evidence
from renewals.locking.renewing import renew
from renewals.tick import tick
from renewals.timeline.models import Event
from renewals.touches import services
from renewals.touches.leasing import LEASE
from renewals.touches.models import Delivery
from renewals.touches.services import deliver
from tests.renewals.cast import T, chen, clock_of, lan_tu, lan_tu_contract, lin, utc
from tests.renewals.cast import contract as signed

pytestmark = pytest.mark.django_db

YEAR = terms.parse_term("1 year")


@pytest.fixture
def delivery(mailbox):
    """The first notice to Lin, handed over on Monday at 12:07 and not carried out yet."""
    lan_tu_contract()
    tick(now=T)
    return Delivery.objects.get()


def test_the_queue_names_the_task_and_the_delivery(delivery):
    task = SignedPackage.loads(OrmQ.objects.get().payload)

    assert (task["func"], task["args"]) == ("renewals.touches.tasks.deliver", (str(delivery.pk),))


def test_it_is_sent_once_and_counts_as_evidence(delivery, mailbox):
    assert [deliver(delivery.pk, now=T), deliver(delivery.pk, now=T)] == ["sent", "not due"]

    assert mailbox.recipients == [["lin@lantu.test"]]
    evidence = Evidence.objects.get()
    assert (evidence.kind, evidence.at, evidence.contact.name) == ("delivered", T, "林岚")
    assert Event.objects.filter(kind="notice_sent", occurred_at=T).count() == 1
    assert clock_of(delivery.touch.contract).lock_at == utc("2026-11-30T01:00")


def test_its_envelope_says_what_it_is_and_who_answers(delivery, mailbox):
    deliver(delivery.pk, now=T)

    mail = mailbox.mails[0]
    assert mail["Message-ID"] == f"<{delivery.pk}@localhost>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Auto-Response-Suppress"] == "OOF, NRN, AutoReply, RN"
    assert mail["Reply-To"] == "chen@vendor.test"
    assert mail["From"].addresses[0].display_name == "陈舟 · 云笔协作"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["multipart/alternative", "text/calendar"]


def test_in_a_quiet_hour_it_waits_and_no_attempt_is_burned(delivery, mailbox):
    night = utc("2026-11-23T15:00")

    assert deliver(delivery.pk, now=night) == "postponed"

    delivery.refresh_from_db()
    assert (delivery.next_try_at, delivery.attempts, delivery.lease) == (utc("2026-11-24T01:00"), 0, None)
    assert deliver(delivery.pk, now=utc("2026-11-24T01:00")) == "sent"


def test_a_customer_who_has_renewed_gets_no_warning(delivery, mailbox):
    renew(delivery.touch.contract, after=delivery.touch.term.ends_at, term=YEAR, by="Lin", now=T)

    assert deliver(delivery.pk, now=T) == "dropped"

    assert mailbox.mails == []
    assert Event.objects.get(kind="notice_dropped").detail["answer"] == "renewed"


def test_a_moved_end_is_another_promise_and_the_old_notice_is_dropped(delivery, mailbox):
    move_end(delivery.touch.contract, term=terms.parse_term("through 2026-12-31"), reason="", by=chen(), now=T)

    deliver(delivery.pk, now=T)

    delivery.refresh_from_db()
    assert (delivery.outcome, delivery.answer, mailbox.mails) == ("dropped", "moved", [])


def test_who_is_not_told_about_ends_any_more_is_not_told(delivery, mailbox):
    Contact.objects.update(gets_notices=False)

    assert deliver(delivery.pk, now=T) == "dropped"


def test_a_refused_recipient_is_a_failure_that_is_seen(delivery, mailbox):
    mailbox.refusals["lin@lantu.test"] = "550 5.1.1 No such user"

    assert deliver(delivery.pk, now=T) == "failed"

    delivery.refresh_from_db()
    assert delivery.answer == "550 5.1.1 No such user"
    assert Event.objects.get(kind="notice_failed").detail["contact"] == "林岚"
    assert not Evidence.objects.exists()


def test_a_refused_text_is_a_failure_too(delivery, mailbox):
    mailbox.data_answer = "554 5.7.1 Not today, not ever"

    assert deliver(delivery.pk, now=T) == "failed"


@pytest.mark.parametrize("answer", ["451 4.3.0 Try again", "421 4.3.2 Going down"])
def test_a_server_that_is_busy_is_asked_again_under_the_same_id(delivery, mailbox, answer):
    mailbox.data_answer = answer
    assert deliver(delivery.pk, now=T) == "later"
    mailbox.data_answer = "250 OK"

    assert deliver(delivery.pk, now=T + timedelta(seconds=59)) == "not due"
    assert deliver(delivery.pk, now=T + timedelta(minutes=1)) == "sent"
    assert [mail["Message-ID"] for mail in mailbox.mails] == [f"<{delivery.pk}@localhost>"]


def test_a_server_that_is_not_there_loses_nothing(delivery, mailbox, settings):
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    assert deliver(delivery.pk, now=T) == "later"
    settings.EMAIL_PORT = port
    minute_later = T + timedelta(minutes=1)

    assert tick(now=minute_later)["queued_again"] == 1
    assert deliver(delivery.pk, now=minute_later) == "sent"
    assert len(mailbox.mails) == 1


@pytest.mark.parametrize(("attempts", "minutes"), [(0, 1), (1, 5), (2, 15), (3, 60), (7, 240)])
def test_each_attempt_waits_longer_for_the_next(delivery, settings, attempts, minutes):
    settings.EMAIL_PORT = 1
    Delivery.objects.update(attempts=attempts)

    deliver(delivery.pk, now=T)

    assert Delivery.objects.get().next_try_at == T + timedelta(minutes=minutes)


def test_a_fault_of_ours_in_writing_it_is_as_patient_as_a_server_that_is_away(delivery, mailbox, monkeypatch):
    def broken(_notice):
        raise KeyError("a template's word")

    monkeypatch.setattr("renewals.touches.services.write", broken)
    assert deliver(delivery.pk, now=T) == "later"
    monkeypatch.undo()

    assert deliver(delivery.pk, now=T + timedelta(minutes=1)) == "sent"
    assert len(mailbox.mails) == 1


def test_after_the_last_attempt_it_has_failed_for_good(delivery, settings):
    settings.EMAIL_PORT = 1
    Delivery.objects.update(attempts=len(services.WAITS))

    assert deliver(delivery.pk, now=T) == "failed"

    assert "Connection" in Event.objects.get(kind="notice_failed").detail["answer"]


def test_killed_between_sending_and_marking_it_repeats_under_the_same_id(delivery, mailbox):
    with mock.patch.object(services, "settle", side_effect=SystemExit), pytest.raises(SystemExit):
        deliver(delivery.pk, now=T)
    assert deliver(delivery.pk, now=T + LEASE - timedelta(seconds=1)) == "not due"

    assert tick(now=T + LEASE)["queued_again"] == 1
    assert deliver(delivery.pk, now=T + LEASE) == "sent"

    assert [mail["Message-ID"] for mail in mailbox.mails] == [f"<{delivery.pk}@localhost>"] * 2
    assert Evidence.objects.count() == 1


def test_who_lost_the_lease_marks_nothing(delivery, mailbox):
    leased = services.leased(delivery.pk, now=T)
    Delivery.objects.update(lease="00000000-0000-0000-0000-000000000000")

    assert services.finish(leased, Delivery.Outcome.SENT, "", now=T) == "lease lost"

    assert not Evidence.objects.exists()


def test_a_delivery_that_no_worker_takes_is_put_on_the_queue_again_each_half_minute(delivery):
    ticks = [tick(now=T + timedelta(seconds=seconds))["queued_again"] for seconds in (29, 30, 31, 60)]

    assert ticks == [0, 1, 0, 1]


def test_a_line_break_in_a_name_breaks_no_header(mailbox):
    customer = lan_tu(owner=chen(name="陈\r\nBcc: everyone@evil.test"))
    lin(customer, salutation="Lin\r\nX-Evil: yes")
    signed(customer)

    done = tick(now=T, in_process=True)

    assert [one["outcome"] for one in done["carried_out"]] == ["sent"]
    assert mailbox.mails[0]["Bcc"] is None
    assert mailbox.mails[0]["X-Evil"] is None


def test_after_the_lock_nothing_is_sent(delivery, mailbox):
    contract = delivery.touch.contract
    Evidence.objects.create(
        term=delivery.touch.term,
        last_minute=delivery.touch.term.last_minute,
        kind="told",
        at=T,
        recorded_at=T,
        by=chen(),
    )
    services.record_evidence(delivery.touch.term, kind=Evidence.Kind.OPENED, at=T, now=T)
    locked_at = clock_of(contract).lock_at

    deliver(delivery.pk, now=locked_at)

    delivery.refresh_from_db()
    assert (delivery.outcome, delivery.answer) == ("dropped", "locked")


def test_a_temporary_refusal_of_the_recipient_is_worth_another_try(delivery, mailbox):
    mailbox.refusals["lin@lantu.test"] = "450 4.2.1 Greylisted"

    assert deliver(delivery.pk, now=T) == "later"


def test_a_connection_that_breaks_counts_as_not_sent(delivery):
    with mock.patch("smtplib.SMTP.sendmail", side_effect=smtplib.SMTPServerDisconnected("gone")):
        assert deliver(delivery.pk, now=T) == "later"


def test_a_term_to_come_that_is_shortened_is_told_of_while_the_present_one_runs(mailbox):
    customer = lan_tu()
    lin(customer)
    contract = signed(customer)
    following = renew_into(contract, starts_at=utc("2027-01-01T00:00"), term=terms.Term.years(1), by="a test", now=T)

    shorten(contract, term=terms.parse_term("through 2027-06-30"), reason="Agreed", by=chen(), now=T)
    tick(now=T, in_process=True)

    delivery = following.touches.get().delivery
    assert delivery.outcome == Delivery.Outcome.SENT
    assert "2027年6月30日23时59分" in delivery.body  # not the last mail: two went out in this tick, in either order

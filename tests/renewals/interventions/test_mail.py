"""The mail to whoever has an intervention: once, whole, through a crash (rule 20)."""

from __future__ import annotations

from datetime import timedelta
from unittest import mock

import pytest
from django_q.models import OrmQ
from django_q.signing import SignedPackage

from accounts.models import Contact
from renewals.interventions import sending
from renewals.interventions.models import Message
from renewals.interventions.sending import carry_out
from renewals.interventions.services import take
from renewals.tick import tick
from renewals.touches.leasing import LEASE
from tests.renewals.interventions.conftest import LOCK_AT

pytestmark = pytest.mark.django_db


@pytest.fixture
def mail(locked, mailbox) -> Message:
    Contact.objects.update(phone="+86 138 0000 2101")
    return Message.objects.get()


def tasks() -> list[tuple[str, tuple]]:
    loaded = [SignedPackage.loads(row.payload) for row in OrmQ.objects.all()]
    return [(task["func"], task["args"]) for task in loaded if "interventions" in task["func"]]


def test_the_tick_that_opens_it_puts_its_mail_on_the_queue(mail):
    assert tasks() == [("renewals.interventions.tasks.send", (str(mail.pk),))]


def test_it_says_whom_to_call_what_was_promised_and_where_to_take_it(mail, mailbox, locked):
    assert [carry_out(mail.pk, now=LOCK_AT), carry_out(mail.pk, now=LOCK_AT)] == ["sent", "not due"]

    assert mailbox.recipients == [["chen@vendor.test"]]
    text = mailbox.text()
    for said in (
        "27 November 2026, 23:59 (Asia/Shanghai)",
        "30 November 2026, 09:00 (Asia/Shanghai)",
        "林岚 (林女士) · +86 138 0000 2101",
        f"/intervention/{locked.pk}/",
        "it goes to the next colleague 30 November 2026, 09:15 (Asia/Shanghai)",
    ):
        assert said in text
    assert mailbox.mails[0]["Message-ID"] == f"<intervention.{mail.pk}@localhost>"


def test_it_is_in_the_language_of_who_gets_it(mail, mailbox, team):
    team["chen"].language = "zh-hans"
    team["chen"].save(update_fields=["language"])

    carry_out(mail.pk, now=LOCK_AT)

    assert "2026年11月30日09时00分" in mailbox.text() or "2026年11月30日9时00分" in mailbox.text()


def test_who_dies_between_sending_and_marking_sends_again_under_one_id(mail, mailbox):
    with mock.patch.object(sending, "finish", side_effect=KeyboardInterrupt), pytest.raises(KeyboardInterrupt):
        carry_out(mail.pk, now=LOCK_AT)
    assert carry_out(mail.pk, now=LOCK_AT + LEASE / 2) == "not due"

    assert carry_out(mail.pk, now=LOCK_AT + LEASE) == "sent"

    assert len({one["Message-ID"] for one in mailbox.mails}) == 1
    assert len(mailbox.mails) == 2


def test_a_mail_that_kills_every_worker_fails_in_the_end(mail):
    Message.objects.update(attempts=5)

    assert carry_out(mail.pk, now=LOCK_AT) == "failed"


def test_what_no_worker_took_is_put_back(mail):
    OrmQ.objects.all().delete()

    tick(now=LOCK_AT + timedelta(seconds=29))
    assert tasks() == []
    tick(now=LOCK_AT + timedelta(seconds=30))

    assert len(tasks()) == 1


def test_a_full_mailbox_is_tried_again(mail, mailbox):
    mailbox.data_answer = "452 4.2.2 mailbox full"

    assert carry_out(mail.pk, now=LOCK_AT) == "later"
    mailbox.data_answer = "250 OK"

    assert carry_out(mail.pk, now=LOCK_AT + timedelta(minutes=1)) == "sent"


def test_a_refusal_is_kept(mail, mailbox):
    mailbox.refusals["chen@vendor.test"] = "550 5.1.1 No such user"

    assert carry_out(mail.pk, now=LOCK_AT) == "failed"

    mail.refresh_from_db()
    assert mail.answer == "550 5.1.1 No such user"


def test_once_a_colleague_has_it_nobody_is_asked_to_call(mail, mailbox, locked, team):
    take(locked, by=team["he"], now=LOCK_AT)

    assert carry_out(mail.pk, now=LOCK_AT) == "dropped"
    assert mailbox.mails == []

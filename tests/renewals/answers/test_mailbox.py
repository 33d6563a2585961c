"""The portal's mailbox, by a real IMAP server: each mail once, whatever dies in between (rule 20)."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django_q.models import OrmQ
from django_q.signing import SignedPackage

from renewals.answers.mailbox import Away, fetch
from renewals.answers.models import Answer
from renewals.answers.reading import LARGEST
from renewals.answers.tasks import fetch_answers
from renewals.tick import tick
from renewals.touches.models import Report
from tests.renewals.answers.conftest import bounce, mail, reply
from tests.renewals.cast import T

pytestmark = pytest.mark.django_db

LATER = T + timedelta(hours=1)


def look(postbox):
    return dict(fetch(postbox.settings, now=LATER))


def test_what_nobody_has_seen_is_taken_in_and_marked(sent, postbox):
    postbox.put(bytes(reply(sent)), at=T + timedelta(minutes=30))
    postbox.put(bounce(sent))

    assert look(postbox) == {"answer": 1, "report": 1}

    assert Answer.objects.get().received_at == T + timedelta(minutes=30)
    assert Report.objects.get().kind == "bounced"
    assert [kept.flags for kept in postbox.mails.values()] == [{"\\Seen"}, {"\\Seen"}]


def test_looked_into_again_it_holds_nothing_new(sent, postbox):
    postbox.put(bytes(reply(sent)))

    assert [look(postbox), look(postbox)] == [{"answer": 1}, {}]


@pytest.mark.parametrize("command", ["UID STORE", "LOGOUT"])
def test_a_death_before_the_mark_costs_nothing(sent, postbox, command):
    """What was committed is known when it comes again."""
    postbox.put(bytes(reply(sent)))
    postbox.hangs_up_at = command
    try:
        look(postbox)
    except Away:
        assert look(postbox) == {"known": 1}

    assert Answer.objects.count() == 1


def test_a_mail_that_cannot_be_taken_in_is_flagged_and_stops_no_other(sent, postbox, monkeypatch):
    from renewals.answers import mailbox

    take_in = mailbox.take_in

    def stumble(message, **said):
        if "poison" in str(message["Subject"]):
            raise RuntimeError("a fault of ours")
        return take_in(message, **said)

    monkeypatch.setattr(mailbox, "take_in", stumble)
    postbox.put(bytes(mail(subject="poison")))
    postbox.put(bytes(reply(sent, number=2)))

    assert look(postbox) == {"unreadable": 1, "answer": 1}

    assert postbox.mails[1].flags == {"\\Seen", "\\Flagged"}


def test_of_a_large_mail_the_first_megabyte_is_fetched(sent, postbox):
    message = reply(sent, "Short words.")
    message.add_attachment(b"x" * 2 * LARGEST, maintype="application", subtype="zip", filename="large.zip")
    postbox.put(bytes(message))

    look(postbox)

    assert (Answer.objects.get().text, Answer.objects.get().attachments) == ("Short words.", ["large.zip"])
    assert any(f"<0.{LARGEST}>" in asked for asked in postbox.asked)


def test_a_wrong_password_says_so_and_loses_nothing(sent, postbox):
    postbox.password = "another"

    with pytest.raises(Away):
        look(postbox)


def test_a_server_that_is_not_there_is_away(postbox):
    with pytest.raises(Away, match="refused"):
        fetch(postbox.settings | {"port": 1}, now=T)


def test_a_folder_that_is_not_there_is_away(postbox):
    with pytest.raises(Away):
        fetch(postbox.settings | {"folder": "Elsewhere"}, now=T)


def test_the_command_takes_in_what_is_there(sent, postbox, clock):
    postbox.put(bytes(reply(sent)))
    out = StringIO()

    call_command("fetch_answers", stdout=out)

    assert json.loads(out.getvalue()) == {"answer": 1}


def test_the_command_says_what_is_missing(settings):
    settings.CSPORTAL_MAILBOX = None

    with pytest.raises(CommandError, match="CSPORTAL_MAILBOX_URL"):
        call_command("fetch_answers")


def test_the_tick_asks_a_worker_once_a_minute_and_never_twice_for_one_look(postbox):
    tick(now=T)
    tick(now=T + timedelta(minutes=1))

    looks = [SignedPackage.loads(task.payload)["func"] for task in OrmQ.objects.all()]
    assert looks == ["renewals.answers.tasks.fetch_answers"]
    fetch_answers()
    tick(now=T + timedelta(minutes=2))
    assert OrmQ.objects.count() == 2


def test_without_a_mailbox_no_worker_is_asked(db, settings):
    settings.CSPORTAL_MAILBOX = None

    tick(now=T)

    assert not OrmQ.objects.exists()


def test_a_mailbox_that_is_away_breaks_no_worker(postbox, clock):
    postbox.close()

    assert fetch_answers() == "away"


@pytest.fixture(autouse=True)
def nothing_asked(db):
    cache.clear()

"""What is heard of a letter after it left, and what becomes of the evidence that it was (rule 10)."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from accounts import terms
from renewals.entitlement import State, state_at
from renewals.history import timeline_of
from renewals.history.then import then
from renewals.locking.models import Evidence
from renewals.locking.renewing import renew
from renewals.locking.services import clocks_that_differ
from renewals.locking.telling import record_evidence
from renewals.tick import tick
from renewals.timeline.models import Event
from renewals.touches.models import Delivery, Report
from renewals.touches.receipts import plan_receipts
from renewals.touches.reports import Heard, delivery_named, take_report
from renewals.touches.services import deliver
from tests.renewals.cast import T, chen, clock_of, lan_tu_contract, lin, utc

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
LOCKS_AT = utc("2026-11-30T01:00")
YEAR = terms.parse_term("1 year")


@pytest.fixture
def sent(mailbox):
    """The notice to Lin, sent on Monday: the lock that rests on it begins a week later, on Monday at nine."""
    lan_tu_contract()
    tick(now=T, in_process=True)
    return Delivery.objects.get()


def hear(delivery, kind=Report.Kind.BOUNCED, *, at=T + HOUR, **said):
    heard = Heard(delivery_id=delivery.pk, kind=kind, at=at, **({"said": "550 5.1.1 No such user"} | said))
    return take_report(heard, now=at)


def test_a_letter_that_came_back_is_no_evidence_and_stays_on_record(sent):
    hear(sent)

    sent.refresh_from_db()
    assert (sent.outcome, sent.answer) == ("bounced", "550 5.1.1 No such user")
    assert Evidence.objects.get().disproved_at == T + HOUR
    assert not Evidence.objects.of_the_promise().exists()


def test_the_lock_ahead_that_rested_on_it_is_gone(sent):
    assert clock_of(sent.touch.contract).lock_at == LOCKS_AT

    hear(sent)

    assert clock_of(sent.touch.contract).lock_at is None
    assert clocks_that_differ() == []


def test_a_lock_ahead_that_somebody_else_was_told_of_stays(sent):
    record_evidence(sent.touch.term, kind=Evidence.Kind.TOLD, at=T, now=T, by=chen())

    hear(sent)

    assert clock_of(sent.touch.contract).lock_at == LOCKS_AT


def test_a_lock_that_has_begun_is_opened_again_from_then_on(sent):
    """Nobody was told: the product lets them in at once. What was locked was locked, and costs nothing (rule 12)."""
    contract, at = sent.touch.contract, LOCKS_AT + HOUR
    hear(sent, at=at)

    before, now = clock_of(contract, at=at - HOUR), clock_of(contract, at=at)
    assert state_at(before.windows, at - timedelta(minutes=1)) == State.SOFT_LOCKED
    assert (state_at(now.windows, at), now.lock_at) == (State.BUFFER, None)
    assert renew(contract, after=now.ends_at, term=YEAR, by="Lin", now=at).starts_at == at
    assert clocks_that_differ() == []


def test_told_after_it_was_opened_again_it_locks_a_day_later(sent):
    contract, at = sent.touch.contract, LOCKS_AT + HOUR
    hear(sent, at=at)

    record_evidence(sent.touch.term, kind=Evidence.Kind.TOLD, at=at + HOUR, now=at + HOUR, by=chen())

    assert clock_of(contract, at=at + HOUR).lock_at == at + 25 * HOUR


def test_a_lock_that_others_had_been_told_of_by_then_stays_locked(sent):
    record_evidence(sent.touch.term, kind=Evidence.Kind.OPENED, at=T + HOUR, now=T + HOUR)

    hear(sent, at=LOCKS_AT + HOUR)

    assert state_at(clock_of(sent.touch.contract, at=LOCKS_AT + HOUR).windows, LOCKS_AT + HOUR) == State.SOFT_LOCKED


def test_the_time_machine_shows_what_was_known_then(sent):
    contract = sent.touch.contract
    hear(sent, at=LOCKS_AT + HOUR)

    now = LOCKS_AT + 2 * HOUR
    assert then(contract, at=LOCKS_AT, now=now).windows.lock_at == LOCKS_AT
    assert then(contract, at=now, now=now).windows.lock_at is None


def test_whoever_else_can_be_told_is_told_at_once(sent, mailbox):
    lin(sent.touch.contact.customer, name="王总", salutation="王总", email="wang@lantu.test")
    tick(now=T + HOUR, in_process=True)
    told_before = len(mailbox.mails)
    hear(sent, at=T + HOUR)

    tick(now=T + 2 * HOUR, in_process=True)

    assert [mail["To"] for mail in mailbox.mails[told_before:]] == ["wang@lantu.test"]


def test_it_is_on_the_timeline_with_what_the_other_server_said(sent):
    hear(sent)

    entry = next(one for one in timeline_of(sent.touch.contract, now=T + HOUR) if one.kind == "notice_bounced")
    assert (entry.title, entry.detail) == (
        "The notice to 林岚 came back: nobody was told by it",
        "550 5.1.1 No such user",
    )


def test_what_was_heard_of_a_letter_stands_beside_it(sent):
    hear(sent, Report.Kind.OPENED, at=T + 2 * HOUR)
    hear(sent, Report.Kind.OPENED, at=T + 3 * HOUR)
    hear(sent, Report.Kind.DELIVERED, at=T + HOUR)

    entry = next(one for one in timeline_of(sent.touch.contract, now=T + 3 * HOUR) if one.kind == "notice_sent")
    assert entry.detail.endswith("delivered · opened")


def test_heard_twice_it_counts_once(sent):
    assert [hear(sent), hear(sent), hear(sent, at=T + 2 * HOUR, event_id="e1")] == [True, False, True]
    assert hear(sent, at=T + 3 * HOUR, event_id="e1") is False

    assert Event.objects.filter(kind=Event.Kind.NOTICE_BOUNCED).count() == 1


@pytest.mark.parametrize("kind", ["delivered", "opened", "deferred", "complained"])
def test_what_else_is_heard_is_kept_and_changes_nothing(sent, kind):
    hear(sent, Report.Kind(kind))

    sent.refresh_from_db()
    assert (sent.outcome, Report.objects.get().kind) == ("sent", kind)
    assert clock_of(sent.touch.contract).lock_at == LOCKS_AT
    assert Evidence.objects.count() == 1


def test_a_report_that_overtakes_our_own_mark_is_not_lost(mailbox):
    """A provider may call before the worker has written down that the letter left."""
    lan_tu_contract()
    tick(now=T)
    delivery = Delivery.objects.get()
    hear(delivery, at=T)

    assert deliver(delivery.pk, now=T) == "bounced"

    assert clock_of(delivery.touch.contract).lock_at is None
    assert list(Event.objects.filter(kind__startswith="notice_").values_list("kind", flat=True)) == [
        "notice_sent",
        "notice_bounced",
    ]


def test_a_receipt_that_came_back_takes_no_evidence_away(sent):
    following = renew(sent.touch.contract, after=clock_of(sent.touch.contract).ends_at, term=YEAR, by="Lin", now=T)
    plan_receipts(following, None, now=T)
    tick(now=T, in_process=True)

    hear(Delivery.objects.get(touch__kind="renewed"))

    assert Evidence.objects.get().disproved_at is None


def test_a_report_on_a_letter_that_is_not_ours_is_nothing(db):
    assert take_report(Heard(delivery_id=uuid4(), kind=Report.Kind.BOUNCED, at=T), now=T) is False


def test_a_letter_is_known_by_our_id_and_by_the_providers(sent):
    Delivery.objects.update(provider_id="<abc@provider.test>")

    assert delivery_named(str(sent.pk)) == delivery_named("", "<abc@provider.test>") == sent.pk
    assert delivery_named("someone-else's", "other") is None


def test_only_what_a_letter_proved_can_turn_out_to_be_none(sent):
    by_phone = record_evidence(sent.touch.term, kind=Evidence.Kind.TOLD, at=T, now=T, by=chen())

    with pytest.raises(IntegrityError), transaction.atomic():
        Evidence.objects.filter(pk=by_phone.pk).update(disproved_at=T)


def test_the_database_keeps_a_report_once(sent):
    hear(sent)
    again = Report(delivery=sent, kind="bounced", at=T + HOUR, recorded_at=T)

    with pytest.raises(IntegrityError), transaction.atomic():
        again.save()

"""A letter from its first word to its evidence: written, judged, approved, sent, withdrawn (rules 14 to 16)."""

from __future__ import annotations

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from accounts.models import User
from accounts.services import NotAllowed, move_end
from accounts.terms import parse_term
from renewals.letters import services
from renewals.letters.models import Letter
from renewals.letters.services import ChangedMeanwhileError, RefusedError
from renewals.letters.standing import Stands, standing_of
from renewals.letters.waiting import unwritten
from renewals.locking.models import Evidence
from renewals.tick import tick
from renewals.touches.models import Delivery, Touch
from tests.renewals.cast import chen, contract, lan_tu, lin, utc
from tests.renewals.letters.conftest import PERSONAL, WRITING, lay_all, told_us, written

pytestmark = pytest.mark.django_db
MONDAY = utc("2026-11-23T01:00")
"""09:00 in Shanghai on the Monday before the end: a week ahead is a Saturday."""


def live_until(at):
    return tick(now=at, in_process=True)


def test_a_letter_begins_with_a_greeting_and_the_places_of_what_comes_in_by_itself(step):
    text = services.letter_of(step, by=chen(), now=WRITING).text

    assert text.split() == ["林女士，您好：", "{最后可用分钟}", "{续约页}"]


def test_a_personal_letter_goes_out_at_its_moment_with_the_exact_minute(step):
    services.approve(written(step), by=chen(), now=WRITING)

    live_until(MONDAY)

    (sent,) = mail.outbox
    assert sent.subject == "月结前，评审记录的导出已备好"
    assert "2026年11月27日23时59分(北京时间)" in sent.body
    assert "/r/" in sent.body


def test_it_goes_to_nobody_before_its_moment(step):
    services.approve(written(step), by=chen(), now=WRITING)

    live_until(utc("2026-11-23T00:59"))

    assert mail.outbox == []


def test_the_plain_notice_whose_place_it_takes_does_not_go_out(step):
    services.approve(written(step), by=chen(), now=WRITING)

    live_until(utc("2026-11-25T01:00"))

    assert [one.subject for one in mail.outbox] == ["月结前，评审记录的导出已备好"]
    plain = Delivery.objects.get(touch__kind=Touch.Kind.NOTICE, touch__lead__gt="3 days")
    assert plain.answer == Delivery.Dropped.TOLD_ALREADY


def test_if_nobody_writes_the_plain_notice_goes_out(step):
    live_until(MONDAY)

    assert [one.subject for one in mail.outbox] == ["协作专业版：可用至2026年11月27日23时59分(北京时间)"]


def test_a_letter_that_was_sent_is_evidence(step, contract):
    services.approve(written(step), by=chen(), now=WRITING)

    live_until(MONDAY)

    assert Evidence.objects.filter(term__contract=contract, kind=Evidence.Kind.DELIVERED).count() == 1


def test_a_letter_with_no_fact_of_the_customer_is_refused(step):
    letter = written(step, text="林女士：\n\n您的合同快到期了，请尽快续约。\n\n{最后可用分钟}\n{续约页}")

    with pytest.raises(RefusedError) as refused:
        services.approve(letter, by=chen(), now=WRITING)

    assert "本客户" in str(refused.value) or "customer" in str(refused.value)


def test_a_letter_without_the_minute_is_refused(step):
    with pytest.raises(RefusedError):
        services.approve(written(step, text=PERSONAL.replace("{最后可用分钟}", "")), by=chen(), now=WRITING)


def test_a_letter_with_something_left_to_fill_in_is_refused(step):
    with pytest.raises(RefusedError):
        services.approve(written(step, text=PERSONAL + "\n[客户名]"), by=chen(), now=WRITING)


def test_a_letter_that_another_customer_was_sent_is_refused_with_the_sentences(step):
    other = lan_tu(name="云帆物流")
    lin(other, name="赵敏", salutation="赵女士", email="zhao@yunfan.test")
    theirs = contract(other, number="YF-1")
    told_us(theirs)
    lay_all()
    services.approve(written(step), by=chen(), now=WRITING)
    copied = written(theirs.plan_steps.get(purpose="talk_track"), text=PERSONAL.replace("林女士", "赵女士"))

    with pytest.raises(RefusedError) as refused:
        services.approve(copied, by=chen(), now=WRITING)

    assert any("批量导出" in one.theirs for one in refused.value.checked.same)
    assert "澜图设计" in refused.value.checked.whose


def test_what_was_saved_by_somebody_else_is_not_overwritten(step):
    written(step)
    letter = Letter.objects.get()

    with pytest.raises(ChangedMeanwhileError):
        services.save(letter, subject="别的", text="另一个窗口", revision=0, now=WRITING)


def test_an_approved_letter_is_not_written_on(step):
    letter = written(step)
    services.approve(letter, by=chen(), now=WRITING)

    with pytest.raises(NotAllowed):
        services.save(Letter.objects.get(pk=letter.pk), subject="别的", text="x", revision=1, now=WRITING)


def test_a_letter_that_is_withdrawn_does_not_go_out_and_can_be_written_on(step):
    letter = written(step)
    services.approve(letter, by=chen(), now=WRITING)

    fresh = services.withdraw(letter, by=chen(), now=WRITING)
    live_until(MONDAY)

    assert fresh.text == PERSONAL
    assert [one.subject for one in mail.outbox] == ["协作专业版：可用至2026年11月27日23时59分(北京时间)"]


def test_a_letter_that_has_left_cannot_be_withdrawn(step):
    letter = written(step)
    services.approve(letter, by=chen(), now=WRITING)
    live_until(MONDAY)

    with pytest.raises(NotAllowed):
        services.withdraw(letter, by=chen(), now=MONDAY)


def test_an_end_that_moves_stops_the_letter_that_named_it(step, contract):
    letter = written(step)
    services.approve(letter, by=chen(), now=WRITING)
    move_end(contract, term=parse_term("through 2026-12-04"), reason="", by=chen(), now=WRITING)

    live_until(MONDAY)

    assert standing_of(Letter.objects.get(pk=letter.pk), now=MONDAY).stands is Stands.DROPPED


def test_who_is_seen_first_does_not_approve_their_own(step):
    manager = User.objects.create_user("boss@vendor.test", name="周行", role=User.Role.MANAGER)
    services.see_first(chen(), first=True, by=manager, now=WRITING)

    with pytest.raises(NotAllowed):
        services.approve(written(step), by=chen(), now=WRITING)


def test_a_letter_that_was_shown_is_approved_by_the_manager(step):
    manager = User.objects.create_user("boss@vendor.test", name="周行", role=User.Role.MANAGER)
    services.see_first(chen(), first=True, by=manager, now=WRITING)
    letter = written(step)
    services.ask(letter, now=WRITING)

    services.approve(Letter.objects.get(pk=letter.pk), by=manager, now=WRITING)

    assert Letter.objects.get(pk=letter.pk).approved_by == manager


def test_two_contracts_of_one_reader_are_told_in_one_letter(db):
    customer = lan_tu()
    lin(customer)
    first, second = (contract(customer, number=number) for number in ("LT-1", "LT-2"))
    told_us(first)
    lay_all()

    services.approve(written(first.plan_steps.get(purpose="talk_track")), by=chen(), now=WRITING)
    live_until(MONDAY)

    assert "LT-2" in mail.outbox[0].body
    assert Evidence.objects.filter(term__contract=second, kind=Evidence.Kind.DELIVERED).exists()


def test_a_step_with_a_letter_on_its_way_waits_for_nobody(step):
    assert step in unwritten(now=WRITING)

    services.approve(written(step), by=chen(), now=WRITING)

    assert step not in unwritten(now=WRITING)


def test_it_cannot_go_out_when_what_it_is_about_has_passed(step):
    with pytest.raises(NotAllowed):
        services.approve(written(step), by=chen(), now=utc("2026-11-27T10:30"))


def test_the_database_keeps_one_living_letter_a_step(step):
    letter = written(step)

    with pytest.raises(IntegrityError), transaction.atomic():
        Letter.objects.create(step=step, contact=letter.contact, author=chen(), begun_at=WRITING, saved_at=WRITING)


def test_a_step_whose_letter_has_left_is_done_at_that_instant(step):
    services.approve(written(step), by=chen(), now=WRITING)

    live_until(MONDAY)

    step.refresh_from_db()
    assert (step.done_at, step.done_how) == (MONDAY, "月结前，评审记录的导出已备好")

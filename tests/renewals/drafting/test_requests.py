"""A request is asked once, whatever happens to its worker, and what left the house stays on record."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.test import RequestFactory
from django_q.models import OrmQ

from accounts.services import NotAllowed
from renewals.drafting import services, tasks
from renewals.drafting.brief import outline
from renewals.drafting.models import TAKEN_WITHIN, DraftRequest, Stands
from renewals.drafting.refusals import Why
from renewals.drafting.services import carry_out, request_draft, shown
from tests.renewals.cast import T
from tests.renewals.drafting.conftest import GOOD, brief, said

pytestmark = pytest.mark.django_db

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
LETTER = "letter:1"


@pytest.fixture
def asked(model, chen) -> DraftRequest:
    return request_draft(LETTER, brief=brief(), by=chen, now=T)


def test_a_request_becomes_a_draft(asked, clock) -> None:
    assert tasks.draft(asked.pk) == "drafted"

    asked.refresh_from_db()
    assert (asked.text, asked.stands(now=T + MINUTE)) == (GOOD, Stands.DRAFTED)


def test_what_was_sent_is_on_record_word_for_word(asked, model) -> None:
    carry_out(asked.pk, now=T + SECOND)

    asked.refresh_from_db()
    assert json.loads(asked.sent) == model.got[0][2]
    assert (asked.host, asked.sent_at) == (model.url.split("/")[2], T + SECOND)


def test_the_request_and_its_entry_on_the_queue_are_one_transaction(model, chen) -> None:
    with transaction.atomic():
        request_draft(LETTER, brief=brief(), by=chen, now=T)
        transaction.set_rollback(True)

    assert (DraftRequest.objects.count(), OrmQ.objects.count()) == (0, 0)


def test_a_request_is_on_the_queue_once(asked) -> None:
    assert OrmQ.objects.count() == 1


def test_taken_twice_it_is_asked_once(asked, model) -> None:
    answers = [carry_out(asked.pk, now=T), carry_out(asked.pk, now=T)]

    assert (answers, len(model.got)) == (["drafted", "not due"], 1)


def test_while_one_worker_asks_another_does_not(asked) -> None:
    assert services.leased(asked.pk, now=T) is not None

    assert services.leased(asked.pk, now=T + SECOND) is None


def test_a_worker_that_died_while_it_asked_leaves_a_request_that_is_given_up(asked, model) -> None:
    services.leased(asked.pk, now=T)

    again = carry_out(asked.pk, now=T + 10 * MINUTE)

    asked.refresh_from_db()
    assert (again, asked.why, model.got) == ("not due", Why.NEVER_CAME, [])


def test_an_answer_that_comes_after_it_was_given_up_changes_nothing(asked) -> None:
    held = services.leased(asked.pk, now=T)
    services.give_up(asked, now=T + 10 * MINUTE)

    assert services.finish(held, services.Draft(text="late"), at=T + 11 * MINUTE) == "late"
    asked.refresh_from_db()
    assert asked.text == ""


def test_a_letter_has_one_open_request(asked, chen) -> None:
    with pytest.raises(NotAllowed, match="being written already"):
        request_draft(LETTER, brief=brief(), by=chen, now=T + MINUTE)


def test_another_letter_has_its_own(asked, chen) -> None:
    assert request_draft("letter:2", brief=brief(), by=chen, now=T).pk != asked.pk


def test_one_that_no_worker_took_in_time_may_be_asked_anew_and_is_not_sent_twice(asked, model, chen) -> None:
    late = T + TAKEN_WITHIN
    assert shown(LETTER, now=late).stands is Stands.LOST

    again = request_draft(LETTER, brief=brief(), by=chen, now=late)

    assert [carry_out(pk, now=late) for pk in (asked.pk, again.pk)] == ["not due", "drafted"]
    assert len(model.got) == 1


def test_after_an_answer_another_may_be_asked_for(asked, chen) -> None:
    carry_out(asked.pk, now=T)

    assert request_draft(LETTER, brief=brief(), by=chen, now=T + MINUTE).pk != asked.pk


def test_without_a_model_nothing_can_be_asked(chen) -> None:
    with pytest.raises(NotAllowed, match="No language model is set up"):
        request_draft(LETTER, brief=brief(), by=chen, now=T)


def test_a_model_that_was_taken_away_meanwhile_is_not_asked(asked, model, settings) -> None:
    settings.CSPORTAL_MODEL_URL = ""

    assert carry_out(asked.pk, now=T) == Why.OFF
    assert (model.got, DraftRequest.objects.get().sent_at) == ([], None)


def test_nothing_goes_to_another_host_than_the_page_had_said(asked, model, settings) -> None:
    DraftRequest.objects.update(host="api.example.com")

    assert carry_out(asked.pk, now=T) == Why.MOVED
    assert model.got == []


def test_a_reason_is_kept_with_the_servers_words(asked, model) -> None:
    model.answer = (429, {"retry-after": "90"}, b"slow down")

    carry_out(asked.pk, now=T)

    asked.refresh_from_db()
    assert (asked.why, asked.said, asked.wait) == (Why.BUSY, "429 slow down", timedelta(seconds=90))
    assert "Ask again in 1 minute" in shown(LETTER, now=T).reason


def test_the_database_keeps_one_open_request_a_letter(asked) -> None:
    with pytest.raises(IntegrityError, match="draft_one_at_a_time"), transaction.atomic():
        DraftRequest.objects.create(about=LETTER, asked_at=T, brief={}, host="x", sent="x")


@pytest.mark.parametrize(
    "wrong",
    [
        {"over_at": T},
        {"text": "x"},
        {"over_at": T, "text": "x", "why": "busy"},
    ],
)
def test_the_database_keeps_a_text_or_a_reason_for_what_is_over(asked, wrong) -> None:
    with pytest.raises(IntegrityError, match="draft_is_over_with_a_text_or_a_reason"), transaction.atomic():
        DraftRequest.objects.filter(pk=asked.pk).update(**wrong)


def test_the_database_keeps_that_what_somebody_has_was_sent(asked) -> None:
    lease = {"lease": "2b0c6d1e-54a7-5a0e-8f0b-235900235902", "leased_until": T}
    with pytest.raises(IntegrityError, match="draft_that_somebody_has_was_sent"), transaction.atomic():
        DraftRequest.objects.filter(pk=asked.pk).update(**lease)


def page(chen, *, now) -> str:
    request = RequestFactory().get("/")
    request.user = chen
    about = {"help": shown(LETTER, now=now), "outline": outline(brief()), "user": chen}
    return render_to_string("drafting/_help.html", about | {"ask": "/ask/", "poll": "/poll/"}, request)


def test_the_page_says_where_a_brief_would_go_before_it_goes(model, chen) -> None:
    said_there = page(chen, now=T)

    assert f"go to {model.url.split('/')[2]}, and nothing else" in said_there
    assert "Ask for a draft" in said_there


def test_without_a_model_the_page_offers_the_facts_alone(chen) -> None:
    said_there = page(chen, now=T)

    assert "36 个席位（合同 LT-2026-01）" in said_there
    assert "<form" not in said_there


def test_while_it_waits_the_page_looks_again_by_itself(asked, chen) -> None:
    said_there = page(chen, now=T)

    assert 'hx-get="/poll/"' in said_there
    assert "<form" not in said_there


def test_the_page_marks_what_the_brief_does_not_hold(asked, model, chen) -> None:
    model.answer = said(GOOD.replace("12", "120") + "<b>")
    carry_out(asked.pk, now=T)

    said_there = page(chen, now=T)

    assert "<mark>120</mark>" in said_there
    assert "&lt;b&gt;" in said_there

"""One question to a model, and its one answer or reason (a real server)."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from renewals.drafting.brief import Draft
from renewals.drafting.endpoint import LARGEST, ask, is_configured, where
from renewals.drafting.refusals import Refusal, Why, sentence
from tests.renewals.drafting.conftest import GOOD, brief, said

GARBAGE = [
    b"<html>502</html>",
    b"",
    b"null",
    b"[]",
    b'{"choices": []}',
    b'{"choices": [{"message": null}]}',
    b'{"choices": [{"message": {"content": [1]}}]}',
    b'{"choices": [{"message": {"content": 7}}]}',
    b"\xff\xfe\x00",
    b"[" * 100_000,
]


def test_a_draft_comes_back(model) -> None:
    assert ask(brief()) == Draft(text=GOOD)


def test_the_brief_goes_out_with_the_instructions_in_the_letters_language_and_the_key(model) -> None:
    ask(brief(said_before=["上周通过一次电话"]))

    ((path, headers, body),) = model.got
    assert (path, headers["authorization"], body["model"]) == ("/v1/chat/completions", "Bearer sk-house", "house-model")
    system, user = body["messages"]
    assert "只用这些事实" in system["content"]
    assert json.loads(user["content"]) == {
        "language": "zh-hans",
        "purpose": "到期前一周的提醒",
        "greeting": "林女士",
        "facts": [
            {"text": "上月完成了 12 份报告", "source": "产品使用情况"},
            {"text": "36 个席位", "source": "合同 LT-2026-01"},
        ],
        "said_before": ["上周通过一次电话"],
    }


def test_an_english_letter_has_english_instructions(model) -> None:
    ask(brief(language="en"))

    assert "Use only these facts" in model.got[0][2]["messages"][0]["content"]


def test_without_a_key_none_is_sent(model, settings) -> None:
    settings.CSPORTAL_MODEL_KEY = ""

    ask(brief())

    assert "authorization" not in model.got[0][1]


def test_where_it_goes_is_the_host_alone(settings) -> None:
    settings.CSPORTAL_MODEL_URL = "https://api.example.com/v1"

    assert (is_configured(), where()) == (True, "api.example.com")


def test_not_set_up_nothing_goes_anywhere(settings) -> None:
    assert (is_configured(), where(), ask(brief())) == (False, "", Refusal(why=Why.OFF))


@pytest.mark.parametrize(
    ("status", "why"),
    [
        (301, Why.REFUSED), (400, Why.REFUSED), (401, Why.KEY), (403, Why.KEY), (404, Why.REFUSED), (429, Why.BUSY),
        (500, Why.ITS_FAULT), (503, Why.ITS_FAULT), (504, Why.TOO_SLOW),
    ],
)  # fmt: skip
def test_each_refusal_has_its_reason_and_the_servers_words(model, status, why) -> None:
    model.answer = (status, {"location": model.url}, b'{"error": {"message": "no\nway"}}')

    refusal = ask(brief())

    assert isinstance(refusal, Refusal)
    assert (refusal.why, refusal.said) == (why, f'{status} {{"error": {{"message": "no way"}}}}')
    assert len(model.got) == 1


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("90", timedelta(seconds=90)),
        ("9" * 40, timedelta(days=1)),
        ("Fri, 27 Nov 2026 08:00:00 GMT", None),
        ("-1", None),
    ],
)
def test_a_busy_model_says_how_long_to_wait(model, header, wait) -> None:
    model.answer = (429, {"retry-after": header}, b"")

    assert ask(brief()) == Refusal(why=Why.BUSY, said="429", wait=wait)


def test_how_long_to_wait_is_said() -> None:
    assert sentence(Why.BUSY, timedelta(seconds=90)).startswith("The model has too much to do. Ask again in 1 minute,")


@pytest.mark.parametrize("body", GARBAGE, ids=range(len(GARBAGE)))
def test_what_is_no_answer_of_a_model_is_said_to_be_none(model, body) -> None:
    model.answer = (200, {}, body)

    refusal = ask(brief())

    assert isinstance(refusal, Refusal)
    assert refusal.why is Why.NOT_ITS_LANGUAGE
    assert "\0" not in refusal.said


@pytest.mark.parametrize("text", ["", "  \n", None, "<think>hm</think>", "```\n```"])
def test_nothing_is_no_draft(model, text) -> None:
    model.answer = said(text)

    assert ask(brief()) == Refusal(why=Why.NOTHING)


def test_an_answer_without_end_is_not_read_to_it(model) -> None:
    model.answer = said("好" * LARGEST)

    assert ask(brief()) == Refusal(why=Why.TOO_LARGE)


def test_a_book_is_no_letter(model) -> None:
    model.answer = said("好" * 4001)

    assert ask(brief()) == Refusal(why=Why.TOO_LARGE)


def test_an_answer_that_breaks_off_is_no_draft(model) -> None:
    model.answer = said("林女士，您", ended="length")

    assert ask(brief()) == Refusal(why=Why.CUT)


@pytest.mark.parametrize("answer", [said("", ended="content_filter"), said(None, refusal="I can't help with that.")])
def test_a_model_may_be_unwilling(model, answer) -> None:
    model.answer = answer

    refusal = ask(brief())

    assert isinstance(refusal, Refusal)
    assert refusal.why is Why.UNWILLING


def test_a_model_that_does_not_answer_is_not_waited_for_longer_than_is_set(model, settings) -> None:
    settings.CSPORTAL_MODEL_SECONDS = 0.2
    model.waits = True

    refusal = ask(brief())

    assert isinstance(refusal, Refusal)
    assert refusal.why is Why.TOO_SLOW


def test_a_model_that_is_not_there_is_said_to_be_away(settings) -> None:
    settings.CSPORTAL_MODEL_URL = "http://127.0.0.1:9/v1"

    refusal = ask(brief())

    assert isinstance(refusal, Refusal)
    assert refusal.why is Why.NOT_THERE


def test_an_answer_in_pieces_is_one_text(model) -> None:
    model.answer = said([{"type": "text", "text": GOOD[:5]}, {"type": "text", "text": GOOD[5:]}])

    assert ask(brief()) == Draft(text=GOOD)

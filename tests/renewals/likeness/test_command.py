"""`likeness --jsonl`: each letter is judged against those before it that went to other customers."""

from __future__ import annotations

import io
import json

import pytest
from django.core.management import CommandError, call_command

from tests.renewals.likeness.test_comparing import PERSONAL, ROTTERDAM, SUZHOU, SUZHOU_SWAPPED, SWAPPED


def answers(*lines):
    raw = [line if isinstance(line, bytes) else json.dumps(line, ensure_ascii=False).encode() for line in lines]
    out = io.StringIO()

    call_command("likeness", jsonl=True, stdin=io.BytesIO(b"\n".join(raw)), stdout=out)

    return [json.loads(line) for line in out.getvalue().splitlines()]


def letter(letter_id, customer, text):
    return {"id": letter_id, "customer": customer, "text": text}


def test_a_letter_is_judged_against_those_before_it():
    said = answers(
        letter("a", "Lantu Logistics", ROTTERDAM),
        letter("b", "St Mary's", PERSONAL),
        letter("c", "Lagos Freight", SWAPPED),
        letter("d", "苏州云仓", SUZHOU),
        letter("e", "武汉库管", SUZHOU_SWAPPED),
    )

    assert [(one["id"], one["refused"]) for one in said] == [
        ("a", False),
        ("b", False),
        ("c", True),
        ("d", False),
        ("e", True),
    ]


def test_a_refusal_names_the_letter_and_shows_what_repeats():
    _first, said = answers(letter("a", "Lantu Logistics", ROTTERDAM), letter("c", "Lagos Freight", SWAPPED))

    assert "repeats letter a to Lantu Logistics" in said["why"]
    assert "“your branch in Lagos closed March in six days instead of twelve, with 912 reports.”" in said["why"]


def test_a_second_letter_to_the_same_customer_may_repeat_the_first():
    _first, again = answers(letter(1, "Lantu Logistics", ROTTERDAM), letter(2, " lantu  LOGISTICS", ROTTERDAM))

    assert not again["refused"]


def test_a_letter_that_was_copied_is_not_held_against_whom_it_was_written_for():
    said = answers(
        letter(1, "Lantu Logistics", ROTTERDAM),
        letter(2, "Lagos Freight", SWAPPED),
        letter(3, "Lantu Logistics", ROTTERDAM),
        letter(4, "Lagos Freight", SWAPPED),
    )

    assert [one["refused"] for one in said] == [False, True, False, True]


def test_a_placeholder_is_refused_and_named():
    [said] = answers(letter(1, "Lantu Logistics", "Dear {{name}}, the ward's handover fits on one screen now."))

    assert said == {"id": 1, "refused": True, "why": "It still holds what was to be filled in: {{name}}."}


def test_bad_lines_are_answered_in_place_and_the_rest_goes_on():
    said = answers(
        b"not json",
        b"[1]",
        {"id": 3, "customer": "Lantu Logistics"},
        {"id": 4, "text": ROTTERDAM},
        {"id": 5, "customer": " ", "text": ROTTERDAM},
        letter(6, "Lantu Logistics", ROTTERDAM),
        letter(7, "Lagos Freight", SWAPPED),
    )

    assert [one["id"] for one in said] == [None, None, 3, 4, 5, 6, 7]
    assert "not JSON" in said[0]["error"]
    assert "not a JSON object" in said[1]["error"]
    assert "“text” is missing" in said[2]["error"]
    assert "“customer” is missing" in said[3]["error"]
    assert "“customer” is missing" in said[4]["error"]
    assert [one.get("refused") for one in said[5:]] == [False, True]


def test_without_jsonl_it_says_what_to_give():
    with pytest.raises(CommandError, match="Give --jsonl"):
        call_command("likeness")

"""The rules over plain facts."""

from __future__ import annotations

import pytest

from renewals.risk.rules import USUAL, Band, Rule, Word, band, holds, limits, points, reasons


@pytest.mark.parametrize(
    ("word", "found", "so"),
    [
        (Word.AGREED, 22, False),
        (Word.AGREED, 21, True),
        (Word.AGREED, -1, True),
        (Word.HEALTH, 51, False),
        (Word.HEALTH, 50, True),
        (Word.CONTACT, 44, False),
        (Word.CONTACT, 45, True),
        (Word.PROMISES, 0, False),
        (Word.PROMISES, 1, True),
    ],
)
def test_a_rule_holds_from_its_limit_on(word, found, so) -> None:
    assert holds(word, found, USUAL[word]) is so


def test_what_is_not_known_is_no_risk() -> None:
    assert reasons(dict.fromkeys(Word), USUAL) == []


def test_a_rule_that_weighs_nothing_never_holds() -> None:
    assert not holds(Word.PAST, 5, Rule(1, 0))


def test_what_weighs_most_is_said_first_and_all_of_it_counts() -> None:
    found = reasons({Word.STEP: 3, Word.HEALTH: 10, Word.SILENCE: 3}, USUAL)

    assert [one.word for one in found] == [Word.HEALTH, Word.SILENCE, Word.STEP]
    assert points(found) == 20 + 15 + 10


@pytest.mark.parametrize(
    ("found", "word"), [(0, None), (1, Band.LOW), (24, Band.LOW), (25, Band.SOME), (49, Band.SOME), (50, Band.HIGH)]
)
def test_points_have_a_word(found, word) -> None:
    assert band(found) is word
    assert word is None or limits(word)[0] <= found < limits(word)[1]

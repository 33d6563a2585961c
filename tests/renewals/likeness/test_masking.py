"""What is a customer's own is hidden; what remains is how the letter was written."""

from __future__ import annotations

import pytest

from renewals.likeness.masking import masked


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("you saved 3,418 hours in June", "you saved # hours in #"),
        ("closed in four days on Monday", "closed in # days on #"),
        ("ask Pieter of Blue Harbor about it", "ask # of # about it"),
        ("the page is https://portal.example/r/1/", "the page is #"),
        ("write to lin@lantu.test today", "write to #"),
        ("she said “never again” to me", "she said # to me"),
        ("一共3418份报告", "一共#报告"),
        ("一共三千四百份报告", "一共#报告"),
        ("和林总说过", "和#说过"),
        ("上周五在苏州", "#在苏州"),
        ("到2026年5月15日23时59分", "到#"),
        ("我们在Rotterdam的团队", "我们在#的团队"),
    ],
)
def test_names_dates_numbers_and_quotes_are_found_by_their_shape(text, hidden):
    assert masked(text) == hidden


def test_names_that_are_given_are_hidden_in_their_short_forms_too():
    assert masked("苏州云仓和云舟", ["苏州云仓有限公司", "云舟"]) == "#和#"
    assert masked("the depot of lantu at Lantu Logistics", ["Lantu Logistics"]) == "the depot of lantu at #"


def test_a_firm_named_like_a_word_hides_no_word():
    assert masked("we hit the target that Target set", ["Target"]) == "we hit the target that # set"


@pytest.mark.parametrize(
    "text",
    [
        "ｗｅ ｈｉｔ the target",
        "<p>we hit <b>the</b> target</p>",
        "we\u200b hit\nthe&nbsp;target",
    ],
)
def test_what_reads_the_same_is_the_same(text):
    assert masked(text) == "we hit the target"


def test_traditional_characters_are_read_as_simplified_ones():
    assert masked("貴公司的使用情況") == masked("贵公司的使用情况")

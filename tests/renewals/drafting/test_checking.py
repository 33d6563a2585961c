"""What a draft states and its brief does not hold is marked; the exact minute and the link always have a place."""

from __future__ import annotations

import pytest

from renewals.drafting.brief import Brief, Fact, marked, outline
from renewals.drafting.checking import draft_of
from renewals.drafting.numbers import unfounded
from tests.renewals.drafting.conftest import brief

PLACES = "{minute} {link}"


@pytest.mark.parametrize(
    ("text", "known", "doubts"),
    [
        ("您有36个席位", "36 个席位", []),
        ("您有三十六个席位", "36 个席位", []),
        ("thirty-six seats", "36 个席位", []),
        ("您有 40 个席位", "36 个席位", ["40"]),
        ("您有四十个席位", "36 个席位", ["四十"]),
        ("forty seats", "36 个席位", ["forty"]),
        ("¥ 86,400 与 86400.00", "¥ 86,400", []),
        ("8.64万元", "¥ 86,400", []),
        ("9 万元", "¥ 86,400", ["9 万"]),
        ("5月15日 23:59", "2026-05-15", ["23:59"]),
        ("9:05", "09:05", []),
        ("省下 30%", "12 份", ["30"]),
        ("百分之三十", "12 份", ["三十"]),
        ("三个月后", "12 份", ["三"]),
        ("十分感谢，万一有事，我们再三确认，一起看", "12 份", []),
        ("one of us calls", "12 份", []),
        ("１２ 份", "12 份", []),
        ("１３ 份", "12 份", ["１３"]),
        ("3 和 3", "", ["3"]),
        ("on 1,2 and 3", "1 2 3", []),
        ("two hundred and ten", "210", []),
        ("二〇二六年", "2026", []),
        ("一万二千", "12,000", []),
    ],
)
def test_a_number_that_the_brief_does_not_state_is_in_doubt(text, known, doubts) -> None:
    assert unfounded(text, known) == doubts


@pytest.mark.parametrize(
    "known", [{"greeting": "12 号楼的林女士"}, {"purpose": "第 12 期"}, {"said_before": ["12 份"]}]
)
def test_everything_in_the_brief_is_known(known) -> None:
    draft = draft_of(f"12 份。{PLACES}", brief(**({"facts": []} | known)))

    assert draft is not None
    assert draft.doubts == ()


@pytest.mark.parametrize("blank", ["[Your name]", "【姓名】", "{name}", "<日期>", "XX", "___"])
def test_a_blank_to_fill_in_is_in_doubt(blank) -> None:
    draft = draft_of(f"您好，{blank}。{PLACES}", brief())

    assert draft is not None
    assert draft.doubts == (blank,)


def test_an_address_of_its_own_is_in_doubt_as_a_whole() -> None:
    draft = draft_of(f"见 https://example.com/7，{PLACES}", brief())

    assert draft is not None
    assert draft.doubts == ("https://example.com/7",)


@pytest.mark.parametrize("written", ["{minute}", "{ Minute }", "{{minute}}", "｛minute｝"])
def test_the_place_of_the_minute_is_known_however_it_is_written(written) -> None:
    draft = draft_of(f"至{written}。{{link}}", brief())

    assert draft is not None
    assert (draft.text, draft.added) == ("至{minute}。{link}", ())


@pytest.mark.parametrize(
    ("language", "last"),
    [
        ("zh-hans", "可以使用至：{minute}\n续约页面：{link}"),
        ("en", "You can use it until: {minute}\nThe renewal page: {link}"),
    ],
)
def test_places_that_were_left_out_are_put_at_the_end(language, last) -> None:
    draft = draft_of("您好。", brief(language=language))

    assert draft is not None
    assert draft.text == f"您好。\n\n{last}"
    assert draft.added == ("{minute}", "{link}")


@pytest.mark.parametrize(
    "answer",
    [
        f"<think>36 seats… 99?</think>\n\n您好。{PLACES}",
        f"99?</think>您好。{PLACES}",
        f"```text\n您好。{PLACES}\n```",
        f"Subject: Your contract\n\n您好。{PLACES}",
        f"主题：续约\n您好。{PLACES}",
        f"\0您好。{PLACES}\r\n",
    ],
)
def test_what_is_not_the_letter_is_taken_off(answer) -> None:
    draft = draft_of(answer, brief())

    assert draft is not None
    assert (draft.text, draft.doubts) == (f"您好。{PLACES}", ())


def test_text_that_no_database_takes_is_mended() -> None:
    draft = draft_of("您好\ud800。", brief())

    assert draft is not None
    assert draft.text.encode().startswith("您好?。".encode())


def test_a_page_marks_what_is_in_doubt_and_not_what_only_contains_it() -> None:
    assert marked("3 of 30, 3", ["3"]) == [("3", True), (" of 30, ", False), ("3", True)]


def test_without_a_model_the_facts_are_an_outline() -> None:
    facts = [Fact(text="12 份报告", source="产品使用情况"), Fact(text="喜欢邮件")]

    assert outline(brief(facts=facts)) == ["12 份报告（产品使用情况）", "喜欢邮件"]


def test_a_brief_comes_back_from_the_record_as_it_was() -> None:
    known = brief(said_before=("上周", "上月"), tone="平实")

    assert Brief.from_json(known.as_json()).as_json() == known.as_json()

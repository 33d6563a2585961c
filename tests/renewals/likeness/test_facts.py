"""A fact is cited when one of its wordings stands in the letter, however it is spaced; so is the exact minute."""

from __future__ import annotations

import pytest

from renewals.likeness import Fact, cites, names_minute

MINUTE = ("15 May 2026, 23:59 (Asia/Shanghai)", "2026年5月15日23时59分(北京时间)")


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("3,418", "wrote 3418 reports"),
        ("3418", "wrote 3,418 reports"),
        ("3418", "wrote 3 418 reports"),
        ("3418", "完成３４１８份"),
        ("3418", "3418."),
        ("up 22 %", "it went Up 22% in June"),
        ("22%", "多了22 %"),
        ("3,418 reports", "3 418\nreports"),
        ("林澜", "和林 澜说过"),
        ("Ms Lin", "as MS LIN said"),
        ("4.2", "set to 4.2, as agreed"),
    ],
)
def test_a_fact_is_cited_however_it_is_typed(form, text):
    fact = Fact("reports", ("nowhere", form))

    assert cites(text, [fact]) == [fact]


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("418", "wrote 3,418 reports"),
        ("418", "4180"),
        ("4", "set to 4.2"),
        ("2", "set to 4.2"),
        ("port", "the report"),
        ("Lin", "Linda"),
        ("", "anything"),
        ("、", ""),
    ],
)
def test_a_part_of_a_number_or_word_cites_nothing(form, text):
    assert cites(text, [Fact("reports", (form,))]) == []


@pytest.mark.parametrize(
    "text",
    [
        "It runs until 15 May 2026, 23:59 (Asia/Shanghai).",
        "until 15 May 2026 23:59 ( Asia/Shanghai )",
        "用到 2026 年 5 月 15 日 23 时 59 分（北京时间）",
        "用到２０２６年５月１５日２３时５９分（北京时间）",
    ],
)
def test_the_exact_minute_is_found_in_either_language(text):
    assert names_minute(text, MINUTE)


@pytest.mark.parametrize("text", ["until 15 May 2026", "2026年5月15日", "15 May 2026, 23:58 (Asia/Shanghai)", ""])
def test_a_bare_date_or_another_minute_is_not_the_exact_minute(text):
    assert not names_minute(text, MINUTE)

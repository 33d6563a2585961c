"""What somebody wrote, apart from the letter under it."""

from __future__ import annotations

import pytest

from renewals.answers.quoting import reduced, told_apart

LETTER = "> Dear Ms Lin,\n> your product runs until 27 November 2026, 23:59."


@pytest.mark.parametrize(
    "introduction",
    [
        "On Mon, 23 Nov 2026 at 12:07, 陈舟 <portal@vendor.test> wrote:",
        "On Mon, 23 Nov 2026 at 12:07, 陈舟 · 云笔协作\n<portal@vendor.test> wrote:",
        "陈舟 <portal@vendor.test> 于2026年11月23日周一 12:07写道：",
        "在 2026年11月23日，12:07，陈舟 <portal@vendor.test> 写道:",
    ],
)
def test_what_is_quoted_under_an_answer_is_folded_away(introduction):
    new, old = told_apart(f"We renew.\n\n{introduction}\n\n{LETTER}\n")

    assert new == "We renew."
    assert old.endswith("23:59.")


@pytest.mark.parametrize(
    "beginning",
    [
        "-----Original Message-----",
        "------------------ 原始邮件 ------------------",
        "________________________________",
        "From: 陈舟 <portal@vendor.test>",
        "发件人: 陈舟 <portal@vendor.test>",
        "**发件人：** 陈舟 <portal@vendor.test>",
    ],
)
def test_so_is_what_another_program_puts_there_unmarked(beginning):
    new, old = told_apart(f"好的。\n\n{beginning}\n主题: 协作专业版\n\n尊敬的林女士：")

    assert new == "好的。"
    assert "尊敬的林女士" in old


def test_answers_between_the_lines_are_kept_together():
    new, _old = told_apart("> Shall we renew?\nYes.\n> For a year?\nFor two.")

    assert new == "Yes.\nFor two."


@pytest.mark.parametrize(
    "text",
    ["From here on we go alone.", "I wrote:\nplease call me.", "He asked on Monday what you wrote:\nnothing."],
)
def test_a_sentence_that_looks_like_a_quotation_stays(text):
    assert told_apart(text) == (text, "")


def test_a_page_is_reduced_to_its_words():
    page = """<html><head><title>x</title><style>p {color: red}</style><script>alert(1)</script></head>
    <body><p>Dear&nbsp;Chen,</p><div>we <b>renew</b> &lt;now&gt;.<br>Lin</div>
    <img src="https://track.test/x.gif" alt="pixel"><a href="javascript:alert(1)">here</a></body></html>"""

    text = reduced(page)

    assert text == "Dear Chen,\nwe renew <now>.\nLin\nhere"


def test_what_a_page_quotes_is_marked():
    text = reduced("<p>Yes.</p><blockquote><p>Shall we?</p><p>Please.</p></blockquote><p>Lin</p>")

    assert told_apart(text) == ("Yes.\nLin", "> Shall we?\n> Please.")

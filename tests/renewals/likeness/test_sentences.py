"""Sentences are found however a letter is wrapped, listed or marked up."""

from __future__ import annotations

import pytest

from renewals.likeness.sentences import spans


def cut(text):
    return [" ".join(text[start:end].split()) for start, end in spans(text)]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One thing. Another thing!", ["One thing.", "Another thing!"]),
        ("Ask Mr. Lin at 4.2 bar. Then wait.", ["Ask Mr. Lin at 4.2 bar.", "Then wait."]),
        ("the night shift\nfinds a pallet", ["the night shift finds a pallet"]),
        ("the night shift\r\n\r\nfinds a pallet", ["the night shift", "finds a pallet"]),
        ("Dear Ms Lin,\nthe ward", ["Dear Ms Lin,", "the ward"]),
        ("林总，您好：\n新月台", ["林总，您好：", "新月台"]),
        ("三件事：\n1. 盘点\n2. 报关", ["三件事：", "1.", "盘点", "2.", "报关"]),
        ("- one\n- two", ["- one", "- two"]),
        ("<p>one</p><ul><li>two</li></ul>", ["one", "two"]),
        ("盘点快了。报关慢了！为什么？", ["盘点快了。", "报关慢了！", "为什么？"]),
        ("…\n——\n😀", []),
        ("", []),
    ],
)
def test_sentences_lines_and_items_are_told_apart(text, sentences):
    assert cut(text) == sentences

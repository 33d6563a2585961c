"""Every code has its sentence, and every sentence its facts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings

from accounts.ledger import words
from accounts.ledger.report import plain
from accounts.terms import TermError

FOLDER = Path(settings.BASE_DIR) / "accounts" / "ledger"
SOURCE = "\n".join(path.read_text() for path in sorted(FOLDER.glob("*.py")) if path.name != "words.py")


def test_every_reason_to_refuse_a_file_has_a_sentence():
    raised = set(re.findall(r'Unreadable\(\s*"(\w+)"', SOURCE)) | {"password", "old_excel", "missing_columns"}

    assert raised <= words.UNREADABLE.keys()


def test_every_reason_to_refuse_a_row_has_a_sentence():
    raised = set(re.findall(r'Refused\(\s*"(\w+)"', SOURCE)) | set(re.findall(r'_refuse\((?:row, )?"(\w+)"', SOURCE))
    raised |= {"changed_meanwhile", "cannot_be_stored"}

    assert raised - {"term"} <= words.REFUSALS.keys()


def test_every_assumption_has_a_sentence():
    assumed = set(re.findall(r'_?assumed?\(\s*"(\w+)"', SOURCE)) | set(re.findall(r'notes=\("(\w+)",\)', SOURCE))

    assert assumed <= words.ASSUMPTIONS.keys()


@pytest.mark.parametrize("code", sorted(words.QUESTIONS))
def test_a_question_is_an_assumption(code):
    assert code in words.ASSUMPTIONS


def test_a_promised_minute_is_said_with_its_zone():
    params = {"promised": {"last_minute": "2026-05-15T23:59", "zone": "Asia/Shanghai"}}

    assert "15 May 2026, 23:59 (Asia/Shanghai)" in words.refusal("ends_earlier", params)


def test_a_term_that_cannot_be_is_said_as_everywhere_else():
    problem = TermError("ends_before_start", end="2026-01-01", start="2026-05-15")

    assert "2026-01-01" in words.refusal("term", plain({"problem": problem}))

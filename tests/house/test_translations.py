"""Every word that a user may see is there in Chinese, with the same things filled in."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ("accounts", "csportal", "renewals", "templates", "scripts", "locale")
CATALOGUE = "locale/zh_Hans/LC_MESSAGES/django.po"
PLACEHOLDER = re.compile(r"%\(\w+\)[sdf]|%[sd](?!\w)|\{\w*\}")


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory) -> Catalog:
    """The catalogue as `make messages` would leave it, made in a copy."""
    if not shutil.which("xgettext"):
        pytest.fail("xgettext is missing: `make test` installs it, or: apt-get install gettext")
    copy = tmp_path_factory.mktemp("messages")
    for name in SOURCES:
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    subprocess.run(
        [sys.executable, "scripts/messages.py"],
        cwd=copy,
        env={"PATH": os.environ["PATH"], "CSPORTAL_VAR": str(copy / "var")},
        check=True,
    )
    with (copy / CATALOGUE).open("rb") as lines:
        return read_po(lines, locale="zh_Hans")


def forms(words: str | list[str] | tuple[str, ...]) -> list[str]:
    return [words] if isinstance(words, str) else list(words)


def messages(catalogue: Catalog) -> list[Message]:
    found = [message for message in catalogue if message.id]
    assert found
    return found


def test_every_message_of_the_code_is_translated(catalogue):
    missing = [message.id for message in messages(catalogue) if not all(forms(message.string))]

    assert missing == [], "Run `make messages` and translate these."


def test_no_translation_is_a_guess(catalogue):
    guesses = [message.id for message in messages(catalogue) if message.fuzzy]

    assert guesses == [], "Correct these, and remove the mark `fuzzy`."


def test_what_is_filled_in_is_the_same_in_both_languages(catalogue):
    def filled(text: str) -> set[str]:
        return set(PLACEHOLDER.findall(text))

    # A plural's one Chinese form stands for the English plural, which names the count.
    differing = [
        (message.id, message.string)
        for message in messages(catalogue)
        if all(forms(message.string))
        and not message.fuzzy
        and any(filled(form) != filled(forms(message.id)[-1]) for form in forms(message.string))
    ]

    assert differing == []

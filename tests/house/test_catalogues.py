"""Catalogues are compiled without the system's gettext, when they are older than their sources."""

from __future__ import annotations

import gettext
import os

import pytest

from csportal.catalogues import compile_catalogues


@pytest.fixture
def locale(tmp_path):
    folder = tmp_path / "zh_Hans" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "today"\nmsgstr "今天"\n'
    )
    return tmp_path


def test_a_missing_catalogue_is_compiled(locale):
    [written] = compile_catalogues(locale)

    with written.open("rb") as compiled:
        assert gettext.GNUTranslations(compiled).gettext("today") == "今天"


def test_a_fresh_catalogue_is_left_alone(locale):
    compile_catalogues(locale)

    assert compile_catalogues(locale) == []


def test_a_changed_catalogue_is_compiled_again(locale):
    [written] = compile_catalogues(locale)
    os.utime(written, (0, 0))

    assert compile_catalogues(locale) == [written]

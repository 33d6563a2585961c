"""The bar on top of every page knows the rooms, and where the reader is."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.utils import translation

from csportal.templatetags import navigation as bar

T = datetime(2026, 11, 22, 4, 7, tzinfo=UTC)


@pytest.fixture(autouse=True)
def rooms(monkeypatch):
    addresses = {"desk:today": "/", "desk:customers": "/customers/", "desk:contracts": "/contracts/"}
    monkeypatch.setattr(bar, "address", lambda name: addresses.get(name, ""))


def current(path: str) -> list[str]:
    return [entry.href for entry in bar.navigation(path)["entries"] if entry.is_current]


def test_a_page_inside_a_room_marks_that_room():
    assert current("/contracts/YB-1/") == ["/contracts/"]


def test_the_first_page_marks_only_itself():
    assert current("/") == ["/"]


def test_a_room_of_the_readers_menu_marks_none_of_the_bar(monkeypatch):
    addresses = {"desk:today": "/", "playbooks:playbooks": "/playbooks/"}
    monkeypatch.setattr(bar, "address", lambda name: addresses.get(name, ""))

    assert current("/playbooks/3/") == []
    assert [entry.is_current for entry in bar.behind("/playbooks/3/")] == [True]


def test_a_page_outside_all_rooms_marks_none():
    assert current("/accounts/login/") == []


def test_a_room_that_is_not_installed_is_not_offered():
    assert "" not in [entry.href for entry in bar.navigation("/")["entries"]]


@pytest.mark.parametrize(("language", "said"), [("zh-hans", "周日 12:07"), ("en", "Sun 12:07")])
def test_the_clock_is_the_readers_own(language, said):
    with translation.override(language):
        assert bar.own_clock(T, "Asia/Shanghai") == said

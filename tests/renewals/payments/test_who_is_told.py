"""What is unpaid for longer than the company waits is told to its CSM and to their manager, and to nobody before."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from renewals.mornings.saying import say
from renewals.payments.services import mark_paid, set_terms
from tests.renewals.cast import T, utc
from tests.renewals.page.test_what_it_says import words

LATE = utc("2026-12-30T16:00")
"""Seven days after the end of 23 December in Shanghai."""
MOMENT = timedelta(seconds=1)


@pytest.fixture
def told(house):
    """Which contracts the morning of somebody names as unpaid."""

    def told(name: str, *, now=LATE) -> list[str]:
        parts = [part for part in say(house[name], now=now).parts if part.title == "Unpaid for too long"]
        return [line for part in parts for item in part.items for line in item]

    return told


@pytest.fixture
def today(enter, set_clock, house):
    """What the first page of somebody says at an instant."""

    def today(name: str, *, now=LATE) -> str:
        client = enter(name)
        set_clock(now)
        client.force_login(house[name])
        return words(client.get("/"))

    return today


@pytest.mark.parametrize("name", ["chen", "shen"])
def test_its_csm_and_their_manager_are_told_in_the_morning(agreement, told, name) -> None:
    lines = told(name)

    assert lines[0] == "澜图设计 · 协作专业版 · LT-2026-01"
    assert lines[1:3] == ["¥ 86,400, to be paid by 23 Dec 2026", "Signed by Lin Lan"]


def test_nobody_is_told_a_moment_before(agreement, told) -> None:
    assert told("chen", now=LATE - MOMENT) == []


def test_another_team_is_not_told(agreement, told) -> None:
    assert told("otto") == []


def test_what_is_paid_is_told_to_nobody(agreement, told, house) -> None:
    mark_paid(agreement, paid_on=date(2026, 12, 30), by=house["chen"], now=LATE)

    assert told("chen") == []


def test_the_company_says_how_long_it_waits(agreement, told, house) -> None:
    set_terms(by=house["ada"], now=T, days=30, limit=20, words_zh="", words_en="")

    assert told("chen") == []
    assert told("chen", now=LATE + timedelta(days=13)) != []


@pytest.mark.parametrize("name", ["chen", "shen"])
def test_it_stands_on_their_first_page_as_one_thing_that_waits(agreement, today, name) -> None:
    before, after = today(name, now=LATE - MOMENT), today(name)

    assert "Unpaid for too long" not in before
    assert "Unpaid for too long" in after
    assert "LT-2026-01 23 Dec 2026 ¥ 86,400 陈舟" in after


def test_the_morning_counts_what_the_first_page_counts(agreement, today, house) -> None:
    waits = say(house["chen"], now=LATE).waits

    assert f"{waits} thing{'s' if waits > 1 else ''} wait" in today("chen")

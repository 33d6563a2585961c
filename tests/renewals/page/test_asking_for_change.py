"""“Ask for another offer”: in their own words, before the person who makes it, and nothing typed is lost."""

from __future__ import annotations

import pytest
from django.test import Client

from renewals.links.models import RenewalLink
from renewals.page.asking import MOST_A_DAY
from renewals.timeline.models import Event
from tests.renewals.cast import T
from tests.renewals.page.conftest import address

pytestmark = pytest.mark.django_db

WISH = "Nine seats for half a year, please."


@pytest.fixture
def ask(client: Client, link: RenewalLink, set_clock):
    client.cookies["django_language"] = "en"
    set_clock(T)

    def post(words: str = WISH):
        return client.post(address(link, "change"), {"words": words})

    return post


def wishes():
    return Event.objects.filter(kind=Event.Kind.CHANGE_REQUESTED)


def test_it_is_on_record_word_for_word_and_takes_no_code(ask) -> None:
    assert ask().status_code == 302
    assert wishes().get().detail == {"contact": "林岚", "words": WISH}


def test_the_same_words_twice_are_one_wish(ask) -> None:
    ask()
    ask()
    assert wishes().count() == 1


def test_nothing_is_no_wish(ask) -> None:
    answer = ask("  ")
    assert answer.status_code == 422
    assert "Write what should be different." in answer.content.decode()


def test_too_long_a_wish_says_so_and_stays_typed(ask) -> None:
    answer = ask("x" * 2001)
    assert answer.status_code == 422
    assert "x" * 2001 in answer.content.decode()
    assert not wishes().exists()


def test_wishes_without_end_point_to_a_call(ask) -> None:
    for n in range(MOST_A_DAY):
        ask(f"{n} seats")
    answer = ask("another")

    assert answer.status_code == 429
    assert "A call settles it sooner" in answer.content.decode()
    assert "another" in answer.content.decode()


def test_one_of_ours_wishes_nothing_for_them(ask, client, contract) -> None:
    client.force_login(contract.owner)
    assert ask().status_code == 403
    assert not wishes().exists()

"""Who holds a key reads one person's minutes, and nothing else; the key itself is kept nowhere."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.services import NotAllowed
from renewals.diary.models import FeedKey
from renewals.diary.services import hash_of, make_key, revoke_key
from tests.renewals import cast
from tests.renewals.cast import T
from tests.renewals.diary.conftest import fresh_key, of

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture
def house(chen, he_jing, zhou_ning, emma, admin) -> dict[str, User]:
    """One contract of each, by who may see it."""
    for owner in (chen, he_jing, zhou_ning, emma, None):
        name = owner.name if owner else "nobody"
        cast.contract(cast.lan_tu(name=name, owner=owner), number=f"N-{name}", owner=owner)
    return {"chen": chen, "zhou_ning": zhou_ning, "emma": emma, "admin": admin}


@pytest.mark.parametrize(
    ("reader", "whose", "seen"),
    [
        ("chen", "", {"陈舟"}),
        ("chen", "team", {"陈舟"}),
        ("emma", "", {"Emma Clarke"}),
        ("zhou_ning", "", {"周宁"}),
        ("zhou_ning", "team", {"陈舟", "何静", "周宁"}),
        ("zhou_ning", "all", {"周宁"}),
        ("admin", "team", set()),
    ],
)
def test_a_feed_holds_ones_own_contracts_and_for_managers_their_teams(house, subscribed, reader, whose, seen) -> None:
    events = subscribed(house[reader], whose=whose)

    assert {str(event["SUMMARY"]).split(" · ")[2] for event in of(events, "last-minute")} == seen


def answer(key: str) -> int:
    return Client().get("/calendar.ics", {"key": key}).status_code


@pytest.mark.parametrize("key", ["", "wrong", "\0", "云", "x" * 5000])
def test_a_wrong_key_opens_nothing(chen, clock, key) -> None:
    fresh_key(chen)

    assert answer(key) == 404


def test_who_may_not_log_in_any_more_has_no_calendar_either(chen, clock) -> None:
    key = fresh_key(chen)
    User.objects.filter(pk=chen.pk).update(is_active=False)

    assert answer(key) == 404


def test_a_key_that_was_replaced_opens_nothing(chen, clock) -> None:
    old = fresh_key(chen)

    new = fresh_key(chen)

    assert (answer(old), answer(new)) == (404, 200)


def test_a_key_that_was_revoked_opens_nothing_and_stays_on_record(chen, clock) -> None:
    key = fresh_key(chen)

    revoke_key(chen, now=T + HOUR)

    assert answer(key) == 404
    assert FeedKey.objects.get().revoked_at == T + HOUR


def test_only_a_hash_of_a_key_is_kept(chen) -> None:
    key = fresh_key(chen)

    assert FeedKey.objects.get().hashed == hash_of(key)
    assert key not in str(FeedKey.objects.values().get())


def test_who_tries_keys_has_to_wait_and_right_ones_open_meanwhile(chen, clock) -> None:
    cache.clear()
    key = fresh_key(chen)

    answers = [answer(f"wrong-{number}") for number in range(31)]

    assert (answers[29], answers[30], answer(key)) == (404, 429, 200)
    cache.clear()


def test_a_form_that_is_sent_twice_leaves_the_key_that_was_shown(chen) -> None:
    make_key(chen, replaces="", now=T)

    with pytest.raises(NotAllowed):
        make_key(chen, replaces="", now=T)


def test_nobody_has_two_keys(chen) -> None:
    fresh_key(chen)

    with pytest.raises(IntegrityError, match="feed_key_one_a_user"), transaction.atomic():
        FeedKey.objects.create(user=chen, hashed="another", made_at=T)


def test_a_key_is_revoked_after_it_was_made(chen) -> None:
    with pytest.raises(IntegrityError, match="feed_key_made_before_revoked"), transaction.atomic():
        FeedKey.objects.create(user=chen, hashed="x", made_at=T, revoked_at=T - HOUR)


@pytest.fixture
def browser(chen, clock) -> Client:
    User.objects.filter(pk=chen.pk).update(language="en")
    client = Client()
    client.force_login(chen)
    return client


def shown(response) -> str:
    return re.search(r'value="([^"]+/calendar\.ics\?key=[^"&]+)"', response.content.decode())[1]


def test_the_page_shows_an_address_that_opens_the_feed_once(browser) -> None:
    response = browser.post(reverse("diary:make"))

    address = shown(response)

    assert browser.get(address).status_code == 200
    assert "no-store" in response["Cache-Control"]
    assert "calendar.ics?key=" not in browser.get("/calendar/").content.decode()


def test_sent_again_the_form_says_so_and_the_address_stays(browser) -> None:
    address = shown(browser.post(reverse("diary:make")))

    again = browser.post(reverse("diary:make"), follow=True)

    assert "An address was made a moment ago" in again.content.decode()
    assert browser.get(address).status_code == 200


def test_the_page_says_when_a_program_last_came_by(browser, clock) -> None:
    address = shown(browser.post(reverse("diary:make")))
    assert "No calendar program has come by yet." in browser.get("/calendar/").content.decode()

    browser.get(address)

    assert "last came by at about <time" in browser.get("/calendar/").content.decode()


def test_revoked_on_the_page_it_opens_nothing(browser) -> None:
    address = shown(browser.post(reverse("diary:make")))

    browser.post(reverse("diary:revoke"))

    assert browser.get(address).status_code == 404


def test_only_a_manager_is_offered_the_teams(browser, chen) -> None:
    assert "whose=team" not in browser.post(reverse("diary:make")).content.decode()
    User.objects.filter(pk=chen.pk).update(role="manager")

    page = browser.post(reverse("diary:make"), {"replaces": FeedKey.objects.get().pk})

    assert "&amp;whose=team" in page.content.decode()


def test_opened_again_in_another_language_the_answer_leads_to_the_page_and_makes_nothing(browser) -> None:
    address = shown(browser.post(reverse("diary:make")))

    assert browser.get(reverse("diary:make")).url == "/calendar/"

    assert browser.get(address).status_code == 200


@pytest.mark.parametrize("name", ["revoke", "mornings"])
def test_nothing_is_changed_by_a_mere_look(browser, name) -> None:
    assert browser.get(reverse(f"diary:{name}")).status_code == 405


def test_nobody_sees_the_page_before_they_log_in(client, db) -> None:
    assert client.get("/calendar/").url == "/accounts/login/?next=/calendar/"

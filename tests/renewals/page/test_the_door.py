"""Who holds a link comes in, nobody else does; looking changes nothing; opening and calling are on record."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Contact, Contract
from accounts.services import move_end
from accounts.terms import parse_term
from renewals.links.models import RenewalLink
from renewals.links.services import link_for, revoke, token_of
from renewals.locking.models import Clock, Evidence
from renewals.locking.renewing import renew
from renewals.timeline.models import Event
from tests.renewals.cast import T, chen, utc
from tests.renewals.page.conftest import address
from tests.renewals.page.test_what_it_says import words

WRONG = ["x", "-", "1-", "zzzzzzzzzzzzz-0", "zzzzzzzzzzzzzzz-0", "%00", "1-é", "１-x", "a-b-c"]
SHOWN = {"shown": "2026-11-27T23:59 Asia/Shanghai"}


def test_the_page_takes_at_most_ten_queries(visit, contract: Contract, django_assert_max_num_queries) -> None:
    visit()

    with django_assert_max_num_queries(10):
        visit()


def test_looking_changes_nothing(visit, client: Client, link: RenewalLink) -> None:
    visit()

    with CaptureQueriesContext(
        connection,
    ) as queries:
        for _ in range(20):
            visit()
            client.head(address(link))

    assert [query["sql"] for query in queries if not query["sql"].startswith("SELECT")] == []


def test_the_page_is_hidden_from_caches_search_and_other_sites(visit) -> None:
    response = visit()

    assert response["Cache-Control"] == "no-store"
    assert "noindex" in response["X-Robots-Tag"]
    assert response["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("token", WRONG)
def test_a_wrong_link_is_not_found_and_tells_nothing(client: Client, contract: Contract, set_clock, token) -> None:
    response = client.get(f"/r/{token}/")

    said = response.content.decode()
    assert response.status_code == 404
    assert "mistyped" in said
    assert "这个链接不完整" in said
    assert contract.customer.name not in said
    assert "陈舟" not in said


def test_a_guessed_key_opens_nothing(client: Client, link: RenewalLink, set_clock) -> None:
    number, _, mac = token_of(link).partition("-")

    assert client.get(f"/r/{number}-{mac[::-1]}/").status_code == 404


def test_a_revoked_link_is_gone_and_says_whom_to_ask(visit, link: RenewalLink, contract: Contract) -> None:
    revoke(link, now=T)

    response = visit()

    assert response.status_code == 410
    assert "no longer works" in words(response)
    assert "portal@localhost" in words(response)
    assert contract.customer.name not in response.content.decode()


def test_an_old_link_is_gone(visit, link: RenewalLink) -> None:
    assert visit(now=link.expires_at - timedelta(seconds=1)).status_code == 200
    assert visit(now=link.expires_at).status_code == 410


@pytest.mark.parametrize("name", ["order", "call", "opened"])
def test_a_revoked_link_does_nothing_either(client: Client, link: RenewalLink, set_clock, name: str) -> None:
    revoke(link, now=T)

    response = client.post(address(link, name), {"choice": 12, "signer": "Lin"})

    assert response.status_code == 410
    assert not Event.objects.exists()


def test_the_page_speaks_the_contacts_language(visit) -> None:
    response = visit(language=None)

    assert 'lang="zh-Hans"' in response.content.decode()
    assert response["Content-Language"] == "zh-hans"


def test_who_chose_a_language_keeps_it(visit) -> None:
    assert '<html lang="en"' in visit(language="en").content.decode()


def test_a_link_without_a_person_follows_the_browser(client: Client, contract: Contract, set_clock) -> None:
    link = link_for(contract, None, now=T)

    response = client.get(address(link), headers={"Accept-Language": "en-GB"})

    assert '<html lang="en"' in response.content.decode()


def test_an_opened_page_is_evidence_and_is_on_the_timeline(client: Client, link, contract, set_clock) -> None:
    response = client.post(address(link, "opened"), SHOWN)

    assert response.status_code == 204
    assert Evidence.objects.get().kind == Evidence.Kind.OPENED
    assert Evidence.objects.get().contact == Contact.objects.get()
    assert Event.objects.get().kind == Event.Kind.PAGE_OPENED
    assert Clock.objects.get().lock_at is not None


def test_a_page_that_showed_another_minute_is_no_evidence_of_this_one(client: Client, link, contract, set_clock):
    client.post(address(link, "opened"), {"shown": "2026-11-26T23:59 Asia/Shanghai"})

    assert not Evidence.objects.exists()
    assert Event.objects.get().kind == Event.Kind.PAGE_OPENED


def test_who_has_just_renewed_was_not_told_of_the_next_end(client: Client, link, contract, set_clock) -> None:
    renew(contract, after=utc("2026-11-27T16:00"), term=parse_term("1 year"), by="林岚", now=T)

    client.post(address(link, "opened"), {"shown": "2027-11-27T23:59 Asia/Shanghai"})

    assert not Evidence.objects.exists()


def test_who_looked_long_before_the_end_is_told_again(client: Client, link, contract, set_clock) -> None:
    set_clock(T - timedelta(days=90))

    client.post(address(link, "opened"), SHOWN)

    assert not Evidence.objects.exists()


def test_who_reads_that_it_renews_by_itself_was_told_of_that_alone(client: Client, link, contract, set_clock) -> None:
    Contract.objects.update(renews_itself=True, notice_days=3)
    set_clock(T - timedelta(days=60))

    client.post(address(link, "opened"), SHOWN)

    assert Evidence.objects.get().kind == Evidence.Kind.RENEWS


def test_opened_again_is_no_second_evidence(client: Client, link, contract, set_clock) -> None:
    for hours in (0, 1, 24):
        set_clock(T + timedelta(hours=hours))
        client.post(address(link, "opened"), SHOWN)

    assert (Evidence.objects.count(), Event.objects.count()) == (1, 2)


def test_opened_again_after_the_end_moved_is_evidence_of_the_new_minute(client: Client, link, contract, set_clock):
    client.post(address(link, "opened"), SHOWN)
    later = T + timedelta(hours=1)
    term = parse_term("through 2026-11-26")
    move_end(contract, term=term, reason="Agreed with Ms Lin", by=chen(), now=later)

    set_clock(later + timedelta(hours=1))
    client.post(address(link, "opened"), {"shown": "2026-11-26T23:59 Asia/Shanghai"})

    assert Evidence.objects.of_the_promise().get().at == later + timedelta(hours=1)
    assert Clock.objects.get().lock_at is not None


def test_one_of_the_vendors_people_who_opens_the_page_is_nobodys_evidence(client: Client, link, set_clock) -> None:
    client.force_login(chen())

    client.post(address(link, "opened"), SHOWN)

    assert not Evidence.objects.exists()


def test_a_page_is_not_opened_by_fetching_it(client: Client, link, set_clock) -> None:
    assert client.get(address(link, "opened")).status_code == 405
    assert client.get(address(link, "call")).status_code == 405


def test_a_wish_for_a_call_is_on_record_once_a_day(client: Client, link, contract, set_clock) -> None:
    for hours in (0, 1, 24):
        set_clock(T + timedelta(hours=hours))
        assert client.post(address(link, "call")).status_code == 302

    assert Event.objects.filter(kind=Event.Kind.CALL_REQUESTED).count() == 2


def test_who_asked_for_a_call_is_told_that_it_is_known(client: Client, link, visit) -> None:
    client.post(address(link, "call"))

    assert "You asked for a call today. 陈舟 knows." in words(visit())


@pytest.mark.parametrize(
    ("typed", "kept"), [(" 138 0000 7777 ", "138 0000 7777"), ("", ""), ("later", ""), ("1" * 41, "")]
)
def test_who_asks_for_a_call_can_say_under_which_number(client, contract, link, set_clock, typed, kept) -> None:
    response = client.post(address(link, "call"), {"phone": typed})

    assert response.status_code == 302
    assert Event.objects.get(kind=Event.Kind.CALL_REQUESTED).detail["phone"] == kept

"""The time machine: what the customer sees, what they were sent, what the product is told, at any minute (rule 24)."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse

from accounts import terms
from accounts.models import Contact, Product
from accounts.services import last_term
from renewals.links.services import fresh_link, token_of
from renewals.locking.models import Evidence
from renewals.locking.renewing import renew
from renewals.locking.telling import record_evidence
from renewals.product.services import answer
from renewals.tick import tick
from tests.renewals import cast
from tests.renewals.cast import T, utc

pytestmark = pytest.mark.django_db

LOCKED = utc("2026-11-30T02:00")
IN_THE_BUFFER = utc("2026-11-28T06:00")


@pytest.fixture
def contract(set_clock):
    """Lin was told on the 20th that it runs through Friday 27 November, and it locks on Monday morning."""
    found = cast.lan_tu_contract()
    record_evidence(last_term(found), kind=Evidence.Kind.DELIVERED, at=utc("2026-11-20T02:00"), now=T)
    return found


@pytest.fixture
def chen(client, contract):
    client.force_login(contract.owner)
    return contract.owner


def look(client, at="", *, number="LT-2026-01", **asked):
    return client.get(reverse("desk:as_customer", args=[number]), {"at": at, **asked})


def text_of(response):
    return unescape(re.sub(r"<[^>]+>", " ", response.content.decode()))


def told_the_product(response):
    """The answer as the page shows it."""
    shown = response.content.decode().partition('<pre class="answer"')[2].partition(">")[2].partition("</pre>")[0]
    return json.loads(unescape(shown))


@pytest.mark.parametrize("at", ["2026-11-27T16:00:00Z", "2026-11-28T00:00:00+08:00", "2026-11-28T00:00"])
def test_an_instant_or_a_wall_time_of_the_customer_names_the_minute(client, chen, at):
    assert told_the_product(look(client, at))["now"] == "2026-11-27T16:00:00Z"


def test_the_product_is_told_the_very_answer_of_the_api(client, chen):
    shown = told_the_product(look(client, LOCKED.isoformat()))

    really = answer("LT-2026-01", at=LOCKED, now=T)

    keys = ("renew_url", "dialog", "dialog_token")
    assert {k: v for k, v in shown.items() if k not in keys} == {k: v for k, v in really.items() if k not in keys}
    assert shown["dialog"]["title"] == really["dialog"]["title"]


def test_no_key_is_shown_to_who_only_looks(client, chen, contract, mailbox):
    link = fresh_link(contract, Contact.objects.get(), now=T)
    tick(now=T, in_process=True)

    page = look(client, LOCKED.isoformat()).content.decode()

    assert token_of(link) not in page
    assert told_the_product(look(client, LOCKED.isoformat()))["dialog_token"] == "…"


def test_after_the_lock_the_dialog_is_shown_and_before_it_the_line_of_the_buffer(client, chen):
    assert "再多留 24 小时" in text_of(look(client, LOCKED.isoformat()))
    assert "一切照常" in text_of(look(client, IN_THE_BUFFER.isoformat()))


def test_the_customers_page_is_the_one_of_that_minute_in_the_language_that_they_read(client, chen):
    shown = client.get(reverse("desk:customers_page", args=["LT-2026-01"]), {"at": LOCKED.isoformat()})

    assert "2026年11月30日9时00分(北京时间)" in text_of(shown)


def test_nothing_in_the_customers_page_can_be_pressed(client, chen):
    shown = client.get(reverse("desk:customers_page", args=["LT-2026-01"]))

    policy = shown["Content-Security-Policy"]
    assert re.search(r"(^|; )sandbox($|;)", policy)
    assert "frame-ancestors 'self'" in policy
    assert (shown["X-Frame-Options"], b"<script" in shown.content) == ("SAMEORIGIN", False)


def test_what_was_renewed_since_is_shown_as_it_was(client, chen, contract, set_clock):
    renew(contract, after=last_term(contract).ends_at, term=terms.Term.months(12), by="a test", now=IN_THE_BUFFER)
    set_clock(LOCKED)
    client.logout()
    client.force_login(chen)

    assert told_the_product(look(client, "2026-11-28T05:59:00Z"))["state"] == "buffer"
    assert told_the_product(look(client, IN_THE_BUFFER.isoformat()))["state"] == "active"


def test_letters_that_went_out_and_letters_to_come_are_there_by_their_minute(client, chen, contract, mailbox):
    tick(now=T, in_process=True)

    before = text_of(look(client, "2026-11-23T04:06:59Z"))
    after = text_of(look(client, "2026-11-23T04:07:00Z"))
    to_come = text_of(look(client, "2026-11-27T02:00:00Z"))

    assert ("林女士" in before.partition("到那时写给他们的信")[2], "林女士，您好" in after) == (False, True)
    assert "计划于：" in to_come


def test_before_it_was_signed_there_is_nothing_to_see(client, chen):
    page = look(client, "2020-01-01T00:00:00Z")

    assert "那时门户还没有这份合同。" in text_of(page)
    assert client.get(reverse("desk:customers_page", args=["LT-2026-01"]), {"at": "2020-01-01"}).status_code == 404


@pytest.mark.parametrize("said", ["yesterday", "2026-02-30T10:00", "9999-12-31T23:59", "0001-01-01", "T", "2026-13-01"])
def test_what_is_no_minute_is_named_and_the_present_is_shown(client, chen, said):
    page = look(client, said)

    assert page.status_code == 200
    assert f"“{said}”不是一个时间" in text_of(page)
    assert told_the_product(page)["now"].startswith("2026-11-23T04:07:00")


def test_of_a_number_with_several_products_one_is_looked_at(client, chen, contract):
    other = Product.objects.create(code="analytics", name="Analytics")
    cast.contract(contract.customer, product=other, until="2026-12-24T18:00")

    shown = told_the_product(look(client, product="analytics"))

    assert (shown["product"], shown["last_minute"]["local"]) == ("analytics", "2026-12-24T18:00")


def test_who_may_not_see_the_contract_sees_nothing_of_it(client, chen, emma):
    client.force_login(emma)

    assert look(client).status_code == 404
    assert client.get(reverse("desk:customers_page", args=["LT-2026-01"])).status_code == 404


def test_looking_changes_nothing(client, chen, django_assert_max_num_queries):
    look(client)
    with django_assert_max_num_queries(45) as asked:
        look(client, LOCKED.isoformat())

    assert all(query["sql"].startswith("SELECT") for query in asked.captured_queries)


def test_a_slider_covers_the_same_time_whatever_minute_is_looked_at(client, chen):
    def bounds(at):
        return re.search(r'min="(\d+)" max="(\d+)"', look(client, at).content.decode()).groups()

    assert bounds("2026-11-24T10:00") == bounds((LOCKED + timedelta(hours=1)).isoformat())

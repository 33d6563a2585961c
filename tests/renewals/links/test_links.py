"""The keys that customers hold (rule 19)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import Contact, Product
from renewals.links.models import RenewalLink
from renewals.links.services import (
    LASTS,
    Refused,
    address_of,
    fresh_link,
    link_for,
    links_for_number,
    open_link,
    revoke,
    token_of,
    working_links,
)
from tests.renewals.cast import T, lan_tu_contract
from tests.renewals.cast import contract as signed

pytestmark = pytest.mark.django_db


@pytest.fixture
def link():
    found = lan_tu_contract()
    return link_for(found, found.customer.contacts.get(), now=T)


def test_its_address_opens_the_page_of_one_contract_for_one_person(link, settings):
    settings.CSPORTAL_BASE_URL = "https://portal.test"

    address = address_of(link)

    assert address.startswith("https://portal.test/r/")
    assert open_link(address.rstrip("/").rpartition("/")[2], now=T) == link


def test_asked_for_again_it_is_the_same_one(link):
    assert link_for(link.contract, link.contact, now=T + timedelta(days=100)) == link


def test_a_link_that_is_there_is_found_by_one_look_and_without_a_lock(
    link: RenewalLink, django_assert_num_queries
) -> None:
    with django_assert_num_queries(1):
        link_for(link.contract, link.contact, now=T)


def test_one_that_is_getting_old_is_not_sent_any_more(link):
    assert link_for(link.contract, link.contact, now=T + LASTS / 2 + timedelta(days=1)) != link


def test_the_products_own_link_is_nobodys(link):
    assert link_for(link.contract, None, now=T) != link


def test_what_the_database_holds_makes_no_address(link, settings):
    token = token_of(link)
    settings.SECRET_KEY = "another"

    assert token_of(link) != token
    assert open_link(token, now=T) is Refused.WRONG


@pytest.mark.parametrize("token", ["", "-", "1", "1-", "zzzzzzzzzzzzzzzzzzzzzzzz-00", "1-" + "0" * 40, "ä-ö", "-" * 99])
def test_a_wrong_address_opens_nothing(link, token):
    assert open_link(token, now=T) is Refused.WRONG


def test_one_wrong_digit_opens_nothing(link):
    token = token_of(link)
    other = token[:-1] + ("0" if token[-1] != "0" else "1")

    assert open_link(other, now=T) is Refused.WRONG


def test_a_revoked_one_says_so_and_others_go_on(link):
    other = fresh_link(link.contract, link.contact, now=T)

    revoke(link, now=T)

    assert open_link(token_of(link), now=T) is Refused.REVOKED
    assert open_link(token_of(other), now=T) == other


def test_a_revoked_one_is_not_handed_out_again(link):
    revoke(link, now=T)

    assert link_for(link.contract, link.contact, now=T) != link


def test_it_is_old_from_the_instant_it_expires(link):
    assert open_link(token_of(link), now=link.expires_at - timedelta(microseconds=1)) == link
    assert open_link(token_of(link), now=link.expires_at) is Refused.OLD


def test_to_open_it_changes_nothing(link, django_assert_num_queries):
    before = RenewalLink.objects.values().get()

    with django_assert_num_queries(1):
        open_link(token_of(link), now=T)

    assert RenewalLink.objects.values().get() == before


def test_a_link_that_was_sent_to_an_address_opens_nothing_once_it_is_another_one(db) -> None:
    contract = lan_tu_contract()
    contact = Contact.objects.get()
    old = link_for(contract, contact, now=T)

    contact.email = "wu@lantu.test"
    contact.save(update_fields=["email"])

    assert open_link(token_of(old), now=T) is Refused.REVOKED
    assert link_for(contract, contact, now=T).pk != old.pk


def other_product(contract):
    product = Product.objects.create(code="other", name="Other")
    return signed(contract.customer, product=product, number=contract.number, through="2026-11-26")


def test_the_other_products_of_a_number_get_their_link_with_the_first_one():
    contract = lan_tu_contract()
    other = other_product(contract)
    contact = Contact.objects.get()

    links_for_number(contract, contact, now=T)

    assert list(working_links([other.pk], contact, now=T)) == [other.pk]


def test_a_link_to_another_product_that_was_revoked_stays_so():
    contract = lan_tu_contract()
    other = other_product(contract)
    contact = Contact.objects.get()
    revoke(link_for(other, contact, now=T), now=T)

    links_for_number(contract, contact, now=T)

    assert working_links([other.pk], contact, now=T) == {}

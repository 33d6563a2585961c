"""“Send me a new link”: to the address on record alone, and the page says the same whoever asks."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from accounts.models import Contact, Contract
from renewals.door.models import DoorMail
from renewals.door.sending import carry_out
from renewals.links.models import RenewalLink
from renewals.links.services import LASTS, link_for, revoke
from tests.renewals.cast import T
from tests.renewals.page.conftest import address

pytestmark = pytest.mark.django_db

ON_ITS_WAY = "a new link is on its way, to the address that we know"


@pytest.fixture
def revoked(link: RenewalLink, set_clock) -> RenewalLink:
    revoke(link, now=T)
    return link


def ask(client: Client, link: RenewalLink):
    return client.post(address(link, "again"))


def test_a_link_that_opens_nothing_offers_a_new_one(client, revoked) -> None:
    assert "Send me a new link" in client.get(address(revoked)).content.decode()


def test_the_new_one_goes_to_the_address_on_record_and_opens_the_page(client, revoked, mailbox) -> None:
    assert ON_ITS_WAY in ask(client, revoked).content.decode()
    carry_out(DoorMail.objects.get().pk, now=T)

    assert mailbox.recipients == [["lin@lantu.test"]]
    path = re.search(r"/r/[0-9a-z]+-[0-9a-f]+/", mailbox.text())
    assert path is not None
    assert client.get(path[0]).status_code == 200


def test_the_old_one_stays_shut(client, revoked, mailbox) -> None:
    ask(client, revoked)
    carry_out(DoorMail.objects.get().pk, now=T)
    assert client.get(address(revoked)).status_code == 410


def test_an_address_that_was_corrected_is_the_one_that_counts(client, link, mailbox, set_clock) -> None:
    Contact.objects.update(email="lan@lantu.test")
    ask(client, link)
    carry_out(DoorMail.objects.get().pk, now=T)
    assert mailbox.recipients == [["lan@lantu.test"]]


def test_asking_again_at_once_sends_one(client, revoked) -> None:
    ask(client, revoked)
    ask(client, revoked)
    assert DoorMail.objects.count() == 1


@pytest.mark.parametrize("of", ["an invented one", "the product's own"])
def test_where_nobody_is_known_the_answer_is_the_same_and_nothing_is_sent(
    client, contract: Contract, set_clock, of
) -> None:
    link = link_for(contract, None, now=T)
    revoke(link, now=T)
    path = "/r/1-0000000000/again" if of == "an invented one" else address(link, "again")

    assert ON_ITS_WAY in client.post(path).content.decode()
    assert not DoorMail.objects.exists()


def test_a_link_that_works_leads_to_its_page(client, link, set_clock) -> None:
    assert ask(client, link)["Location"] == address(link)


def test_who_has_only_a_broken_link_left_types_their_address(client, contract, link, set_clock) -> None:
    known, unknown = (
        client.post("/r/x/again", {"email": email}).content for email in (" LIN@lantu.test ", "nobody@lantu.test")
    )

    assert known == unknown
    assert DoorMail.objects.get().contact == Contact.objects.get()


@pytest.mark.parametrize("typed", ["", " ", "\x00", "x" * 300])
def test_what_is_no_address_sends_nothing(client, link, set_clock, typed) -> None:
    Contact.objects.create(customer=link.contract.customer, name="秦越", email="")

    assert client.post("/r/x/again", {"email": typed}).status_code == 404
    assert not DoorMail.objects.exists()


def test_an_address_is_looked_up_by_its_index_however_many_people_there_are(contract) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")

    assert "contact_email" in Contact.objects.filter(email__iexact="lin@lantu.test").explain()


def test_an_old_link_is_renewed_as_well(client, link, set_clock) -> None:
    set_clock(T + LASTS + timedelta(days=1))
    ask(client, link)
    assert DoorMail.objects.get().contact == Contact.objects.get()


def test_a_preview_of_the_link_names_nobody(client, link, contract, set_clock) -> None:
    page = client.get(address(link)).content.decode()
    title = re.search(r"<title>(.*?)</title>", page, re.S)
    assert title is not None
    assert contract.customer.name not in title[1]
    assert contract.product.name not in title[1]
    assert "og:" not in page


def test_behind_the_products_dead_link_they_say_who_they_are(client, contract, set_clock) -> None:
    product = link_for(contract, None, now=T)
    revoke(product, now=T)
    set_clock(T)

    assert 'name="email"' in client.get(address(product)).content.decode()
    client.post(address(product, "again"), {"email": "lin@lantu.test"})
    assert not DoorMail.objects.exists()  # she has had no link of her own yet

    link_for(contract, Contact.objects.get(), now=T)
    client.post(address(product, "again"), {"email": "lin@lantu.test"})
    assert DoorMail.objects.get().contact.name == "林岚"

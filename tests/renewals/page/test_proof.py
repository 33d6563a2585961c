"""Who has shown who they are takes all that is on record with them; who merely holds the link does not (rule 24)."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from accounts.models import Contact
from renewals.door.passes import NAME, pass_of
from renewals.links.models import RenewalLink
from renewals.proof.services import check
from tests.renewals.cast import T
from tests.renewals.page.conftest import address


@pytest.fixture
def stranger(client: Client, set_clock) -> Client:
    set_clock(T)
    client.cookies.clear()
    return client


@pytest.fixture
def known(stranger: Client, link: RenewalLink) -> Client:
    stranger.cookies[NAME] = pass_of(link, Contact.objects.get())
    return stranger


def test_the_file_holds_as_the_portal_wrote_it_and_nothing_of_our_own_arrangements(known: Client, link) -> None:
    file = b"".join(known.get(address(link, "proof") + "?as=json").streaming_content)

    assert check(file)["records"][0]["for"] == "customer"
    assert json.loads(file)["records"][0]["contract"] == "LT-2026-01"


def test_the_same_is_there_on_paper(known: Client, link) -> None:
    file = b"".join(known.get(address(link, "proof") + "?as=pdf").streaming_content)

    assert file.startswith(b"%PDF")


def test_who_only_holds_the_link_gets_no_file_and_sees_no_way_to_one(stranger: Client, link) -> None:
    answer = stranger.get(address(link, "proof"))

    assert answer.status_code == 403
    assert "/proof" not in stranger.get(address(link)).content.decode()


def test_who_is_known_finds_it_among_their_files(known: Client, link) -> None:
    assert f'href="{address(link, "files")}"' in known.get(address(link)).content.decode()
    assert f'href="{address(link, "proof")}?as=pdf"' in known.get(address(link, "files")).content.decode()

"""The story of Lan Tu, and Lin's link to the page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Contact, Contract
from renewals.door.passes import NAME, pass_of
from renewals.links.models import RenewalLink
from renewals.links.services import link_for, token_of
from renewals.locking.models import Evidence
from renewals.locking.telling import record_evidence
from renewals.offers.quoting import ChangedMeanwhile, quoted
from tests.renewals.cast import T, lan_tu_contract, utc


@pytest.fixture
def contract(db: None) -> Contract:
    return lan_tu_contract()


@pytest.fixture
def told(contract: Contract) -> Contract:
    told_at = utc("2026-11-20T02:00")
    record_evidence(contract.terms.get(), kind=Evidence.Kind.DELIVERED, at=told_at, now=told_at)
    return contract


@pytest.fixture
def link(contract: Contract) -> RenewalLink:
    return link_for(contract, Contact.objects.get(), now=T)


def address(link: RenewalLink, name: str = "renewal") -> str:
    return reverse(f"page:{name}", args=[token_of(link)])


def known(client: Client, link: RenewalLink) -> None:
    """The browser has shown, by a code, that it is the link's own person who sits before it."""
    assert link.contact is not None
    client.cookies[NAME] = pass_of(link, link.contact)


def fingerprint(link: RenewalLink, key: str, now: datetime, *, seats: int | None = None) -> str:
    """What the page shows of a choice at an instant; what nobody is offered has none."""
    try:
        return quoted(Contract.objects.get(pk=link.contract_id), key=key, seats=seats, now=now).fingerprint
    except ChangedMeanwhile:
        return "none"


@pytest.fixture
def visit(client: Client, link: RenewalLink, set_clock) -> Callable[..., object]:
    """GETs the page at an instant, in English unless said."""

    def get(*, now: datetime = T, language: str | None = "en", link: RenewalLink = link):
        set_clock(now)
        if language:
            client.cookies["django_language"] = language
        return client.get(address(link))

    return get


@pytest.fixture
def confirm(client: Client, link: RenewalLink, set_clock) -> Callable[..., object]:
    """Signs a renewal at an instant, of what was shown, in a browser that is known."""

    def post(*, now: datetime = T, months: int | str = 12, shown: str = "", **said: object):
        set_clock(now)
        known(client, link)
        typed = {"choice": months, "shown": shown or fingerprint(link, str(months), now), "signer": "林岚"}
        return client.post(address(link, "order"), typed | said)

    return post

"""The story of Lan Tu, 120 seats for ¥ 86,400, and Lin's link to the page."""

from __future__ import annotations

import pytest

from accounts.models import Contact, Contract
from renewals.links.models import RenewalLink
from renewals.links.services import link_for
from renewals.offers.models import Option
from renewals.offers.services import make_option
from tests.renewals.cast import T, chen, lan_tu_contract


@pytest.fixture
def contract(db: None) -> Contract:
    found = lan_tu_contract()
    found.terms.update(seats=120, value="86400", currency="CNY")
    return found


@pytest.fixture
def link(contract: Contract) -> RenewalLink:
    return link_for(contract, Contact.objects.get(), now=T)


@pytest.fixture
def offer(contract: Contract):
    """Chen offers Lan Tu a way to go on."""
    from accounts import terms

    def make(term: str = "3 years", **said: object) -> Option:
        said = {"seats": 120, "unit": "700", "currency": "CNY", "tax_rate": "6"} | said
        return make_option(contract.terms.get(), term=terms.parse_term(term), by=chen(), now=T, **said)

    return make

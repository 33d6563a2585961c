"""Lan Tu's contract at ¥ 86,400 for 40 seats; Lin signed for another year at T, to be paid by 23 December."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest

from accounts.models import Contact, Contract
from accounts.services import Sold, change_sold
from renewals.links.models import RenewalLink
from renewals.links.services import link_for
from renewals.offers.models import Agreement
from renewals.offers.quoting import quoted
from renewals.offers.signing import Signature, sign_renewal
from tests.renewals import cast
from tests.renewals.cast import T
from tests.renewals.desk.conftest import enter, house

__all__ = ["enter", "house"]


def signed(contract: Contract, *, now: datetime = T, contact: Contact | None = None) -> Agreement:
    """Somebody there signs for a year as it is offered."""
    link = link_for(contract, contact, now=now)
    shown = quoted(contract, key="12", now=now).fingerprint
    return sign_renewal(link, Signature(name="Lin Lan"), key="12", shown=shown, now=now)


@pytest.fixture
def contract(house) -> Contract:
    found = cast.lan_tu_contract()
    change_sold(found, sold=Sold(seats=40, value=Decimal(86400), currency="CNY"), by="a test", now=T)
    return found


@pytest.fixture
def link(contract: Contract) -> RenewalLink:
    return link_for(contract, Contact.objects.get(), now=T)


@pytest.fixture
def agreement(contract: Contract, link: RenewalLink) -> Agreement:
    return signed(contract, contact=link.contact)

"""The desk's people look at two renewals: Lan Tu's, who are Chen's, and one in New York, which is Otto's."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client

from accounts.models import User
from accounts.services import Sold, change_sold
from renewals.pipeline.models import Renewal
from tests.renewals import cast
from tests.renewals.cast import T
from tests.renewals.desk.conftest import enter, house

__all__ = ["enter", "house"]


def priced(contract, amount: int, currency: str) -> Renewal:
    change_sold(contract, sold=Sold(seats=40, value=Decimal(amount), currency=currency), by="a test", now=T)
    return Renewal.objects.get(contract=contract)


@pytest.fixture
def chen(house: dict[str, User]) -> User:
    return house["chen"]


@pytest.fixture
def renewal(chen: User) -> Renewal:
    """Chen's, in Shanghai, through 27 November, for ¥ 86,400."""
    return priced(cast.lan_tu_contract(), 86400, "CNY")


@pytest.fixture
def harbor(house: dict[str, User]) -> Renewal:
    """Otto's, in New York, through 30 November, for $ 10,000."""
    customer = cast.lan_tu(
        name="Harbor Labs", zone="America/New_York", country="US", language="en", owner=house["otto"]
    )
    return priced(cast.contract(customer, number="HL-1", through="2026-11-30"), 10000, "USD")


@pytest.fixture
def desk(enter) -> Client:
    """Ada's browser: she sees everything."""
    return enter("ada")

"""Chen's renewal of Lan Tu at T: it ends on Friday, and nobody there was told yet."""

from __future__ import annotations

from decimal import Decimal

import pytest

from accounts.models import Contract
from accounts.services import Sold, change_sold
from renewals.pipeline.models import Renewal
from tests.renewals import cast
from tests.renewals.cast import T
from tests.renewals.desk.conftest import enter, house

__all__ = ["enter", "house"]


@pytest.fixture
def contract(house) -> Contract:
    found = cast.lan_tu_contract()
    change_sold(found, sold=Sold(seats=40, value=Decimal(86400), currency="CNY"), by="a test", now=T)
    return found


@pytest.fixture
def renewal(contract: Contract) -> Renewal:
    return Renewal.objects.get(contract=contract)

"""The usual renewal: Lan Tu's, who end on Friday."""

from __future__ import annotations

from decimal import Decimal

import pytest

from accounts.models import Contract
from accounts.services import Sold, change_sold
from renewals.pipeline.models import Renewal, Stage
from renewals.pipeline.usual import stages
from tests.renewals import cast
from tests.renewals.cast import T


@pytest.fixture
def contract(db: None) -> Contract:
    """Through 27 November 2026, for ¥ 86,400; its renewal has been open since it came near."""
    found = cast.lan_tu_contract()
    change_sold(found, sold=Sold(seats=40, value=Decimal(86400), currency="CNY"), by="a test", now=T)
    return found


@pytest.fixture
def renewal(contract: Contract) -> Renewal:
    return Renewal.objects.get(contract=contract)


def stage(word: str) -> Stage:
    stages()
    return Stage.objects.get(word=word)

"""A quarter's renewals at T: Chen's and Otto's, of two products and two segments, in two currencies, open and over."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from accounts.models import Product, User
from accounts.services import Sold
from renewals.pipeline.models import Renewal, Stage
from renewals.pipeline.rates import enter_rates
from renewals.pipeline.services import change
from renewals.pipeline.usual import ensure, not_known
from tests.renewals import cast
from tests.renewals.cast import T
from tests.renewals.desk.conftest import enter, house

__all__ = ["enter", "house"]

NEW_YORK = {"zone": "America/New_York", "country": "US"}


def stage(word: str) -> Stage:
    return Stage.objects.get(word=word)


def add(number: str, *, through: str, owner: User, worth: int | None, at: str = "in_contact", **said) -> Renewal:
    """A renewal of a contract that ends on a day, at a stage; `amount` where it is to be worth something else."""
    place = {"zone": said.pop("zone", "Asia/Shanghai"), "country": said.pop("country", "CN")}
    currency = said.pop("currency", "CNY")
    customer = cast.lan_tu(name=f"Customer {number}", segment=said.pop("segment", ""), owner=owner, **place)
    product = said.pop("product", None) or cast.collab()
    value = None if worth is None else Decimal(worth)
    sold = Sold(seats=1, value=value, currency=currency if worth is not None else "")
    contract = cast.contract(customer, number=number, through=through, product=product, sold=sold, now=T)
    found = Renewal.objects.get(contract=contract)
    reason = {"loss_reason": not_known()} if at == "lost" else {}
    change(found, by=owner, now=T, stage=stage(at), **reason, **said)
    return Renewal.objects.get(pk=found.pk)


@pytest.fixture
def quarter(house) -> None:
    """What ends from October to January."""
    ensure()
    chen, otto = house["chen"], house["otto"]
    enter_rates([("USD", date(2026, 1, 1), Decimal("7.10"))], by=house["ada"], now=T)
    other = Product.objects.create(code="analytics", name="Analytics")
    add("A", through="2026-11-27", owner=chen, worth=1000, at="verbal_yes", segment="big")
    add("B", through="2026-12-31", owner=chen, worth=2000, at="offer_out", amount=Decimal(2500), currency="CNY")
    add(
        "C",
        through="2026-12-31",
        owner=otto,
        worth=300,
        at="in_contact",
        currency="USD",
        zone="America/New_York",
        country="US",
    )
    add("D", through="2027-01-15", owner=otto, worth=4000, at="verbal_yes", product=other)
    add(
        "E",
        through="2026-11-25",
        owner=chen,
        worth=800,
        at="signed",
        amount=Decimal(700),
        currency="CNY",
        segment="big",
    )
    add("F", through="2026-12-02", owner=otto, worth=500, at="lost", product=other)
    add("G", through="2026-12-05", owner=chen, worth=None, at="in_contact")
    add("H", through="2026-12-20", owner=otto, worth=600, at="signed", amount=Decimal(900), currency="CNY")
    add("I", through="2026-12-24", owner=chen, worth=50, at="in_contact", currency="GBP")

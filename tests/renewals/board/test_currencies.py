"""A price that is put right in another currency: on record, in the history, in the files, and in what moved."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client

from accounts.models import User
from accounts.services import Sold, change_sold
from renewals.forecast.movement import Move
from renewals.forecast.moving import movement_sums
from renewals.forecast.periods import read
from renewals.forecast.reading import visible
from renewals.pipeline.models import Renewal
from renewals.pipeline.past import past_of
from renewals.pipeline.rates import enter_rates, rates_now
from renewals.pipeline.services import change
from tests.renewals.cast import T

WEEK = timedelta(days=7)


@pytest.fixture
def in_dollars(renewal: Renewal, chen: User, house: dict[str, User]) -> Renewal:
    """¥ 86,400 until T, and $ 12,000 from then on."""
    enter_rates([("USD", date(2026, 1, 1), Decimal("7.1"))], by=house["ada"], now=T)
    Renewal.objects.update(opened_at=T - 4 * WEEK)
    renewal.changes.all().delete()
    change_sold(renewal.contract, sold=Sold(seats=40, value=Decimal(12000), currency="USD"), by=chen, now=T)
    return Renewal.objects.get(pk=renewal.pk)


def test_each_field_of_it_is_on_record(in_dollars: Renewal) -> None:
    assert list(in_dollars.changes.order_by("pk").values_list("field", "before", "after", "by_name")) == [
        ("amount_now", "86400.00", "12000.00", "陈舟"),
        ("currency_now", "CNY", "USD", "陈舟"),
        ("amount", "86400.00", "12000.00", "陈舟"),
        ("currency", "CNY", "USD", "陈舟"),
    ]


def test_what_it_moved_is_reckoned_from_the_currency_that_it_had(in_dollars: Renewal, house: dict[str, User]) -> None:
    found = movement_sums(visible(house["ada"]), read("2026-Q4"), since=T - WEEK, rates=rates_now(now=T))

    assert found == {Move.LESS: (1, Decimal("-1200.00"))}


def test_the_history_has_each_amount_in_the_currency_of_its_time(in_dollars: Renewal, chen: User) -> None:
    change(in_dollars, amount=Decimal(90000), currency="CNY", by=chen, now=T + timedelta(hours=1))
    change(in_dollars, amount=Decimal(95000), by=chen, now=T + timedelta(hours=2))

    past = past_of(Renewal.objects.select_related("term").get(pk=in_dollars.pk))
    told = [[(line.before, line.after) for line in one.lines if "CNY" not in (line.before, line.after)] for one in past]
    assert told == [
        [("¥ 90,000", "¥ 95,000")],
        [("$ 12,000", "¥ 90,000")],
        [("¥ 86,400", "$ 12,000"), ("¥ 86,400", "$ 12,000")],
    ]


@pytest.mark.parametrize("address", ["/pipeline/?export=csv", "/forecast/rows/?period=2026-Q4&bucket=open&export=csv"])
def test_a_file_has_the_currency_of_each_amount(renewal: Renewal, chen: User, desk: Client, address: str) -> None:
    change(renewal, amount=Decimal(12000), currency="USD", by=chen, now=T)

    content = b"".join(desk.get(address).streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    row = next(csv.DictReader(io.StringIO(content)))
    names = ("amount now", "currency now", "expected amount", "currency")
    assert [row[name] for name in names] == ["86400.00", "CNY", "12000.00", "USD"]

"""What seats cost: rounded as the currency is paid, and what is shown adds up."""

from __future__ import annotations

from decimal import Decimal

import pytest

from renewals.offers.pricing import amounts


@pytest.mark.parametrize(
    ("unit", "seats", "discount", "tax", "currency", "net", "tax_amount", "gross"),
    [
        ("720", 120, "0", "6", "CNY", "86400.00", "5184.00", "91584.00"),
        ("720", None, "0", "6", "CNY", "720.00", "43.20", "763.20"),
        ("99.99", 7, "12.5", "6", "CNY", "612.44", "36.75", "649.19"),
        ("1333", 3, "10", "10", "JPY", "3599", "360", "3959"),
        ("0.01", 1, "50", "13", "USD", "0.00", "0.00", "0.00"),
    ],
)
def test_each_sum_is_rounded_once_and_the_tax_on_what_is_left(
    unit, seats, discount, tax, currency, net, tax_amount, gross
):
    found = amounts(Decimal(unit), seats=seats, discount=Decimal(discount), tax_rate=Decimal(tax), currency=currency)

    assert (found.net, found.tax, found.gross) == (Decimal(net), Decimal(tax_amount), Decimal(gross))
    assert found.full - found.off == found.net


def test_a_price_for_all_divided_by_its_seats_comes_back_whole():
    found = amounts(Decimal(100) / 3, seats=3, currency="CNY")

    assert found.net == Decimal("100.00")

"""What a contract is worth: signs, units and currencies, in the cell, beside it and above it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from accounts.ledger import money
from accounts.ledger.findings import Refused
from accounts.models import ContractTerm
from tests.accounts.ledger.conftest import HEADINGS, codes, refused, sheet, take, text

ROW = ("云启科技", "HT-1", "云笔", "2026-01-01", "2026-12-31")


def worth(heading, cell, **beside):
    """Take one row with this amount; its value and currency on record, None where it was refused."""
    draft = take(text((*ROW, cell, *beside.values()), headings=(*HEADINGS, heading, *beside)))
    term = ContractTerm.objects.first()
    return draft, term and (term.value, term.currency)


@pytest.mark.parametrize(
    ("heading", "scale"),
    [
        ("金额(万元)", 10_000),
        ("金额(万元,含税)", 10_000),
        ("金额(含税)(万元)", 10_000),
        ("金额(单位:万元)", 10_000),
        ("合同金额/万元", 10_000),
        ("金额 万元", 10_000),
        ("合同金额万元", 10_000),
        ("金额(万美元)", 10_000),
        ("金额(千元)", 1_000),
        ("金额(百万元)", 1_000_000),
        ("Value (thousands)", 1_000),
        ("Value (k USD)", 1_000),
        ("Value (USD m)", 1_000_000),
        ("Value (USD '000)", 1_000),
        ("Fee (per annum)", 1),
        ("Price (lump sum)", 1),
        ("Fee (m)", 1),
        ("金额(元)", 1),
        ("万科金额", 1),
    ],
)
def test_a_heading_names_the_unit_of_its_amounts_by_whole_words(heading, scale):
    assert money.unit_of(heading).scale == scale


@pytest.mark.parametrize(
    ("heading", "currency"),
    [
        ("Value (USD)", "USD"),
        ("金额(美元)", "USD"),
        ("Amount in EUR", "EUR"),
        ("Value (k USD)", "USD"),
        ("Value (usd)", "USD"),
        ("Price (ALL users)", ""),
        ("金额", ""),
    ],
)
def test_a_heading_names_the_currency_of_its_amounts(heading, currency):
    assert money.unit_of(heading).currency == currency


@pytest.mark.parametrize("cell", ["¥-1,200.00", "$-500", "USD -500", "-500", "(500)", "($500)", "500-", -500.0, -1])
def test_a_negative_amount_is_refused_wherever_its_sign_stands(cell):
    with pytest.raises(Refused) as problem:
        money.amount_of(cell)

    assert problem.value.code == "negative_value"


@pytest.mark.parametrize(
    ("cell", "amount", "currency"),
    [
        ("USD $1,234.50", "1234.50", "USD"),
        ("US $1,234", "1234", "USD"),
        ("CNY ¥1,234", "1234", "CNY"),
        ("人民币¥1,234.50元", "1234.50", "CNY"),
        ("AU$1,000", "1000", "AUD"),
        ("CA$1,000", "1000", "CAD"),
        ("12.5w", "125000", ""),
        ("1200/-", "1200", ""),
    ],
)
def test_an_amount_may_say_its_currency_twice(cell, amount, currency):
    found = money.amount_of(cell)

    assert (found.amount, found.currency) == (Decimal(amount), currency)


@pytest.mark.parametrize("cell", ["USD ¥100", "US$100 EUR"])
def test_an_amount_of_two_currencies_is_refused(cell):
    with pytest.raises(Refused) as problem:
        money.amount_of(cell)

    assert problem.value.code == "two_currencies"


@pytest.mark.django_db
def test_a_number_cell_is_scaled_before_it_is_rounded():
    take(sheet((*ROW, 12.3456), headings=(*HEADINGS, "金额(万元)")))

    assert ContractTerm.objects.get().value == Decimal("123456.00")


@pytest.mark.django_db
def test_the_unit_of_a_heading_is_said_once_for_its_column():
    draft, _worth = worth("金额(万元)", "12.5")

    (said,) = (found for found in draft.findings.assumptions if found.code == "heading_scale")
    assert (said.column, said.params, list(said.rows)) == ("金额(万元)", {"unit": "万元", "scale": "10,000"}, [])


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("cell", "said"), [("US$1,200", "CNY"), ("¥1,200", "USD"), ("€5", "$")], ids=["code", "sign", "both signs"]
)
def test_an_amount_that_contradicts_the_currency_beside_it_is_refused(cell, said):
    draft, _worth = worth("金额", cell, 币种=said)

    assert refused(draft) == [(2, "two_currencies")]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("sign", "country", "currency"),
    [("¥", "日本", "JPY"), ("元", "台湾", "TWD"), ("$", "Singapore", "SGD"), ("", "Denmark", "DKK")],
)
def test_a_sign_means_the_currency_of_the_customers_country_and_is_said(sign, country, currency):
    draft, found = worth("金额", "1200", 币种=sign, 国家=country)

    assert found == (Decimal(1200), currency)
    assert "currency_assumed" in codes(draft)


@pytest.mark.django_db
def test_a_currency_that_is_not_named_stays_the_one_on_record():
    worth("金额", "12000", 币种="USD")

    again, found = worth("金额", "12000")

    assert (again.plan.count()["unchanged"], found) == (1, (Decimal(12000), "USD"))


@pytest.mark.django_db
def test_the_heading_of_an_amount_gives_its_currency_where_nothing_else_does():
    draft, found = worth("Value (USD)", "1200")

    assert found == (Decimal(1200), "USD")
    assert "currency_assumed" not in codes(draft)

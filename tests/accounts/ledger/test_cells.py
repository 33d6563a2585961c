"""Money, seats, numbers, terms, zones and countries as people write them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from accounts.ledger import cells, money, places
from accounts.ledger.findings import Refused


@pytest.mark.parametrize(
    ("cell", "amount"),
    [
        ("86400", "86400"),
        ("¥86,400", "86400"),
        ("￥86,400.00", "86400"),
        ("８６，４００", "86400"),
        ("86'400", "86400"),
        ("86 400", "86400"),
        ("8.64万", "86400"),
        ("8.64万元", "86400"),
        ("US$ 86,400", "86400"),
        ("86.400,00 €", "86400"),
        ("86,4", "86.4"),
        ("NT$1,234,567", "1234567"),
        ("RMB 100", "100"),
        ("50k", "50000"),
        (86400.0, "86400"),
        (0.1, "0.1"),
    ],
)
def test_money_is_read_with_its_symbols_and_marks(cell, amount):
    assert money.amount_of(cell).amount == Decimal(amount)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("-5", "negative_value"),
        ("(1,000)", "negative_value"),
        ("much", "bad_value"),
        ("18.000", "ambiguous_value"),
        ("9999999999999999", "bad_value"),
        (True, "bad_value"),
    ],
)
def test_what_is_no_price_is_refused(cell, code):
    with pytest.raises(Refused) as problem:
        money.amount_of(cell)

    assert problem.value.code == code


def test_a_heading_may_name_the_unit_of_its_amounts():
    assert money.amount_of("8.64", money.unit_of("合同金额(万元)").scale).amount == Decimal("86400")


@pytest.mark.parametrize(
    ("symbol", "country", "currency"),
    [
        ("¥", "CN", "CNY"),
        ("¥", "JP", "JPY"),
        ("$", "TW", "TWD"),
        ("$", "BR", "USD"),
        ("", "DE", "EUR"),
        ("", "BR", "BRL"),
    ],
)
def test_a_shared_symbol_means_the_currency_of_the_country(symbol, country, currency):
    assert money.currency_of(symbol, country) == currency


@pytest.mark.parametrize("cell", ["50", "50人", "50 users", "50.0", "５０", "50个用户"])
def test_seats_are_read_with_their_word(cell):
    assert cells.seats_of(cell) == 50


def test_a_number_that_excel_has_rounded_is_refused():
    assert cells.contract_number(4400010438.0) == "4400010438"
    for mangled in (4.400010438123457e17, "4.40001E+17"):
        with pytest.raises(Refused):
            cells.contract_number(mangled)


@pytest.mark.parametrize(
    ("cell", "heading", "term"),
    [
        ("1年", "", "1 year"),
        ("三年", "", "3 years"),
        ("12个月", "", "1 year"),
        ("半年", "", "6 months"),
        ("30 days", "", "30 days"),
        ("12", "期限(月)", "1 year"),
        ("2", "Term (years)", "2 years"),
        ("12", "期限", None),
        ("soon", "", None),
    ],
)
def test_a_term_is_read_with_the_unit_of_its_cell_or_its_heading(cell, heading, term):
    found = cells.term_of(cell, cells.term_unit(heading))

    assert (str(found) if found else None) == term


@pytest.mark.parametrize(
    ("said", "zone"),
    [
        ("Asia/Shanghai", "Asia/Shanghai"),
        ("asia/shanghai", "Asia/Shanghai"),
        ("北京时间", "Asia/Shanghai"),
        ("中国", "Asia/Shanghai"),
        ("Beijing", "Asia/Shanghai"),
        ("台北", "Asia/Taipei"),
        ("臺北", "Asia/Taipei"),
        ("New York", "America/New_York"),
        ("纽约", "America/New_York"),
        ("東京", "Asia/Tokyo"),
        ("德国", "Europe/Berlin"),
        ("UTC+8", "Etc/GMT-8"),
        ("世界时", "Etc/UTC"),
    ],
)
def test_a_zone_is_known_by_many_names(said, zone):
    assert places.zone_named(said) == zone


@pytest.mark.parametrize(
    ("said", "code", "near"),
    [
        ("Asia/Shangai", "unknown_zone", "Asia/Shanghai"),
        ("CST", "zone_abbreviation", "America/Chicago"),
        ("EST", "zone_abbreviation", "America/New_York"),
        ("United States", "country_of_many_zones", "America/New_York"),
    ],
)
def test_a_zone_that_nobody_can_know_is_refused_with_names_near_it(said, code, near):
    with pytest.raises(Refused) as problem:
        places.zone_named(said)

    assert problem.value.code == code
    assert near in problem.value.params["near"]


@pytest.mark.parametrize(
    ("said", "country"), [("中国", "CN"), ("China", "CN"), ("臺灣", "TW"), ("USA", "US"), ("Deutschland", None)]
)
def test_a_country_is_known_by_code_and_name(said, country):
    if country:
        assert places.country_named(said) == country
    else:
        with pytest.raises(Refused):
            places.country_named(said)


def test_a_state_of_two_zones_is_read_by_the_later_clock():
    assert (places.state_zone("NY"), places.state_zone("TX")) == ("America/New_York", "America/Denver")


def test_a_word_that_is_nearly_no_zone_is_answered_with_two_that_show_the_shape():
    with pytest.raises(Refused) as problem:
        places.zone_named("Mars/Olympus")

    assert problem.value.params["near"] == "Asia/Shanghai, America/New_York"

"""What a customer can choose from: made for them, else the price list, else what they have; each with its minute."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Contact, Contract, ContractTerm, Price
from accounts.services import NotAllowed
from renewals.links.services import link_for
from renewals.locking.renewing import renew
from renewals.offers.choices import choices_for
from renewals.offers.models import Option
from renewals.offers.quoting import quoted
from renewals.offers.services import replace_option, withdraw
from renewals.offers.signing import Signature, sign_renewal
from tests.renewals.cast import T, chen, utc

ENDS_AT = utc("2026-11-27T16:00")


def listed(contract: Contract, **said: object) -> Price:
    said = {"months": 12, "currency": "CNY", "unit": 800, "valid_from": date(2026, 1, 1), "entered_at": T} | said
    return Price.objects.create(product=contract.product, **said)


def offered(contract: Contract, *, now=T, starts_at=ENDS_AT) -> list[tuple[str, str, str]]:
    return [
        (choice.words, f"{choice.last_minute:%Y-%m-%dT%H:%M}", str(choice.price))
        for choice in choices_for(contract, contract.terms.get(), starts_at=starts_at, now=now)
    ]


@pytest.fixture(autouse=True)
def english(settings):
    from django.utils import translation

    with translation.override("en"):
        yield


def test_what_was_made_for_them_leads_to_its_exact_last_minute(contract, offer) -> None:
    offer("3 years")

    assert offered(contract) == [("3 years", "2029-11-27T23:59", "89040.00")]


def test_an_end_offered_to_the_minute_is_that_minute(contract, offer) -> None:
    offer("until 2027-06-30T18:00")

    assert offered(contract)[0][1] == "2027-06-30T18:00"


def test_after_the_lock_the_same_offer_leads_further(contract, offer) -> None:
    offer("1 year")

    assert offered(contract, now=utc("2026-12-02T03:00"), starts_at=utc("2026-12-02T03:00"))[0][1] == "2027-12-02T23:59"


def test_a_discount_comes_off_before_the_tax(contract, offer) -> None:
    offer("1 year", discount="10")

    assert offered(contract)[0][2] == "80136.00"


def test_an_offer_stands_through_its_last_minute(contract, offer) -> None:
    offer("3 years", valid_ends_at=T + timedelta(minutes=53))

    assert offered(contract, now=T + timedelta(minutes=53, seconds=-1))[0][0] == "3 years"
    assert offered(contract, now=T + timedelta(minutes=53))[0][0] == "1 year"


def test_one_that_was_withdrawn_is_not_offered(contract, offer) -> None:
    withdraw(offer("3 years"), by=chen(), now=T)

    assert [words for words, _minute, _price in offered(contract)] == ["1 year", "2 years"]


def test_a_changed_offer_is_another_one_and_the_first_stays_as_it_was(contract, offer) -> None:
    first = offer("3 years")

    from accounts import terms

    replace_option(
        first, term=terms.parse_term("2 years"), unit=Decimal(650), currency="CNY", seats=100, by=chen(), now=T
    )

    assert [words for words, _minute, _price in offered(contract)] == ["2 years"]
    assert Option.objects.get(pk=first.pk).sold_as == first.sold_as


def test_without_one_the_price_list_of_today_counts(contract) -> None:
    listed(contract, unit=700)
    listed(contract, unit=900, valid_from=date(2026, 11, 23), tax_rate=6)
    listed(contract, unit=999, valid_from=date(2026, 11, 24))

    assert offered(contract) == [("1 year", "2027-11-27T23:59", "114480.00")]


def test_the_list_is_shown_in_the_contracts_own_currency(contract) -> None:
    listed(contract, unit=800)
    listed(contract, unit=110, currency="USD")

    assert offered(contract) == [("1 year", "2027-11-27T23:59", "96000.00")]


def test_a_contract_without_a_currency_can_choose_one(contract) -> None:
    ContractTerm.objects.update(value=None, currency="")
    listed(contract, unit=800)
    listed(contract, unit=110, currency="USD")

    assert [price for _words, _minute, price in offered(contract)] == ["96000.00", "13200.00"]


def test_without_any_price_it_costs_what_it_cost(contract) -> None:
    assert offered(contract) == [
        ("1 year", "2027-11-27T23:59", "86400.00"),
        ("2 years", "2028-11-27T23:59", "172800.00"),
    ]


def test_a_contract_that_was_renewed_gets_no_more_offers_after_that_term(contract, offer) -> None:
    from accounts import terms

    after = contract.terms.get()
    renew(contract, after=ENDS_AT, term=terms.parse_term("1 year"), by=chen(), now=T)

    from renewals.offers.services import make_option

    with pytest.raises(NotAllowed):
        make_option(after, term=terms.parse_term("1 year"), unit=1, currency="CNY", by=chen(), now=T)


@pytest.mark.parametrize(
    "wrong",
    [
        {"seats": 0},
        {"unit": -1},
        {"currency": "yen"},
        {"discount": 101},
        {"tax_rate": -1},
        {"valid_ends_at": T + timedelta(seconds=1)},
        {"withdrawn_at": T},
    ],
)
def test_the_database_holds_no_offer_that_cannot_be(contract, offer, wrong) -> None:
    made = offer()

    with pytest.raises(IntegrityError), transaction.atomic():
        Option.objects.filter(pk=made.pk).update(**wrong)


@pytest.mark.parametrize("wrong", [{"months": 0}, {"unit": -1}, {"tax_rate": 101}, {"currency": "cny"}])
def test_the_database_holds_no_price_that_cannot_be(contract, wrong) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        listed(contract, **wrong)


def test_an_offer_through_a_day_that_is_over_hides_no_other_way(contract, offer) -> None:
    offer("until 2027-01-31T23:59")
    late = utc("2027-02-10T03:00")

    assert [words for words, *_rest in offered(contract, now=late, starts_at=late)] == ["1 year", "2 years"]


def test_who_counts_no_seats_pays_what_they_pay_and_not_one_seat_of_the_list(contract) -> None:
    listed(contract, unit=500)
    contract.terms.update(seats=None, value=Decimal(100_000))

    assert offered(contract)[0][2] == "100000.00"


def test_the_tax_that_was_signed_is_on_top_the_year_after_too(contract, offer) -> None:
    option = offer("1 year", seats=100, unit="700")
    key = f"option-{option.pk}"
    shown = quoted(contract, key=key, now=T).fingerprint
    link = link_for(contract, Contact.objects.get(), now=T)
    signed = sign_renewal(link, Signature(name="林岚"), key=key, shown=shown, now=T)
    choice = choices_for(contract, signed.term, starts_at=signed.term.ends_at, now=T)[0]

    assert (signed.gross, choice.price) == (Decimal("74200.00"), Decimal("74200.00"))

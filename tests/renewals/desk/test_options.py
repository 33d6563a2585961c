"""What staff offer to one customer: made, changed, withdrawn, and seen on the customer's page."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from accounts.models import Contact, Price
from renewals.links.services import link_for
from renewals.offers.models import Option
from renewals.offers.quoting import quoted
from renewals.offers.signing import Attached, Signature, sign_renewal
from tests.renewals.cast import T
from tests.renewals.page.conftest import address

TYPED = {"term": "3 years", "seats": "120", "unit": "700", "currency": "cny", "discount": "0", "tax_rate": "6"}


def customers_page(contract) -> str:
    link = link_for(contract, Contact.objects.get(), now=T)
    return Client(headers={"cookie": "django_language=en"}).get(address(link)).content.decode()


def test_an_offer_stands_on_the_customers_page_with_its_minute_and_its_tax(enter, lan_tu) -> None:
    enter().post(f"/contract/offer/{lan_tu.pk}/", TYPED)

    page = customers_page(lan_tu)
    assert "until 27 November 2029, 23:59 (Asia/Shanghai)" in page
    assert "¥ 89,040" in page
    assert "¥ 5,040 of it tax (6 %)" in page


def test_only_working_out_the_minute_offers_nothing(enter, lan_tu) -> None:
    response = enter().post(f"/contract/offer/{lan_tu.pk}/", TYPED | {"preview": "1"})

    assert "27 November 2029" in response.content.decode()
    assert not Option.objects.exists()


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"term": "30 February"}, "term"),
        ({"term": "until 2026-01-01"}, "term"),
        ({"seats": "0"}, "seats"),
        ({"unit": ""}, "unit"),
        ({"currency": "ABC"}, "currency"),
        ({"discount": "101"}, "discount"),
        ({"valid_until": "2026-11-23T12:06"}, "valid_until"),
        ({"unit": "999999999999", "seats": "999999"}, "unit"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(enter, lan_tu, said, field) -> None:
    response = enter().post(f"/contract/offer/{lan_tu.pk}/", TYPED | said | {"note": "as agreed"})

    assert field in response.context["form"].errors
    assert "as agreed" in response.content.decode()
    assert not Option.objects.exists()


def test_a_changed_offer_takes_the_place_of_the_first(enter, lan_tu) -> None:
    client = enter()
    client.post(f"/contract/offer/{lan_tu.pk}/", TYPED)

    client.post(f"/offers/{Option.objects.get().pk}/change/", TYPED | {"term": "2 years"})

    assert [one.sold_as for one in Option.objects.filter(withdrawn_at=None)] == ["2 years"]


def test_a_withdrawn_offer_is_gone_from_the_customers_page(enter, lan_tu) -> None:
    client = enter()
    client.post(f"/contract/offer/{lan_tu.pk}/", TYPED)

    client.post(f"/offers/{Option.objects.get().pk}/withdraw/")

    assert "27 November 2029" not in customers_page(lan_tu)


def test_another_team_makes_and_withdraws_no_offers(enter, lan_tu) -> None:
    enter().post(f"/contract/offer/{lan_tu.pk}/", TYPED)

    assert enter("otto").post(f"/contract/offer/{lan_tu.pk}/", TYPED).status_code == 404
    assert enter("otto").post(f"/offers/{Option.objects.get().pk}/withdraw/").status_code == 404


def test_a_price_of_the_list_fills_the_form(enter, lan_tu) -> None:
    price = Price.objects.create(
        product=lan_tu.product, months=24, currency="CNY", unit=1400, valid_from=date(2026, 1, 1), entered_at=T
    )

    form = enter().get(f"/contract/offer/{lan_tu.pk}/?price={price.pk}").context["form"]

    assert (form.initial["term"], form.initial["unit"]) == ("2 years", 1400)


def test_what_was_signed_and_the_order_that_came_along_are_for_those_who_may_see_the_contract(enter, lan_tu) -> None:
    link = link_for(lan_tu, Contact.objects.get(), now=T)
    attached = Attached(name="采购单.pdf", kind="application/pdf", content=b"%PDF-1.7")
    shown = quoted(lan_tu, key="12", now=T).fingerprint
    signed = sign_renewal(link, Signature(name="林岚", order_file=attached), key="12", shown=shown, now=T)

    text = enter().get(f"/signed/{signed.pk}.json")
    file = enter().get(f"/signed/{signed.pk}/order/")

    assert b"".join(text.streaming_content).decode() == signed.text
    assert b"".join(file.streaming_content) == b"%PDF-1.7"
    assert file["Content-Disposition"].startswith("attachment")
    assert enter("otto").get(f"/signed/{signed.pk}/order/").status_code == 404
    assert Client().get(f"/signed/{signed.pk}/order/").status_code == 302
    assert "采购单.pdf" in enter().get(lan_tu.get_absolute_url()).content.decode()

"""A product's price list: prices put on it and taken off."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client

from accounts.models import Price
from tests.renewals import cast
from tests.renewals.cast import T

TYPED = {"months": "12", "currency": "cny", "unit": "720", "tax_rate": "6", "valid_from": "2026-11-01"}


@pytest.fixture
def client(db, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr("csportal.clock.now", lambda: T)
    client = Client()
    client.force_login(cast.chen(language="en"))
    return client


@pytest.fixture
def product(db):
    return cast.collab()


def test_a_price_counts_from_its_day_on(client, product) -> None:
    client.post(f"/products/{product.pk}/prices/", TYPED)
    client.post(f"/products/{product.pk}/prices/", TYPED | {"unit": "800", "valid_from": "2026-11-24"})

    page = client.get(f"/products/{product.pk}/prices/")

    assert [(price.unit, counts) for price, counts, _ahead in page.context["rows"]] == [
        (Decimal(800), False),
        (Decimal(720), True),
    ]


def test_a_second_price_of_a_day_takes_the_place_of_the_first(client, product) -> None:
    client.post(f"/products/{product.pk}/prices/", TYPED)
    client.post(f"/products/{product.pk}/prices/", TYPED | {"unit": "800"})

    assert Price.objects.get().unit == 800


@pytest.mark.parametrize("wrong", [{"currency": "ABC"}, {"unit": "-1"}, {"months": "0"}, {"tax_rate": "101"}])
def test_what_is_wrong_with_a_price_is_said_beside_its_field(client, product, wrong) -> None:
    response = client.post(f"/products/{product.pk}/prices/", TYPED | wrong)

    assert list(response.context["form"].errors) == list(wrong)
    assert not Price.objects.exists()


def test_a_price_is_taken_off_the_list(client, product) -> None:
    client.post(f"/products/{product.pk}/prices/", TYPED)

    client.post(f"/prices/{Price.objects.get().pk}/remove/")

    assert not Price.objects.exists()

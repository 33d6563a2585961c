"""A list is counted no further than anybody reads."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Product
from tests.renewals import cast


@pytest.fixture
def client(db, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr("accounts.views.lists.PER_PAGE", 2)
    monkeypatch.setattr("accounts.views.lists.MOST_COUNTED", 4)
    client = Client()
    client.force_login(cast.chen(language="en"))
    return client


def products(many: int) -> None:
    Product.objects.bulk_create(Product(code=f"p-{number}", name=f"P {number}") for number in range(many))


@pytest.mark.parametrize(("many", "said"), [(4, "1–2 of 4<"), (5, "1–2 of more than 4<"), (9, "1–2 of more than 4<")])
def test_a_long_list_says_that_there_are_more(client, many, said) -> None:
    products(many)

    assert said in client.get("/products/").content.decode()


def test_its_pages_end_where_counting_does(client) -> None:
    products(9)

    assert client.get("/products/?page=9").context["table"].page.number == 2


def test_the_database_counts_no_further_either(client) -> None:
    products(9)

    with CaptureQueriesContext(connection) as asked:
        client.get("/products/")

    assert [one["sql"] for one in asked if "COUNT(" in one["sql"] and "LIMIT 5" in one["sql"]]


def test_a_file_has_every_row(client) -> None:
    products(9)

    rows = b"".join(client.get("/products/?export=csv").streaming_content).decode().splitlines()

    assert len(rows) == 1 + 9

"""The list of what conventions take: the database reckons as the pure functions do, for whoever may see it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Product
from renewals.gaps.simulating import conventions, gap_of, promises, simulated
from tests.renewals import cast
from tests.renewals.cast import T
from tests.renewals.gaps.conftest import LOCKS, product


def numbers(response) -> list[str]:
    return [row.record.contract.number for row in response.context["table"].page.object_list]


def add(number: str, sold: Product, *, zone: str = "Asia/Shanghai", through: str = "2027-03-31", **said):
    customer = said.pop("customer", None) or cast.lan_tu(name=f"Customer {number}", zone=zone)
    return cast.contract(customer, number=number, through=through, product=sold, **said)


@pytest.fixture
def three(house, learning) -> None:
    """One that loses a day, one in New York that loses a day and a half, one that nothing is taken from."""
    add("DAY", learning)
    add("MORE", learning, zone="America/New_York")
    add("NONE", cast.collab())


def test_the_database_takes_the_same_minutes_as_the_pure_functions(house) -> None:
    zones = ["Asia/Shanghai", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "America/Santiago"]
    days = ["2026-11-30", "2027-03-14", "2027-03-28", "2027-04-04", "2027-09-05", "2027-11-07", "2028-02-29"]
    sold = [
        product("begins"),
        product("ends", LOCKS.LAST_DAY_ENDS, "UTC"),
        product("at", LOCKS.LAST_DAY_AT, "America/New_York", lock_clock="02:30", lock_grace_hours=3),
        product("own", LOCKS.LAST_DAY_AT, lock_clock="18:00"),
        cast.collab(),
    ]
    for zone in zones:
        customer = cast.lan_tu(name=zone, zone=zone)
        for place, day in enumerate(days):
            for one in sold:
                add(f"{zone[-8:]}-{place}-{one.code}", one, through=day, customer=customer)

    by_product = conventions()
    rows = list(simulated(promises(house["ada"], now=T), by_product))

    assert len(rows) == len(zones) * len(days) * len(sold)
    for row in rows:
        found = gap_of(row, by_product)
        assert row.taken == (found.taken if found else timedelta(0)), row


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["MORE", "DAY", "NONE"]),
        ({"taken": "any"}, ["MORE", "DAY"]),
        ({"taken": "day"}, ["MORE", "DAY"]),
        ({"taken": "under"}, []),
        ({"q": "more"}, ["MORE"]),
        ({"owner": "mine"}, ["MORE", "DAY", "NONE"]),
        ({"owner": "nobody"}, []),
        ({"sort": "taken"}, ["NONE", "DAY", "MORE"]),
        ({"sort": "number"}, ["DAY", "MORE", "NONE"]),
        ({"taken": "bogus"}, ["MORE", "DAY", "NONE"]),
    ],
)
def test_the_address_says_what_is_listed_and_in_which_order(enter, three, query, found) -> None:
    assert numbers(enter().get("/gaps/", query)) == found


def test_the_totals_say_how_much_from_how_many(enter, three) -> None:
    page = enter().get("/gaps/").content.decode()

    assert "3,600 min of paid time are taken, from 2 of 3 contracts." in page
    assert "takes between 1,440 and 2,160 minutes from each of 2 contracts" in page


def test_a_product_that_asks_the_portal_has_a_line_only_where_it_stands_alone(enter, three) -> None:
    collab = cast.collab().pk

    every, alone = (enter().get("/gaps/", query).context["audit"].lines for query in ({}, {"product": collab}))

    assert [line.total.name for line in every] == ["Learning"]
    assert [line.says for line in alone] == ["takes nothing"]


def test_a_row_says_when_it_would_lock_and_which_rules_that_breaks(enter, three) -> None:
    page = enter().get("/gaps/?q=MORE").content.decode()

    assert "30 Mar 2027 12:00" in page
    assert "the customer’s own zone (rule 1) · the last day is whole (rule 2)" in page


def test_what_if_the_convention_were_another_is_the_same_list_with_other_totals(enter, three, learning) -> None:
    asked = {"product": learning.pk, "locks": "last_day_ends", "zone": ""}

    response = enter().get("/gaps/", asked)

    assert "It would go from 3,600 min from 2 contracts to nothing." in response.content.decode()
    assert numbers(response) == ["DAY", "MORE"]
    learning.refresh_from_db()
    assert learning.lock_convention == LOCKS.LAST_DAY_BEGINS


def test_a_convention_that_makes_no_sense_says_so_beside_its_field(enter, three, learning) -> None:
    asked = {"product": learning.pk, "locks": "last_day_at", "zone": "Asia/Shangai"}

    response = enter().get("/gaps/", asked)

    assert set(response.context["audit"].whatif.errors) == {"clock", "zone"}
    assert "Asia/Shangai" in response.content.decode()
    assert response.context["audit"].before is None


def test_what_if_without_a_product_asks_for_one(enter, three) -> None:
    response = enter().get("/gaps/", {"locks": "last_day_ends"})

    assert "Choose the product above first." in response.content.decode()


def test_a_manager_takes_it_over_and_a_csm_does_not(enter, three, learning) -> None:
    said = {"product": learning.pk, "locks": "last_day_at", "clock": "18:00", "zone": "", "grace": "2"}

    assert enter("chen").post("/gaps/convention/", said).status_code == 403
    assert enter("shen").post("/gaps/convention/", said).status_code == 302

    learning.refresh_from_db()
    assert (
        learning.lock_convention,
        f"{learning.lock_clock:%H:%M}",
        learning.lock_zone,
        learning.lock_grace_hours,
    ) == (
        "last_day_at",
        "18:00",
        "",
        2,
    )


def test_the_file_has_the_same_rows_with_instants_in_utc(enter, three) -> None:
    lines = enter().get("/gaps/?export=csv&taken=any").getvalue().decode().splitlines()

    assert len(lines) == 3
    assert "2027-03-30T16:00:00Z,2160" in lines[1]
    assert enter().get("/gaps/?export=xlsx").status_code == 200


def test_the_number_of_queries_does_not_grow_with_the_rows(enter, house, learning) -> None:
    client = enter()
    client.get("/gaps/")
    counts = []
    for first, more in ((0, 5), (5, 40)):
        for place in range(first, first + more):
            add(f"M-{place}", learning)
        with CaptureQueriesContext(connection) as queries:
            client.get("/gaps/")
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 14


def test_a_contract_that_is_closed_is_not_held_against_anything(enter, house, learning) -> None:
    add("OLD", learning, through="2026-01-31", start="2025-01-01", now=T)

    assert numbers(enter().get("/gaps/")) == []


def test_a_contracts_page_says_what_its_product_would_take(enter, three) -> None:
    page = enter().get("/contracts/DAY/").content.decode()

    assert "That takes 1 day." in page
    assert "That takes" not in enter().get("/contracts/NONE/").content.decode()


def test_the_list_of_products_leads_to_what_each_takes(enter, three, learning) -> None:
    assert f'href="/gaps/?product={learning.pk}"' in enter().get("/products/").content.decode()

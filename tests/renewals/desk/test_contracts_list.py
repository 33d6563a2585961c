"""The list of contracts: filtered, sorted, paged, by an address that can be shared, in a constant number of queries."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from renewals.health.models import Round, Snapshot
from renewals.locking.models import Evidence
from renewals.locking.telling import record_evidence
from tests.renewals import cast
from tests.renewals.cast import T, utc


def numbers(response) -> list[str]:
    return [row.record.contract.number for row in response.context["table"].page.object_list]


def add(number: str, *, name: str = "", through: str = "2027-03-31", segment: str = "", **details) -> None:
    customer = cast.lan_tu(name=name or f"Customer {number}", segment=segment)
    cast.contract(customer, number=number, through=through, **details)


@pytest.fixture
def four(house) -> None:
    add("A-1", name="云启科技", through="2026-11-27")
    add("A-2", name="Harbor Labs", through="2027-01-31", owner=None, segment="大型企业")
    add("B-1", name="启明制造", through="2026-11-19", kind="trial")
    add("B-2", name="Nordlicht", through="2027-06-30", owner=house["shen"])
    term = cast.Contract.objects.get(number="B-1").terms.get()
    record_evidence(term, kind=Evidence.Kind.DELIVERED, at=utc("2026-11-10T02:00"), now=T)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["B-1", "A-1", "A-2", "B-2"]),
        ({"q": "a-"}, ["A-1", "A-2"]),
        ({"q": "启"}, ["B-1", "A-1"]),
        ({"q": "云启"}, ["A-1"]),
        ({"q": "ＨＡＲＢＯＲ labs"}, ["A-2"]),
        ({"state": "active"}, ["A-1", "A-2", "B-2"]),
        ({"state": "soft_locked"}, ["B-1"]),
        ({"kind": "trial"}, ["B-1"]),
        ({"owner": "mine"}, ["B-1", "A-1"]),
        ({"owner": "team"}, ["B-1", "A-1", "B-2"]),
        ({"owner": "nobody"}, ["A-2"]),
        ({"segment": "大型企业"}, ["A-2"]),
        ({"told": "nobody"}, ["A-1", "A-2", "B-2"]),
        ({"ends_from": "2026-11-27", "ends_to": "2027-01-31"}, ["A-1", "A-2"]),
        ({"ends_to": "2026-11-26"}, ["B-1"]),
        ({"q": "a-", "state": "active", "owner": "mine"}, ["A-1"]),
        ({"sort": "-last_minute"}, ["B-2", "A-2", "A-1", "B-1"]),
        ({"sort": "customer"}, ["A-2", "B-2", "A-1", "B-1"]),
        ({"sort": "number"}, ["A-1", "A-2", "B-1", "B-2"]),
        ({"sort": "evil"}, ["B-1", "A-1", "A-2", "B-2"]),
    ],
)
def test_the_address_says_what_is_listed_and_in_which_order(enter, four, query, found) -> None:
    assert numbers(enter().get("/contracts/", query)) == found


def test_a_contract_that_is_closed_comes_after_all_others_unless_asked(enter, house) -> None:
    add("OLD", through="2026-01-31", start="2025-01-01", now=T)
    add("NEW")

    assert numbers(enter().get("/contracts/")) == ["NEW", "OLD"]
    assert numbers(enter().get("/contracts/?sort=last_minute")) == ["OLD", "NEW"]


@pytest.mark.parametrize(
    "query", ["state=bogus", "ends_from=2026-02-30", "product=99999999999999999999", "q=%00", "segment=none"]
)
def test_a_filter_that_makes_no_sense_says_so_and_narrows_nothing(enter, four, query) -> None:
    response = enter().get(f"/contracts/?{query}")

    assert len(numbers(response)) == 4
    assert response.context["filter"].form.errors


@pytest.mark.parametrize(("page", "shown"), [("1", 50), ("2", 5), ("99", 5), ("nonsense", 50)])
def test_pages_hold_fifty_and_a_page_that_is_not_there_is_the_nearest(enter, house, page, shown) -> None:
    many(55)

    assert len(numbers(enter().get(f"/contracts/?page={page}"))) == shown


def test_the_number_of_queries_does_not_grow_with_the_rows(enter, house) -> None:
    client = enter()
    client.get("/contracts/")  # the first page of a login notes that it is used
    counts = []
    for more in (5, 45):
        many(more)
        with CaptureQueriesContext(connection) as queries:
            assert len(numbers(client.get("/contracts/"))) == sum([5, 45][: len(counts) + 1])
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 12


def test_htmx_gets_the_table_alone_and_a_browser_the_page(enter, four) -> None:
    headers = {"HX-Request": "true", "HX-Target": "table"}

    part, whole = enter().get("/contracts/", headers=headers), enter().get("/contracts/")

    assert b"<html" not in part.content
    assert b'id="table"' in part.content
    assert b"<html" in whole.content
    assert "HX-Request" in whole["Vary"]


def test_a_name_that_looks_like_markup_is_shown_as_it_is(enter, house) -> None:
    add("X-1", name="<script>alert(1)</script>")

    assert b"<script>alert" not in enter().get("/contracts/").content


def test_a_row_says_the_minute_the_zone_and_the_readers_own_time(enter, house) -> None:
    customer = cast.lan_tu(name="Harbor Labs", zone="America/New_York", country="US")
    cast.contract(customer, until="2026-11-25T17:59")

    page = enter().get("/contracts/").content.decode()

    assert "Wed 17:59</time>" in page
    assert "America/New_York · Thu 06:59 Asia/Shanghai" in page


@pytest.mark.parametrize(("now", "is_alarming"), [("2026-11-20T15:59:59", False), ("2026-11-20T16:00", True)])
def test_that_nobody_was_told_is_alarming_from_a_week_before_the_end_on(enter, set_clock, lan_tu, now, is_alarming):
    set_clock(utc(now))

    assert (b'<span class="pill risk">nobody yet' in enter().get("/contracts/").content) is is_alarming


def many(count: int) -> None:
    product = cast.collab()
    start = cast.Contract.objects.count()
    for place in range(start, start + count):
        add(f"M-{place:03}", product=product)


def test_what_the_filter_calls_nobody_yet_is_called_so_in_its_row(enter, four) -> None:
    table = enter().get("/contracts/?told=nobody").context["table"]

    assert all("nobody yet" in str(row.get_cell("told")) for row in table.rows)


def test_a_contract_without_a_value_shows_a_dash_like_everything_that_is_not_known(enter, four) -> None:
    table = enter().get("/contracts/").context["table"]

    assert {str(row.get_cell("value")) for row in table.rows} == {"–"}


def test_the_list_shows_health_and_is_narrowed_by_it(enter, lan_tu) -> None:
    """Of a contract that was heard of; the other has none."""
    Round.objects.create(on=date(2026, 11, 23), begun_at=T, finished_at=T)
    Snapshot.objects.create(contract=lan_tu, on=date(2026, 11, 23), score=37)
    cast.contract(lan_tu.customer, number="LT-UNHEARD")

    everybody = enter().get("/contracts/").content.decode()
    ailing = enter().get("/contracts/?health=ailing").content.decode()
    thriving = enter().get("/contracts/?health=thriving").content.decode()

    assert "ailing" in everybody
    assert ("LT-2026-01" in ailing, "LT-UNHEARD" in ailing, "LT-2026-01" in thriving) == (True, False, False)


@pytest.mark.parametrize(("score", "word"), [(40, "watch"), (59, "watch"), (60, "steady"), (100, "thriving")])
def test_a_word_of_health_begins_where_the_one_below_it_ends(enter, lan_tu, score, word) -> None:
    Round.objects.create(on=date(2026, 11, 23), begun_at=T, finished_at=T)
    Snapshot.objects.create(contract=lan_tu, on=date(2026, 11, 23), score=score)

    found = [name for name in ("ailing", "watch", "steady", "thriving")
             if lan_tu.number in enter().get(f"/contracts/?health={name}").content.decode()]  # fmt: skip

    assert found == [word]

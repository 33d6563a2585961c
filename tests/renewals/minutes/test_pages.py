"""What ends in the next 72 hours in order, and what ends on each day of a month."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import CalendarDay, User
from accounts.services import Sold
from renewals.locking.models import Clock
from renewals.minutes.reading import last_chance
from tests.renewals import cast
from tests.renewals.cast import T, clock_of, utc

MINUTES, MONTH = "/pipeline/minutes/", "/pipeline/month/"


def numbers(response) -> list[str]:
    return [row.record.contract.number for row in response.context["table"].page.object_list]


def add(number: str, *, zone: str = "Asia/Shanghai", country: str = "CN", **said) -> cast.Contract:
    return cast.contract(cast.lan_tu(name=f"Customer {number}", zone=zone, country=country), number=number, **said)


@pytest.fixture
def five(house) -> None:
    add("SHANGHAI", through="2026-11-25")
    add("NEW-YORK", through="2026-11-24", zone="America/New_York", country="US", sold=Sold(value=100, currency="USD"))
    add("NOON", until="2026-11-24T12:00", sold=Sold(value=500, currency="CNY"))
    add("PAST", through="2026-11-22")
    add("LATER", through="2026-11-26")


def test_what_ends_within_72_hours_is_listed_by_its_instant_over_all_zones(enter, five) -> None:
    assert numbers(enter().get(MINUTES)) == ["NOON", "NEW-YORK", "SHANGHAI"]


@pytest.mark.parametrize(("minutes", "is_listed"), [(72 * 60, True), (72 * 60 + 1, False), (0, False), (1, True)])
def test_the_72_hours_are_exact(enter, house, minutes, is_listed) -> None:
    last = (T + timedelta(hours=8, minutes=minutes - 1)).strftime("%Y-%m-%dT%H:%M")
    add("EDGE", until=last)

    assert numbers(enter().get(MINUTES)) == ["EDGE"] * is_listed


def test_the_sums_and_the_hours_are_those_of_the_rows(enter, five) -> None:
    page = enter().get(MINUTES).context
    rows = [row.record for row in page["table"].rows]

    slow = Counter((row.ends_at - timedelta(minutes=1)).replace(minute=0) for row in rows)

    assert page["sums"].count == 3
    assert dict(page["sums"].amounts) == {500: "CNY", 100: "USD"}
    assert [(bar.at, bar.count) for bar in page["picture"].drawings[0].bars] == sorted(slow.items())


def test_one_day_is_the_customers_own(enter, five) -> None:
    assert numbers(enter().get(MINUTES, {"on": "2026-11-24"})) == ["NOON", "NEW-YORK"]


@pytest.mark.parametrize("query", ["on=2026-02-30", "on=9999-12-31", "product=99999999999999999999", "csm=x", "q=%00"])
def test_a_filter_that_makes_no_sense_says_so_and_narrows_nothing(enter, five, query) -> None:
    response = enter().get(f"{MINUTES}?{query}")

    assert len(numbers(response)) == 3
    assert response.context["filter"].form.errors


def test_team_csm_and_product_narrow_both_pages(enter, five, house) -> None:
    client, otto = enter("ada"), house["otto"]
    cast.Contract.objects.filter(number="NOON").update(owner=otto)

    User.objects.filter(pk=otto.pk).update(is_active=False)  # who has left is found too
    for query in ({"team": otto.team_id}, {"csm": otto.pk}):
        assert numbers(client.get(MINUTES, query)) == ["NOON"]
        assert client.get(MONTH, query).context["sums"].count == 1


def test_a_colleague_of_another_team_sees_none_of_it(enter, five) -> None:
    assert numbers(enter("otto").get(MINUTES)) == []
    assert enter("otto").get(MONTH).context["sums"].count == 0


@pytest.mark.parametrize(
    ("off", "chance"), [([], "2026-11-25T09:59"), ([25], "2026-11-24T09:59"), ([24, 25], "2026-11-23T09:59")]
)
def test_the_last_chance_to_call_is_before_nights_and_days_off(house, off, chance) -> None:
    found = add("X", through="2026-11-25")
    days = [CalendarDay(calendar=found.customer.calendar, on=date(2026, 11, day), is_working=False) for day in off]
    CalendarDay.objects.bulk_create(days)

    assert last_chance(clock_of(found)) == utc(chance)


def test_the_month_has_each_end_on_its_own_day_with_its_minute(enter, five) -> None:
    weeks = enter().get(MONTH, {"month": "2026-11"}).context["weeks"]
    days = {day.on: day for week in weeks for day in week if day}

    slow: dict[date, list[str]] = {}
    for clock in Clock.objects.counting(at=T).order_by("term__last_minute"):
        slow.setdefault(clock.term.last_minute.date(), []).append(clock.contract.number)

    assert {on: [end.number for end in day.entries] for on, day in days.items() if day.count} == slow
    assert [(end.clock, end.zone) for end in days[date(2026, 11, 24)].entries] == [
        ("12:00", "Asia/Shanghai"),
        ("23:59", "America/New_York"),
    ]


def test_a_full_day_shows_four_and_leads_to_all(enter, house) -> None:
    for number in range(6):
        add(f"N-{number}", until=f"2026-12-24T1{number}:00")
    client = enter()

    day = next(
        d for w in client.get(MONTH, {"month": "2026-12", "q": "N-"}).context["weeks"] for d in w if d and d.count
    )

    assert (day.count, len(day.entries), day.more) == (6, 4, 2)
    assert len(numbers(client.get(day.href))) == 6
    assert "q=N-" in day.href


def test_a_month_that_does_not_exist_says_so_and_shows_the_present_one(enter, five) -> None:
    page = enter().get(MONTH, {"month": "2026-13"})

    assert page.context["month"] == "2026-11"
    assert b"2026-12" in page.content


def test_both_pages_ask_a_constant_number_of_questions(enter, house) -> None:
    client = enter()
    client.get(MINUTES)  # the first page of a login notes that it is used
    counts = []
    for first in (0, 30):
        for number in range(first, first + 3):
            add(f"N-{number}", through=f"2026-11-{23 + number % 3}")
        for page in (MINUTES, MONTH):
            with CaptureQueriesContext(connection) as queries:
                client.get(page)
            counts.append(len(queries))

    assert counts[:2] == counts[2:]
    assert max(counts) <= 14


def test_the_file_has_the_rows_of_the_page_with_the_last_chance(enter, five) -> None:
    file = enter().get(MINUTES, {"export": "csv"}).getvalue().decode()

    assert [line.split(",")[2] for line in file.splitlines()[1:]] == [
        "2026-11-24T04:01:00Z",
        "2026-11-25T05:00:00Z",
        "2026-11-25T16:00:00Z",
    ]
    assert "2026-11-25T09:59:00Z" in file

"""What ended on days that are over: every term, whatever its contract did since, and what came of it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from accounts.models import ContractTerm
from accounts.services import Sold
from accounts.terms import parse_term
from renewals.locking.renewing import renew
from renewals.minutes.past import Came, came, first_day_not_over, is_over, terms
from renewals.pipeline.models import Renewal
from renewals.pipeline.usual import not_known
from tests.renewals import cast
from tests.renewals.cast import T, utc

MINUTES, MONTH = "/pipeline/minutes/", "/pipeline/month/"
DAY = timedelta(days=1)
EARLY = T - 90 * DAY


def add(number: str, *, through: str, **said) -> cast.Contract:
    sold = Sold(seats=1, value=said.pop("value", 100), currency="CNY")
    return cast.contract(
        cast.lan_tu(name=f"Customer {number}", **said), number=number, through=through, sold=sold, now=EARLY
    )


def goes_on(found: cast.Contract, *, at) -> None:
    renew(found, after=found.terms.get().ends_at, term=parse_term("1 year"), by=found.owner, now=at)


@pytest.fixture
def four(house) -> None:
    """Ends of November: renewed before, renewed afterwards, lost, and nothing yet; and one that is still to come."""
    in_time, late, lost = (add(number, through="2026-11-12") for number in ("IN-TIME", "LATE", "LOST"))
    add("OPEN", through="2026-11-12")
    add("AHEAD", through="2026-11-27", value=7)
    goes_on(in_time, at=in_time.terms.get().ends_at - DAY)
    goes_on(late, at=late.terms.get().ends_at + DAY)
    Renewal.objects.filter(contract=lost).update(
        outcome="lost", closed_at=T, loss_reason=not_known(), stage=Renewal.objects.get(contract=lost).stage
    )


@pytest.mark.parametrize(
    ("now", "last"), [("2026-11-23T11:59", 21), ("2026-11-23T12:00", 22), ("2026-11-23T23:00", 22)]
)
def test_a_day_is_over_when_it_is_over_in_the_last_zone(now, last) -> None:
    assert is_over(date(2026, 11, last), now=utc(now))
    assert first_day_not_over(utc(now)) == date(2026, 11, last + 1)


def test_a_past_day_lists_what_ended_and_what_came_of_it(enter, four) -> None:
    page = enter().get(MINUTES, {"on": "2026-11-12"})
    rows = page.context["table"].rows

    assert {row.record.contract.number: row.get_cell("came") for row in rows} == {
        "IN-TIME": "renewed before its end",
        "LATE": "renewed after its end",
        "LOST": "lost",
        "OPEN": "not renewed",
    }
    assert "What ended on" in page.content.decode()


@pytest.mark.parametrize(("after", "said"), [(-timedelta(minutes=1), Came.IN_TIME), (timedelta(0), Came.AFTERWARDS)])
def test_who_renews_at_the_very_end_renews_after_it(house, after, said) -> None:
    found = add("EDGE", through="2026-11-12")
    first = found.terms.get()
    goes_on(found, at=first.ends_at + after)

    assert came(terms(house["ada"]).get(pk=first.pk)) == said


def test_the_month_counts_what_has_ended_and_what_is_to_come_once_each(enter, four) -> None:
    page = enter().get(MONTH, {"month": "2026-11"}).context
    ends = [term for term in ContractTerm.objects.all() if f"{term.last_minute:%Y-%m}" == "2026-11"]

    assert page["sums"].count == len(ends) == 5
    assert page["sums"].amounts == [(sum(term.value for term in ends), "CNY")]


def test_each_day_of_the_month_leads_to_as_many_rows(enter, four) -> None:
    client = enter()
    weeks = client.get(MONTH, {"month": "2026-11"}).context["weeks"]
    days = [day for week in weeks for day in week if day and day.count]

    assert {day.on.day: day.count for day in days} == {12: 4, 27: 1}
    assert [client.get(day.href).context["sums"].count for day in days] == [4, 1]


def test_it_is_narrowed_as_the_days_to_come_are(enter, four) -> None:
    assert enter().get(MONTH, {"month": "2026-11", "q": "late"}).context["sums"].count == 1
    assert enter("otto").get(MONTH, {"month": "2026-11"}).context["sums"].count == 0


def test_the_file_of_a_past_day_says_what_came_of_each_end(enter, four) -> None:
    file = enter().get(MINUTES, {"on": "2026-11-12", "export": "csv"}).getvalue().decode()

    assert len(file.splitlines()) == 5
    assert "2026-11-12 23:59,Asia/Shanghai,2026-11-12T16:00:00Z" in file
    assert "renewed after its end" in file


@pytest.mark.parametrize(
    ("month", "said"), [("2026-10", "What ended in October"), ("2026-11", "What ends in November")]
)
def test_a_month_that_is_over_is_spoken_of_as_past(enter, four, month, said) -> None:
    assert said in enter().get(MONTH, {"month": month}).content.decode()

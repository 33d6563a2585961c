"""`/pipeline/`: every renewal on its way, narrowed, sorted, added up, and as a file of the same rows."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from accounts.models import User
from accounts.peaks import note_peak
from renewals.pipeline.models import LossReason, Renewal, Stage
from renewals.pipeline.rates import enter_rates
from renewals.pipeline.services import change
from tests.renewals import cast
from tests.renewals.cast import T
from tests.renewals.pipeline.conftest import stage


def shown(client: Client, **asked: object) -> list[str]:
    """The numbers of the rows that are shown, in order."""
    response = client.get("/pipeline/", asked)
    assert response.status_code == 200
    return [row.record.contract.number for row in response.context["table"].paginated_rows]


def test_a_row_says_what_a_manager_asks_for(desk: Client, renewal: Renewal, chen: User) -> None:
    change(renewal, next_step="发报价", next_step_on=date(2026, 11, 25), amount=95040, by=chen, now=T)

    page = desk.get("/pipeline/").content.decode()

    for said in ("澜图设计", "陈舟", "¥ 95,040", "+10%", "发报价", "20%", "ribbon", "4 days 11 hours 53 minutes left"):
        assert said in page


def test_a_csm_sees_their_teams_renewals_alone(enter, renewal: Renewal, harbor: Renewal) -> None:
    assert shown(enter("chen")) == ["LT-2026-01"]


def test_the_next_end_comes_first(desk: Client, renewal: Renewal, harbor: Renewal) -> None:
    assert shown(desk) == ["LT-2026-01", "HL-1"]


def test_what_has_ended_is_shown_when_it_is_asked_for(desk: Client, renewal: Renewal, chen: User) -> None:
    stage("lost")
    change(renewal, stage=stage("lost"), loss_reason=LossReason.objects.get(word="price"), by=chen, now=T)

    assert (shown(desk), shown(desk, outcome="lost"), shown(desk, outcome="signed")) == ([], ["LT-2026-01"], [])


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"q": "harbor"}, ["HL-1"]),
        ({"within": 5, "unit": ""}, ["LT-2026-01"]),
        ({"within": 107, "unit": "hours"}, []),
        ({"within": 108, "unit": "hours"}, ["LT-2026-01"]),
        ({"zone": "america/new_york"}, ["HL-1"]),
        ({"csm": "nobody"}, []),
        ({"amount_from": 80000}, ["LT-2026-01"]),
        ({"amount_to": 80000}, ["HL-1"]),
        ({"state": "active"}, ["LT-2026-01", "HL-1"]),
        ({"state": "soft_locked"}, []),
        ({"told": "nobody"}, ["LT-2026-01", "HL-1"]),
        ({"category": "commit"}, []),
        ({"step": "none"}, ["HL-1"]),
        ({"step": "late"}, ["LT-2026-01"]),
        ({"peak": "met"}, []),
        ({"health": "ailing"}, []),
        ({"within": "soon"}, ["LT-2026-01", "HL-1"]),
    ],
)
def test_it_is_narrowed(desk: Client, renewal: Renewal, harbor: Renewal, house, asked, found) -> None:
    renewal.next_step, renewal.next_step_on = "发报价", date(2026, 11, 22)
    renewal.save()
    enter_rates([("USD", date(2026, 11, 1), Decimal(7))], by=house["ada"], now=T)

    assert shown(desk, **asked) == found


def test_by_team_and_by_person(desk: Client, renewal: Renewal, harbor: Renewal, house: dict[str, User]) -> None:
    assert (shown(desk, team=house["otto"].team_id), shown(desk, csm=house["otto"].pk)) == (["HL-1"], ["HL-1"])


def test_an_end_that_meets_a_peak_is_found(desk: Client, renewal: Renewal, chen: User) -> None:
    note_peak(renewal.contract.customer, name="月结", kind="month_end", count=5, by=chen, now=T)

    assert shown(desk, peak="met") == ["LT-2026-01"]


def test_the_sums_are_those_of_the_rows(
    desk: Client, renewal: Renewal, harbor: Renewal, house: dict[str, User]
) -> None:
    enter_rates([("USD", date(2026, 11, 1), Decimal(7))], by=house["ada"], now=T)

    totals = desk.get("/pipeline/").context["totals"]

    rows = Renewal.objects.open()
    by_hand = sum(one.amount * (7 if one.currency == "USD" else 1) for one in rows)
    assert (totals["count"], totals["expected"], totals["weighted"]) == (2, f"¥ {by_hand:,.0f}", "¥ 31,280")


def test_a_currency_without_a_rate_is_named_and_not_guessed(desk: Client, renewal: Renewal, harbor: Renewal) -> None:
    totals = desk.get("/pipeline/").context["totals"]

    assert (totals["expected"], "USD" in totals["note"]) == ("¥ 86,400", True)


def test_the_rate_of_the_day_counts_not_a_later_one(desk: Client, harbor: Renewal, house: dict[str, User]) -> None:
    rates = [("USD", date(2026, 11, 1), Decimal(7)), ("USD", date(2026, 11, 24), Decimal(9))]
    enter_rates(rates, by=house["ada"], now=T)

    assert desk.get("/pipeline/", {"q": "harbor"}).context["totals"]["expected"] == "¥ 70,000"


def test_the_file_has_the_rows_that_are_shown(desk: Client, renewal: Renewal, harbor: Renewal) -> None:
    answer = b"".join(desk.get("/pipeline/", {"export": "xlsx", "q": "harbor"}).streaming_content)  # type: ignore[attr-defined]

    head, *rows = load_workbook(BytesIO(answer)).worksheets[0].iter_rows(values_only=True)
    assert [(row[head.index("number")], row[head.index("expected amount")]) for row in rows] == [("HL-1", 10000)]


@pytest.mark.parametrize("sort", ["amount", "-next_step", "customer", "-stage", "category", "csm", "last_minute"])
def test_it_is_sorted(desk: Client, renewal: Renewal, harbor: Renewal, sort: str) -> None:
    assert sorted(shown(desk, sort=sort)) == ["HL-1", "LT-2026-01"]


def test_a_longer_list_costs_no_more_queries(desk: Client, renewal: Renewal, django_assert_num_queries) -> None:
    shown(desk)
    with CaptureQueriesContext(connection) as one:
        shown(desk)
    for number in range(5):
        cast.contract(renewal.contract.customer, number=f"LT-{number}", now=T)

    with django_assert_num_queries(len(one)):
        shown(desk)
    assert len(one) <= 25


def test_the_contracts_of_who_has_left_are_found_by_their_name(desk: Client, renewal: Renewal, harbor: Renewal) -> None:
    otto = harbor.contract.owner
    assert otto is not None
    User.objects.filter(pk=otto.pk).update(is_active=False)

    assert desk.get("/pipeline/", {"csm": otto.pk}).context["totals"]["count"] == 1


def test_a_stage_that_is_not_used_any_more_still_narrows_to_what_stands_there(
    desk: Client, renewal: Renewal, harbor: Renewal, chen: User
) -> None:
    change(renewal, stage=stage("offer_out"), by=chen, now=T)
    Stage.objects.filter(word__in=("offer_out", "in_contact")).update(retired_at=T)

    page = desk.get("/pipeline/", {"stage": stage("offer_out").pk})

    assert page.context["totals"]["count"] == 1
    offered = page.context["filter"].form.fields["stage"].queryset.values_list("word", flat=True)
    assert "in_contact" not in offered

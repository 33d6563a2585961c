"""The risk of a renewal in the table of the pipeline, for whoever chooses to see it there."""

from __future__ import annotations

import csv
from datetime import date
from io import StringIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from renewals.board.rows import Risks
from renewals.pipeline.models import LossReason, Renewal
from renewals.pipeline.services import change
from renewals.risk.panel import risks
from renewals.risk.words import because
from tests.renewals import cast
from tests.renewals.cast import T
from tests.renewals.pipeline.conftest import stage

CHOSEN = {"columns": ["customer", "risk"]}


@pytest.fixture
def at_risk(renewal: Renewal, chen: User) -> Renewal:
    change(renewal, competitor="Other Ltd", next_step="发报价", next_step_on=date(2026, 11, 10), by=chen, now=T)
    return renewal


def cells(client: Client, **asked: object) -> dict[str, str]:
    """What the column says, by contract number."""
    table = client.get("/pipeline/", CHOSEN | asked).context["table"]
    return {row.record.contract.number: str(row.get_cell("risk")) for row in table.paginated_rows}


def file(client: Client, **asked: object) -> list[dict[str, str]]:
    written = client.get("/pipeline/", {"export": "csv", **asked}).getvalue().decode("utf-8-sig")  # type: ignore[attr-defined]
    return list(csv.DictReader(StringIO(written)))


def test_each_row_has_its_points_and_the_reasons(desk: Client, at_risk: Renewal, harbor: Renewal) -> None:
    shown = cells(desk)

    for one, found in risks([at_risk.contract_id, harbor.contract_id], now=T).items():
        cell = shown[Renewal.objects.get(contract=one).contract.number]
        assert f">{found.points}<" in cell
        assert because(found.reasons) in cell


def test_how_much_it_is_stands_beneath(desk: Client, at_risk: Renewal) -> None:
    assert str(risks([at_risk.contract_id], now=T)[at_risk.contract_id].pill) in cells(desk)["LT-2026-01"]


def test_an_earlier_renewal_of_the_same_contract_has_not_the_risk_of_the_open_one(at_risk: Renewal) -> None:
    read = Risks(now=T)
    read.read([at_risk])  # type: ignore[list-item]
    earlier = Renewal(pk=at_risk.pk + 1, contract_id=at_risk.contract_id)

    assert read.of(at_risk)  # type: ignore[arg-type]
    assert read.of(earlier) is None  # type: ignore[arg-type]


def test_what_is_lost_has_none(desk: Client, at_risk: Renewal, chen: User) -> None:
    stage("lost")
    change(at_risk, stage=stage("lost"), loss_reason=LossReason.objects.get(word="price"), by=chen, now=T)

    assert cells(desk, outcome="lost") == {"LT-2026-01": "–"}


def test_only_who_has_chosen_it_waits_for_it(desk: Client, at_risk: Renewal) -> None:
    desk.get("/pipeline/")

    with CaptureQueriesContext(connection) as without:
        desk.get("/pipeline/")
    with CaptureQueriesContext(connection) as with_it:
        desk.get("/pipeline/", {"columns": ["ribbon", "risk"]})

    assert len(without) < len(with_it) <= 25


def test_more_rows_cost_no_more_queries(desk: Client, at_risk: Renewal, django_assert_num_queries) -> None:
    cells(desk)
    with CaptureQueriesContext(connection) as one:
        desk.get("/pipeline/", CHOSEN)
    for number in range(5):
        cast.contract(at_risk.contract.customer, number=f"LT-{number}", now=T)

    with django_assert_num_queries(len(one)):
        desk.get("/pipeline/", CHOSEN)


def test_the_file_has_the_risk_of_every_row(desk: Client, at_risk: Renewal, harbor: Renewal, monkeypatch) -> None:
    monkeypatch.setattr("accounts.tables.files.AT_ONCE", 1)

    rows = file(desk, **CHOSEN)

    found = risks([at_risk.contract_id, harbor.contract_id], now=T)
    expected = [found[one.contract_id] for one in (at_risk, harbor)]
    assert [(row["risk"], row["why"]) for row in rows] == [(str(one.points), because(one.reasons)) for one in expected]


def test_a_file_without_it_does_not_look_for_it(desk: Client, at_risk: Renewal) -> None:
    assert "risk" not in file(desk)[0]

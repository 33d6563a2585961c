"""The list of touches: every step of the plans that the reader may see (rule 17)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts import terms
from renewals.locking.renewing import renew
from renewals.playbooks import services
from renewals.playbooks.models import PlanStep
from renewals.playbooks.standing import Standing, standing
from tests.renewals import cast
from tests.renewals.cast import T, utc
from tests.renewals.desk.test_plan import lay_all, step

NOW = utc("2026-12-24T02:00")
"""Thursday 24 December: “value”, which goes out on Tuesday the 29th, can be written."""


@pytest.fixture
def planned(house, set_clock):
    """Lan Tu's contract through Friday 26 February 2027, some weeks later."""
    found = cast.lan_tu_contract(through="2027-02-26")
    lay_all()
    set_clock(NOW)
    return found


@pytest.fixture
def staff(enter):
    return enter()


def listed(staff, **query: str) -> list[str]:
    rows = staff.get("/touches/", query).context["table"].page.object_list
    return [row.record.purpose for row in rows]


def test_what_can_be_done_stands_in_order_of_time(staff, planned) -> None:
    assert listed(staff) == [
        "look_back",
        "value",
        "options",
        "talk_track",
        "care",
        "buffer",
        "intervention",
        "way_back",
    ]


@pytest.mark.parametrize(
    ("query", "purposes"),
    [
        ({"state": "write"}, ["look_back", "value"]),
        ({"state": "done"}, []),
        ({"purpose": "care"}, ["care"]),
        ({"channel": "call"}, ["intervention"]),
        ({"within": "7"}, ["look_back", "value"]),
        ({"q": "harbor"}, []),
        ({"q": "lt-2026", "purpose": "value"}, ["value"]),
        ({"owner": "nobody"}, []),
    ],
)
def test_the_address_narrows_the_list(staff, planned, query, purposes) -> None:
    assert listed(staff, **query) == purposes


def test_what_was_done_or_left_out_is_found_by_its_state(staff, planned) -> None:
    services.mark_done(step(planned, "look_back"), how="Called", by=planned.owner, now=NOW)
    services.drop(step(planned, "options"), reason="Known", by=planned.owner, now=NOW)

    assert listed(staff, state="done") == ["look_back"]
    assert listed(staff, state="dropped") == ["options"]
    assert len(listed(staff, state="any")) == 8


def test_a_renewed_contract_asks_for_nothing(staff, planned) -> None:
    renew(planned, after=planned.terms.get().ends_at, term=terms.parse_term("1 year"), by="Chen", now=T)

    assert listed(staff) == []
    assert len(listed(staff, state="lapsed")) == 8


def test_the_file_holds_what_the_list_shows(staff, planned) -> None:
    text = staff.get("/touches/", {"export": "csv", "purpose": "value"}).getvalue().decode()

    assert "2026-12-29T01:00:00Z,Asia/Shanghai,LT-2026-01,澜图设计,协作专业版,Value,Value,letter,林岚" in text


@pytest.mark.parametrize("sort", ["goes_at", "-customer", "step", "contact", "-writer"])
def test_every_column_sorts(staff, planned, sort) -> None:
    assert len(listed(staff, sort=sort)) == 8


def test_a_longer_list_costs_no_more_queries(staff, planned, django_assert_max_num_queries) -> None:
    for number in range(5):
        cast.contract(planned.customer, through="2027-02-26", number=f"N-{number}")
    lay_all()

    with django_assert_max_num_queries(10):
        staff.get("/touches/")


@pytest.mark.parametrize("days", [0, 7, 31, 60, 92, 100, 140])
def test_the_database_and_the_pure_function_agree_how_a_step_stands(planned, days) -> None:
    services.drop(step(planned, "options"), reason="Known", by=planned.owner, now=T)
    at = T + timedelta(days=days)

    for found in PlanStep.objects.with_standing(at=at):
        assert found.stands == standing(found, counts=True, at=at)
        assert found in PlanStep.objects.in_standing(found.stands, at=at)
    counts = [PlanStep.objects.in_standing(stands, at=at).count() for stands in Standing]
    assert sum(counts) == 8

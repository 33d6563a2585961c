"""Interventions on the desk: the list, the page of one, who is on duty (rules 13 and 23)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from renewals.desk.cases import figures
from renewals.interventions.models import Absence, HandOver, Intervention, PhoneCall
from renewals.interventions.services import record_call
from renewals.locking.models import Evidence
from renewals.locking.telling import record_evidence
from renewals.tick import tick
from tests.renewals import cast
from tests.renewals.cast import T, utc

LOCK_AT = utc("2026-11-30T01:00")
NOW = LOCK_AT + timedelta(minutes=4)


def locked(number: str, **said) -> None:
    customer = cast.lan_tu(name=f"Customer {number}", **said)
    cast.lin(customer, phone="+86 138 0000 2101")
    found = cast.contract(customer, number=number)
    record_evidence(found.terms.get(), kind=Evidence.Kind.DELIVERED, at=T, now=T)


@pytest.fixture
def one(house, set_clock) -> Intervention:
    """Chen's, opened at nine on Monday; it is four minutes past."""
    locked("L-1")
    tick(now=LOCK_AT)
    set_clock(NOW)
    return Intervention.objects.get()


@pytest.fixture
def at_work(one, enter, set_clock):
    """Somebody who logs in after the lock."""

    def as_somebody(name: str = "chen"):
        client = enter(name)
        set_clock(NOW)
        return client

    return as_somebody


def address(one: Intervention, name: str = "intervention") -> str:
    return reverse(f"desk:{name}", args=[one.pk])


def test_the_page_says_whom_to_call_and_what_was_promised(at_work, one) -> None:
    html = at_work().get(address(one)).content.decode()

    for said in ("tel:+8613800002101", "林女士", "27 November 2026, 23:59 (Asia/Shanghai)", "There it is 09:04 now"):
        assert said in html
    assert "in their working hours" in html
    assert "No session reported work in progress." in html


def test_who_takes_it_has_it(at_work, one, house) -> None:
    at_work("shen").post(address(one, "take"))

    one.refresh_from_db()
    assert (one.taken_by, one.taken_at) == (house["shen"], NOW)


def test_a_call_goes_on_record_and_closes_it(at_work, one, house) -> None:
    at_work().post(address(one), {"outcome": "renews", "note": "signs today"})

    one.refresh_from_db()
    assert (one.outcome, one.closed_by) == ("renews", house["chen"])
    assert PhoneCall.objects.get().note == "signs today"


def test_to_call_again_takes_a_time_and_nothing_typed_is_lost(at_work, one) -> None:
    response = at_work().post(address(one), {"outcome": "again", "note": "in a meeting"})

    html = response.content.decode()
    assert "Say when to call again." in html
    assert "in a meeting" in html
    assert not PhoneCall.objects.exists()


def test_what_is_closed_is_not_closed_again(at_work, one) -> None:
    client = at_work()
    client.post(address(one), {"outcome": "renews"})

    response = client.post(address(one), {"outcome": "declines"})

    assert PhoneCall.objects.count() == 1
    assert response.status_code == 200


def test_the_first_page_shows_it_instead_of_a_card(at_work, one) -> None:
    response = at_work().get("/")

    assert [row.one for row in response.context["interventions"]] == [one]
    assert response.context["cards"] == []
    assert response.context["count"] == 1 + response.context["to_write"].count


def test_the_contract_leads_to_it(at_work, one) -> None:
    assert address(one) in at_work().get(one.contract.get_absolute_url()).content.decode()


@pytest.mark.parametrize(("reader", "expected"), [("chen", 200), ("shen", 200), ("otto", 404), ("ada", 200)])
def test_it_is_there_for_whoever_may_see_the_contract(at_work, one, reader, expected) -> None:
    client = at_work(reader)
    listed = "L-1" in client.get("/interventions/").getvalue().decode()
    taken = "L-1" in client.get("/interventions/", {"export": "csv"}).getvalue().decode()

    assert client.get(address(one)).status_code == expected
    assert client.post(address(one, "take")).status_code == (302 if expected == 200 else 404)
    assert listed == taken == (expected == 200)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, 1),
        ({"state": "open"}, 1),
        ({"state": "over"}, 0),
        ({"who": "mine"}, 1),
        ({"q": "l-1"}, 1),
        ({"q": "nobody"}, 0),
        ({"sort": "-contact"}, 1),
    ],
)
def test_the_address_narrows_the_list(at_work, one, query, found) -> None:
    assert len(at_work().get("/interventions/", query).context["table"].rows) == found


def test_a_long_list_takes_as_many_queries_as_a_short_one(at_work, one, django_assert_num_queries) -> None:
    client = at_work()
    client.get("/interventions/")
    with CaptureQueriesContext(connection) as few:
        client.get("/interventions/")
    for number in range(2, 12):
        locked(f"L-{number}")
    tick(now=LOCK_AT)

    with django_assert_num_queries(len(few)):
        client.get("/interventions/")


def test_the_figure_is_the_median_to_the_first_contact(one, house) -> None:
    record_call(one, outcome=PhoneCall.Outcome.RENEWS, by=house["chen"], now=LOCK_AT + timedelta(minutes=7, seconds=40))

    [figure] = figures(house["shen"], now=NOW + timedelta(days=1))
    [later] = figures(house["shen"], now=NOW + timedelta(days=60))

    assert (figure.team, figure.medians, figure.reached, figure.locks) == ("East", [7, 7], 1, 1)
    assert later.medians == [None, 7]


def test_a_csm_says_that_they_are_away_and_nobody_else(at_work, house) -> None:
    client = at_work()
    said = {"from_at": "2026-11-30T09:04", "until_at": "2026-12-02T09:00"}

    client.post("/duty/", said | {"user": house["chen"].pk})
    refused = client.post("/duty/", said | {"user": house["shen"].pk})

    absence = Absence.objects.get()
    assert (absence.user, absence.until_at) == (house["chen"], utc("2026-12-02T01:00"))
    assert refused.status_code == 200
    assert HandOver.objects.get().passes_on_at == utc("2026-11-30T01:04")


def test_a_manager_speaks_for_the_team_and_for_no_other(at_work, house) -> None:
    client = at_work("shen")
    said = {"from_at": "2026-11-30T09:04", "until_at": "2026-12-02T09:00"}

    client.post("/duty/", said | {"user": house["chen"].pk})
    client.post("/duty/", said | {"user": house["otto"].pk})
    absence = Absence.objects.get()

    assert at_work("otto").post(reverse("desk:back", args=[absence.pk])).status_code == 404
    assert client.post(reverse("desk:back", args=[absence.pk])).status_code == 302


def test_an_absence_that_is_over_is_refused_beside_its_field(at_work, house) -> None:
    said = {"user": house["chen"].pk, "from_at": "2026-11-28T09:00", "until_at": "2026-11-29T09:00"}

    response = at_work().post("/duty/", said)

    assert response.context["form"].errors["until_at"] == ["An absence ends after it begins, and not in the past."]

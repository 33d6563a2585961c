"""Who renewed, by version and by step: the figures, the slow way beside them, and the rows behind them."""

from __future__ import annotations

from datetime import timedelta
from itertools import cycle

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Contract, User
from renewals.effect.intervals import Share
from renewals.effect.reading import NOT_DONE, by_step, by_version, decided_in, with_step
from renewals.pipeline.models import LossReason, Renewal
from renewals.pipeline.services import change
from renewals.playbooks.models import PlanStep
from renewals.tick import tick
from tests.renewals import cast
from tests.renewals.cast import T, utc
from tests.renewals.pipeline.conftest import stage

pytestmark = pytest.mark.django_db

DECIDED_AT, LATER = utc("2026-11-25T01:00"), utc("2026-12-10T01:00")
DAY = timedelta(days=1)
PURPOSES = (
    "explain",
    "look_back",
    "value",
    "options",
    "talk_track",
    "care",
    "buffer",
    "intervention",
    "way_back",
    "other",
)


@pytest.fixture
def twelve(chen: User) -> list[Contract]:
    """Twelve contracts of Lan Tu with their plans; every third is lost, every second had its look back done."""
    customer = cast.lan_tu()
    cast.lin(customer)
    found = [cast.contract(customer, number=f"LT-{n}", now=utc("2025-11-28T02:00")) for n in range(12)]
    tick(now=utc("2026-08-25T02:00"))
    lost, signed, reason = stage("lost"), stage("signed"), LossReason.objects.get(word="price")
    for one, is_lost, is_done in zip(found, cycle([True, False, False]), cycle([True, False])):
        if is_done:
            steps = PlanStep.objects.filter(contract=one, purpose="look_back")
            steps.update(done_at=DECIDED_AT - DAY, dropped_at=None)
        said = {"stage": lost, "loss_reason": reason} if is_lost else {"stage": signed}
        change(Renewal.objects.get(contract=one), by=chen, now=DECIDED_AT, **said)
    return found


def decided():
    return decided_in(Renewal.objects.all(), since=T - 30 * DAY, until=LATER)


def slowly(purpose: str) -> tuple[Share, Share] | None:
    """The same, contract by contract, in words that a child could follow."""
    counts = {True: [0, 0], False: [0, 0]}
    for renewal in Renewal.objects.exclude(outcome=""):
        steps = list(PlanStep.objects.filter(plan__term=renewal.term, purpose=purpose))
        done = any(step.done_at and step.done_at <= renewal.closed_at for step in steps)
        due = done or any(step.dropped_at is None and step.goes_at <= renewal.closed_at for step in steps)
        if due:
            counts[done][0] += renewal.outcome == "signed"
            counts[done][1] += 1
    return (Share(*counts[True]), Share(*counts[False])) if counts[True][1] + counts[False][1] else None


def test_with_and_without_each_step_it_is_as_counted_one_by_one(twelve) -> None:
    found = {one.purpose: (one.done, one.not_done) for one in by_step(decided())}

    assert found["look_back"] == (Share(4, 6), Share(4, 6))
    assert found == {purpose: said for purpose in PURPOSES if (said := slowly(purpose))}


def test_a_step_that_was_left_out_is_not_held_against_anybody(twelve) -> None:
    PlanStep.objects.filter(purpose="look_back", done_at=None).update(dropped_at=T, dropped_why="a call instead")

    [look_back] = [one for one in by_step(decided()) if one.purpose == "look_back"]
    assert look_back.not_done == Share(0, 0)


def test_a_step_that_would_have_come_after_the_decision_does_not_count(twelve) -> None:
    assert "way_back" not in [one.purpose for one in by_step(decided())]


def test_the_versions_share_what_is_decided(twelve) -> None:
    assert [one.share for one in by_version(decided())] == [Share(8, 12)]


def test_what_is_open_is_not_compared(twelve, chen) -> None:
    change(Renewal.objects.get(contract=twelve[1]), stage=stage("offer_out"), by=chen, now=DECIDED_AT)
    assert [one.share for one in by_version(decided())] == [Share(7, 11)]


def test_what_ended_outside_the_time_is_not_compared(twelve) -> None:
    assert by_version(decided_in(Renewal.objects.all(), since=T - 30 * DAY, until=T)) == []


def test_the_rows_behind_a_figure_are_as_many_as_it_says(twelve) -> None:
    [look_back] = [one for one in by_step(decided()) if one.purpose == "look_back"]
    assert with_step(decided(), "look_back", NOT_DONE).count() == look_back.not_done.of


@pytest.fixture
def lead(zhou_ning: User, twelve, clock) -> Client:
    clock.set(LATER)
    User.objects.filter(pk=zhou_ning.pk).update(language="en")
    client = Client()
    client.force_login(zhou_ning)
    return client


def test_the_page_claims_no_more_than_the_counts_bear_out(lead) -> None:
    page = lead.get("/playbook-effect/").content.decode()
    assert "not what causes what" in page
    assert "67 %" in page
    assert "may be chance" in page


def test_a_figure_opens_its_rows(lead) -> None:
    page = lead.get("/playbook-effect/rows/?step=look_back&which=done")
    assert page.context["table"].paginator.count == 6


def test_a_step_that_there_is_not_has_no_rows_and_breaks_nothing(lead) -> None:
    page = lead.get("/playbook-effect/rows/?step=%00")
    assert (page.status_code, page.context["table"].paginator.count) == (200, 0)


def test_the_rows_of_a_version_say_which_it_is_and_lead_back_as_it_was(lead) -> None:
    version = PlanStep.objects.all()[0].plan.version

    page = lead.get(f"/playbook-effect/rows/?version={version.pk}&days=90").content.decode()

    assert f"<h1>By version of the playbook: {version}</h1>" in page
    assert 'href="/playbook-effect/?days=90"' in page


def test_more_renewals_ask_the_database_no_more_often(lead, chen) -> None:
    lead.get("/playbook-effect/")  # the first visit keeps the session's language
    with CaptureQueriesContext(connection) as before:
        lead.get("/playbook-effect/")
    for n in range(3):
        cast.contract(Contract.objects.all()[0].customer, number=f"MORE-{n}")
    with CaptureQueriesContext(connection) as after:
        lead.get("/playbook-effect/")

    assert len(after) == len(before) <= 25

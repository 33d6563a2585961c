"""Each figure of the last mile against the slow and obvious count of its rows, and against the rows behind it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from renewals.conversations.models import Conversation
from renewals.interventions.models import Intervention, PhoneCall
from renewals.lastmile import definitions as d
from renewals.lastmile import pages
from renewals.lastmile.keeping import bring_up_to_date
from renewals.lastmile.reading import judged
from renewals.locking.granting import give, take_a_day_more
from renewals.locking.models import Clock, Evidence, LockObservation
from renewals.locking.telling import record_evidence
from renewals.pipeline.models import Renewal, Stage
from renewals.pipeline.services import change
from renewals.playbooks.models import PlanStep
from renewals.touches.models import Delivery
from tests.renewals.cast import T
from tests.renewals.lastmile.conftest import goes_on, lock_of

OPENED = (
    "not-explained", "reviewed", "week", "not-day", "lost", "taken", "contact-3", "waited-1", "proof-4", "letter-3",
)  # fmt: skip
"""Figures whose rows are opened too: one of each column, for they all take the same way."""


def slowly(one: Renewal) -> dict[str, object]:
    """One renewal judged by the plain definitions, from its rows read one table after the other."""
    term, until = one.term, one.closed_at or T
    following = [other.recorded_at for other in one.contract.terms.all() if other.ends_at > term.ends_at]
    told = [
        e for e in Evidence.objects.filter(term=term) if e.disproved_at is None and e.last_minute == term.last_minute
    ]
    steps = list(PlanStep.objects.filter(plan__term=term))
    done = [step.purpose for step in steps if step.done_at and step.done_at < one.ends_at]
    sent = [x for x in Delivery.objects.filter(touch__term=term) if x.outcome in ("sent", "bounced")]
    locks = list(Intervention.objects.filter(term=term).order_by("locked_at"))
    calls = [c.at for c in PhoneCall.objects.filter(intervention__in=locks) if c.outcome != "not_reached"]
    talks = Conversation.objects.filter(customer=one.contract.customer)
    spoken = [c.at for c in talks if c.contract_id in (None, one.contract_id)]
    planned = [s.done_at for s in steps if s.channel == "call" and s.done_by_id]
    by_person = [e.at for e in told if e.kind in ("told", "renews") and e.by_id]
    written = [x.over_at for x in sent if x.touch.kind == "letter" and x.outcome == "sent"]
    after = sorted(at for at in [*calls, *by_person] if locks and at >= locks[0].locked_at)
    early = [seen for seen in LockObservation.objects.filter(contract=one.contract) if seen.locked_at < seen.ends_at]
    instants = [e.at for e in told]
    week, day = one.ends_at - d.WEEK, one.ends_at - d.DAY
    return {
        "way": d.way(
            outcome=one.outcome,
            renewed_at=min(following, default=None),
            ends_at=one.ends_at,
            locks=[clock.lock_at for clock in Clock.objects.filter(term=term)],
        ),
        "explained": "explain" in done,
        "reviewed": bool({"look_back", "value"} & set(done)),
        "week": d.told_by(instants, since=one.ends_at - d.MONTH, before=week, closed_at=one.closed_at),
        "day": d.told_by(instants, since=week, before=day, closed_at=one.closed_at),
        "contact": d.contact_band(
            [*calls, *spoken, *planned, *by_person, *written],
            starts_at=term.starts_at,
            ends_at=one.ends_at,
            until=until,
        ),
        "waited": d.waited_band(locks[0].locked_at if locks else None, after[0] if after else None),
        "proof": d.best([e.kind for e in told if e.at <= until], [(kind,) for kind in d.EVIDENCE]),
        "letter": d.best([x.touch.kind for x in sent], d.LETTERS),
        "taken": bool(early),
        "took": max((seen.ends_at - seen.locked_at for seen in early), default=None),
    }


def page(client, **query):
    response = client.get("/last-mile/", query)
    assert response.status_code == 200
    return response.context["page"]


def rows_behind(client, href: str) -> list[Renewal]:
    response = client.get(href)
    assert response.status_code == 200
    return [row.record for row in response.context["table"].rows]


def test_the_database_judges_each_renewal_as_the_definitions_do(miles) -> None:
    for one in judged(Renewal.objects.all(), now=T).select_related("term", "contract__customer"):
        assert {name: getattr(one, name) for name in (*d.COLUMNS, "took")} == slowly(one), one.contract.number


def test_the_ends_went_as_the_story_tells(miles) -> None:
    found = {one.contract.number: one for one in judged(Renewal.objects.select_related("contract"), now=T)}

    assert [found[number].way for number in "ABCDEF"] == ["in_time", "buffer", "late", "lost", "open", "open"]
    assert [found[number].contact for number in "ABCDEF"] == [0, 3, 4, 5, 5, 1]
    assert [found[number].waited for number in "ACF"] == [d.NOT_LOCKED, 1, d.NOBODY]
    assert [found[number].week for number in "ABD"] == ["yes", "yes", "moot"]
    assert [found[number].day for number in "ABD"] == ["yes", "no", "moot"]
    assert found["E"].took == timedelta(hours=10)


def test_who_was_told_by_a_colleague_that_it_renews_was_spoken_to(miles) -> None:
    one = miles["E"]
    at = one.ends_at - 40 * timedelta(days=1)
    record_evidence(one.term, kind=Evidence.Kind.RENEWS, at=at, now=at, by=one.contract.owner)

    found = judged(Renewal.objects.filter(pk=one.pk), now=T).get()
    assert found.contact == slowly(one)["contact"] == 0


def test_what_somebody_marked_as_signed_is_judged_by_its_next_term(miles, house) -> None:
    for number in "EF":
        signed = Stage.objects.get(word="signed")
        change(miles[number], stage=signed, by=house["ada"], now=miles[number].ends_at - timedelta(days=1))
    goes_on(miles["F"], lock_of(miles["F"]) + timedelta(hours=1))

    found = {one.contract.number: one for one in judged(Renewal.objects.select_related("contract"), now=T)}

    assert [found[number].way for number in "EF"] == ["open", "late"]
    assert {number: slowly(found[number])["way"] for number in "EF"} == {"E": "open", "F": "late"}


@pytest.mark.parametrize("by_staff", [False, True])
def test_more_time_after_the_lock_does_not_undo_the_lock(miles, house, by_staff) -> None:
    one = miles["F"]
    at = lock_of(one) + timedelta(hours=1)
    if by_staff:
        give(one.contract, time=timedelta(days=2), reason="they asked", by=house["otto"], now=at)
    else:
        take_a_day_more(one.contract, None, now=at)
    goes_on(one, at + timedelta(hours=1))

    found = judged(Renewal.objects.filter(pk=one.pk), now=T).get()

    assert (found.way, slowly(found)["way"]) == ("late", "late")


def test_each_figure_is_the_count_and_the_money_of_its_rows(enter, miles) -> None:
    client = enter("ada")
    asked = page(client)
    ended = [one for one in Renewal.objects.select_related("term", "contract__customer") if one.ends_at <= T]
    told = {one.pk: slowly(one) for one in ended}

    for figure, rule in d.FIGURES.items():
        slow = [one for one in ended if rule.counts(told[one.pk])]
        found = asked.of(figure)
        assert found.count == len(slow), figure
        for currency in ("CNY", "USD", "GBP"):
            money = sum((one.amount_now or 0 for one in slow if one.currency_now == currency), Decimal(0))
            assert found.amounts.get(currency, 0) == money, figure
        if figure in OPENED:
            assert {one.pk for one in rows_behind(client, asked.rows(figure))} == {one.pk for one in slow}, figure


@pytest.mark.parametrize(("by", "column"), [("csm", "owner__name"), ("team", "owner__team__name"), ("month", "")])
def test_each_part_opens_its_own_rows(enter, miles, by, column) -> None:
    client = enter("ada")
    parts = page(client, by=by).parts

    assert len(parts.lines) == 2
    for line in parts.lines:
        for cell in line.cells[:7]:
            assert len(rows_behind(client, cell.href)) == cell.value
    assert sum(cell.value for line in parts.lines for cell in line.cells[:5]) == 6


def test_money_without_a_rate_is_said_to_be_missing(enter, miles) -> None:
    asked = page(enter("ada"))

    lost = next(line for line in asked.funnel.lines if line.cells[1].href.endswith("=lost"))
    assert lost.cells[3].value == 0
    assert "GBP" in asked.note
    late = next(line for line in asked.funnel.lines if line.cells[0].href.endswith("=late"))
    assert (late.cells[0].value, late.cells[1].value) == (1, 3)


def test_it_is_narrowed_by_its_address(enter, miles, house) -> None:
    client = enter("ada")

    assert page(client, month="2026-10").of("ended").count == 1
    assert page(client, csm=house["otto"].pk).of("ended").count == 3
    assert page(client, team="none", month="2026-99").of("ended").count == 0


def test_a_csm_sees_what_their_team_has(enter, miles, house) -> None:
    bring_up_to_date(house["ada"])

    assert page(enter("chen")).of("ended").count == 3


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_it_takes_few_queries_however_many_there_are(enter, miles, language, house) -> None:
    client = enter("ada")
    bring_up_to_date(house["ada"])
    with translation.override(language), CaptureQueriesContext(connection) as counted:
        client.get("/last-mile/", {"by": "product"})

    assert len(counted) <= 14


def test_the_rows_are_a_file_too(enter, miles) -> None:
    answer = enter("ada").get("/last-mile/rows/", {"figure": "not-day", "export": "csv"})

    assert b"Customer B" in b"".join(answer.streaming_content) if answer.streaming else b"Customer B" in answer.content


def test_parts_beyond_those_that_are_shown_stand_there_together(enter, miles, monkeypatch) -> None:
    whole = page(enter("ada"), by="csm").parts.lines
    monkeypatch.setattr(pages, "MOST_PARTS", 1)

    first, others = page(enter("ada"), by="csm").parts.lines

    assert first == whole[0]
    assert others.name == f"{len(whole) - 1} others"
    assert [cell.value for cell in others.cells] == [
        sum(cell.value for cell in cells) for cells in zip(*(line.cells for line in whole[1:]), strict=True)
    ]
    assert {cell.href for cell in others.cells} == {""}

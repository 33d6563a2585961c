"""`/pipeline/board/`: stages side by side, and a renewal moved from one to the other."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from renewals.board.columns import SHOWN
from renewals.pipeline.models import LossReason, Renewal, Stage
from renewals.pipeline.services import change
from tests.renewals import cast
from tests.renewals.cast import T, utc
from tests.renewals.pipeline.conftest import stage

HTMX = {"hx-request": "true", "hx-current-url": "http://testserver/pipeline/board/"}


@pytest.fixture
def mine(enter) -> Client:
    """Chen's browser."""
    return enter("chen")


def columns(client: Client, **asked: object) -> dict[str, list[str]]:
    """By stage, the numbers of the cards that are shown."""
    found = client.get("/pipeline/board/", asked).context["columns"]
    return {one.head.stage.word: [card.renewal.contract.number for card in one.cards] for one in found}


def test_each_renewal_stands_at_its_stage(desk: Client, renewal: Renewal, harbor: Renewal, chen) -> None:
    change(renewal, stage=stage("offer_out"), by=chen, now=T)

    shown = columns(desk)

    assert (shown["offer_out"], shown["not_started"], shown["lost"]) == (["LT-2026-01"], ["HL-1"], [])


def test_who_stands_at_a_stage_that_is_not_used_any_more_is_still_seen(desk: Client, renewal: Renewal, chen) -> None:
    change(renewal, stage=stage("offer_out"), by=chen, now=T)
    Stage.objects.filter(word__in=["offer_out", "verbal_yes"]).update(retired_at=T)

    shown = columns(desk)

    assert shown["offer_out"] == ["LT-2026-01"]
    assert "verbal_yes" not in shown


def test_it_is_narrowed_as_the_table_is(desk: Client, renewal: Renewal, harbor: Renewal) -> None:
    assert columns(desk, q="harbor")["not_started"] == ["HL-1"]


def test_a_column_says_how_many_and_how_much(desk: Client, renewal: Renewal, harbor: Renewal) -> None:
    head = desk.get("/pipeline/board/").context["columns"][0].head

    assert (head.count, head.expected) == (2, "¥ 86,400")  # nobody entered a rate for the dollar


def test_what_ended_lately_stands_there_too_and_then_no_more(desk: Client, renewal: Renewal, chen) -> None:
    change(renewal, stage=stage("signed"), by=chen, now=utc("2026-10-24T04:08"))
    assert columns(desk)["signed"] == ["LT-2026-01"]

    change(renewal, stage=stage("in_contact"), by=chen, now=utc("2026-10-24T04:07"))
    change(renewal, stage=stage("signed"), by=chen, now=utc("2026-10-24T04:07"))
    assert columns(desk)["signed"] == []


def test_a_card_is_moved_and_comes_back_with_both_heads(mine: Client, renewal: Renewal) -> None:
    to = stage("offer_out")

    answer = mine.post(f"/pipeline/{renewal.pk}/move/", {"stage": to.pk}, headers=HTMX)

    page = answer.content.decode()
    assert Renewal.objects.get().stage == to
    assert f'id="deal-{renewal.pk}"' in page
    assert page.count("hx-swap-oob") == 2


def test_a_loss_without_a_reason_is_refused_in_words(mine: Client, renewal: Renewal) -> None:
    answer = mine.post(f"/pipeline/{renewal.pk}/move/", {"stage": stage("lost").pk}, headers=HTMX)

    assert (answer.status_code, answer.content.decode()) == (422, "Say why it is lost.")


def test_a_loss_keeps_its_reason(mine: Client, renewal: Renewal) -> None:
    to = stage("lost")
    said = {"stage": to.pk, "loss_reason": LossReason.objects.get(word="price").pk, "loss_words": "贵了三成"}

    mine.post(f"/pipeline/{renewal.pk}/move/", said, headers=HTMX)

    assert (Renewal.objects.get().outcome, Renewal.objects.get().loss_words) == ("lost", "贵了三成")


def test_a_stage_that_was_retired_meanwhile_is_refused(mine: Client, renewal: Renewal) -> None:
    to = stage("offer_out")
    Stage.objects.filter(pk=to.pk).update(retired_at=T)

    assert mine.post(f"/pipeline/{renewal.pk}/move/", {"stage": to.pk}, headers=HTMX).status_code == 422


def test_who_may_not_see_it_cannot_move_it(mine: Client, harbor: Renewal) -> None:
    answer = mine.post(f"/pipeline/{harbor.pk}/move/", {"stage": stage("offer_out").pk}, headers=HTMX)

    assert answer.status_code == 404


def test_a_long_column_comes_in_parts_without_a_gap(desk: Client, renewal: Renewal) -> None:
    customer = renewal.contract.customer
    for number in range(SHOWN + 3):
        cast.contract(customer, number=f"LT-{number:02}", now=T)

    first = columns(desk)["not_started"]
    rest = desk.get(f"/pipeline/board/{stage('not_started').pk}/", {"first": SHOWN})

    others = [card.renewal.contract.number for card in rest.context["column"].cards]
    assert (len(first), len(others), rest.context["column"].after) == (SHOWN, 4, 0)
    assert len({*first, *others}) == SHOWN + 4


def test_more_cards_cost_no_more_queries(desk: Client, renewal: Renewal, django_assert_num_queries) -> None:
    columns(desk)
    with CaptureQueriesContext(connection) as one:
        columns(desk)
    for number in range(5):
        cast.contract(renewal.contract.customer, number=f"LT-{number}", now=T)

    with django_assert_num_queries(len(one)):
        columns(desk)
    assert len(one) <= 25

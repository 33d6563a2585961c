"""A renewal is changed on its page, in its row, or together with others; never by who may not see it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from accounts.models import User
from accounts.services import change_details
from renewals.pipeline.models import LossReason, Renewal
from renewals.pipeline.services import change, set_deciders
from tests.renewals import cast
from tests.renewals.cast import T
from tests.renewals.pipeline.conftest import stage
from tests.renewals.sheets import sent_of


@pytest.fixture
def mine(enter) -> Client:
    """Chen's browser."""
    return enter("chen")


def again(renewal: Renewal) -> Renewal:
    return Renewal.objects.get(pk=renewal.pk)


def typed(renewal: Renewal, **other: object) -> dict[str, object]:
    """What the page's form sends when nothing but this is changed."""
    said: dict[str, object] = {
        "stage": renewal.stage_id, "amount": renewal.amount, "currency": renewal.currency,
        "category": renewal.category, "probability": renewal.probability, "next_step": renewal.next_step,
    }  # fmt: skip
    return said | {f"initial-{name}": value for name, value in said.items()} | other


def shown(client: Client, renewal: Renewal, path: str = "", **headers: str) -> dict[str, object]:
    """What the page sends of one renewal, as it stands there."""
    page = client.get(f"/pipeline/{renewal.pk}/{path}", headers=headers).content.decode()
    return dict(sent_of(page, having="initial-stage"))


@pytest.mark.parametrize("path", ["", "line/"])
def test_what_a_colleague_changed_meanwhile_stays(mine: Client, renewal: Renewal, house, path: str) -> None:
    said = shown(mine, renewal, path, **{"hx-request": "true"} if path else {})
    change(renewal, stage=stage("verbal_yes"), amount=Decimal(99000), by=house["shen"], now=T)

    mine.post(f"/pipeline/{renewal.pk}/{path}", said | {"next_step": "打电话"})

    found = again(renewal)
    assert (found.stage.word, found.amount, found.probability) == ("verbal_yes", 99000, 90)
    assert found.next_step == "打电话"


def test_a_no_that_came_meanwhile_is_not_taken_back(mine: Client, renewal: Renewal) -> None:
    said = shown(mine, renewal)
    change_details(renewal.contract, declined_at=T, by="林岚", now=T)

    mine.post(f"/pipeline/{renewal.pk}/", said | {"next_step": "打电话"})

    assert (again(renewal).outcome, again(renewal).next_step) == ("lost", "打电话")


def test_who_was_named_as_deciding_meanwhile_stays(mine: Client, renewal: Renewal, house) -> None:
    said = shown(mine, renewal)
    set_deciders(renewal, renewal.contract.customer.contacts.all(), by=house["shen"], now=T)

    mine.post(f"/pipeline/{renewal.pk}/", said | {"next_step": "打电话"})

    assert again(renewal).deciders.count() == 1


def test_who_decides_is_still_as_it_was_ticked_after_something_wrong(mine: Client, renewal: Renewal) -> None:
    lin = renewal.contract.customer.contacts.get()
    wrong = shown(mine, renewal) | {"deciders": [lin.pk], "probability": 101}

    page = mine.post(f"/pipeline/{renewal.pk}/", wrong).content.decode()
    mine.post(f"/pipeline/{renewal.pk}/", sent_of(page, having="initial-stage") | {"probability": 50})

    assert list(again(renewal).deciders.all()) == [lin]


def test_what_is_typed_is_saved_with_its_history(mine: Client, renewal: Renewal) -> None:
    lin = renewal.contract.customer.contacts.get()

    answer = mine.post(
        f"/pipeline/{renewal.pk}/",
        typed(renewal, risks="换了负责人", deciders=[lin.pk], next="/pipeline/?q=lan"),
        follow=True,
    )

    assert answer.redirect_chain == [("/pipeline/?q=lan", 302)]
    page = mine.get(f"/pipeline/{renewal.pk}/").content.decode()
    assert again(renewal).risks == "换了负责人"
    assert "陈舟" in page
    assert "林岚" in page


def test_a_stage_alone_brings_its_forecast_along(mine: Client, renewal: Renewal) -> None:
    mine.post(f"/pipeline/{renewal.pk}/", typed(renewal, stage=stage("verbal_yes").pk))

    assert again(renewal).probability == 90


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"stage": "lost"}, "loss_reason"),
        ({"next_step_on": "2026-11-25"}, "next_step"),
        ({"currency": ""}, "currency"),
        ({"currency": "yuan"}, "currency"),
        ({"probability": 101}, "probability"),
        ({"amount": -1}, "amount"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_typed_is_lost(mine: Client, renewal: Renewal, wrong, field) -> None:
    if "stage" in wrong:
        wrong["stage"] = stage("lost").pk

    answer = mine.post(f"/pipeline/{renewal.pk}/", typed(renewal, competitor="别家", **wrong))

    assert field in answer.context["form"].errors
    assert "别家" in answer.content.decode()
    assert again(renewal).changes.filter(by_name="陈舟").exists() is False


def test_a_loss_keeps_its_reason_and_words(mine: Client, renewal: Renewal) -> None:
    price = LossReason.objects.filter(word="price").get() if stage("lost") else None
    assert price is not None

    mine.post(
        f"/pipeline/{renewal.pk}/",
        typed(renewal, stage=stage("lost").pk, loss_reason=price.pk, loss_words="贵了三成"),
    )

    assert (again(renewal).loss_reason, again(renewal).loss_words) == (price, "贵了三成")


def test_a_row_becomes_fields_where_it_stands(mine: Client, renewal: Renewal) -> None:
    page = mine.get(f"/pipeline/{renewal.pk}/line/", headers={"hx-request": "true"}).content.decode()

    assert page.count("<tr") == 1
    assert 'name="next_step"' in page


def test_without_javascript_the_row_opens_its_page(mine: Client, renewal: Renewal) -> None:
    assert mine.get(f"/pipeline/{renewal.pk}/line/")["location"] == f"/pipeline/{renewal.pk}/"


def test_a_saved_row_leads_back_to_the_list_as_it_was(mine: Client, renewal: Renewal) -> None:
    said = typed(renewal, next_step="发报价", next="/pipeline/?sort=amount")

    answer = mine.post(f"/pipeline/{renewal.pk}/line/", said, headers={"hx-request": "true"})

    assert (answer.status_code, answer["location"]) == (302, "/pipeline/?sort=amount")
    assert again(renewal).next_step == "发报价"


def test_a_wrong_row_stays_open_with_what_is_wrong(mine: Client, renewal: Renewal) -> None:
    said = typed(renewal, probability=300)

    answer = mine.post(f"/pipeline/{renewal.pk}/line/", said, headers={"hx-request": "true"})

    assert answer["HX-Retarget"] == f"#line-{renewal.pk}"
    assert "invalid-feedback" in answer.content.decode()


def test_an_address_of_somebody_elses_place_is_not_followed(mine: Client, renewal: Renewal) -> None:
    answer = mine.post(f"/pipeline/{renewal.pk}/", typed(renewal, risks="x", next="https://evil.test/"))

    assert answer["location"] == "/pipeline/"


@pytest.mark.parametrize("path", ["", "line/"])
def test_who_may_not_see_it_cannot_change_it(mine: Client, harbor: Renewal, path: str) -> None:
    answer = mine.post(f"/pipeline/{harbor.pk}/{path}", typed(harbor, risks="x"))

    assert (answer.status_code, again(harbor).risks) == (404, "")


def test_the_ticked_rows_are_changed(mine: Client, renewal: Renewal) -> None:
    other = Renewal.objects.get(contract=cast.contract(renewal.contract.customer, number="LT-2", now=T))

    mine.post("/pipeline/many/", {"which": "ticked", "chosen": [renewal.pk], "stage": stage("in_contact").pk})

    assert (again(renewal).stage.word, again(other).stage.word) == ("in_contact", "not_started")


def test_all_rows_of_the_list_are_changed_and_no_other(desk: Client, renewal: Renewal, harbor: Renewal) -> None:
    said = {"next_step": "打电话", "next_step_on": "2026-11-25"}

    desk.post("/pipeline/many/", {"which": "all", "query": "q=harbor", "shown": 1, **said})

    assert (again(harbor).next_step_on, again(renewal).next_step) == (date(2026, 11, 25), "")


def test_in_chinese_it_is_asked_which_rows(desk: Client, renewal: Renewal, house) -> None:
    User.objects.filter(pk=house["ada"].pk).update(language="zh-hans")

    assert '<legend class="fs-6">哪些行</legend>' in desk.get("/pipeline/").content.decode()


def test_the_list_says_how_many_rows_it_shows(desk: Client, renewal: Renewal, harbor: Renewal) -> None:
    assert '<input type="hidden" name="shown" value="2">' in desk.get("/pipeline/").content.decode()


def test_a_list_that_has_another_row_by_now_is_not_changed(desk: Client, renewal: Renewal, harbor: Renewal) -> None:
    desk.post("/pipeline/many/", {"which": "all", "query": "", "shown": 1, "next_step": "打电话"})

    assert {again(one).next_step for one in (renewal, harbor)} == {""}


def test_a_list_narrowed_by_what_is_not_there_is_not_changed(desk: Client, renewal: Renewal, harbor: Renewal) -> None:
    said = {"which": "all", "query": "csm=999999", "shown": 2, "next_step": "打电话"}

    page = desk.post("/pipeline/many/", said, follow=True)

    assert {again(one).next_step for one in (renewal, harbor)} == {""}
    assert "is narrowed by what is not there any more" in page.content.decode()


def test_what_one_may_not_see_is_not_changed_with_the_others(mine: Client, renewal: Renewal, harbor: Renewal) -> None:
    mine.post("/pipeline/many/", {"which": "ticked", "chosen": [renewal.pk, harbor.pk], "category": "commit"})

    assert (again(renewal).category, again(harbor).category) == ("commit", "pipeline")


@pytest.mark.parametrize(
    "said",
    [{"which": "ticked", "category": "commit"}, {"which": "all"}, {"which": "all", "stage": "lost"}],
)
def test_a_change_of_nothing_or_of_nobody_says_so(mine: Client, renewal: Renewal, said) -> None:
    if "stage" in said:
        said["stage"] = stage("lost").pk

    page = mine.post("/pipeline/many/", said, follow=True)

    assert [message.level_tag for message in page.context["messages"]] == ["error"]
    assert again(renewal).stage.word == "not_started"


def test_the_contracts_page_says_how_far_it_has_come(mine: Client, renewal: Renewal, chen: User) -> None:
    change(renewal, next_step="发报价", risks="换了负责人", by=chen, now=T)

    page = mine.get("/contracts/LT-2026-01/").content.decode()

    assert "发报价" in page
    assert f"/pipeline/{renewal.pk}/" in page

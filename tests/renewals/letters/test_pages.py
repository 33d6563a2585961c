"""The page of a letter: kept as typed, judged beside the text, approved from there; nothing typed is lost."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.models import Team, User
from renewals.letters import services
from renewals.letters.models import Letter
from tests.renewals.cast import chen
from tests.renewals.letters.conftest import PERSONAL, WRITING, written

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def thursday(clock):
    clock.set(WRITING)


@pytest.fixture
def desk(client):
    client.force_login(chen())
    return client


def post(client, step, name="save", *, text=PERSONAL, subject="月结前，评审记录的导出已备好", **said):
    return client.post(
        reverse(f"letters:{name}", args=[step.pk]), {"subject": subject, "text": text, "revision": 0} | said
    )


def test_opening_the_page_keeps_nothing(desk, step):
    assert desk.get(reverse("letters:write", args=[step.pk])).status_code == 200

    assert not Letter.objects.exists()


def test_the_page_shows_the_exact_minute_and_what_was_said(desk, step):
    page = desk.get(reverse("letters:write", args=[step.pk])).content.decode()

    assert "2026年11月27日" in page
    assert "月结前要导出全部评审记录" in page
    assert "3,418 份报告" in page


def test_what_is_typed_is_kept(desk, step):
    post(desk, step, text="林女士：\r\n您好")

    assert Letter.objects.get().text == "林女士：\n您好"


def test_while_typing_only_the_checks_come_back(desk, step):
    answer = desk.post(
        reverse("letters:save", args=[step.pk]),
        {"subject": "x", "text": "林女士：", "revision": 0},
        headers={"HX-Request": "true"},
    )

    assert 'id="checks"' in answer.content.decode()
    assert "<html" not in answer.content.decode()


def test_a_fact_is_put_into_the_letter_without_javascript(desk, step):
    post(desk, step, text="林女士：", insert="use:reports")

    assert "3,418 份报告" in Letter.objects.get().text


def test_an_outline_is_facts_with_their_sources(desk, step):
    post(desk, step, text="", insert="outline")

    assert "- 3,418 份报告 [使用数据]" in Letter.objects.get().text


def test_what_somebody_else_saved_is_not_lost_nor_what_was_typed(desk, step):
    written(step)

    answer = post(desk, step, text="另一个窗口的文字")

    assert answer.status_code == 409
    assert "另一个窗口的文字" in answer.content.decode()
    assert Letter.objects.get().text == PERSONAL


def test_approved_it_says_when_it_goes_out(desk, step):
    answer = desk.post(
        reverse("letters:approve", args=[step.pk]),
        {"subject": "月结前，评审记录的导出已备好", "text": PERSONAL, "revision": 0},
        follow=True,
    )

    assert "2026年11月23日9时00分" in answer.content.decode()


def test_a_letter_that_is_refused_is_kept_and_says_why(desk, step):
    answer = post(desk, step, "approve", text="林女士：\n{最后可用分钟}")

    assert answer.status_code == 422
    assert "提到这位客户的事太少" in answer.content.decode()
    assert Letter.objects.get().text == "林女士：\n{最后可用分钟}"


def test_somebody_of_another_team_does_not_find_the_letter(client, step):
    User.objects.filter(pk=chen().pk).update(team=Team.objects.create(name="East"))
    client.force_login(
        User.objects.create_user("other@vendor.test", name="Other", team=Team.objects.create(name="West"))
    )

    assert client.get(reverse("letters:write", args=[step.pk])).status_code == 404


def test_a_csm_returns_nobodys_letter(desk, step):
    services.ask(written(step), now=WRITING)

    assert desk.post(reverse("letters:give_back", args=[step.pk]), {"remark": "x"}).status_code == 404


def test_a_manager_returns_a_letter_with_a_remark(client, step):
    team = Team.objects.create(name="East")
    User.objects.filter(pk=chen().pk).update(team=team)
    services.ask(written(step), now=WRITING)
    client.force_login(User.objects.create_user("boss@vendor.test", name="周行", role=User.Role.MANAGER, team=team))

    client.post(reverse("letters:give_back", args=[step.pk]), {"remark": "请写明导出的时间"})

    assert Letter.objects.get().remark == "请写明导出的时间"


def test_a_step_with_nobody_to_write_to_leads_back_to_the_contract(desk, step):
    step.contract.customer.contacts.update(email="")

    answer = desk.get(reverse("letters:write", args=[step.pk]))

    assert answer.url == step.contract.get_absolute_url()


def test_the_page_is_a_constant_number_of_queries(desk, step, django_assert_max_num_queries):
    written(step)

    with django_assert_max_num_queries(45):
        desk.get(reverse("letters:write", args=[step.pk]))

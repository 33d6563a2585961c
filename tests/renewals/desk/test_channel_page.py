"""The page of a team's channel: who may set it, what is refused, what is shown of it, and what a test tells."""

from __future__ import annotations

import json

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from renewals.interventions.models import Channel

WECOM = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a-secret-aaaa-1234"
DINGTALK = "https://oapi.dingtalk.com/robot/send?access_token=566cc69da782ec33"
FEISHU = "https://open.feishu.cn/open-apis/bot/v2/hook/8a6f1bd9-b2f4"
SLACK = "https://hooks.slack.com/services/T0000/B0000/XXXXXXXX"


def address(person, name: str = "channel") -> str:
    return reverse(f"desk:{name}", args=[person.team_id])


def filled(kind: str = "wecom", url: str = WECOM, secret: str = "") -> dict[str, str]:
    return {"kind": kind, "url": url, "secret": secret}


@pytest.fixture
def east(house):
    """Shen, who leads the team East."""
    return house["shen"]


@pytest.mark.parametrize("name", ["channel", "test_channel", "remove_channel"])
@pytest.mark.parametrize("reader", ["chen", "otto"])
def test_a_csm_finds_nothing_there(enter, east, reader, name) -> None:
    enter("shen").post(address(east), filled())

    assert enter(reader).post(address(east, name), filled(kind="slack", url=SLACK)).status_code == 404
    assert Channel.objects.get().kind == "wecom"


def test_a_manager_finds_their_own_teams_alone(enter, house, east) -> None:
    shen = enter("shen")

    assert shen.get(address(east)).status_code == 200
    assert shen.get(address(house["otto"])).status_code == 404


def test_an_administrator_finds_every_teams(enter, house) -> None:
    ada = enter("ada")

    assert [ada.get(address(house[name])).status_code for name in ("shen", "otto")] == [200, 200]


@pytest.mark.parametrize(
    "said",
    [
        filled(),
        filled("dingtalk", DINGTALK, "SECabc"),
        filled("dingtalk", DINGTALK),
        filled("feishu", FEISHU, "abc"),
        filled("feishu", FEISHU.replace("feishu.cn", "larksuite.com")),
        filled("slack", SLACK),
    ],
)
def test_each_service_is_set_by_its_own_address(enter, east, said) -> None:
    enter("shen").post(address(east), said)

    assert Channel.objects.filter(team=east.team, set_by=east, **said).exists()


@pytest.mark.parametrize(
    ("said", "field", "why"),
    [
        (filled("wecom", ""), "url", "This field is required."),
        (filled("wecom", "https://evil.test/?key=1"), "url", "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key="),
        (filled("wecom", SLACK), "url", "This is an address of Slack."),
        (filled("wecom", WECOM.replace("https", "http")), "url", "no address of a bot of WeCom"),
        (filled("wecom", WECOM + "密"), "url", "no address of a bot of WeCom"),
        (filled("wecom", WECOM.replace("//", "//:pw@")), "url", "Leave the user name and the password out"),
        (filled("slack", SLACK, "abc"), "secret", "Slack reads no signature."),
        (filled("fax", SLACK), "kind", "Select a valid choice."),
    ],
)
def test_what_cannot_be_is_refused_by_its_field_and_stays_typed(enter, east, said, field, why) -> None:
    response = enter("shen").post(address(east), said)

    assert why in " ".join(response.context["form"].errors[field])
    assert response.context["form"]["url"].value() == said["url"]
    assert not Channel.objects.exists()


def test_the_address_and_the_secret_are_never_shown_again(enter, east) -> None:
    shen = enter("shen")
    shen.post(address(east), filled("dingtalk", DINGTALK, "SECabc"))

    for path in (address(east), "/duty/"):
        html = shen.get(path).content.decode()
        assert "…ec33" in html
        assert "566cc69da782" not in html
        assert "SECabc" not in html


def test_who_set_it_is_on_record_without_its_address(enter, east) -> None:
    enter("shen").post(address(east), filled("dingtalk", DINGTALK, "SECabc"))

    entry = LogEntry.objects.get()
    assert (entry.user, entry.object_repr, entry.change_message) == (east, "East", "channel: dingtalk …ec33")


def test_another_one_replaces_it_whole(enter, east) -> None:
    shen = enter("shen")
    shen.post(address(east), filled("dingtalk", DINGTALK, "SECabc"))

    shen.post(address(east), filled("slack", SLACK))

    assert list(Channel.objects.values_list("kind", "url", "secret")) == [("slack", SLACK, "")]


def test_it_is_removed_and_that_is_on_record(enter, east) -> None:
    shen = enter("shen")
    shen.post(address(east), filled())

    shen.post(address(east, "remove_channel"))

    assert not Channel.objects.exists()
    assert LogEntry.objects.latest("pk").change_message == "channel removed: wecom …1234"


@pytest.mark.parametrize("name", ["test_channel", "remove_channel"])
def test_what_is_not_set_can_be_neither_tested_nor_removed(enter, east, name) -> None:
    assert enter("shen").post(address(east, name)).status_code == 404


@pytest.mark.parametrize("name", ["test_channel", "remove_channel"])
def test_a_look_posts_and_removes_nothing(enter, east, name) -> None:
    assert enter("shen").get(address(east, name)).status_code == 405


TESTS = [
    ("wecom", 200, b'{"errcode":0,"errmsg":"ok"}', "WeCom took it and answered: 0 ok"),
    ("wecom", 200, b'{"errcode":93000,"errmsg":"invalid webhook"}', "WeCom refused it: 93000 invalid webhook"),
    ("dingtalk", 200, b'{"errcode":310000,"errmsg":"sign not match"}', "DingTalk refused it: 310000 sign not match"),
    ("dingtalk", 200, b'{"errcode":130101,"errmsg":"too fast"}', "DingTalk did not take it for now: 130101 too fast"),
    ("feishu", 200, b'{"code":0,"msg":"success"}', "Feishu or Lark took it and answered: 0 success"),
    ("feishu", 200, b'{"code":19021,"msg":"sign match fail"}', "Feishu or Lark refused it: 19021 sign match fail"),
    ("slack", 200, b"ok", "Slack took it and answered: ok"),
    ("slack", 404, b"no_service", "Slack refused it: 404 no_service"),
]


@pytest.mark.parametrize(("kind", "status", "body", "said"), TESTS)
def test_a_test_tells_what_the_service_answered(enter, east, receiver, kind, status, body, said) -> None:
    shen = enter("shen")
    receiver.answer = lambda headers, got: (status, {}, body)
    shen.post(address(east), filled(kind, receiver.url))

    html = shen.post(address(east, "test_channel"), follow=True).content.decode()

    assert said in html
    assert "A test by Shen" in json.dumps(receiver.said[0])


def test_nobody_there_is_told_too(enter, east, receiver) -> None:
    shen = enter("shen")
    shen.post(address(east), filled("slack", "http://127.0.0.1:9/services/x"))

    html = shen.post(address(east, "test_channel"), follow=True).content.decode()

    assert "Slack did not take it for now: ConnectionRefusedError" in html


def test_who_leads_a_team_finds_its_channel_among_who_is_on_duty(enter, east) -> None:
    assert address(east) in enter("shen").get("/duty/").content.decode()
    assert "/channel/" not in enter("chen").get("/duty/").content.decode()

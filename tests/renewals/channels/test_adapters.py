"""What goes to each service, signed as it wants it, and what each of its answers means."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from renewals.channels import ADAPTERS, dingtalk, feishu, service_of, slack, wecom, without_keys
from renewals.channels.answers import Verdict

AT = datetime(2026, 11, 30, 1, 0, 0, 250_000, tzinfo=UTC)
SECONDS, MILLISECONDS = "1796000400", "1796000400250"
LINK = "https://portal.test/intervention/7/"
WECOM = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693axxx6-7aoc-4bc4-97a0-0ec2sifa5aaa"
DINGTALK = "https://oapi.dingtalk.com/robot/send?access_token=566cc69da782ec33e5c1b8a0"
FEISHU = "https://open.feishu.cn/open-apis/bot/v2/hook/8a6f1bd9-b2f4-4c61-9f1a-0c6f9c2f1d22"
SLACK = "https://hooks.slack.com/services/T0000/B0000/XXXXXXXXXXXXXXXXXXXXXXXX"
URLS = {"wecom": WECOM, "dingtalk": DINGTALK, "feishu": FEISHU, "slack": SLACK}


def built(adapter, url: str, *, secret: str = "", text: str = "Lan Tu is locked"):
    post = adapter.build(url, secret=secret, text=text, link=LINK, at=AT)
    return post.url, json.loads(post.body)


def text_in(said: dict) -> str:
    return said.get("text", {}).get("content") if isinstance(said.get("text"), dict) else (
        said.get("text") or said["content"]["text"]
    )  # fmt: skip


def by_hand(key: str, message: str) -> str:
    return base64.b64encode(hmac.new(key.encode(), message.encode(), hashlib.sha256).digest()).decode()


def test_dingtalk_is_signed_in_the_query_by_its_secret() -> None:
    url, said = built(dingtalk, DINGTALK, secret="SECabc")

    query = parse_qs(urlsplit(url).query)
    assert query["access_token"] == ["566cc69da782ec33e5c1b8a0"]
    assert query["timestamp"] == [MILLISECONDS]
    assert query["sign"] == [by_hand("SECabc", f"{MILLISECONDS}\nSECabc")]
    assert "sign" not in said


def test_feishu_is_signed_in_the_body_over_nothing() -> None:
    url, said = built(feishu, FEISHU, secret="abc")

    assert url == FEISHU
    assert (said["timestamp"], said["sign"]) == (SECONDS, by_hand(f"{SECONDS}\nabc", ""))


def test_signatures_as_they_were_computed_elsewhere() -> None:
    """By `openssl dgst -sha256 -hmac KEY -binary | base64`."""
    _url, said = built(feishu, FEISHU, secret="abc")
    url, _said = built(dingtalk, DINGTALK, secret="SECabc")

    assert said["sign"] == "0tnYvsoQoFL4cE12ghZrjI8iNP3/7jn1lGwXEnwvFzI="
    assert parse_qs(urlsplit(url).query)["sign"] == ["VKgl67CVO7LpodVWTNioLTIQDP5KgbXH3/Y65Dp4SKo="]


@pytest.mark.parametrize("kind", ADAPTERS)
def test_without_a_secret_nothing_is_signed(kind) -> None:
    url, said = built(ADAPTERS[kind], URLS[kind])

    assert url == URLS[kind]
    assert "sign" not in said
    assert text_in(said) == f"Lan Tu is locked\n{LINK}"


@pytest.mark.parametrize("kind", ADAPTERS)
@pytest.mark.parametrize("name", ["@all", "<!channel>", "<@U012AB3CD>", '<at user_id="all">', "[here](https://x.test)"])
def test_a_name_calls_nobody_and_hides_no_address(kind, name) -> None:
    _url, said = built(ADAPTERS[kind], URLS[kind], text=f"{name} is locked")

    assert not set("@<>[]") & set(text_in(said))


@pytest.mark.parametrize("kind", ADAPTERS)
def test_a_text_that_is_too_long_loses_its_end_and_keeps_its_link(kind) -> None:
    _url, said = built(ADAPTERS[kind], URLS[kind], text="澜" * 20_000)

    text = text_in(said)
    assert len(text.encode()) <= ADAPTERS[kind].MOST
    assert text.endswith(f"澜…\n{LINK}")


ANSWERS = [
    (wecom, 200, b'{"errcode":0,"errmsg":"ok"}', "accepted", "0 ok"),
    (wecom, 200, b'{"errcode":93000,"errmsg":"invalid webhook url"}', "refused", "93000 invalid webhook url"),
    (wecom, 200, b'{"errcode":45009,"errmsg":"api freq out of limit"}', "later", "45009 api freq out of limit"),
    (wecom, 200, b'{"errcode":45033,"errmsg":"too many"}', "later", "45033 too many"),
    (wecom, 200, b'{"errcode":-1,"errmsg":"system busy"}', "later", "-1 system busy"),
    (wecom, 200, b"<html>log in to the network</html>", "later", "200 <html>log in to the network</html>"),
    (wecom, 200, b"[" * 16_000, "later", "200 " + "[" * 300),
    (wecom, 200, b'{"errcode":false}', "later", '200 {"errcode":false}'),
    (dingtalk, 200, b'{"errcode":0,"errmsg":"ok"}', "accepted", "0 ok"),
    (dingtalk, 200, b'{"errcode":310000,"errmsg":"sign not match"}', "refused", "310000 sign not match"),
    (dingtalk, 200, b'{"errcode":130101,"errmsg":"send too fast"}', "later", "130101 send too fast"),
    (dingtalk, 200, b'{"errcode":410100,"errmsg":"slow down"}', "later", "410100 slow down"),
    (dingtalk, 429, b'{"errcode":0,"errmsg":"ok"}', "later", "0 ok"),
    (dingtalk, 404, b"no such page", "refused", "404 no such page"),
    (dingtalk, 502, b"", "later", "502"),
    (feishu, 200, b'{"StatusCode":0,"StatusMessage":"success","code":0,"msg":"success"}', "accepted", "0 success"),
    (feishu, 200, b'{"StatusCode":0,"StatusMessage":"success"}', "accepted", "0 success"),
    (feishu, 200, b'{"code":19021,"msg":"sign match fail"}', "refused", "19021 sign match fail"),
    (feishu, 200, b'{"code":11232,"msg":"frequency limited"}', "later", "11232 frequency limited"),
    (feishu, 200, b'{"code":9499,"msg":"too many request"}', "later", "9499 too many request"),
    (feishu, 400, b'{"code":9499,"msg":"Bad Request"}', "refused", "9499 Bad Request"),
    (slack, 200, b"ok", "accepted", "ok"),
    (slack, 200, b"<html>", "later", "200 <html>"),
    (slack, 404, b"no_service", "refused", "404 no_service"),
    (slack, 302, b"", "refused", "302"),
    (slack, 429, b"rate_limited", "later", "429 rate_limited"),
    (slack, 500, b"rollup_error", "later", "500 rollup_error"),
]


@pytest.mark.parametrize(("adapter", "status", "body", "verdict", "said"), ANSWERS)
def test_an_answer_means_what_its_body_says(adapter, status, body, verdict, said) -> None:
    answer = adapter.read(status, body)

    assert (answer.verdict, answer.said) == (Verdict(verdict), said)


@pytest.mark.parametrize("kind", URLS)
def test_an_address_tells_its_service(kind) -> None:
    assert service_of(URLS[kind]) == kind


@pytest.mark.parametrize(
    "url",
    [
        WECOM.replace("https", "http"),
        WECOM.replace("qyapi.weixin.qq.com", "qyapi.weixin.qq.com.evil.test"),
        WECOM.replace("qyapi.weixin.qq.com", "qyapi.weixin.qq.com@evil.test"),
        WECOM.replace("qyapi.weixin.qq.com", "somebody@qyapi.weixin.qq.com"),
        WECOM.replace("qq.com", "qq.com:8443"),
        WECOM.partition("?")[0],
        WECOM.replace("/cgi-bin/webhook/send", "/cgi-bin/message/send"),
        FEISHU.rpartition("/")[0] + "/",
        FEISHU.replace("feishu.cn", "feishu.cn\t"),
        SLACK.replace("XXXX", "密钥"),
        "https://[hooks.slack.com/services/T/B/X",
        "not an address",
        "",
    ],
)
def test_any_other_address_is_of_no_service(url) -> None:
    assert service_of(url) is None


def test_lark_is_feishu_abroad() -> None:
    assert service_of(FEISHU.replace("feishu.cn", "larksuite.com")) == "feishu"


@pytest.mark.parametrize("kind", URLS)
def test_an_answer_that_repeats_the_key_is_told_without_it(kind) -> None:
    url = URLS[kind]
    key = url.rpartition("=")[2].rpartition("/")[2]

    said = without_keys(f"19001 token {key} of {url} invalid, not SECabc", url=url, secret="SECabc")

    assert said == "19001 token … of … invalid, not …"

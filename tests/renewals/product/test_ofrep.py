"""The OpenFeature Remote Evaluation Protocol: every row of its table, and the official clients against it."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.test import Client

from accounts import terms
from accounts.models import Contract, Product
from renewals.locking.renewing import renew
from renewals.product.keys import make_key
from renewals.product.tokens import LASTS, fresh_token
from tests.renewals.product.conftest import ENDS_AT, LOCK_AT, NUMBER, T, sign_for

FLAGS = ["contract-access", "contract-state", "contract-dialog"]
SECOND = timedelta(seconds=1)
PLACE = "/ofrep/v1/evaluate/flags"


@pytest.fixture
def key(db: None) -> str:
    return make_key("the product", ["entitlements:read"], now=T)


@pytest.fixture
def flags(client: Client, key: str, set_clock):
    """Asks as an OpenFeature client does; `body` is sent as it is."""

    def post(flag: str = "", *, now=T, body: object = None, number: object = NUMBER, **headers: str):
        set_clock(now)
        said = json.dumps({"context": {"targetingKey": number}}) if body is None else body
        headers = {"Authorization": f"Bearer {key}", **{name.replace("_", "-"): said for name, said in headers.items()}}
        path = f"{PLACE}/{flag}" if flag else PLACE
        return client.post(path, said, content_type="application/json", headers=headers)

    return post


@pytest.mark.parametrize(
    ("now", "access", "state"),
    [
        (T, True, "active"),
        (ENDS_AT - SECOND, True, "active"),
        (ENDS_AT, True, "buffer"),
        (LOCK_AT - SECOND, True, "buffer"),
        (LOCK_AT, False, "soft_locked"),
    ],
)
def test_a_flag_has_its_value_at_every_boundary(flags, told_contract: Contract, now, access, state) -> None:
    told = flags("contract-access", now=now).json()

    assert (told["value"], told["variant"], told["reason"]) == (access, state, "TARGETING_MATCH")
    assert flags("contract-state", now=now).json()["value"] == state


def test_the_dialog_is_an_object_empty_while_there_is_none(flags, told_contract: Contract) -> None:
    assert flags("contract-dialog").json()["value"] == {}
    assert flags("contract-dialog", now=LOCK_AT).json()["value"]["title"]["en"] == "Your time with 协作专业版 has ended"


def test_what_stands_beside_a_value_is_flat_and_does_not_count_down(flags, told_contract: Contract) -> None:
    metadata = flags("contract-access").json()["metadata"]

    assert metadata["state_until"] == "2026-11-27T16:00:00Z"
    assert metadata["zone"] == "Asia/Shanghai"
    assert all(isinstance(value, str) for value in metadata.values())


def test_a_flag_that_nobody_knows_is_not_found(flags, told_contract: Contract) -> None:
    response = flags("contract-colour")

    assert response.status_code == 404
    assert (response.json()["key"], response.json()["errorCode"]) == ("contract-colour", "FLAG_NOT_FOUND")


@pytest.mark.parametrize("flag", ["contract-access", ""])
@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("{", "PARSE_ERROR"),
        ("[]", "INVALID_CONTEXT"),
        ("{}", "INVALID_CONTEXT"),
        ('{"context": []}', "INVALID_CONTEXT"),
        ('{"context": {}}', "TARGETING_KEY_MISSING"),
        ('{"context": {"targetingKey": ""}}', "TARGETING_KEY_MISSING"),
        ('{"context": {"targetingKey": 7}}', "TARGETING_KEY_MISSING"),
    ],
)
def test_what_names_no_contract_is_refused_in_the_protocols_words(flags, flag: str, body: str, code: str) -> None:
    response = flags(flag, body=body)

    assert (response.status_code, response.json()["errorCode"]) == (400, code)
    assert ("key" in response.json()) is bool(flag)


def test_for_a_number_that_nobody_knows_the_products_own_default_decides(flags) -> None:
    told = flags("contract-access", number="NO-1").json()

    assert told == {"key": "contract-access", "reason": "UNKNOWN"}


def test_all_flags_come_at_once(flags, told_contract: Contract) -> None:
    told = flags().json()["flags"]

    assert [flag["key"] for flag in told] == FLAGS
    assert [flag["value"] for flag in told] == [True, "active", {}]


def test_what_has_not_changed_is_not_sent_again_and_what_has_is(flags, told_contract: Contract) -> None:
    etag = flags()["ETag"]

    same = flags(now=T + timedelta(hours=3), If_None_Match=etag)
    weak = flags(now=T + timedelta(hours=3), If_None_Match=f"W/{etag}")
    ended = flags(now=ENDS_AT, If_None_Match=etag)

    assert (same.status_code, same.content) == (304, b"")
    assert weak.status_code == 304
    assert ended.status_code == 200


def test_a_number_of_several_products_needs_its_product_in_the_context(flags, told_contract, customer) -> None:
    sign_for(customer, Product.objects.create(code="vault", name="Archive Vault"))
    named = json.dumps({"context": {"targetingKey": NUMBER, "product": "pro"}})

    assert flags("contract-access").json()["errorCode"] == "INVALID_CONTEXT"
    assert [flag["errorCode"] for flag in flags().json()["flags"]] == ["INVALID_CONTEXT"] * 3
    assert flags("contract-access", body=named).json()["value"] is True


def test_without_a_key_nothing_is_told(client: Client, told_contract: Contract) -> None:
    assert client.post(PLACE, "{}", content_type="application/json").status_code == 401


def test_a_key_is_taken_as_x_api_key_too(client: Client, key: str, told_contract: Contract, set_clock) -> None:
    body = {"context": {"targetingKey": NUMBER}}

    assert client.post(PLACE, body, content_type="application/json", headers={"X-API-Key": key}).status_code == 200


def test_a_key_without_the_scope_is_forbidden(client: Client, told_contract: Contract) -> None:
    other = make_key("a ledger", ["contracts:read"], now=T)

    response = client.post(PLACE, "{}", content_type="application/json", headers={"X-API-Key": other})

    assert response.status_code == 403


def test_who_asks_too_much_is_told_the_seconds(flags, told_contract: Contract, settings, monkeypatch) -> None:
    settings.CSPORTAL_API_PER_MINUTE = 1
    monkeypatch.setattr("renewals.product.limits.counted", {})
    flags()

    assert flags()["Retry-After"] == "60"


def test_a_page_of_any_site_may_ask_and_read_the_answer_but_not_with_cookies(client: Client, flags) -> None:
    preflight = client.options(PLACE, headers={"Origin": "https://product.test"})
    refused = client.post(PLACE, "{}", content_type="application/json")

    assert preflight.status_code == 204
    assert preflight["Access-Control-Allow-Headers"] == "authorization, content-type, if-none-match, x-api-key"
    for response in (preflight, flags(), refused):
        assert response["Access-Control-Allow-Origin"] == "*"
        assert response["Access-Control-Expose-Headers"] == "ETag, Retry-After"
        assert "Access-Control-Allow-Credentials" not in response


def test_with_the_token_of_a_contract_a_page_asks_about_that_one(flags, told_contract: Contract, customer) -> None:
    other = sign_for(customer, told_contract.product, number="LT-2")
    shown = {"Authorization": f"Bearer {fresh_token(told_contract.pk, now=T)}"}
    named = json.dumps({"context": {"targetingKey": NUMBER, "product": "vault"}})

    assert flags("contract-state", **shown).json()["value"] == "active"
    assert flags("contract-state", number=other.number, **shown).status_code == 403
    assert flags("contract-state", body=named, **shown).status_code == 403
    assert flags("contract-state", body="{", **shown).json()["errorCode"] == "PARSE_ERROR"


def test_the_token_of_a_page_is_soon_over(flags, told_contract: Contract) -> None:
    shown = {"Authorization": f"Bearer {fresh_token(told_contract.pk, now=T)}"}

    assert flags(now=T + LASTS, **shown).status_code == 200
    assert flags(now=T + LASTS + SECOND, **shown).status_code == 401


def test_a_page_gets_the_link_to_renew_once_there_is_something_to_renew(flags, told_contract: Contract) -> None:
    def metadata(now, **shown: str):
        return flags("contract-access", now=now, **shown).json()["metadata"]

    def page(now) -> dict[str, str]:
        return {"Authorization": f"Bearer {fresh_token(told_contract.pk, now=now)}"}

    assert "renew_url" in metadata(T)
    assert "renew_url" not in metadata(T, **page(T))
    assert "renew_url" in metadata(ENDS_AT, **page(ENDS_AT))


@pytest.mark.django_db(transaction=True)
def test_the_official_python_provider_reads_the_flags(
    live_server, told_contract: Contract, key: str, set_clock
) -> None:
    from openfeature import api
    from openfeature.contrib.provider.ofrep import OFREPProvider
    from openfeature.evaluation_context import EvaluationContext

    api.set_provider(OFREPProvider(live_server.url, headers_factory=lambda: {"Authorization": f"Bearer {key}"}))
    client, context = api.get_client(), EvaluationContext(targeting_key=NUMBER)

    set_clock(LOCK_AT)
    locked = client.get_boolean_details("contract-access", True, context)
    renew(told_contract, after=ENDS_AT, term=terms.Term.years(1), by="林澜", now=LOCK_AT)

    assert (locked.value, locked.variant) == (False, "soft_locked")
    assert client.get_boolean_value("contract-access", False, context) is True
    assert client.get_string_value("contract-state", "", context) == "active"
    assert client.get_object_value("contract-dialog", {"x": 1}, context) == {}
    assert client.get_boolean_value("contract-access", True, EvaluationContext(targeting_key="NO-1")) is True

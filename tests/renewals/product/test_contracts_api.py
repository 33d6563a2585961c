"""Contracts by the API: listed page by page, read, put in the terms of a ledger, their story told."""

from __future__ import annotations

import pytest

from accounts.models import Contract, Customer, Product
from tests.renewals.product.conftest import LOCK_AT, NUMBER, T, sign_for
from tests.renewals.product.test_api import problem_of

SAID = {"customer": "澜图科技", "product": "协作专业版", "starts": "2026-12-01", "ends": "2027-11-30", "seats": 40}


def test_a_contract_is_put_once_and_the_same_again_changes_nothing(call, customer: Customer, product: Product) -> None:
    first = call("put", "contracts/HT-9", SAID)
    again = call("put", "contracts/HT-9", SAID)

    assert (first.status_code, first.json()["outcome"]) == (201, "created")
    assert (again.status_code, again.json()["outcome"]) == (200, "unchanged")
    assert first.json()["contract"]["terms"][0]["last_minute"]["local"] == "2027-11-30T23:59"


def test_what_was_taken_for_granted_is_told(call, customer: Customer, product: Product) -> None:
    told = call("put", "contracts/HT-9", SAID).json()

    assert any("last day" in assumed for assumed in told["assumptions"])


def test_a_later_end_is_taken_and_an_earlier_one_is_a_conflict(call, customer: Customer, product: Product) -> None:
    call("put", "contracts/HT-9", SAID)

    later = call("put", "contracts/HT-9", SAID | {"ends": "2027-12-31"})
    earlier = call("put", "contracts/HT-9", SAID | {"ends": "2027-06-30"})

    assert later.json()["outcome"] == "updated"
    assert problem_of(earlier) == (409, "conflict")
    assert earlier.json()["errors"][0]["field"] == "ends"
    assert Contract.objects.get(number="HT-9").terms.get().last_minute.isoformat() == "2027-12-31T23:59:00"


def test_a_date_that_does_not_exist_is_refused_with_its_field_and_nothing_is_kept(call, customer: Customer) -> None:
    response = call("put", "contracts/HT-9", SAID | {"ends": "2027-02-30"})

    assert problem_of(response) == (422, "bad-request")
    assert [error["field"] for error in response.json()["errors"]] == ["ends"]
    assert not Contract.objects.exists()


def test_a_field_that_nobody_knows_is_refused(call) -> None:
    assert problem_of(call("put", "contracts/HT-9", SAID | {"end": "2027-02-01"})) == (422, "bad-request")


def test_a_number_with_slashes_is_put_and_read(call, customer: Customer, product: Product) -> None:
    call("put", f"contracts/{NUMBER}", SAID)

    assert call("get", f"contracts/{NUMBER}").json()["number"] == NUMBER


def test_a_list_comes_page_by_page_each_contract_once(call, customer: Customer, product: Product) -> None:
    for place in range(5):
        sign_for(customer, product, f"HT-{place}")

    numbers, cursor = [], ""
    while cursor is not None:
        page = call("get", f"contracts?limit=2{cursor and f'&cursor={cursor}'}").json()
        numbers += [contract["number"] for contract in page["contracts"]]
        cursor = page["next"]

    assert numbers == [f"HT-{place}" for place in range(5)]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("state=active", 1),
        ("state=buffer", 0),
        ("product=pro", 1),
        ("product=other", 0),
        ("customer=澜图", 1),
        ("ends_from=2026-11-27T16:00:00Z&ends_before=2026-11-27T16:00:01Z", 1),
        ("ends_before=2026-11-27T16:00:00Z", 0),
    ],
)
def test_a_list_is_narrowed(call, contract: Contract, query: str, found: int) -> None:
    assert len(call("get", f"contracts?{query}").json()["contracts"]) == found


@pytest.mark.parametrize("query", ["limit=0", "limit=501", "limit=1e3", "cursor=x", "state=dead", "ends_from=tomorrow"])
def test_a_question_that_makes_no_sense_is_refused_with_its_field(call, contract: Contract, query: str) -> None:
    response = call("get", f"contracts?{query}")

    assert problem_of(response) == (422, "bad-request")
    assert response.json()["errors"][0]["field"] == query.partition("=")[0]


def test_a_list_of_any_length_takes_as_many_queries(call, customer, product, django_assert_num_queries) -> None:
    for place in range(4):
        sign_for(customer, product, f"HT-{place}")
    call("get", "contracts")

    with django_assert_num_queries(3):
        call("get", "contracts")


def test_a_story_is_told_in_both_languages_planned_and_past(call, told_contract: Contract) -> None:
    events = call("get", f"contracts/{NUMBER}/timeline").json()["events"]

    lock = next(event for event in events if event["kind"] == "soft_locked")
    assert (lock["at"], lock["planned"]) == ("2026-11-30T01:00:00Z", True)
    assert lock["title"] == {"zh-hans": "软锁开始", "en": "The soft lock begins"}


@pytest.mark.parametrize("path", ["contracts/NO-1", "contracts/NO-1/timeline"])
def test_an_unknown_number_is_not_found(call, path: str) -> None:
    assert problem_of(call("get", path)) == (404, "unknown-contract")


@pytest.mark.parametrize(
    ("method", "path", "body", "scope"),
    [
        ("get", "contracts", None, "contracts:read"),
        ("get", f"contracts/{NUMBER}", None, "contracts:read"),
        ("get", f"contracts/{NUMBER}/timeline", None, "contracts:read"),
        ("put", "contracts/HT-9", SAID, "contracts:write"),
        ("post", "entitlements/batch", {"contracts": [NUMBER]}, "entitlements:read"),
        ("post", "usage", {"signals": [{"contract": NUMBER, "at": "2026-11-01T00:00Z", "metric": "m"}]}, "usage:write"),
        ("post", "lock-observations", {"contract": NUMBER, "locked_at": "2026-11-01T00:00:00Z"}, "locks:write"),
        (
            "post",
            "sessions/busy",
            {"contract": NUMBER, "session": "s", "busy_until": "2026-11-01T00:00:00Z"},
            "sessions:write",
        ),
    ],
)
def test_each_call_needs_its_scope(call, contract: Contract, method, path, body, scope) -> None:
    response = call(method, path, body, scopes=("time:travel",))

    assert problem_of(response) == (403, "missing-scope")
    assert f'scope="{scope}"' in response["WWW-Authenticate"]


def test_a_batch_answers_in_order_and_one_that_cannot_be_answered_stops_no_other(call, told_contract, customer) -> None:
    other = Product.objects.create(code="vault", name="Archive Vault")
    for code in (told_contract.product, other):
        sign_for(customer, code, "TWO")

    asked = [NUMBER, "NO-1", "TWO", {"contract": "TWO", "product": "vault"}]
    answers = call("post", "entitlements/batch", {"contracts": asked}, now=LOCK_AT).json()["answers"]

    assert [answer.get("state") or answer["problem"] for answer in answers] == [
        "soft_locked",
        "unknown-contract",
        "several-products",
        "buffer",
    ]
    assert answers[0]["dialog"]["actions"][1]["kind"] == "more_time"


def test_a_batch_of_any_size_takes_as_many_queries(call, customer, product, django_assert_num_queries) -> None:
    numbers = [sign_for(customer, product, f"HT-{place}").number for place in range(6)]
    call("post", "entitlements/batch", {"contracts": numbers})

    with django_assert_num_queries(1):  # of the key; the rows are read beneath Django's own cursors, in one statement
        call("post", "entitlements/batch", {"contracts": numbers})


def test_more_than_a_thousand_at_once_are_refused(call) -> None:
    response = call("post", "entitlements/batch", {"contracts": ["HT-1"] * 1001})

    assert problem_of(response) == (422, "bad-request")


def test_who_asks_more_than_the_limit_is_told_when_to_ask_again(
    call, contract: Contract, settings, monkeypatch
) -> None:
    settings.CSPORTAL_API_PER_MINUTE = 2
    monkeypatch.setattr("renewals.product.limits.counted", {})

    answers = [call("get", f"contracts/{NUMBER}") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2]["Retry-After"] == str(60 - T.second)

"""The HTTP side of the answer: keys, scopes, caching, problems."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import OperationalError
from django.test import Client

from accounts.models import Contract, Customer, Product
from renewals.links.models import RenewalLink
from renewals.product.keys import revoke_key
from renewals.product.models import ApiKey
from renewals.product.services import answer
from tests.renewals.product.conftest import ENDS_AT, LOCK_AT, NUMBER, T, sign_for

SECOND = timedelta(seconds=1)


def problem_of(response) -> tuple[int, str]:
    assert response["Content-Type"] == "application/problem+json"
    told = response.json()
    assert told["status"] == response.status_code
    return response.status_code, told["type"].rpartition("/")[2]


def test_the_api_gives_the_answer_for_a_number_with_slashes_and_chinese(ask, contract: Contract) -> None:
    response = ask()

    assert response.status_code == 200
    assert response.json() == answer(NUMBER, now=T)


@pytest.mark.parametrize(
    ("now", "seconds"),
    [
        (T, 60),
        (ENDS_AT - 60 * SECOND, 60),
        (ENDS_AT - 12.7 * SECOND, 12),
        (ENDS_AT - 0.3 * SECOND, 0),
        (ENDS_AT, 60),
    ],
)
def test_an_answer_may_be_kept_until_it_changes_a_minute_at_most(ask, contract: Contract, now, seconds) -> None:
    response = ask(now=now)

    assert response["Cache-Control"] == f"private, max-age={seconds}"
    assert "Authorization" in response["Vary"]


def test_an_answer_that_has_not_changed_is_not_sent_again(ask, contract: Contract) -> None:
    etag = ask()["ETag"]

    again = ask(now=T + timedelta(seconds=90), headers={"If-None-Match": etag})

    assert (again.status_code, again.content) == (304, b"")
    assert (again["ETag"], again["Cache-Control"]) == (etag, "private, max-age=60")


def test_the_tag_of_an_answer_is_weak_because_the_instant_in_it_differs(ask, contract: Contract) -> None:
    first, later = ask(), ask(now=T + timedelta(seconds=90))

    assert first["ETag"] == later["ETag"]
    assert first["ETag"].startswith('W/"')
    assert first.content != later.content


def test_who_keeps_an_answer_gets_a_dialog_token_before_the_old_one_is_over(ask, contract: Contract) -> None:
    etag = ask()["ETag"]

    again = ask(now=T + timedelta(minutes=6), headers={"If-None-Match": etag})

    assert again.status_code == 200


def test_a_database_that_is_away_is_worth_another_question_soon(ask, contract: Contract, monkeypatch) -> None:
    def away(*_args, **_said):
        raise OperationalError("server closed the connection")

    monkeypatch.setattr("renewals.product.api.entitlements.evaluate", away)
    response = ask()

    assert problem_of(response) == (503, "unavailable")
    assert response["Retry-After"] == "5"


def test_only_the_headers_can_be_asked_for(ask, contract: Contract) -> None:
    whole, headers = ask(), ask(method="head")

    assert (headers.status_code, headers.content) == (200, b"")
    assert dict(headers.headers) == dict(whole.headers)


def test_an_answer_that_has_changed_is_sent(ask, contract: Contract) -> None:
    etag = ask(now=ENDS_AT - SECOND)["ETag"]

    again = ask(now=ENDS_AT, headers={"If-None-Match": etag})

    assert (again.status_code, again.json()["state"]) == (200, "buffer")


def test_the_answer_is_the_same_in_every_language(ask, told_contract: Contract) -> None:
    chinese, english = (ask(now=LOCK_AT, headers={"Accept-Language": language}) for language in ("zh", "en"))

    assert chinese.content == english.content


def test_another_instant_takes_the_scope_for_it(ask, contract: Contract) -> None:
    refused, answered = (ask(travels=travels, at="2026-11-28T00:00:00+08:00") for travels in (False, True))

    assert problem_of(refused) == (403, "missing-scope")
    assert (answered.json()["state"], answered["Cache-Control"]) == ("buffer", "no-store")


@pytest.mark.parametrize(
    "at", ["tomorrow", "2026-11-28", "2026-11-28T00:00", "2026-02-30T00:00Z", "0001-01-01T00:00+14:00", "", "2026\0"]
)
def test_an_instant_that_cannot_be_read_is_refused_with_the_field(ask, contract: Contract, at: str) -> None:
    response = ask(travels=True, at=at)

    assert problem_of(response) == (422, "bad-request")
    assert [error["field"] for error in response.json()["errors"]] == ["at"]


@pytest.mark.parametrize("at", ["1000-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
def test_the_ends_of_time_can_be_asked_about(ask, contract: Contract, at: str) -> None:
    assert ask(travels=True, at=at).status_code == 200


def test_a_plus_that_became_a_space_gets_the_hint(ask, contract: Contract) -> None:
    assert "%2B" in ask(travels=True, at="2026-11-28T00:00:00 08:00").json()["detail"]


def test_several_products_are_a_conflict_with_their_codes(ask, contract: Contract, customer: Customer) -> None:
    sign_for(customer, Product.objects.create(code="archive", name="归档"))

    response = ask()

    assert problem_of(response) == (409, "several-products")
    assert sorted(response.json()["products"]) == ["archive", "pro"]
    assert ask(product="archive").json()["product"] == "archive"


def test_an_unknown_number_is_not_found(ask) -> None:
    assert problem_of(ask("HT-1")) == (404, "unknown-contract")


@pytest.mark.parametrize("path", ["", "nothing/here", "entitlements/%0D%0A"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_an_address_that_is_none_is_a_problem_too(db: None, method: str, path: str) -> None:
    response = getattr(Client(enforce_csrf_checks=True), method)(f"/api/v1/{path}")

    assert problem_of(response) == (404, "not-found")


@pytest.mark.parametrize("path", ["entitlements/HT-1", "problems/bad-key"])
def test_a_method_that_an_address_does_not_take_is_a_problem(db: None, path: str) -> None:
    response = Client(enforce_csrf_checks=True).post(f"/api/v1/{path}")

    assert problem_of(response) == (405, "method-not-allowed")
    assert response["Allow"] == "GET, HEAD"


def test_what_nobody_foresaw_is_a_problem_and_is_told_to_who_watches(ask, client: Client, monkeypatch, caplog) -> None:
    def broken(*_said: object, **_more: object) -> None:
        raise ZeroDivisionError("somewhere inside")

    monkeypatch.setattr("renewals.product.api.entitlements.evaluate", broken)
    client.raise_request_exception = False

    response = ask()

    assert problem_of(response) == (500, "server-error")
    assert "somewhere inside" not in response.content.decode()
    assert "ZeroDivisionError" in caplog.text


def test_a_nul_is_refused(ask) -> None:
    assert problem_of(ask("HT%00-1")) == (422, "bad-request")
    assert problem_of(ask("HT-1", product="a\0b")) == (422, "bad-request")


def test_nobody_gets_an_answer_without_a_key(client: Client, contract: Contract) -> None:
    response = client.get(f"/api/v1/entitlements/{NUMBER}")

    assert problem_of(response) == (401, "bad-key")
    assert response["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("shown", ["Bearer c2359_guessed", "Bearer", "Bearer ", "Basic YTpi", "Bearer \xe9"])
def test_a_wrong_key_is_refused(client: Client, contract: Contract, shown: str) -> None:
    response = client.get(f"/api/v1/entitlements/{NUMBER}", headers={"Authorization": shown})

    assert problem_of(response) == (401, "bad-key")
    assert response["WWW-Authenticate"] == 'Bearer error="invalid_token"'


def test_a_revoked_key_is_refused_at_once(ask, contract: Contract) -> None:
    assert ask().status_code == 200

    revoke_key("the product", now=T)

    assert problem_of(ask()) == (401, "bad-key")


def test_a_key_without_the_scope_is_refused(ask, contract: Contract) -> None:
    ApiKey.objects.update(scopes=["contracts:read"])

    response = ask()

    assert problem_of(response) == (403, "missing-scope")
    assert 'scope="entitlements:read"' in response["WWW-Authenticate"]


def test_a_question_of_a_session_takes_few_queries_and_makes_one_link(
    ask, contract: Contract, django_assert_num_queries
) -> None:
    ask(session="s-1")

    with django_assert_num_queries(3):
        ask(session="s-1")
    assert RenewalLink.objects.count() == 1


def test_the_openapi_document_declares_the_answer_and_every_problem(client: Client) -> None:
    document = client.get("/api/v1/openapi.json").json()

    operation = document["paths"]["/api/v1/entitlements/{number}"]["get"]
    assert operation["operationId"] == "get_entitlement"
    assert set(operation["responses"]) == {"200", "304", "401", "403", "404", "409", "422", "429"}
    assert {parameter["name"] for parameter in operation["parameters"]} == {"number", "product", "at", "session"}


def test_problems_are_declared_as_what_they_are(client: Client) -> None:
    document = client.get("/api/v1/openapi.json").json()

    operation = document["paths"]["/api/v1/entitlements/{number}"]["get"]
    assert list(operation["responses"]["404"]["content"]) == ["application/problem+json"]
    assert list(operation["responses"]["200"]["content"]) == ["application/json"]


def test_the_type_of_a_problem_leads_somewhere(client: Client, contract: Contract) -> None:
    kind = client.get(f"/api/v1/entitlements/{NUMBER}").json()["type"]

    explained = client.get(kind.partition("/api/")[1] + kind.partition("/api/")[2])

    assert explained.json()["title"] == "A valid key is needed"

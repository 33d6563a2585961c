"""`entitlement` and `create_api_key`: the same answer, and the key to it, from the command line."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Contract, Customer, Product
from renewals.product.keys import find_key, make_key
from renewals.product.models import ApiKey
from renewals.product.services import answer
from tests.renewals.product.conftest import NUMBER, T, sign_for


def run(*said: str) -> str:
    out = StringIO()
    call_command(*said, stdout=out, stderr=StringIO())
    return out.getvalue()


def test_the_command_prints_the_same_answer_as_the_api(contract: Contract, set_clock) -> None:
    assert json.loads(run("entitlement", NUMBER)) == answer(NUMBER, now=T)


def test_the_command_answers_about_another_instant(contract: Contract, set_clock) -> None:
    told = json.loads(run("entitlement", NUMBER, "--at", "2026-11-28T00:00:00+08:00"))

    assert (told["state"], told["now"]) == ("buffer", "2026-11-27T16:00:00Z")


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (("none",), "No contract has the number none."),
        ((NUMBER, "--product", "x"), "does not cover the product x. It covers: pro"),
        ((NUMBER, "--at", "2026-11-28T00:00"), "has no offset"),
        ((NUMBER, "--at", "soon"), "is not an instant"),
    ],
)
def test_the_command_says_in_one_line_what_is_wrong(contract: Contract, set_clock, said, why: str) -> None:
    with pytest.raises(CommandError, match=why) as refused:
        run("entitlement", *said)

    assert "\n" not in str(refused.value)
    assert refused.value.returncode == 1


def test_the_command_asks_which_of_several_products(contract: Contract, customer: Customer, set_clock) -> None:
    sign_for(customer, Product.objects.create(code="archive", name="归档"))

    with pytest.raises(CommandError, match="archive"):
        run("entitlement", NUMBER)


def test_a_key_is_printed_once_and_stored_hashed(db: None, set_clock) -> None:
    key = run("create_api_key", "the product", "--scopes", "entitlements:read", "time:travel").strip()

    stored = ApiKey.objects.get()
    assert key.startswith("c2359_")
    assert key not in (stored.hashed, stored.starts_with)
    assert find_key(key) == stored
    assert stored.scopes == ["entitlements:read", "time:travel"]


@pytest.mark.parametrize(
    ("name", "scope", "why"),
    [
        ("crm", "entitlements:write", "Unknown scope: entitlements:write. There are: entitlements:read"),
        ("the product", "entitlements:read", "already a key named the product"),
        (" ", "entitlements:read", "Give the key a name"),
        ("n" * 101, "entitlements:read", "Give the key a name"),
    ],
)
def test_a_key_that_cannot_be_made_is_refused_with_the_way_out(db: None, set_clock, name, scope, why) -> None:
    run("create_api_key", "the product", "--scopes", "entitlements:read")

    with pytest.raises(CommandError, match=why):
        run("create_api_key", name, "--scopes", scope)

    assert ApiKey.objects.count() == 1


def test_a_revoked_key_opens_nothing_and_stays_on_record(db: None, set_clock) -> None:
    key, other = (make_key(name, ["entitlements:read"], now=T) for name in ("the product", "crm"))

    said = run("revoke_api_key", "the product")

    assert said == f"the product ({key[:8]}…) is revoked since 2026-11-23T04:07:00Z.\n"
    assert (find_key(key), find_key(other)) == (None, ApiKey.objects.get(name="crm"))


def test_a_key_that_is_revoked_again_stays_revoked_since_the_first_time(db: None, set_clock) -> None:
    make_key("the product", ["entitlements:read"], now=T)
    run("revoke_api_key", "the product")
    set_clock(T + timedelta(days=1))

    assert "since 2026-11-23T04:07:00Z" in run("revoke_api_key", "the product")


def test_a_key_that_is_none_is_answered_with_those_there_are(db: None, set_clock) -> None:
    make_key("crm", ["entitlements:read"], now=T)

    with pytest.raises(CommandError, match=r"No key is named the product\. There are: crm\."):
        run("revoke_api_key", "the product")

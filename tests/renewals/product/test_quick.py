"""The short way to the commonest answer gives the very bytes of the long one, and leaves it what is not plain."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import OperationalError

from accounts import terms
from accounts.models import Product, User
from accounts.services import last_term
from renewals.links.services import link_for, revoke
from renewals.locking.granting import take_a_day_more
from renewals.locking.models import Evidence
from renewals.locking.renewing import renew
from renewals.locking.telling import record_evidence
from renewals.product import quick
from renewals.product.keys import make_key, revoke_key
from tests.renewals import cast
from tests.renewals.cast import T, utc

pytestmark = pytest.mark.django_db

ADDRESS = "/api/v1/entitlements/LT-2026-01"


@pytest.fixture
def contract(set_clock):
    found = cast.lan_tu_contract()
    record_evidence(last_term(found), kind=Evidence.Kind.DELIVERED, at=utc("2026-11-20T02:00"), now=T)
    link_for(found, None, now=T)
    return found


@pytest.fixture
def key(db):
    return make_key("product", ["entitlements:read", "time:travel"], now=T)


@pytest.fixture
def ask(client, contract, key, monkeypatch):
    """Asks, and says which way the answer came: by the short one, or by the API."""

    def asked(address=ADDRESS, *, key=key, way="both", **headers):
        came_short = []
        short = quick.quick

        def watched(request, number):
            response = short(request, number) if way != "long" else None
            came_short.append(response is not None)
            return response

        with monkeypatch.context() as patched:
            patched.setattr(quick, "quick", watched)
            response = client.get(address, headers={"Authorization": f"Bearer {key}", **headers})
        return response, came_short[0]

    return asked


def told(response):
    """All that a caller is told."""
    headers = {name: response.get(name) for name in ("ETag", "Cache-Control", "Content-Type")}
    return response.status_code, response.content, headers


@pytest.mark.parametrize(
    "at",
    ["2025-11-27T15:59:59", "2026-11-23T04:07", "2026-11-27T15:59:59", "2026-11-27T16:00", "2026-11-29T02:00",
     "2026-11-30T00:59:59", "2026-11-30T01:00", "2027-02-28T01:00"],
)  # fmt: skip
def test_both_ways_give_the_same_bytes(ask, contract, set_clock, at):
    set_clock(utc(at))
    link_for(contract, None, now=utc(at))

    short, came_short = ask()
    long, _ = ask(way="long")

    assert came_short
    assert told(short) == told(long)


def test_the_dialog_offers_a_day_more_by_either_way_until_it_was_taken(ask, contract, set_clock):
    set_clock(utc("2026-11-30T02:00"))
    take_a_day_more(contract, None, now=utc("2026-11-30T02:00"))
    set_clock(utc("2026-12-02T02:00"))

    short, came_short = ask()

    assert came_short
    assert told(short) == told(ask(way="long")[0])
    assert [action["kind"] for action in short.json()["dialog"]["actions"]] == ["renew", "talk", "export"]


def test_the_dialog_names_nobody_who_does_not_work_here(ask, contract, set_clock):
    User.objects.update(is_active=False)
    set_clock(utc("2026-11-30T02:00"))

    assert told(ask()[0]) == told(ask(way="long")[0])


def test_a_renewal_is_felt_with_the_next_question(ask, contract):
    ask()
    renew(contract, after=last_term(contract).ends_at, term=terms.Term.months(12), by="a test", now=T)

    response, came_short = ask()

    assert (response.json()["last_minute"]["local"], came_short) == ("2027-11-27T23:59", True)


def test_a_key_that_is_revoked_opens_nothing_with_the_next_question(ask):
    ask()
    revoke_key("product", now=T)

    assert ask()[0].status_code == 401


def test_a_link_that_is_revoked_is_not_handed_out_again(ask, contract):
    old = ask()[0].json()["renew_url"]
    revoke(contract.links.get(contact=None), now=T)

    assert ask()[0].json()["renew_url"] != old


def test_who_has_the_answer_already_is_told_so(ask):
    first, _ = ask()

    again, came_short = ask(**{"If-None-Match": first["ETag"]})

    assert (again.status_code, came_short) == (304, True)


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/api/v1/entitlements/NONE", 404),
        (f"{ADDRESS}?product=none", 404),
        (f"{ADDRESS}?product=%00", 422),
        (f"{ADDRESS}?at=2026-11-30T02:00:00Z", 200),
        (f"{ADDRESS}?session=abc", 200),
    ],
)
def test_what_is_not_plain_is_answered_by_the_api(ask, address, status):
    response, came_short = ask(address)

    assert (response.status_code, came_short) == (status, False)


def test_a_number_with_several_products_is_plain_once_one_is_named(ask, contract):
    other = Product.objects.create(code="analytics", name="Analytics")
    second = cast.contract(contract.customer, product=other, until="2026-12-24T18:00")
    link_for(second, None, now=T)

    assert (ask()[0].status_code, ask()[1]) == (409, False)
    assert (ask(f"{ADDRESS}?product=analytics")[0].json()["product"], ask(f"{ADDRESS}?product=analytics")[1]) == (
        "analytics",
        True,
    )


def test_a_key_without_the_scope_and_no_key_are_refused_by_the_api(ask, contract):
    other = make_key("ledger", ["contracts:read"], now=T)

    assert ask(key=other)[0].status_code == 403
    assert ask(key="c2359_nobody")[0].status_code == 401


def test_the_limit_of_a_key_counts_either_way(ask, settings, monkeypatch):
    monkeypatch.setattr("renewals.product.limits.counted", {})
    settings.CSPORTAL_API_PER_MINUTE = 2

    assert [ask()[0].status_code for _ in range(3)] == [200, 200, 429]


def test_it_is_kept_for_its_key_alone_and_opens_nothing_in_a_browser(ask):
    response, _ = ask()

    assert response["Vary"] == "Authorization"
    assert response["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert response["X-Content-Type-Options"] == "nosniff"


def test_a_database_that_is_away_is_a_problem_and_no_crash(ask, monkeypatch):
    def away(*_args, **_named):
        raise OperationalError("gone")

    monkeypatch.setattr(quick, "find_one", away)

    assert ask()[0].status_code == 200, "the API asked for itself"


def test_an_answer_that_began_to_hold_after_the_last_question_is_given(ask, contract, set_clock):
    ask()
    set_clock(last_term(contract).ends_at - timedelta(seconds=1))
    before = ask()[0].json()["state"]
    set_clock(last_term(contract).ends_at)

    assert (before, ask()[0].json()["state"]) == ("active", "buffer")

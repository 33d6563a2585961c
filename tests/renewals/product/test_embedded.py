"""What the dialog in the vendor's product asks, with a token that opens nothing else."""

from __future__ import annotations

import gzip
from datetime import timedelta

import pytest
from django.test import Client

from accounts import terms
from accounts.models import Contract
from accounts.services import last_term
from renewals.locking.models import Grant
from renewals.locking.renewing import renew
from renewals.product.embedded import SCRIPT
from renewals.product.services import answer
from renewals.product.tokens import LASTS, OPEN_PAGE, Pass, fresh_token, read_token, token_for
from tests.renewals.product.conftest import ENDS_AT, LOCK_AT, NUMBER, T

SECOND = timedelta(seconds=1)


@pytest.fixture
def ask(client: Client, told_contract: Contract, set_clock):
    """Asks as the script does, at an instant."""

    def post(what: str = "state", *, now=T, token: str | None = None):
        set_clock(now)
        token = fresh_token(told_contract.pk, now=now) if token is None else token
        return client.post(f"/embed/v1/{what}", token, content_type="text/plain;charset=UTF-8")

    return post


def test_before_the_end_there_is_nothing_to_show(ask) -> None:
    told = ask().json()

    assert (told["state"], told["allowed"], told["banner"], told["dialog"]) == ("active", True, None, None)


def test_in_the_buffer_there_is_a_banner_with_both_minutes(ask) -> None:
    told = ask(now=ENDS_AT).json()

    assert told["dialog"] is None
    assert told["banner"]["en"] == (
        "The contract ran until 27 November 2026, 23:59 (Asia/Shanghai). "
        "Everything goes on working until 30 November 2026, 09:00 (Asia/Shanghai)."
    )


def test_after_the_lock_there_is_the_dialog(ask) -> None:
    told = ask(now=LOCK_AT).json()

    assert (told["state"], told["allowed"]) == ("soft_locked", False)
    assert [action["kind"] for action in told["dialog"]["actions"]] == ["renew", "more_time", "talk", "export"]


def test_it_is_asked_again_just_after_the_next_change(ask) -> None:
    assert ask(now=LOCK_AT - 7 * SECOND).json()["ask_again"] == 8
    assert ask().json()["ask_again"] == 30


def test_a_renewal_is_felt_with_the_next_question(ask, told_contract: Contract) -> None:
    ask(now=LOCK_AT)
    renew(told_contract, after=last_term(told_contract).ends_at, term=terms.Term.years(1), by="林澜", now=LOCK_AT)

    assert ask(now=LOCK_AT + SECOND).json()["allowed"] is True


def test_24_hours_more_bring_the_product_back_at_once(ask) -> None:
    told = ask("more-time", now=LOCK_AT).json()

    assert (told["state"], told["dialog"]) == ("buffer", None)
    assert Grant.objects.get().source == Grant.Source.CUSTOMER


def test_24_hours_more_taken_a_second_time_change_nothing(ask) -> None:
    ask("more-time", now=LOCK_AT)

    assert ask("more-time", now=LOCK_AT + timedelta(days=2)).json()["state"] == "soft_locked"
    assert Grant.objects.count() == 1


@pytest.mark.parametrize("token", ["", "nonsense", "WzEsMiwzLDRd:1x:bad", "é" * 20, "x" * 5000])
def test_a_token_that_is_none_opens_nothing(ask, token: str) -> None:
    assert ask(token=token).status_code == 401


def test_the_token_of_the_entitlement_opens_the_dialog(ask) -> None:
    assert ask(token=answer(NUMBER, now=T)["dialog_token"]).status_code == 200


def test_a_token_is_over_after_a_quarter_of_an_hour(told_contract: Contract) -> None:
    token = fresh_token(told_contract.pk, now=T)

    assert read_token(token, now=T + LASTS) is not None
    assert read_token(token, now=T + LASTS + SECOND) is None


def test_an_open_page_goes_on_with_fresh_tokens_for_a_day_and_no_longer() -> None:
    given = Pass(contract=7, since=T)
    late = T + OPEN_PAGE

    assert read_token(token_for(given, now=late), now=late) is not None
    assert read_token(token_for(given, now=late), now=late + SECOND) is None


def test_pages_of_any_site_may_ask_and_no_answer_is_kept(ask) -> None:
    response = ask()

    assert (response["Access-Control-Allow-Origin"], response["Cache-Control"]) == ("*", "no-store")


def test_a_token_in_an_address_is_not_read(client: Client, told_contract: Contract) -> None:
    assert client.get(f"/embed/v1/state?token={fresh_token(told_contract.pk, now=T)}").status_code == 405


def test_the_script_is_small_and_is_kept_for_an_hour(client: Client) -> None:
    response = client.get("/embed/v1/soft-lock.js")

    assert response["Content-Type"] == "text/javascript; charset=utf-8"
    assert response["Cache-Control"] == "public, max-age=3600"
    assert len(gzip.compress(SCRIPT.read_bytes())) <= 12 * 1024

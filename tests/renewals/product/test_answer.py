"""The answer to the product, before the end, in the buffer and after it (rules 4, 7 to 12)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from accounts import terms
from accounts.models import Contract, Customer, Product
from accounts.services import change_details, last_term, renew_into
from renewals.links.models import RenewalLink
from renewals.locking.granting import take_a_day_more
from renewals.locking.models import Evidence
from renewals.locking.renewing import renew
from renewals.locking.telling import record_evidence
from renewals.product.services import SeveralProducts, UnknownContract, answer
from tests.renewals.product.conftest import ENDS_AT, LOCK_AT, NUMBER, T, sign_for

SECOND = timedelta(seconds=1)


def test_the_answer_tells_the_minute_the_windows_and_what_changes_next(told_contract: Contract) -> None:
    told = answer(NUMBER, now=T)

    assert {key: told[key] for key in told if key not in ("renew_url", "dialog_token")} == {
        "contract": NUMBER,
        "product": "pro",
        "customer": "澜图科技",
        "state": "active",
        "allowed": True,
        "now": "2026-11-23T04:07:00Z",
        "last_minute": {
            "local": "2026-11-27T23:59",
            "time_zone": "Asia/Shanghai",
            "text": {
                "zh-hans": "至2026年11月27日23时59分(北京时间)",
                "en": "until 27 November 2026, 23:59 (Asia/Shanghai)",
            },
        },
        "ends_at": "2026-11-27T16:00:00Z",
        "buffer_ends_at": "2026-11-28T16:00:00Z",
        "lock_at": "2026-11-30T01:00:00Z",
        "next_change_at": "2026-11-27T16:00:00Z",
        "dialog": None,
    }


@pytest.mark.parametrize(
    ("now", "state", "allowed", "next_change_at"),
    [
        (datetime(2025, 11, 27, 16, tzinfo=UTC) - SECOND, "scheduled", False, "2025-11-27T16:00:00Z"),
        (datetime(2025, 11, 27, 16, tzinfo=UTC), "active", True, "2026-11-27T16:00:00Z"),
        (ENDS_AT - SECOND, "active", True, "2026-11-27T16:00:00Z"),
        (ENDS_AT, "buffer", True, "2026-11-30T01:00:00Z"),
        (LOCK_AT - SECOND, "buffer", True, "2026-11-30T01:00:00Z"),
        (LOCK_AT, "soft_locked", False, "2027-02-28T01:00:00Z"),
        (LOCK_AT + timedelta(days=90), "closed", False, None),
    ],
)
def test_at_each_boundary_the_new_state_already_holds(
    told_contract: Contract, now: datetime, state: str, allowed: bool, next_change_at: str | None
) -> None:
    told = answer(NUMBER, now=now)

    assert (told["state"], told["allowed"], told["next_change_at"]) == (state, allowed, next_change_at)


def test_after_the_end_nothing_locks_while_nobody_was_told(contract: Contract) -> None:
    told = answer(NUMBER, now=ENDS_AT + timedelta(days=40))

    assert (told["state"], told["allowed"], told["lock_at"], told["next_change_at"]) == ("buffer", True, None, None)


def test_asked_about_an_instant_to_come_nothing_locks_as_long_as_nobody_was_told(contract: Contract) -> None:
    told = answer(NUMBER, at=LOCK_AT + timedelta(days=60), now=T)

    assert (told["state"], told["allowed"], told["lock_at"]) == ("buffer", True, None)


def test_asked_about_an_instant_that_has_come_the_facts_answer(contract: Contract) -> None:
    assert answer(NUMBER, at=LOCK_AT, now=LOCK_AT + timedelta(days=3))["state"] == "buffer"


def test_told_late_the_lock_waits_a_day_and_for_working_hours(contract: Contract) -> None:
    told_at = datetime(2026, 11, 29, 8, tzinfo=UTC)
    record_evidence(contract.terms.get(), kind=Evidence.Kind.DELIVERED, at=told_at, now=told_at)

    assert answer(NUMBER, now=told_at)["lock_at"] == "2026-11-30T08:00:00Z"


def test_a_renewal_in_the_buffer_joins_and_the_new_minute_is_answered(told_contract: Contract) -> None:
    now = ENDS_AT + timedelta(hours=30)

    renew(told_contract, after=last_term(told_contract).ends_at, term=terms.Term.years(1), by="林澜", now=now)

    told = answer(NUMBER, now=now)
    assert (told["state"], told["last_minute"]["local"]) == ("active", "2027-11-27T23:59")


def test_the_soft_locked_answer_has_a_dialog_with_the_ways_on(told_contract: Contract) -> None:
    told = answer(NUMBER, now=LOCK_AT)

    dialog = told["dialog"]
    assert dialog["title"] == {"zh-hans": dialog["title"]["zh-hans"], "en": "Your time with 协作专业版 has ended"}
    assert "until 27 November 2026, 23:59 (Asia/Shanghai)" in dialog["text"]["en"]
    assert "30 November 2026, 09:00 (Asia/Shanghai)" in dialog["text"]["en"]
    assert [(action["kind"], action["url"]) for action in dialog["actions"]] == [
        ("renew", told["renew_url"]),
        ("more_time", told["renew_url"]),
        ("talk", told["renew_url"] + "#people"),
        ("export", None),
    ]


def test_there_is_no_dialog_before_the_start_and_after_closing(told_contract: Contract) -> None:
    asked = (datetime(2025, 11, 1, tzinfo=UTC), LOCK_AT + timedelta(days=90))

    assert [answer(NUMBER, now=now)["dialog"] for now in asked] == [None, None]


def test_the_link_to_the_renewal_page_is_made_once(contract: Contract) -> None:
    first, second = (answer(NUMBER, now=T)["renew_url"] for _ in range(2))

    assert first == second
    assert RenewalLink.objects.count() == 1


def test_an_answer_takes_two_queries(contract: Contract, django_assert_num_queries) -> None:
    answer(NUMBER, now=T)

    with django_assert_num_queries(2):
        answer(NUMBER, now=T)


def test_a_number_that_covers_several_products_asks_which(contract: Contract, customer: Customer) -> None:
    sign_for(customer, Product.objects.create(code="archive", name="归档"))

    with pytest.raises(SeveralProducts) as refused:
        answer(NUMBER, now=T)

    assert sorted(refused.value.codes) == ["archive", "pro"]
    assert answer(NUMBER, "archive", now=T)["product"] == "archive"


def test_a_product_that_the_number_does_not_cover_is_refused_with_those_it_does(contract: Contract) -> None:
    with pytest.raises(UnknownContract, match="It covers: pro"):
        answer(NUMBER, "archive", now=T)


def test_an_unknown_number_is_refused(db: None) -> None:
    with pytest.raises(UnknownContract):
        answer("none", now=T)


def renews_itself(contract: Contract) -> None:
    """By a notice of 30 days, and they were told of it in good time."""
    now = datetime(2026, 9, 1, 2, tzinfo=UTC)
    change_details(contract, renews_itself=True, notice_days=30, by="a test", now=now)
    record_evidence(contract.terms.get(), kind=Evidence.Kind.RENEWS, at=now, now=now)


JOINS_AT = datetime(2026, 10, 28, 16, tzinfo=UTC)


def test_what_renews_by_itself_is_answered_for_with_no_worker_alive(contract: Contract) -> None:
    renews_itself(contract)

    told = [answer(NUMBER, now=now) for now in (JOINS_AT - SECOND, JOINS_AT, ENDS_AT, LOCK_AT + timedelta(days=30))]

    assert [one["state"] for one in told] == ["active"] * 4
    assert [one["last_minute"]["local"] for one in told] == ["2026-11-27T23:59", *["2027-11-27T23:59"] * 3]


def test_what_renews_by_itself_is_told_so_ahead(contract: Contract) -> None:
    renews_itself(contract)

    told = answer(NUMBER, at=LOCK_AT, now=datetime(2026, 9, 2, tzinfo=UTC))

    assert (told["state"], told["ends_at"], told["lock_at"]) == ("active", "2027-11-27T16:00:00Z", None)


def test_after_a_no_it_ends_like_any_other(contract: Contract) -> None:
    renews_itself(contract)
    change_details(contract, declined_at=T, by="a test", now=datetime(2026, 10, 1, tzinfo=UTC))

    assert answer(NUMBER, now=ENDS_AT)["state"] == "buffer"


def test_who_heard_only_that_it_renews_by_itself_was_not_told_of_an_end(contract: Contract) -> None:
    renews_itself(contract)
    change_details(contract, renews_itself=False, by="a test", now=datetime(2026, 10, 1, tzinfo=UTC))

    assert answer(NUMBER, now=LOCK_AT + timedelta(days=9))["state"] == "buffer"


def test_a_lock_that_the_next_term_forestalls_is_not_named(told_contract: Contract) -> None:
    renew_into(told_contract, starts_at=ENDS_AT + timedelta(hours=30), term=terms.Term.years(1), by="a test", now=T)

    assert answer(NUMBER, now=T)["lock_at"] is None


def test_once_the_24_hours_were_taken_the_dialog_does_not_offer_them_again(told_contract: Contract) -> None:
    take_a_day_more(told_contract, None, now=LOCK_AT)

    later = LOCK_AT + timedelta(days=1)
    assert "more_time" not in [action["kind"] for action in answer(NUMBER, now=later)["dialog"]["actions"]]

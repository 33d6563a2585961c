"""The verbs that change what was promised: what they write, and what they refuse."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from accounts import terms
from accounts.models import Amendment, Contract, ContractTerm, Customer, User
from accounts.services import (
    NotAllowed,
    Sold,
    change_details,
    change_sold,
    last_term,
    move_end,
    renew_into,
    sign,
)
from tests.renewals.cast import T, collab, lan_tu, lan_tu_contract, utc

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
ENDS_AT = utc("2026-11-27T16:00")
A_YEAR = terms.Term.years(1)


@pytest.fixture
def contract() -> Contract:
    """Through Friday 27 November 2026."""
    return lan_tu_contract()


def until(text: str) -> terms.Term:
    return terms.parse_term(text)


def amendment(contract: Contract, kind: Amendment.Kind) -> Amendment:
    return contract.amendments.get(kind=kind)


def sign_lan_tu(customer: Customer, **said: Any) -> Contract:
    known = {"number": "LT-1", "product": collab(), "start": date(2026, 5, 1), "term": until("30 days"), "by": "a test"}
    return sign(customer=customer, now=T, **(known | said))


def test_signing_keeps_the_promise_and_the_instants_that_follow() -> None:
    term = sign_lan_tu(lan_tu(), start=datetime(2026, 5, 1, 15)).terms.get()

    assert (term.last_minute, term.time_zone, term.whole_day) == (datetime(2026, 5, 31, 23, 59), "Asia/Shanghai", True)
    assert (term.starts_at, term.ends_at) == (utc("2026-05-01T07:00"), utc("2026-05-31T16:00"))


def test_what_was_sold_is_kept_as_it_was_said() -> None:
    term = sign_lan_tu(lan_tu(), sold=Sold(seats=120, value=Decimal("86400"), currency="CNY")).terms.get()

    assert (term.sold_from, term.sold_as) == ("2026-05-01", "30 days")
    assert (term.seats, term.value, term.currency) == (120, Decimal("86400"), "CNY")


def test_a_contract_may_be_promised_in_another_zone_than_its_customers() -> None:
    term = sign_lan_tu(lan_tu(), zone="America/New_York").terms.get()

    assert term.ends_at == utc("2026-05-31T04:00")


def test_signing_is_on_record_with_who_and_when(chen: User) -> None:
    signed = amendment(sign_lan_tu(lan_tu(), by=chen), Amendment.Kind.SIGNED)

    assert (signed.by_user, signed.by_name, signed.at) == (chen, "陈舟", T)
    assert signed.after == {"last_minute": "2026-05-30T23:59", "time_zone": "Asia/Shanghai"}


def test_a_term_that_cannot_be_signs_nothing() -> None:
    customer = lan_tu()

    with pytest.raises(terms.TermError):
        sign_lan_tu(customer, term=until("through 2026-04-30"))

    assert not Contract.objects.exists()


def test_a_renewal_joins_without_a_lost_or_doubled_minute(contract: Contract) -> None:
    following = renew_into(contract, starts_at=ENDS_AT, term=A_YEAR, by="Lin", now=T)

    assert following.starts_at == ENDS_AT
    assert following.last_minute == datetime(2027, 11, 27, 23, 59)


def test_the_history_stays(contract: Contract) -> None:
    renew_into(contract, starts_at=ENDS_AT, term=A_YEAR, by="Lin", now=T)

    first = contract.terms.earliest("starts_at")
    assert (first.last_minute, first.ends_at) == (datetime(2026, 11, 27, 23, 59), ENDS_AT)


def test_seats_and_price_go_on_unless_they_are_said_anew(contract: Contract) -> None:
    change_sold(contract, sold=Sold(seats=120, value=Decimal(86400), currency="CNY"), by="Chen", now=T)
    same = renew_into(contract, starts_at=ENDS_AT, term=A_YEAR, by="Lin", now=T)
    other = renew_into(contract, starts_at=same.ends_at, term=A_YEAR, by="Lin", now=T, sold=Sold(seats=5))

    assert (same.seats, same.value, same.currency) == (120, Decimal(86400), "CNY")
    assert (other.seats, other.value, other.currency) == (5, None, "")


def test_a_renewal_is_on_record_with_both_minutes(contract: Contract) -> None:
    renew_into(contract, starts_at=ENDS_AT, term=A_YEAR, by="Lin", now=T, reason="as agreed")

    renewed = amendment(contract, Amendment.Kind.RENEWED)
    assert (renewed.by_user, renewed.by_name, renewed.reason) == (None, "Lin", "as agreed")
    assert renewed.before["last_minute"] == "2026-11-27T23:59"
    assert renewed.after["last_minute"] == "2027-11-27T23:59"


@pytest.mark.parametrize("starts_at", [ENDS_AT, ENDS_AT + HOUR])
def test_a_second_renewal_from_the_same_end_is_refused(contract: Contract, starts_at: datetime) -> None:
    renew_into(contract, starts_at=ENDS_AT, term=A_YEAR, by="Lin", now=T)

    with pytest.raises(NotAllowed, match="renewed already"):
        renew_into(contract, starts_at=starts_at, term=A_YEAR, by="Chen", now=T)

    assert contract.terms.count() == 2


def test_time_is_given_without_a_reason_by_whoever_gives_it(contract: Contract) -> None:
    moved = move_end(contract, term=until("through 2026-11-30"), reason="", by="a rule", now=T)

    assert (moved.last_minute, moved.ends_at) == (datetime(2026, 11, 30, 23, 59), utc("2026-11-30T16:00"))
    assert amendment(contract, Amendment.Kind.EXTENDED).before["last_minute"] == "2026-11-27T23:59"


def test_time_is_given_to_the_past_too(contract: Contract) -> None:
    moved = move_end(contract, term=until("through 2026-11-28"), reason="", by="a rule", now=utc("2026-12-24T00:00"))

    assert moved.ends_at == utc("2026-11-28T16:00")


def test_an_end_may_move_to_a_minute_within_a_day(contract: Contract) -> None:
    moved = move_end(contract, term=until("until 2026-11-28T18:00"), reason="", by="a rule", now=T)

    assert (moved.ends_at, moved.whole_day) == (utc("2026-11-28T10:01"), False)
    assert moved.sold_as == "until 2026-11-28T18:00"


def test_a_person_with_a_reason_may_end_it_earlier(contract: Contract, chen: User) -> None:
    moved = move_end(contract, term=until("through 2026-11-25"), reason="merged", by=chen, now=T)

    shortened = amendment(contract, Amendment.Kind.SHORTENED)
    assert moved.ends_at == utc("2026-11-25T16:00")
    assert (shortened.by_user, shortened.reason) == (chen, "merged")


def test_nothing_automatic_ends_a_contract_earlier(contract: Contract) -> None:
    with pytest.raises(NotAllowed, match="Only a person"):
        move_end(contract, term=until("through 2026-11-25"), reason="a new ledger", by="a ledger", now=T)

    assert last_term(contract).ends_at == ENDS_AT


@pytest.mark.parametrize("reason", ["", "  "])
def test_ending_earlier_takes_a_reason(contract: Contract, chen: User, reason: str) -> None:
    with pytest.raises(NotAllowed, match="Say why"):
        move_end(contract, term=until("through 2026-11-25"), reason=reason, by=chen, now=T)


@pytest.mark.parametrize("now", [utc("2026-11-25T16:00"), utc("2026-11-26T00:00")])
def test_no_contract_is_ended_in_the_past(contract: Contract, chen: User, now: datetime) -> None:
    with pytest.raises(NotAllowed, match="in the past"):
        move_end(contract, term=until("through 2026-11-25"), reason="merged", by=chen, now=now)


def test_a_minute_before_it_would_be_past_it_may_be_ended(contract: Contract, chen: User) -> None:
    now = utc("2026-11-25T15:59")

    assert move_end(contract, term=until("through 2026-11-25"), reason="merged", by=chen, now=now).ends_at > now


def test_an_end_that_stays_leaves_no_trace(contract: Contract) -> None:
    move_end(contract, term=until("through 2026-11-27"), reason="", by="a rule", now=T)

    assert contract.amendments.count() == 1


def test_an_end_before_the_start_is_refused(contract: Contract, chen: User) -> None:
    with pytest.raises(terms.TermError):
        move_end(contract, term=until("through 2025-01-01"), reason="merged", by=chen, now=T)


def test_changed_details_are_on_record_as_they_were(contract: Contract, he_jing: User) -> None:
    change_details(contract, owner=he_jing, signed_by="林澜", by=he_jing, now=T)

    contract.refresh_from_db()
    changed = amendment(contract, Amendment.Kind.CHANGED)
    assert (contract.owner, contract.signed_by) == (he_jing, "林澜")
    assert changed.before == {"owner": "陈舟", "signed_by": ""}
    assert changed.after == {"owner": "何静", "signed_by": "林澜"}


def test_only_what_differs_is_changed(contract: Contract) -> None:
    change_details(contract, owner=contract.owner, signed_by="林澜", by="a test", now=T)

    assert amendment(contract, Amendment.Kind.CHANGED).after == {"signed_by": "林澜"}


def test_details_that_stay_leave_no_trace(contract: Contract) -> None:
    change_details(contract, owner=contract.owner, kind=Contract.Kind.PAID, by="a test", now=T)

    assert contract.amendments.count() == 1


def test_another_owner_of_the_same_name_is_another_owner(contract: Contract) -> None:
    namesake = User.objects.create_user("chen.2@vendor.test", name="陈舟")

    change_details(contract, owner=namesake, by="a test", now=T)

    contract.refresh_from_db()
    assert contract.owner == namesake


def test_seats_and_price_that_change_are_on_record(contract: Contract) -> None:
    change_sold(contract, sold=Sold(seats=5, value=Decimal("9.50"), currency="EUR"), by="Chen", now=T)

    changed = amendment(contract, Amendment.Kind.CHANGED)
    assert changed.before == {"seats": None, "value": "", "currency": ""}
    assert changed.after == {"seats": 5, "value": "9.50", "currency": "EUR"}


def test_seats_and_price_that_stay_leave_no_trace(contract: Contract) -> None:
    change_sold(contract, sold=Sold(), by="Chen", now=T)

    assert contract.amendments.count() == 1


def test_terms_are_read_in_order_of_time(contract: Contract) -> None:
    renew_into(contract, starts_at=ENDS_AT, term=A_YEAR, by="Lin", now=T)

    assert [term.ends_at for term in ContractTerm.objects.filter(contract=contract)] == [
        ENDS_AT,
        last_term(contract).ends_at,
    ]

"""A new length for a term counts from what was sold, as `explain_term` counts it (rule 3)."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from accounts import terms
from accounts.forms.explaining import explain
from accounts.models import Contract
from accounts.services import counted_from, last_term, move_end, renew_into, sign
from tests.renewals.cast import T, chen, collab, lan_tu, utc

pytestmark = pytest.mark.django_db
SIXTY_DAYS = terms.Term.days(60)


@pytest.fixture
def contract() -> Contract:
    """In New York, 30 days from the bare date 1 March 2026: the clocks change on the way."""
    customer = lan_tu(zone="America/New_York", country="US")
    start, term = date(2026, 3, 1), terms.Term.days(30)
    return sign(number="NY-1", product=collab(), customer=customer, start=start, term=term, by="a test", now=T)


def moved(contract: Contract) -> datetime:
    return move_end(contract, term=SIXTY_DAYS, reason="", by="a rule", now=T).last_minute


def explained(contract: Contract) -> datetime:
    """What the page says while “60 days” is typed."""
    last = last_term(contract)
    typed = {"since": counted_from(last).isoformat(), "term": "60 days", "time_zone": last.time_zone}
    reckoned = explain(typed, chen()).reckoned
    assert reckoned is not None
    return reckoned.last_minute


def test_a_new_length_counts_from_the_bare_date_that_was_sold(contract: Contract) -> None:
    assert explained(contract) == moved(contract) == datetime(2026, 4, 29, 23, 59)


@pytest.mark.parametrize("sold_from", ["2026-02-01", "2026-03-01T09:00", "signing", "", "2026-02-30"])
def test_where_what_was_sold_does_not_give_the_start_it_counts_from_that(contract: Contract, sold_from: str) -> None:
    contract.terms.update(sold_from=sold_from)

    assert explained(contract) == moved(contract) == datetime(2026, 4, 30, 23, 59)


def test_a_renewal_that_began_in_the_middle_of_a_minute_counts_from_there(contract: Contract) -> None:
    starts_at = datetime(2026, 11, 30, 14, 0, 27, 123456, tzinfo=UTC)
    renew_into(contract, starts_at=starts_at, term=terms.Term.days(30), by="Lin", now=starts_at)

    assert explained(contract) == moved(contract) == datetime(2027, 1, 29, 23, 59)


def test_a_renewal_that_began_just_after_midnight_is_not_taken_for_a_whole_day(contract: Contract) -> None:
    renew_into(contract, starts_at=utc("2026-11-30T05:00:27"), term=terms.Term.days(30), by="Lin", now=T)

    assert explained(contract) == moved(contract) == datetime(2027, 1, 29, 23, 59)

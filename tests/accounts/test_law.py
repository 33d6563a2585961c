"""When the law of a zone changes, the promise stays and the instant moves, on record (rule 1)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from accounts import terms
from accounts.law import moved_by_law, reconcile
from accounts.models import Amendment, Contract
from accounts.services import last_term, move_end, renew_into
from tests.renewals.cast import T, lan_tu_contract, utc

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
ENDS_AT = utc("2026-11-27T16:00")


@pytest.fixture
def contract() -> Contract:
    """Through Friday 27 November 2026."""
    return lan_tu_contract()


@pytest.fixture(params=[HOUR, -HOUR], ids=["later", "earlier"])
def by_old_law(request: pytest.FixtureRequest, contract: Contract) -> Contract:
    """Renewed for a year; then the law moves, so that the stored end of the first term is an hour off."""
    following = renew_into(contract, starts_at=ENDS_AT, term=terms.Term.years(1), by="Lin", now=T)
    old = ENDS_AT + request.param
    first = contract.terms.exclude(pk=following.pk)
    steps: list[Callable[[], int]] = [
        lambda: contract.terms.filter(pk=following.pk).update(starts_at=old),
        lambda: first.update(ends_at=old),
    ]
    for step in steps if request.param > timedelta(0) else reversed(steps):
        step()
    return contract


def test_a_term_whose_instant_the_law_moved_is_found(by_old_law: Contract) -> None:
    (moved,) = moved_by_law(now=T)

    assert (moved.term, moved.ends_at) == (by_old_law.terms.earliest("starts_at"), ENDS_AT)


def test_reconciled_the_promise_stays_and_the_next_term_still_joins(by_old_law: Contract) -> None:
    for moved in moved_by_law(now=T):
        reconcile(moved, by="reconcile_instants", now=T)

    first, following = by_old_law.terms.order_by("starts_at")
    assert (first.last_minute, first.ends_at) == (datetime(2026, 11, 27, 23, 59), ENDS_AT)
    assert following.starts_at == ENDS_AT
    assert list(moved_by_law(now=T)) == []


def test_a_reconciliation_is_on_record_with_the_release_of_the_zone_data(by_old_law: Contract) -> None:
    (moved,) = moved_by_law(now=T)
    was = moved.term.ends_at.isoformat()

    reconcile(moved, by="reconcile_instants", now=T)

    on_record = by_old_law.amendments.get(kind=Amendment.Kind.RECONCILED)
    assert on_record.before == {"ends_at": was}
    assert on_record.after == {"ends_at": ENDS_AT.isoformat()}
    assert terms.zone_data_release() in on_record.reason


def test_an_end_that_somebody_moved_since_is_left_to_them(contract: Contract) -> None:
    contract.terms.update(ends_at=ENDS_AT + HOUR)
    (moved,) = moved_by_law(now=T)
    move_end(contract, term=terms.parse_term("through 2026-12-31"), reason="", by="Chen", now=T)

    reconcile(moved, by="reconcile_instants", now=T)

    assert last_term(contract).ends_at == utc("2026-12-31T16:00")
    assert not contract.amendments.filter(kind=Amendment.Kind.RECONCILED).exists()


def test_what_has_long_ended_is_not_moved_by_todays_law(contract: Contract) -> None:
    contract.terms.update(ends_at=ENDS_AT - HOUR)

    assert list(moved_by_law(now=ENDS_AT)) == []

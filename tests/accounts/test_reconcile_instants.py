"""`reconcile_instants`: starts that lie ahead move too, and what cannot move stops nothing else (rule 1)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts import terms
from accounts.law import moved_by_law, reconcile
from accounts.models import Amendment, Contract
from accounts.services import NotAllowed, renew_into, sign
from renewals.locking.services import clocks_that_differ
from tests.renewals.cast import T, collab, lan_tu, lan_tu_contract, utc

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
ENDS_AT = utc("2026-11-27T16:00")
A_YEAR = terms.Term.years(1)


@pytest.fixture(autouse=True)
def at_t(clock: object) -> None:
    """The command runs at T."""


@pytest.fixture
def contract() -> Contract:
    """Through Friday 27 November 2026."""
    return lan_tu_contract()


# Starts that lie ahead


def sell(start: date | datetime) -> Contract:
    """A year in New York, sold from a start that lies ahead."""
    customer = lan_tu(name="Harbor Labs", zone="America/New_York", country="US")
    return sign(number="NY-1", product=collab(), customer=customer, start=start, term=A_YEAR, by="a test", now=T)


def by_another_law(contract: Contract) -> datetime:
    """Stores the start an hour off, as if the law had changed since; the start by the law of today."""
    starts_at = contract.terms.get().starts_at
    contract.terms.update(starts_at=starts_at + HOUR)
    return starts_at


@pytest.mark.parametrize("start", [date(2027, 3, 1), datetime(2027, 3, 1, 9)])
def test_a_start_that_was_sold_as_a_day_or_a_wall_time_moves_with_the_law(start: date | datetime) -> None:
    contract = sell(start)
    starts_at = by_another_law(contract)

    (moved,) = moved_by_law(now=T)
    reconcile(moved, by="reconcile_instants", now=T)

    assert contract.terms.get().starts_at == starts_at
    assert list(contract.amendments.get(kind=Amendment.Kind.RECONCILED).before) == ["starts_at"]
    assert clocks_that_differ() == []


def test_a_start_that_was_sold_as_an_instant_stays() -> None:
    by_another_law(sell(utc("2027-03-01T05:00")))

    assert list(moved_by_law(now=T)) == []


def test_a_start_that_has_come_stays() -> None:
    contract = sell(date(2027, 3, 1))
    starts_at = by_another_law(contract)

    assert list(moved_by_law(now=starts_at + HOUR)) == []


def test_a_term_that_joined_an_earlier_one_follows_that_end_alone(contract: Contract) -> None:
    renew_into(contract, starts_at=ENDS_AT, term=A_YEAR, by="Lin", now=T)
    contract.terms.filter(starts_at=ENDS_AT).update(sold_from="2026-11-27")

    assert list(moved_by_law(now=T)) == []


@pytest.mark.parametrize("sold_from", ["", "signing", "2026-02-30"])
def test_a_start_that_cannot_be_read_stays(sold_from: str) -> None:
    contract = sell(date(2027, 3, 1))
    contract.terms.update(sold_from=sold_from)

    assert list(moved_by_law(now=T)) == []


# Terms in each other's way


@pytest.fixture
def in_the_way(contract: Contract) -> Contract:
    """By the law of today the first term ends an hour later, which is half an hour after the next one begins."""
    contract.terms.update(ends_at=ENDS_AT - HOUR)
    renew_into(contract, starts_at=ENDS_AT - HOUR / 2, term=A_YEAR, by="Lin", now=T)
    return contract


def test_a_term_that_would_overlap_another_is_left_as_it_is(in_the_way: Contract) -> None:
    (moved,) = moved_by_law(now=T)

    with pytest.raises(NotAllowed, match="overlaps another term"):
        reconcile(moved, by="reconcile_instants", now=T)

    assert in_the_way.terms.earliest("starts_at").ends_at == ENDS_AT - HOUR


def test_the_command_goes_on_with_the_others_and_says_which_it_left(in_the_way: Contract) -> None:
    other = sell(date(2027, 3, 1))
    starts_at, said = by_another_law(other), StringIO()

    with pytest.raises(CommandError, match="would overlap: LT-2026-01") as refused:
        call_command("reconcile_instants", stdout=said)

    assert refused.value.returncode == 1
    assert other.terms.get().starts_at == starts_at
    assert "NY-1: from 2027-03-01 America/New_York: 2027-03-01T06:00Z → 2027-03-01T05:00Z" in said.getvalue()
    assert "1 terms moved" in said.getvalue()


def test_what_stands_in_the_way_and_moves_itself_is_no_obstacle() -> None:
    contract = sell(datetime(2027, 3, 1, 17))
    first = contract.terms.get()
    second = renew_into(contract, starts_at=first.ends_at + HOUR / 2, term=A_YEAR, by="Lin", now=T)
    said = (second.starts_at - 5 * HOUR).replace(tzinfo=None)
    contract.terms.filter(pk=first.pk).update(ends_at=first.ends_at - HOUR)
    contract.terms.filter(pk=second.pk).update(starts_at=second.starts_at - HOUR, sold_from=said.isoformat())

    call_command("reconcile_instants", stdout=StringIO())

    assert [term.starts_at for term in contract.terms.all()] == [first.starts_at, second.starts_at]
    assert contract.terms.first().ends_at == first.ends_at

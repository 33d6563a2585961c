"""Each change of the facts is told across the seam, once, in the transaction that makes it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from accounts import terms
from accounts.law import moved_by_law, reconcile
from accounts.models import Contract, User
from accounts.services import change_details, move_end, renew_into, sign
from renewals.locking.models import Clock
from tests.renewals.cast import T, clock_of, collab, lan_tu, lan_tu_contract, utc

pytestmark = pytest.mark.django_db
ENDS_AT = utc("2026-11-27T16:00")

Heard = list[tuple[list[int], datetime]]
heard: Heard = []


def hear(contract_ids: list[int], *, now: datetime) -> None:
    """What stands at the other side of the seam while a test listens."""
    heard.append((contract_ids, now))


def fail(contract_ids: list[int], *, now: datetime) -> None:
    raise RuntimeError("the other side is broken")


@pytest.fixture
def seam(settings: Any) -> Heard:
    heard.clear()
    settings.CSPORTAL_FACTS_CHANGED = f"{__name__}.hear"
    return heard


@pytest.fixture
def contract() -> Contract:
    """Through Friday 27 November 2026."""
    return lan_tu_contract()


def until(text: str) -> terms.Term:
    return terms.parse_term(text)


def verbs(contract: Contract, chen: User) -> dict[str, Callable[[], object]]:
    return {
        "renew_into": lambda: renew_into(contract, starts_at=ENDS_AT, term=terms.Term.years(1), by="Lin", now=T),
        "give": lambda: move_end(contract, term=until("through 2026-11-30"), reason="", by="a rule", now=T),
        "take": lambda: move_end(contract, term=until("through 2026-11-25"), reason="merged", by=chen, now=T),
        "change_details": lambda: change_details(contract, renews_itself=True, notice_days=30, by=chen, now=T),
    }


@pytest.mark.parametrize("verb", ["renew_into", "give", "take", "change_details"])
def test_each_change_is_told_across_the_seam_once(contract: Contract, chen: User, seam: Heard, verb: str) -> None:
    verbs(contract, chen)[verb]()

    assert seam == [([contract.pk], T)]


def test_a_signature_is_told_across_the_seam_once(seam: Heard) -> None:
    customer = lan_tu()

    contract = sign(
        number="LT-1",
        product=collab(),
        customer=customer,
        start=date(2026, 5, 1),
        term=until("30 days"),
        by="a test",
        now=T,
    )

    assert seam == [([contract.pk], T)]


def test_a_reconciliation_is_told_across_the_seam_once(contract: Contract, seam: Heard) -> None:
    contract.terms.update(ends_at=ENDS_AT + timedelta(hours=1))
    (moved,) = moved_by_law(now=T)

    reconcile(moved, by="reconcile_instants", now=T)

    assert seam == [([contract.pk], T)]


@pytest.mark.parametrize("verb", ["renew_into", "give", "take", "change_details"])
def test_where_the_other_side_fails_nothing_has_changed(
    contract: Contract, chen: User, settings: Any, verb: str
) -> None:
    before = facts(contract)
    settings.CSPORTAL_FACTS_CHANGED = f"{__name__}.fail"

    with pytest.raises(RuntimeError, match="the other side is broken"):
        verbs(contract, chen)[verb]()

    assert facts(contract) == before


def facts(contract: Contract) -> list[object]:
    """All that the verbs write about a contract."""
    tables = (Contract.objects.filter(pk=contract.pk), contract.terms, contract.amendments, contract.clocks)
    return [list(rows.order_by("pk").values()) for rows in tables]


def test_a_change_and_the_clock_that_follows_are_one_transaction(contract: Contract) -> None:
    move_end(contract, term=until("through 2026-11-30"), reason="", by="a rule", now=T)

    assert clock_of(contract).ends_at == utc("2026-11-30T16:00")


def test_where_the_term_cannot_be_written_no_clock_has_moved(contract: Contract) -> None:
    before = list(Clock.objects.values())

    with pytest.raises(terms.TermError):
        renew_into(contract, starts_at=ENDS_AT, term=until("through 2026-11-01"), by="Lin", now=T)

    assert list(Clock.objects.values()) == before

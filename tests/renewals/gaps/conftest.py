"""Two teams at T: Chen, their manager Shen, Otto of another team, Ada the administrator; products that take time."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from accounts.models import Contract, Product
from renewals.locking.models import Evidence, LockObservation
from renewals.locking.observing import observe_lock
from renewals.locking.telling import record_evidence
from tests.renewals import cast
from tests.renewals.desk.conftest import enter, house

__all__ = ["enter", "house"]

LOCKS = Product.LockConvention


def product(code: str, convention: str = LOCKS.LAST_DAY_BEGINS, zone: str = "", **said: Any) -> Product:
    known = {"name": code.title(), "lock_convention": convention, "lock_zone": zone}
    return Product.objects.create(code=code, **(known | said))


def locked(contract: Contract, at: datetime) -> LockObservation:
    """The product reports, as it locks, that it locked."""
    observe_lock(cast.clock_of(contract, at=at), locked_at=at, now=at)
    return LockObservation.objects.get(contract=contract, locked_at=at)


def tell(contract: Contract, at: datetime) -> None:
    record_evidence(contract.terms.latest("ends_at"), kind=Evidence.Kind.DELIVERED, at=at, now=at)


@pytest.fixture
def learning(db) -> Product:
    """Locks at 00:00 of the last day in Shanghai."""
    return product("learning", zone="Asia/Shanghai")


@pytest.fixture
def early(house, learning) -> Contract:
    """Chen's, through Sunday 22 November 2026 in Shanghai, told; the product locked it at 00:00 of that day."""
    found = cast.contract(cast.lan_tu(), number="EARLY", through="2026-11-22", product=learning)
    tell(found, cast.utc("2026-11-18T02:00"))
    locked(found, cast.utc("2026-11-21T16:00"))
    return found

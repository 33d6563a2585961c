"""Lan Tu's contract with a year before the present one, and signals of use by the stretch."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count

import pytest

from accounts import terms
from accounts.models import Contract
from renewals.locking.renewing import renew
from renewals.usage.models import Metric
from renewals.usage.services import Signal, take_signals
from tests.renewals import cast
from tests.renewals.cast import T, utc

DAY = timedelta(days=1)
Use = Callable[..., None]


@pytest.fixture
def contract(db: None) -> Contract:
    """Two years: 28 November 2024 to 27 November 2025, and the one that ends on 27 November 2026."""
    customer = cast.lan_tu()
    cast.lin(customer)
    found = cast.contract(customer, start="2024-11-28", through="2025-11-27", now=utc("2024-11-28T02:00"))
    ends_at = found.terms.get().ends_at
    renew(found, after=ends_at, term=terms.Term.years(1), by=cast.chen(), now=ends_at - 20 * DAY)
    return found


@pytest.fixture
def use(contract: Contract) -> Use:
    """So much of a metric each week from a day until another, by as many people."""

    def used(metric: str, value: float, *, since: datetime, until: datetime = T, people: int = 1, of=contract) -> None:
        weeks = (since + n * 7 * DAY for n in count())
        signals = []
        for at in weeks:
            if at >= until:
                break
            signals += [
                Signal(contract_id=of.pk, at=at, metric=metric, value=value / people, user=f"user {n}")
                for n in range(people)
            ]
        take_signals(signals, now=T)

    return used


@pytest.fixture
def reports(contract: Contract) -> Metric:
    words = {"one_en": "report", "many_en": "reports", "zh": "份报表"}
    return Metric.objects.create(product=contract.product, code="reports", changed_at=T, **words)

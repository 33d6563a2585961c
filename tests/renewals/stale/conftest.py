"""The last mile's ends at T, of which everything that is kept is up to date."""

from __future__ import annotations

import pytest

from renewals.lastmile import keeping as lastmile
from renewals.pipeline.models import Renewal
from renewals.risk import keeping as risk
from renewals.stale.models import Stale
from tests.renewals.cast import T
from tests.renewals.desk.conftest import enter, house
from tests.renewals.lastmile.conftest import miles as miles_of

__all__ = ["enter", "house", "miles_of"]


def keep_all() -> None:
    """Bring all that is kept up to date at T."""
    risk.bring_all_up_to_date(now=T, limit=100)
    lastmile.bring_all_up_to_date(limit=100)


def kinds_that_differ(found: Renewal) -> set[str]:
    """Of which kinds something is kept of the renewal's contract that does not follow from its facts at T."""
    differing = {
        Stale.Kind.RISK: risk.that_differ([found.contract_id], now=T),
        Stale.Kind.LAST_MILE: lastmile.that_differ([found.contract_id]),
    }
    return {str(kind) for kind, contracts in differing.items() if contracts}


def differing(found: Renewal) -> bool:
    """Whether there are any."""
    return bool(kinds_that_differ(found))


@pytest.fixture
def kept(miles_of: dict[str, Renewal]) -> dict[str, Renewal]:
    """The renewals by number. Nothing is stale."""
    keep_all()
    for one in miles_of.values():
        one.contact = one.contract.customer.contacts.get()
    assert not Stale.objects.exists()
    return miles_of

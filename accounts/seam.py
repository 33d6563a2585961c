"""The one seam between the apps: `accounts` says which contracts' facts changed, whoever must know is told.

Not a signal: three functions, named in the settings, called inside the transaction that changed the facts, once per
operation and for any number of contracts. If they fail, the change fails with them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.utils.module_loading import import_string


def facts_changed(contract_ids: Iterable[int], *, now: datetime) -> None:
    """Tell the other side of the seam that what these contracts' instants follow from has changed at `now`."""
    tell(settings.CSPORTAL_FACTS_CHANGED, contract_ids, now=now)


def hours_changed(contract_ids: Iterable[int], *, now: datetime) -> None:
    """Tell it that the zone or the calendar by which these contracts' customers work has changed at `now`."""
    tell(settings.CSPORTAL_HOURS_CHANGED, contract_ids, now=now)


def people_changed(contract_ids: Iterable[int], *, now: datetime) -> None:
    """Tell it that who is written to about these contracts, or who writes, came, went or works otherwise at `now`."""
    tell(settings.CSPORTAL_PEOPLE_CHANGED, contract_ids, now=now)


def tell(function: str, contract_ids: Iterable[int], *, now: datetime) -> None:
    """Call the function of this dotted name, unless there is nothing to tell."""
    if ids := list(contract_ids):
        import_string(function)(ids, now=now)

"""The one seam between the apps: `accounts` says which contracts' facts changed, whoever must know is told.

Not a signal: one function, named in the settings, called inside the transaction that changed the facts,
once per operation and for any number of contracts. If it fails, the change fails with it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.utils.module_loading import import_string


def facts_changed(contract_ids: Iterable[int], *, now: datetime) -> None:
    """Tell the other side of the seam that what these contracts' instants follow from has changed at `now`."""
    ids = list(contract_ids)
    if ids:
        import_string(settings.CSPORTAL_FACTS_CHANGED)(ids, now=now)

"""What of the demo's signatures is paid: most of it in time, one a little late, one for much too long."""

from __future__ import annotations

from datetime import datetime, timedelta

from renewals.demo.script import DAY
from renewals.offers.models import Agreement
from renewals.payments.models import unpaid
from renewals.payments.services import mark_paid

FORGOTTEN = frozenset({"WS-0011", "LT-0402"})
"""Whose money nobody has asked for."""


def paid(*, now: datetime) -> None:
    """Each put on record by who looks after it, a week before its day."""
    due = unpaid(Agreement.objects.all()).filter(due_ends_at__lte=now).exclude(contract__number__in=FORGOTTEN)
    for place, agreement in enumerate(due.select_related("contract__owner").order_by("signed_at", "pk")):
        owner, due_ends_at = agreement.contract.owner, agreement.due_ends_at
        assert owner is not None
        assert agreement.due_on is not None
        assert due_ends_at is not None
        on, at = agreement.due_on - timedelta(days=7), due_ends_at - 6 * DAY
        mark_paid(agreement, paid_on=on, reference=f"{at:%Y}-{1040 + 7 * place}", by=owner, now=at)

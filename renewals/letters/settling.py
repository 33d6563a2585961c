"""A step of a plan whose letter has left is done, and with it what went out in the same letter (rule 17)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from renewals.letters.models import Letter
from renewals.playbooks.models import PlanStep
from renewals.touches.models import Delivery

LATELY = timedelta(days=60)
"""How long after its approval a letter is looked for: by then it has left, or never will."""


@transaction.atomic
def settle_sent(*, now: datetime, limit: int) -> int:
    """Note up to `limit` steps as done, at the instant at which their letters left; how many letters."""
    sent = Letter.objects.alive().filter(
        approved_at__gt=now - LATELY,
        step__done_at=None,
        step__dropped_at=None,
        script__touch__delivery__outcome=Delivery.Outcome.SENT,
    )
    found = list(sent.select_related("step", "script__touch__delivery")[:limit])
    for letter in found:
        steps = PlanStep.objects.open().filter(Q(pk=letter.step_id) | Q(joins=letter.step_id))
        steps.update(
            done_at=letter.script.touch.delivery.over_at,  # type: ignore[union-attr]  # filtered for above
            done_by=letter.author,
            done_how=letter.subject[:300],
        )
    return len(found)

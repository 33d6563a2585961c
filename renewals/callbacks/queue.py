"""Tells the workers which endpoints have something to be sent: in the transaction of what is to be sent (rule 20)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django_q.tasks import async_task

from renewals.callbacks.models import Endpoint
from renewals.touches.outbox import Gathering

SEND = "renewals.callbacks.tasks.send"


def put_on_queue(endpoint_ids: Iterable[int], *, now: datetime) -> None:
    """One task for each endpoint, in the caller's transaction. One too many does no harm: it finds nothing to do."""
    gathering = Gathering()
    for pk in endpoint_ids:
        async_task(SEND, pk, broker=gathering)
    gathering.flush(now=now)


@transaction.atomic
def put_back(*, now: datetime) -> int:
    """Put the endpoints on the queue (again) whose calls came due, or whose task no worker took; how many."""
    lying = Endpoint.objects.left_lying(now=now).select_for_update(of=("self",), skip_locked=True, no_key=True)
    found = list(lying.values_list("pk", flat=True))
    Endpoint.objects.filter(pk__in=found).update(queued_at=now)
    put_on_queue(found, now=now)
    return len(found)

"""Hands what is due to the workers: the delivery and its entry on the queue, in one transaction (rule 20)."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django_q.brokers.orm import ORM
from django_q.models import OrmQ
from django_q.tasks import async_task

from accounts.bulk import insert_new
from renewals.touches.models import Delivery, SendingQuerySet, Touch

DELIVER = "renewals.touches.tasks.deliver"
NAMESPACE = uuid.UUID("8a3a5f0e-6f3b-5d0c-9b55-2359002359a1")
"""Ours alone: the ids made under it are the same whoever makes them, also after a restored backup."""


class Gathering(ORM):
    """A broker that keeps the packages it is given, so that any number of them is one statement."""

    def __init__(self) -> None:
        super().__init__()
        self.packages: list[str] = []

    def enqueue(self, task: str) -> str:
        self.packages.append(task)
        return task

    def flush(self, *, now: datetime) -> None:
        """Everything gathered onto the queue, ready at `now`."""
        OrmQ.objects.bulk_create(
            [OrmQ(key=self.list_key, payload=package, lock=now) for package in self.packages], batch_size=500
        )


def delivery_id(touch: Touch) -> uuid.UUID:
    """The stable id of a touch's delivery: it follows from what makes the touch the same one."""
    if touch.script_id:
        return uuid.uuid5(NAMESPACE, f"letter:{touch.script_id}")
    said = f"{touch.term_id}:{touch.contact_id}:{touch.kind}:{touch.lead.total_seconds():.0f}:{touch.last_minute}"
    return uuid.uuid5(NAMESPACE, f"{said}:{touch.amendment_id}" if touch.amendment_id else said)


@transaction.atomic
def hand_over(*, now: datetime, limit: int, queued: bool = True) -> int:
    """Make the deliveries of up to `limit` due touches; how many. Two who do it at once share the work.

    `queued` puts them on the workers' queue as well; a simulation carries them out itself.
    """
    due = list(
        Touch.objects.due(now=now).select_related("contact").select_for_update(of=("self",), skip_locked=True)[:limit]
    )
    deliveries = [
        Delivery(
            id=delivery_id(touch),
            touch=touch,
            recipient=touch.contact.email,
            next_try_at=touch.due_at,
            queued_at=now if queued else None,
        )
        for touch in due
    ]
    insert_new(deliveries)
    Touch.objects.filter(pk__in=[touch.pk for touch in due]).update(handed_over_at=now)
    if queued:
        put_on_queue(DELIVER, [delivery.pk for delivery in deliveries], now=now)
    return len(deliveries)


@transaction.atomic
def put_back(task: str, rows: SendingQuerySet, *, now: datetime, limit: int) -> int:
    """Put up to `limit` messages on the queue (again): those whose time came, or that no worker took; how many."""
    waiting = rows.left_lying(now=now).select_for_update(skip_locked=True).values_list("pk", flat=True)
    found = list(waiting[:limit])
    if found:
        rows.filter(pk__in=found).update(queued_at=now)
        put_on_queue(task, found, now=now)
    return len(found)


def put_on_queue(task: str, ids: Iterable[uuid.UUID], *, now: datetime) -> None:
    """One `task` for each message, in the caller's transaction: it commits or vanishes with the rows it is about."""
    gathering = Gathering()
    for pk in ids:
        async_task(task, str(pk), broker=gathering)
    gathering.flush(now=now)

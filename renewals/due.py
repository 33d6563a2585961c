"""What waits for the tick, asked in one statement: nearly always nothing (rule 20)."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import CharField, QuerySet, Value

from renewals.appointments.models import Invitation
from renewals.callbacks.models import Endpoint, Lead
from renewals.interventions.models import HandOver, Message
from renewals.locking.models import Clock
from renewals.playbooks.models import ToPlan
from renewals.touches.models import Delivery, Touch

SOME_TIME = datetime(2000, 1, 1, tzinfo=UTC)
"""Stands for the present in a statement that is put into words once."""


def what_is_due(*, now: datetime) -> set[str]:
    """Which kinds of work wait, in one query: nearly always none."""
    sql, said = question()
    with connection.cursor() as cursor:
        cursor.execute(sql, [now + (each - SOME_TIME) if isinstance(each, datetime) else each for each in said])
        return {kind for (kind,) in cursor.fetchall()}


@cache
def question() -> tuple[str, tuple[Any, ...]]:
    """The statement of `what_is_due` and its values at `SOME_TIME`: put into words once, it is asked each second."""
    waiting: dict[str, QuerySet[Any]] = {
        "clock": Clock.objects.due(now=SOME_TIME),
        "touch": Touch.objects.due(now=SOME_TIME),
        "delivery": Delivery.objects.left_lying(now=SOME_TIME),
        "lead": Lead.objects.due(now=SOME_TIME),
        "endpoint": Endpoint.objects.left_lying(now=SOME_TIME),
        "hand_over": HandOver.objects.filter(passes_on_at__lte=SOME_TIME).order_by(),
        "message": Message.objects.left_lying(now=SOME_TIME),
        "invitation": Invitation.objects.left_lying(now=SOME_TIME),
        "to_plan": ToPlan.objects.order_by(),
    }
    first, *others = [
        rows.annotate(waits=Value(kind, CharField())).values_list("waits", flat=True)[:1]
        for kind, rows in waiting.items()
    ]
    return first.union(*others, all=True).query.sql_with_params()

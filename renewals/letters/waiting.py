"""What is to be written, by whom, in order of its last responsible moment (rules 15 and 17)."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef

from accounts.models import User
from renewals.letters.models import Letter
from renewals.playbooks.models import Channel, PlanStep
from renewals.playbooks.models.plans import PlanStepQuerySet
from renewals.touches.models import Delivery


def on_their_way() -> Exists:
    """Whether an outer step has a letter that is approved and did not come to nothing."""
    approved = Letter.objects.alive().filter(step=OuterRef("pk"), script__isnull=False)
    nothing = (Delivery.Outcome.DROPPED, *Delivery.UNDELIVERED)
    came_to_nothing = Delivery.objects.filter(touch__script=OuterRef("script"), outcome__in=nothing)
    return Exists(approved.filter(~Exists(came_to_nothing)))


def unwritten(*, now: datetime) -> PlanStepQuerySet:
    """Steps that a person can do something about now and for which nothing is on its way."""
    return PlanStep.objects.waiting(now=now).exclude(on_their_way())


def letters_to_write(user: User, *, now: datetime, mine: bool) -> PlanStepQuerySet:
    """What `user` sees of them, their own alone where `mine`: whose silence comes first is first."""
    steps = unwritten(now=now).visible_to(user)
    return steps.filter(contract__owner=user) if mine else steps


def overdue(*, now: datetime) -> PlanStepQuerySet:
    """Letters that nobody has written by the last responsible moment, of which no manager was told."""
    return unwritten(now=now).filter(channel=Channel.LETTER, manager_at__lte=now, manager_told_at=None)

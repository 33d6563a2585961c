"""Silence is worse than a plain word: what nobody wrote by the last responsible moment the manager hears of (rule 15).

One mail a working day to each manager. What nobody writes even then the portal tells by itself, with a plain notice.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from email.utils import format_datetime, parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from accounts import wording
from accounts.models import User
from accounts.worktime import next_working_moment
from renewals.letters.models import Nudge
from renewals.letters.waiting import overdue, unwritten
from renewals.playbooks.models import PlanStep
from renewals.playbooks.words import FALLS_BACK
from renewals.touches.asking import local_day, staff, staff_hours
from renewals.touches.leasing import NEVER_FINISHED, WAITS, claim, postpone
from renewals.touches.mail import send
from renewals.touches.outbox import put_on_queue
from renewals.touches.reminding import finish, settle
from renewals.touches.writing import one_line, paragraphs

NUDGE = "renewals.letters.tasks.nudge"
NAMESPACE = uuid.UUID("5f1f3f52-6a41-5b5e-9d33-235900235904")
"""Ours alone: the mail of a day has the same id whoever makes it."""
MOST = 20


def team_of(user: User) -> QuerySet[User]:
    """Whose letters a manager may see first: the customer-success managers of their team, for administrators all."""
    colleagues = User.objects.filter(is_active=True, role=User.Role.CSM).select_related("supervision")
    return colleagues if user.sees_everything else colleagues.filter(team=user.team_id or -1)


@transaction.atomic
def tell_managers(*, now: datetime, queued: bool = True) -> int:
    """Make today's mails to managers about letters that nobody has written; how many steps they tell of.

    The steps are locked: of two tickers at once the second finds them told.
    """
    if not overdue(now=now).exists():
        return 0
    waiting = overdue(now=now).select_related("contract__owner")
    steps = list(waiting.select_for_update(of=("self",), skip_locked=True))
    found = whom_to_tell(steps, now=now)
    told = {step.pk for of_one in found.values() for step in of_one}
    make(found, now=now, queued=queued)
    PlanStep.objects.filter(pk__in=told).update(manager_told_at=now)
    return len(told)


def whom_to_tell(steps: Sequence[PlanStep], *, now: datetime) -> Mapping[User, list[PlanStep]]:
    """The managers who are at work now and were told nothing today, each with what nobody in their team has written."""
    people = staff(now=now, mails=Nudge)
    free = {user.pk: user for user in people.free}
    found: dict[User, list[PlanStep]] = defaultdict(list)
    for step in steps:
        owner = step.contract.owner
        for boss in people.bosses(owner.team_id if owner else None):
            if boss.pk in free:
                found[free[boss.pk]].append(step)
    return found


def make(found: Mapping[User, Sequence[PlanStep]], *, now: datetime, queued: bool) -> None:
    """The mails with what they are about, and their entries on the queue."""
    for user, steps in found.items():
        on = local_day(user, now)
        nudge = Nudge.objects.create(
            id=uuid.uuid5(NAMESPACE, f"{user.pk}:{on}"),
            user=user,
            on=on,
            made_at=now,
            next_try_at=now,
            queued_at=now if queued else None,
        )
        nudge.steps.set(steps)
        if queued:
            put_on_queue(NUDGE, [nudge.pk], now=now)


def carry_out(nudge_id: uuid.UUID, *, now: datetime) -> str:
    """Send one such mail if it is due and nobody else has it; what became of it, in a word."""
    lease = claim(Nudge.objects.all(), nudge_id, now=now)
    if lease is None:
        return "not due"
    nudge = Nudge.objects.select_related("user").get(pk=nudge_id, lease=lease)
    left = list(still_unwritten(nudge, now=now)[:MOST])
    if not left or not nudge.user.is_active or local_day(nudge.user, now) != nudge.on:
        return finish(nudge, Nudge.Outcome.DROPPED, "not needed any more", now=now)
    opens_at = next_working_moment(now, nudge.user.time_zone, staff_hours([nudge.user])[nudge.user.pk])
    if opens_at > now:
        return postpone(nudge, opens_at)
    if nudge.attempts > len(WAITS) + 1:
        return finish(nudge, Nudge.Outcome.FAILED, nudge.answer or NEVER_FINISHED, now=now)
    message = mail(nudge, left, now=now)
    return settle(nudge, send(message), message, now=now)


def still_unwritten(nudge: Nudge, *, now: datetime) -> QuerySet[PlanStep]:
    """What the mail is about and nobody has written since (rule 16)."""
    steps = unwritten(now=now).filter(nudges=nudge)
    return steps.select_related("contract__customer", "contract__product", "contract__owner", "contact__customer")


def mail(nudge: Nudge, steps: Sequence[PlanStep], *, now: datetime) -> EmailMultiAlternatives:
    """The mail in the language that they read, under an id that every repeat carries."""
    user = nudge.user
    _name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    with translation.override(user.language or settings.LANGUAGE_CODE):
        words = {"greeting": one_line(user.name), "steps": [told_of(step, user) for step in steps], "count": len(steps)}
        subject = one_line(render_to_string("emails/silence/subject.txt", words))
        body = paragraphs(render_to_string("emails/silence/body.txt", words))
    return EmailMultiAlternatives(
        subject=subject,
        body=body,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[user.email],
        headers={
            "Message-ID": f"<{nudge.pk}@{address.rpartition('@')[2]}>",
            "Date": format_datetime(now),
            "Auto-Submitted": "auto-generated",
        },
    )


def told_of(step: PlanStep, reader: User) -> dict[str, Any]:
    """What the mail says of one letter: whose it is, to whom, and when a plain notice takes its place."""
    return {
        "customer": one_line(step.contract.customer.name),
        "number": one_line(step.contract.number),
        "name": step.name,
        "owner": one_line(step.contract.owner.name) if step.contract.owner else "",
        "goes_at": wording.instant(step.goes_at, reader.time_zone),
        "falls_back": step.purpose in FALLS_BACK,
        "link": f"{settings.CSPORTAL_BASE_URL}{reverse('letters:write', args=[step.pk])}",
    }

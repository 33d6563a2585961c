"""What somebody has to write or say today, by its last responsible moment, and letters to approve (rule 15)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import FilteredRelation, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import wording
from accounts.models import User
from renewals.answers.models import Answer
from renewals.answers.services import unread_answers
from renewals.desk.counting import CountOf
from renewals.letters.models import Letter
from renewals.letters.waiting import letters_to_write
from renewals.playbooks.models import Channel, PlanStep
from renewals.playbooks.words import FALLS_BACK

MOST = 40
"""How many of a kind are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing to write or to say, with the moment that presses and the one thing to do."""

    step: PlanStep
    action: str
    href: str
    pill: str
    pressing: str

    @property
    def customer(self) -> str:
        return self.step.contract.customer.name


@dataclass(frozen=True, slots=True, kw_only=True)
class ToWrite:
    """All of it, as the first page shows it."""

    letters: Sequence[Line]
    explanations: Sequence[Line]
    to_approve: Sequence[Letter]
    """Letters of colleagues that wait for this reader."""
    answers: Sequence[Answer]
    """What customers wrote that nobody has read yet."""
    count: int


def to_write(user: User, *, now: datetime, mine: bool, counted: int | None = None) -> ToWrite:
    """What `user` has to write or say today, its letters counted no further than that. A constant number of queries."""
    steps = first_steps(user, now=now, mine=mine, counted=counted)
    lines = [line(step, now=now) for step in steps]
    approvals = to_approve(user)
    unread = unread_answers(user, now=now).defer("history", "attachments")
    if mine:
        unread = unread.filter(Q(contract__owner=user) | Q(contract=None, customer__owner=user))
    answers = list(unread[:MOST])
    return ToWrite(
        letters=[one for one in lines if one.step.purpose != "explain"],
        explanations=[one for one in lines if one.step.purpose == "explain"],
        to_approve=approvals,
        answers=answers,
        count=(steps[0].counted if steps else 0) + len(approvals) + len(answers),
    )


def first_steps(user: User, *, now: datetime, mine: bool, counted: int | None) -> list[Any]:
    """The steps that press most, with what their lines say, how far their letters are, and how many wait in all.

    First the keys alone: among very many steps only those that are shown are read whole.
    """
    keys = letters_to_write(user, now=now, mine=mine).values("pk")
    read = PlanStep.objects.filter(pk__in=keys[:MOST]).order_by("goes_at", "pk")
    begun = FilteredRelation("letters", condition=Q(letters__withdrawn_at=None))
    said = read.alias(begun=begun).annotate(
        is_begun=Q(begun__isnull=False),
        is_shown=Q(begun__asked_at__isnull=False, begun__script=None),
        counted=CountOf(keys[:counted]),
    )
    return list(said.select_related("contract__customer", "contract__product", "contact__customer"))


def to_approve(user: User) -> list[Letter]:
    """Letters that wait for a manager; nobody's own."""
    if user.role == User.Role.CSM:
        return []
    waiting = Letter.objects.to_review().visible_to(user).exclude(author=user)
    related = ("author", "contact", "step__contract__customer")
    read = waiting.select_related(*related).defer("text", "judged", "prints", "runs", "cited")
    return list(read.order_by("step__goes_at", "pk")[:MOST])


def line(step: PlanStep, *, now: datetime) -> Line:
    """One step as a line: what is done, to whom, and what happens if nobody does it."""
    who = step.contact.greeting if step.contact else step.contract.customer.name
    is_call = step.channel == Channel.CALL
    return Line(
        step=step,
        action=_("Call %(name)s") % {"name": who} if is_call else write_or_go_on(step, who),
        href=step.contract.get_absolute_url() if is_call else reverse("letters:write", args=[step.pk]),
        pill="risk" if step.manager_at <= now else "buffer",
        pressing=pressing(step, now=now),
    )


def write_or_go_on(step: Any, who: str) -> str:
    """What the button says: nobody begins a letter twice. `step`: as `first_steps` reads it."""
    if not step.is_begun:
        return _("Write to %(name)s") % {"name": who}
    return _("With the manager: %(name)s") % {"name": who} if step.is_shown else _("Go on: %(name)s") % {"name": who}


def pressing(step: PlanStep, *, now: datetime) -> str:
    """The next rung of the ladder, to the minute: owner, manager, plain notice (rule 15)."""
    zone = step.contract.customer.time_zone
    goes_at = wording.instant(step.goes_at, zone)
    if step.manager_at > now:
        manager_at = wording.instant(step.manager_at, zone)
        return _("Goes out %(at)s; the manager is told %(manager)s") % {"at": goes_at, "manager": manager_at}
    if step.goes_at > now and step.purpose in FALLS_BACK:
        return _("A plain notice goes out %(at)s") % {"at": goes_at}
    if step.goes_at > now:
        return _("To go out %(at)s") % {"at": goes_at}
    return _("It makes sense until %(at)s") % {"at": wording.instant(step.lapses_at, zone)}

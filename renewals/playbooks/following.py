"""Lets running plans follow another version: in sets, for one contract as for thousands (rule 17)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import NotAllowed
from renewals.playbooks.anew import said
from renewals.playbooks.joining import rejoin
from renewals.playbooks.laying import steps_of, with_a_plan
from renewals.playbooks.models import Plan, PlanStep, Version
from renewals.playbooks.reading import Known
from renewals.timeline.models import Event
from renewals.timeline.services import record_events


@transaction.atomic
def follow(plan: Plan, version: Version, *, by: User, now: datetime) -> None:
    """Let a running plan follow another version: what is still to come and nobody touched is replaced by its steps.

    What was done, left out, moved or is due already stays, and is not asked for a second time. `NotAllowed` for a
    plan whose term another one has followed.
    """
    if not follow_some([plan.pk], version, by=by, now=now):
        raise NotAllowed(_("The contract was renewed: this plan is over."))


@transaction.atomic
def follow_some(plan_ids: Sequence[int], version: Version, *, by: User, now: datetime) -> int:
    """The same for many plans, those that are over left alone; how many follow it now. A constant number of queries."""
    plans = {plan.term_id: plan for plan in locked(plan_ids)}
    clocks = list(with_a_plan([plan.contract_id for plan in plans.values()], now=now))
    running = [(plans[clock.term_id], clock) for clock in clocks if clock.term_id in plans]
    if not running:
        return 0
    ids = [plan.pk for plan, _clock in running]
    left = give_up_untouched(ids, now=now)
    Plan.objects.filter(pk__in=ids).update(version=version)
    kept = {(step.plan_id, *said(step)) for step in PlanStep.objects.filter(plan__in=ids, added_by=None)}
    known = Known.read(clocks, now=now).following(version)
    fresh = []
    for plan, clock in running:
        plan.version = version
        steps = steps_of(plan, clock, known, now=now)
        fresh += [step for step in steps if (plan.pk, *said(step)) not in kept]
    PlanStep.objects.bulk_create(fresh, batch_size=1000)
    record_events([moved(plan, version, by=by, now=now) for plan, _clock in running], now=now)
    rejoin([*left, *fresh], now=now)
    return len(running)


def locked(plan_ids: Sequence[int]) -> list[Plan]:
    """These plans, locked in one order."""
    return list(Plan.objects.select_for_update().filter(pk__in=plan_ids).order_by("pk"))


def give_up_untouched(plan_ids: Sequence[int], *, now: datetime) -> list[PlanStep]:
    """Delete what is still to come of these plans and nobody touched; what was to go out with it, and stays."""
    untouched = PlanStep.objects.open().filter(plan__in=plan_ids, goes_at__gt=now, moved_at=None, added_by=None)
    ids = list(untouched.values_list("pk", flat=True))
    left = list(PlanStep.objects.open().filter(joins__in=ids).exclude(pk__in=ids))
    PlanStep.objects.filter(pk__in=ids).delete()
    return left


def moved(plan: Plan, version: Version, *, by: User, now: datetime) -> Event:
    """That a plan follows another version now, not saved."""
    detail = {"by": str(by), "playbook": version.playbook.name, "number": version.number}
    key = f"{Event.Kind.PLAN_MOVED}:{plan.pk}:{version.pk}:{now.isoformat()}"
    return Event(contract_id=plan.contract_id, kind=Event.Kind.PLAN_MOVED, key=key, occurred_at=now, detail=detail)

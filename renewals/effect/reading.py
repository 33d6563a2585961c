"""Who renewed, by version of the playbook and by step done or not: set-based, a constant number of queries.

Compared are renewals that are decided, signed or lost, whose term ended in the period. A step counts for one of them
if it was planned for a moment before the decision, and was not left out; done is what was done before the decision.
So who signs early is not held against the steps that would have come later.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import BigIntegerField, Count, F, Q, QuerySet, Value

from renewals.effect.intervals import Difference, Share
from renewals.pipeline.models import Renewal
from renewals.pipeline.models.renewals import RenewalQuerySet
from renewals.playbooks.models import Plan, PlanStep, Version
from renewals.playbooks.models.plans import PlanStepQuerySet
from renewals.playbooks.words import PURPOSES

SIGNED = Q(outcome=Renewal.Outcome.SIGNED)
PLANNED_BEFORE = Q(dropped_at=None) & Q(goes_at__lte=F("plan__term__renewal__closed_at"))
DONE_BEFORE = Q(done_at__lte=F("plan__term__renewal__closed_at"))
DONE, NOT_DONE = "done", "not_done"
RENEWAL = "plan__term__renewal"
OF_SIGNED = Q(**{f"{RENEWAL}__outcome": Renewal.Outcome.SIGNED})
COUNTS = {
    "every": Count(RENEWAL, distinct=True),
    "signed": Count(RENEWAL, distinct=True, filter=OF_SIGNED),
    "done": Count(RENEWAL, distinct=True, filter=DONE_BEFORE),
    "done_signed": Count(RENEWAL, distinct=True, filter=DONE_BEFORE & OF_SIGNED),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OfVersion:
    """The renewals whose plan followed one version; without a version: those that had no plan."""

    version: Version | None
    share: Share


@dataclass(frozen=True, slots=True, kw_only=True)
class OfStep:
    """The renewals for which a step of one purpose was due: with it, without it, and how they differ."""

    purpose: str
    done: Share
    not_done: Share

    @property
    def difference(self) -> Difference:
        return Difference(self.done, self.not_done)


def by_version(decided: RenewalQuerySet) -> list[OfVersion]:
    """The shares that signed, by version of the playbook; the newest version of each playbook first.

    Counted are the plans, and all: what is left has none.
    """
    counted = {version: Share(hits, of) for version, hits, of in of_plans_and_of_all(decided)}
    every = counted.pop(None, Share(0, 0))
    versions = Version.objects.filter(pk__in=counted).select_related("playbook").order_by("playbook", "-number")
    found = [OfVersion(version=one, share=counted[one.pk]) for one in versions]
    planned = [(one.hits, one.of) for one in counted.values()]
    without = Share(every.hits - sum(hits for hits, _of in planned), every.of - sum(of for _hits, of in planned))
    return [*found, *([OfVersion(version=None, share=without)] if without.of else [])]


def of_plans_and_of_all(decided: RenewalQuerySet) -> QuerySet[Any]:
    """By version of the plan, how many signed of how many; and under no version of all. One query."""
    plans = Plan.objects.filter(term__renewal__in=decided.order_by().values("pk")).order_by()
    all_of_them = decided.order_by().annotate(version=Value(None, output_field=BigIntegerField()))
    signed = Count("pk", filter=Q(term__renewal__outcome=Renewal.Outcome.SIGNED))
    planned = plans.values_list("version").annotate(hits=signed, of=Count("pk"))
    every = all_of_them.values_list("version").annotate(hits=Count("pk", filter=SIGNED), of=Count("pk"))
    return planned.union(every, all=True)


def by_step(decided: RenewalQuerySet) -> list[OfStep]:
    """The shares that signed with and without each purpose's step, in the order of a lifecycle."""
    counted: dict[str, Any] = {
        row["purpose"]: row for row in steps_of(decided).order_by().values("purpose").annotate(**COUNTS)
    }
    found = []
    for purpose, _name in PURPOSES:
        if row := counted.get(purpose):
            done = Share(row["done_signed"], row["done"])
            rest = Share(row["signed"] - row["done_signed"], row["every"] - row["done"])
            found.append(OfStep(purpose=purpose, done=done, not_done=rest))
    return found


def steps_of(decided: RenewalQuerySet) -> PlanStepQuerySet:
    """The steps that were due before the decision of one of these renewals."""
    return PlanStep.objects.filter(
        PLANNED_BEFORE | DONE_BEFORE, plan__term__renewal__in=decided.order_by().values("pk")
    )


def with_step(decided: RenewalQuerySet, purpose: str, which: str) -> RenewalQuerySet:
    """Those for which a step of this purpose was due, and was done, or was not."""
    due = steps_of(decided).filter(purpose=purpose).order_by()
    done = due.filter(DONE_BEFORE).values(RENEWAL)
    if which == DONE:
        return decided.filter(pk__in=done)
    return decided.filter(pk__in=due.values(RENEWAL)).exclude(pk__in=done)


def with_version(decided: RenewalQuerySet, pk: str) -> tuple[RenewalQuerySet, Version | None]:
    """Those whose plan followed this version, and which it is; "none": those that had no plan."""
    if pk == "none":
        return decided.filter(term__plan=None), None
    found = Version.objects.filter(pk=pk) if pk.isdecimal() and len(pk) < 19 else Version.objects.none()
    version = found.select_related("playbook").first()
    return decided.filter(term__plan__version=version) if version else decided.none(), version


def decided_in(renewals: RenewalQuerySet, *, since: datetime, until: datetime) -> RenewalQuerySet:
    """Those of these that were signed or lost, and whose term ended in the stretch, half-open."""
    return renewals.exclude(outcome="").filter(ends_at__gte=since, ends_at__lt=until)

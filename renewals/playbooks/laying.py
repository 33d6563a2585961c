"""Lays the plans of contracts whose end comes near, and times them anew when a fact has changed: in sets (rule 17)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta

from django.db import connection, transaction

from accounts.bulk import insert_new
from accounts.models import Contract
from renewals.callbacks import ends
from renewals.locking.models import Clock, ClockQuerySet
from renewals.locking.services import recompute_by_new_hours
from renewals.playbooks.anew import Times, plan_step, time_anew
from renewals.playbooks.joining import join, rejoin
from renewals.playbooks.models import Plan, PlanStep, Playbook, Step, ToPlan, Version, Watch
from renewals.playbooks.reading import Known
from renewals.playbooks.usual import USUAL

AHEAD = timedelta(days=97)
"""How long before an end its plan is laid: the 90 days of the usual playbook, and a week to write in."""
FRESH = timedelta(days=30)
"""For how long after its beginning a term's plan is laid at once: the minute is explained at onboarding."""


def facts_changed(contract_ids: Iterable[int], *, now: datetime) -> None:
    """What follows from the facts follows again; contracts with a plan, or near enough for one, wait for the tick."""
    ids = list(contract_ids)
    ends.facts_changed(ids, now=now)
    wish(ids, now=now)


def hours_changed(contract_ids: Iterable[int], *, now: datetime) -> None:
    """The same where customers work at other times, or elsewhere."""
    ids = list(contract_ids)
    recompute_by_new_hours(ids, now=now)
    wish(ids, now=now)


def people_changed(contract_ids: Iterable[int], *, now: datetime) -> None:
    """Somebody who writes or is written to came, went, or works at other times: what is to come is timed anew."""
    wish(list(contract_ids), now=now)


def wish(contract_ids: Sequence[int], *, now: datetime) -> None:
    """Put those of these contracts that need a plan, or have one, on the tick's list: one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO renewals_toplan (contract_id) SELECT contract_id FROM renewals_clock "
            "WHERE contract_id = ANY(%s) AND span @> %s::timestamptz AND NOT is_history "
            "AND (upper_inf(span) AND (ends_at <= %s OR starts_at > %s) "
            "OR EXISTS (SELECT FROM renewals_plan WHERE renewals_plan.contract_id = renewals_clock.contract_id)) "
            "ON CONFLICT DO NOTHING",
            [list(contract_ids), now, now + AHEAD, now - FRESH],
        )


@transaction.atomic
def watch(*, now: datetime) -> int:
    """Put the contracts whose ends have come near since somebody looked on the list; how many (rule 20)."""
    row, is_first = Watch.objects.select_for_update().get_or_create(pk=1, defaults={"looked_until": now - AHEAD})
    if is_first:
        ensure_usual(now=now)
    near = Clock.objects.filter(ends_at__gt=row.looked_until + AHEAD, ends_at__lte=now + AHEAD, is_history=False)
    found = list(near.values_list("contract", flat=True).distinct())
    insert_new([ToPlan(contract_id=pk) for pk in found])
    Watch.objects.filter(pk=1, looked_until__lt=now).update(looked_until=now)
    return len(found)


def ensure_usual(*, now: datetime) -> None:
    """Make the playbook that a vendor begins with, unless there is one for everybody already."""
    everybody = Playbook.objects.filter(product=None, segment="", kind="")
    if not everybody.exists():
        version = Version.objects.create(playbook=Playbook.objects.create(), number=1, made_at=now)
        Step.objects.bulk_create(Step(version=version, place=place, **asdict(said)) for place, said in enumerate(USUAL))


@transaction.atomic
def lay_due(*, now: datetime, limit: int) -> int:
    """Lay or time anew the plans of up to `limit` contracts on the list; how many.

    Two who do it share the work, and a contract that somebody is just changing is left for later.
    """
    listed = Contract.objects.filter(pk__in=ToPlan.objects.values("contract")).order_by("pk")
    locked = listed.select_for_update(of=("self",), skip_locked=True, no_key=True)
    ids = list(locked.values_list("pk", flat=True)[:limit])
    if ids:
        lay(ids, now=now)
        ToPlan.objects.filter(pk__in=ids).delete()
    return len(ids)


def lay(contract_ids: Sequence[int], *, now: datetime) -> int:
    """The plans of these contracts as they are to be at `now`; how many steps are new. A constant number of queries."""
    set_free(contract_ids, now=now)
    clocks = list(with_a_plan(contract_ids, now=now))
    if not clocks:
        return 0
    known = Known.read(clocks, now=now)
    begun = {plan.term_id: plan for plan in Plan.objects.filter(term__in=[clock.term_id for clock in clocks])}
    fresh, changed = time_anew([clock for clock in clocks if clock.term_id in begun], begun, known, now=now)
    fresh += begin(
        [clock for clock in clocks if clock.term_id not in begun and is_near(clock, now=now)], known, now=now
    )
    join([*fresh, *changed], now=now)
    return len(fresh)


def set_free(contract_ids: Sequence[int], *, now: datetime) -> None:
    """What was to go out with a letter that a renewal has made moot goes out by itself, or with the next."""
    rejoin(list(PlanStep.objects.open().filter(joins__contract__in=contract_ids)), now=now)


def with_a_plan(contract_ids: Sequence[int], *, now: datetime) -> ClockQuerySet:
    """The counting clocks of contracts that nothing has followed and that are not history."""
    counting = Clock.objects.counting(at=now).filter(contract__in=contract_ids, is_history=False, span__endswith=None)
    return counting.select_related("term", "contract__customer", "contract__owner").order_by("pk")


def is_near(clock: Clock, *, now: datetime) -> bool:
    """Whether a term has its plan by now: its end is near, or it has only just begun."""
    return clock.ends_at <= now + AHEAD or clock.starts_at > now - FRESH


def begin(clocks: Sequence[Clock], known: Known, *, now: datetime) -> list[PlanStep]:
    """Lay these contracts' plans, each by the version that counts now; their steps."""
    laid = [
        (Plan(contract=clock.contract, term=clock.term, version=version, laid_at=now), clock)
        for clock in clocks
        if (version := known.version_for(clock))
    ]
    Plan.objects.bulk_create([plan for plan, _clock in laid], batch_size=1000)
    steps = [step for plan, clock in laid for step in steps_of(plan, clock, known, now=now)]
    return PlanStep.objects.bulk_create(steps, batch_size=1000)


def steps_of(plan: Plan, clock: Clock, known: Known, *, now: datetime) -> list[PlanStep]:
    """The steps, not saved, that a version gives this plan from `now` on."""
    steps = {step.pk: step for step in known.steps.get(plan.version_id, ())}
    contact = known.main_contact(clock)
    found = Times(clock, list(steps.values()), known, now).of(contact)
    return [plan_step(plan, steps[pk], contact, times) for pk, times in found.items()]

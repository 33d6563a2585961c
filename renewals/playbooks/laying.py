"""Lays the plans of contracts whose end comes near, and times them anew when a fact has changed: in sets (rule 17)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max

from accounts.bulk import insert_new, update_all
from accounts.models import Contact, Contract, User
from accounts.worktime import WorkingHours
from renewals.callbacks import ends
from renewals.entitlement import Windows, planned
from renewals.locking.models import Clock, ClockQuerySet
from renewals.locking.services import all_hours
from renewals.playbooks.joining import join
from renewals.playbooks.models import Anchor, Plan, PlanStep, Playbook, Step, ToPlan, Version, Watch
from renewals.playbooks.moments import Staff, Timed, timed
from renewals.playbooks.usual import USUAL, Fit, closest
from renewals.touches.asking import staff_hours
from renewals.touches.planning import hours_of, recipients_of
from renewals.touches.schedule import Hours

AHEAD = timedelta(days=97)
"""How long before an end its plan is laid: the 90 days of the usual playbook, and a week to write in."""
FRESH = timedelta(days=30)
"""For how long after its beginning a term's plan is laid at once: the minute is explained at onboarding."""
TIMES = ("goes_at", "write_from", "manager_at", "lapses_at")


def facts_changed(contract_ids: Iterable[int], *, now: datetime) -> None:
    """What follows from the facts follows again; contracts with a plan, or near enough for one, wait for the tick."""
    ids = list(contract_ids)
    ends.facts_changed(ids, now=now)
    wish(ids, now=now)


def wish(contract_ids: Sequence[int], *, now: datetime) -> None:
    """Put those of these contracts that need a plan, or have one, on the tick's list: one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO renewals_toplan (contract_id) SELECT contract_id FROM renewals_clock "
            "WHERE contract_id = ANY(%s) AND span @> %s::timestamptz AND NOT is_history AND upper_inf(span) "
            "AND (ends_at <= %s OR starts_at > %s "
            "OR EXISTS (SELECT FROM renewals_plan WHERE term_id = renewals_clock.term_id)) "
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
    clocks = list(with_a_plan(contract_ids, now=now))
    if not clocks:
        return 0
    known = Known.read(clocks)
    begun = {plan.term_id: plan for plan in Plan.objects.filter(term__in=[clock.term_id for clock in clocks])}
    time_anew([clock for clock in clocks if clock.term_id in begun], begun, known, now=now)
    fresh = [clock for clock in clocks if clock.term_id not in begun and is_near(clock, now=now)]
    return begin(fresh, known, now=now)


def with_a_plan(contract_ids: Sequence[int], *, now: datetime) -> ClockQuerySet:
    """The counting clocks of contracts that nothing has followed and that are not history."""
    counting = Clock.objects.counting(at=now).filter(contract__in=contract_ids, is_history=False, span__endswith=None)
    return counting.select_related("term", "contract__customer", "contract__owner").order_by("pk")


def is_near(clock: Clock, *, now: datetime) -> bool:
    """Whether a term has its plan by now: its end is near, or it has only just begun."""
    return clock.ends_at <= now + AHEAD or clock.starts_at > now - FRESH


@dataclass(frozen=True, slots=True)
class Known:
    """What timing plans reads besides the clocks: people, hours, and the last version of each playbook."""

    recipients: Mapping[int, Sequence[Contact]]
    calendars: Mapping[int, WorkingHours]
    staff: Mapping[int, WorkingHours]
    fits: dict[int, Fit]
    versions: Mapping[int, Version]
    steps: Mapping[int, Sequence[Step]]

    @classmethod
    def read(cls, clocks: Sequence[Clock]) -> Known:
        owners = {clock.contract.owner for clock in clocks if clock.contract.owner}
        last = Version.objects.filter(
            pk__in=Version.objects.order_by().values("playbook").annotate(last=Max("pk")).values("last")
        )
        steps: dict[int, list[Step]] = defaultdict(list)
        for step in Step.objects.filter(version__in=last):
            steps[step.version_id].append(step)
        return cls(
            recipients=recipients_of({clock.contract.customer_id for clock in clocks}),
            calendars=all_hours(),
            staff=staff_hours(owners),
            fits={one.pk: Fit(one.product_id, one.segment, one.kind) for one in Playbook.objects.all()},
            versions={one.playbook_id: one for one in last},
            steps=steps,
        )

    def following(self, version: Version) -> Known:
        """The same with the steps of one version, also of one that is not its playbook's last."""
        return replace(self, steps={version.pk: list(version.steps.all())})

    def version_for(self, clock: Clock) -> Version | None:
        """The version that a plan which begins now begins with."""
        contract = clock.contract
        fit = {"product": contract.product_id, "segment": contract.customer.segment, "kind": contract.kind}
        playbook = closest(self.fits, **fit)  # type: ignore[arg-type]
        return self.versions.get(playbook) if playbook else None

    def main_contact(self, clock: Clock) -> Contact | None:
        """Who is written to first: of those who are told about ends whoever decides."""
        people = self.recipients.get(clock.contract.customer_id, ())
        return min(people, key=lambda person: (person.role != Contact.Role.DECIDES, person.pk), default=None)

    def reader(self, clock: Clock, contact: Contact | None) -> Hours:
        """When they may be written to (rule 16)."""
        customer = clock.contract.customer
        return (
            hours_of(contact, self.calendars)
            if contact
            else Hours(customer.time_zone, self.calendars[customer.calendar_id])
        )

    def writer(self, owner: User | None) -> Staff:
        """When whoever writes is at work; the vendor's usual hours where nobody owns the contract."""
        if owner is None:
            country = settings.CSPORTAL_DEFAULT_COUNTRY
            return Staff(settings.CSPORTAL_DEFAULT_ZONE, WorkingHours(country=country))
        return Staff(owner.time_zone, self.staff[owner.pk])


def as_planned(clock: Clock, *, now: datetime) -> Windows:
    """The windows as they are planned to come: somebody is still going to be told in time."""
    return planned(clock.windows, now=now)


def begin(clocks: Sequence[Clock], known: Known, *, now: datetime) -> int:
    """Lay these contracts' plans, each by the version that counts now; how many steps they have."""
    laid = [
        (Plan(contract=clock.contract, term=clock.term, version=version, laid_at=now), clock)
        for clock in clocks
        if (version := known.version_for(clock))
    ]
    Plan.objects.bulk_create([plan for plan, _clock in laid], batch_size=1000)
    steps = [step for plan, clock in laid for step in steps_of(plan, clock, known, now=now)]
    PlanStep.objects.bulk_create(steps, batch_size=1000)
    join(steps)
    return len(steps)


def steps_of(plan: Plan, clock: Clock, known: Known, *, now: datetime) -> list[PlanStep]:
    """The steps, not saved, that a version gives this plan from `now` on."""
    steps = known.steps.get(plan.version_id, ())
    contact = known.main_contact(clock)
    found = timed(
        [step.wanted for step in steps],
        as_planned(clock, now=now),
        reader=known.reader(clock, contact),
        writer=known.writer(clock.contract.owner),
        now=now,
    )
    return [plan_step(plan, steps[place], contact, times) for place, times in found]


def plan_step(plan: Plan, step: Step, contact: Contact | None, times: Timed) -> PlanStep:
    """One step of a plan, not saved, as its playbook says it."""
    said = {name: getattr(step, name) for name in ("anchor", "days", "purpose", "channel", "writer", "title", "aim")}
    return PlanStep(
        plan=plan, contract_id=plan.contract_id, step=step, contact=contact,
        **said, **{name: getattr(times, name) for name in TIMES},
    )  # fmt: skip


def time_anew(clocks: Sequence[Clock], begun: Mapping[int, Plan], known: Known, *, now: datetime) -> None:
    """Give the steps of these plans that nobody moved, and that are still to come, the instants that hold now."""
    by_plan: dict[int, list[PlanStep]] = defaultdict(list)
    open_ones = PlanStep.objects.open().filter(plan__in=begun.values(), moved_at=None, goes_at__gt=now)
    open_ones = open_ones.exclude(anchor=Anchor.START)  # a beginning that was made up for stays where it was put
    for step in open_ones.select_related("contact__customer"):
        by_plan[step.plan_id].append(step)
    changed = []
    for clock in clocks:
        changed += changed_steps(by_plan[begun[clock.term_id].pk], clock, known, now=now)
    update_all(PlanStep, TIMES, [(step.pk, *(getattr(step, name) for name in TIMES)) for step in changed])
    join(changed)


def changed_steps(steps: Sequence[PlanStep], clock: Clock, known: Known, *, now: datetime) -> list[PlanStep]:
    """Those of a plan's steps whose instants differ from what follows now, with the new ones."""
    contact = known.main_contact(clock)
    found = timed(
        [step.wanted for step in steps],
        as_planned(clock, now=now),
        reader=known.reader(clock, contact),
        writer=known.writer(clock.contract.owner),
        now=now,
    )
    changed = []
    for place, times in found:
        step = steps[place]
        fresh = {name: getattr(times, name) for name in TIMES}
        if any(getattr(step, name) != at for name, at in fresh.items()):
            for name, at in fresh.items():
                setattr(step, name, at)
            changed.append(step)
    return changed

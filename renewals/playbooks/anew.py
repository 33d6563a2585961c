"""Times running plans anew when a fact has changed: their end, their people, or when these work (rules 16 and 17)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from accounts.bulk import update_all
from accounts.models import Contact
from renewals.locking.models import Clock
from renewals.playbooks.models import Anchor, Channel, Plan, PlanStep, Step
from renewals.playbooks.moments import Timed, timed
from renewals.playbooks.reading import Known, as_planned

TIMES = ("goes_at", "write_from", "manager_at", "lapses_at")
SAID = ("anchor", "days", "purpose", "channel", "writer", "title", "aim")


@dataclass(slots=True)
class Changes:
    """What becomes of the steps of many plans."""

    fresh: list[PlanStep] = field(default_factory=list)
    changed: list[PlanStep] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Times:
    """The instants of one plan's steps as they follow now, for whoever reads them."""

    clock: Clock
    steps: Sequence[Step]
    known: Known
    now: datetime
    found: dict[int | None, Mapping[int, Timed]] = field(default_factory=dict)

    def of(self, contact: Contact | None) -> Mapping[int, Timed]:
        """By step of the playbook; what has passed already is left out."""
        key = contact.pk if contact else None
        if key not in self.found:
            self.found[key] = {
                self.steps[place].pk: times
                for place, times in timed(
                    [step.wanted for step in self.steps],
                    as_planned(self.clock, now=self.now),
                    reader=self.known.reader(self.clock, contact),
                    writer=self.known.writer(self.clock.contract.owner),
                    now=self.now,
                    busy=self.known.peaks.get(self.clock.contract.customer_id, ()),
                )
            }
        return self.found[key]


def time_anew(
    clocks: Sequence[Clock], begun: Mapping[int, Plan], known: Known, *, now: datetime
) -> tuple[list[PlanStep], list[PlanStep]]:
    """Bring these running plans to what follows now; their new steps, and those with another instant or recipient.

    What a person moved, added, dropped or did stays as it is. What can be kept no more goes; what comes again does.
    """
    plans = [begun[clock.term_id] for clock in clocks]
    steps = steps_of_versions({plan.version_id for plan in plans})
    held: dict[int, list[PlanStep]] = defaultdict(list)
    for step in PlanStep.objects.filter(plan__in=plans).select_related("contact__customer"):
        held[step.plan_id].append(step)
    made = Changes()
    for clock, plan in zip(clocks, plans, strict=True):
        times = Times(clock, steps[plan.version_id], known, now)
        for one in held[plan.pk]:
            settle(one, times, made)
        made.fresh += missing(plan, held[plan.pk], times)
    PlanStep.objects.filter(pk__in=made.gone).delete()
    update_all(PlanStep, (*TIMES, "contact", "manager_told_at"), [row_of(step) for step in made.changed])
    PlanStep.objects.bulk_create(made.fresh, batch_size=1000)
    return made.fresh, made.changed


def steps_of_versions(versions: set[int]) -> Mapping[int, list[Step]]:
    """The steps of these versions."""
    steps: dict[int, list[Step]] = defaultdict(list)
    for step in Step.objects.filter(version__in=versions):
        steps[step.version_id].append(step)
    return steps


def row_of(step: PlanStep) -> tuple[object, ...]:
    """A changed step as `update_all` takes it."""
    return (step.pk, *(getattr(step, name) for name in TIMES), step.contact_id, step.manager_told_at)


def settle(step: PlanStep, times: Times, made: Changes) -> None:
    """What becomes of one step that is there."""
    if step.done_at or step.dropped_at:
        return
    before = row_of(step)
    step.contact = reachable(step, times)
    new = None if is_fixed(step) else times.of(step.contact).get(step.step_id or 0)
    if new and (step.goes_at > times.now or new.goes_at >= step.lapses_at):
        for name in TIMES:  # what is due already, and makes sense until then, is not taken back for a few hours
            setattr(step, name, getattr(new, name))
        step.manager_told_at = None if new.manager_at > times.now else step.manager_told_at
    elif step.wanted.is_before_the_end and step.goes_at < times.clock.ends_at:
        step.lapses_at = min(step.lapses_at, times.clock.ends_at)
    elif step.wanted.is_before_the_end and step.goes_at > times.now and not is_fixed(step):
        made.gone.append(step.pk)
        return
    if row_of(step) != before:
        made.changed.append(step)


def is_fixed(step: PlanStep) -> bool:
    """Whether its instant follows from no playbook: a person chose it, or it makes up for a beginning."""
    return step.moved_at is not None or step.step_id is None or step.anchor == Anchor.START


def reachable(step: PlanStep, times: Times) -> Contact | None:
    """To whom it goes: whoever it went to so far, unless a letter reaches them no more."""
    person = step.contact
    if person and (step.channel == Channel.CALL or (person.gets_notices and person.email)):
        return person
    return times.known.main_contact(times.clock)


def missing(plan: Plan, held: Sequence[PlanStep], times: Times) -> Iterator[PlanStep]:
    """What the version gives the plan that it has not: its time had passed before the end moved."""
    have = {said(step) for step in held if step.added_by_id is None}
    contact = times.known.main_contact(times.clock)
    by_pk = {step.pk: step for step in times.steps if step.anchor != Anchor.START}
    for pk, found in times.of(contact).items():
        if pk in by_pk and said(by_pk[pk]) not in have:
            yield plan_step(plan, by_pk[pk], contact, found)


def said(step: Step | PlanStep) -> tuple[object, ...]:
    """What makes a step of one version the same as one of another: the minute is explained once, whatever the day."""
    return (step.anchor, step.purpose, None if step.anchor == Anchor.START else step.days)


def plan_step(plan: Plan, step: Step, contact: Contact | None, times: Timed) -> PlanStep:
    """One step of a plan, not saved, as its playbook says it."""
    return PlanStep(
        plan=plan, contract_id=plan.contract_id, step=step, contact=contact,
        **{name: getattr(step, name) for name in SAID}, **{name: getattr(times, name) for name in TIMES},
    )  # fmt: skip

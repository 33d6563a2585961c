"""Changes playbooks by making versions of them, and plans by hand, each on record (rule 17)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Contact, ContractTerm, User
from accounts.services import NotAllowed
from renewals.locking.models import Clock
from renewals.playbooks.anew import TIMES
from renewals.playbooks.following import follow, follow_some
from renewals.playbooks.joining import join, rejoin
from renewals.playbooks.models import Plan, PlanStep, Playbook, Step, Version, Writer
from renewals.playbooks.moments import STAYS_OPEN, Anchor, with_ladder
from renewals.playbooks.reading import Known
from renewals.timeline.models import Event
from renewals.timeline.services import record_event

__all__ = [
    "add",
    "address",
    "delete_playbook",
    "drop",
    "explained",
    "follow",
    "follow_some",
    "make_playbook",
    "make_version",
    "mark_done",
    "move",
    "take_up_again",
]

DAY = timedelta(days=1)
EXPLAINS = "explain"


class OutsideTheirHours(NotAllowed):
    """Nobody is written to then (rule 16). `then_at` is the next moment at which they are."""

    def __init__(self, then_at: datetime) -> None:
        super().__init__(_("They do not work then, so nothing goes out."))
        self.then_at = then_at


@transaction.atomic
def make_playbook(*, steps: Sequence[Mapping[str, Any]], by: User | None, now: datetime, **fits: Any) -> Playbook:
    """A playbook for the contracts that `fits` names (name, product, segment, kind), with its first version."""
    playbook = Playbook.objects.create(**fits)
    make_version(playbook, steps=steps, by=by, now=now)
    return playbook


@transaction.atomic
def make_version(playbook: Playbook, *, steps: Sequence[Mapping[str, Any]], by: User | None, now: datetime) -> Version:
    """The next version. Plans that have begun keep theirs. `NotAllowed` without a step."""
    if not steps:
        raise NotAllowed(_("A playbook has one step at least."))
    Playbook.objects.select_for_update().get(pk=playbook.pk)
    last = playbook.versions.first()
    number = last.number + 1 if last else 1
    version = Version.objects.create(playbook=playbook, number=number, made_at=now, made_by=by)
    Step.objects.bulk_create(Step(version=version, place=place, **said) for place, said in enumerate(steps))
    return version


@transaction.atomic
def delete_playbook(playbook: Playbook) -> None:
    """Delete a playbook that no plan has followed. `NotAllowed` for one that some did, and for the usual one."""
    locked = Playbook.objects.select_for_update().get(pk=playbook.pk)
    if locked.is_for_everybody:
        raise NotAllowed(_("The usual playbook is what every other contract follows: it can be changed, not deleted."))
    if Plan.objects.filter(version__playbook=locked).exists():
        raise NotAllowed(_("Plans have followed this playbook, so it stays. Move the running ones to another first."))
    locked.delete()


@transaction.atomic
def move(step: PlanStep, *, to: datetime, by: User, now: datetime) -> None:
    """Let a step go out at another instant, which a person chose: it stays there whatever follows from the playbook.

    Raises `NotAllowed` for a step that is over, an instant that has passed, and one beyond what the step is about;
    `OutsideTheirHours` for one at which its recipient does not work.
    """
    locked = still_open(step)
    clock = counting(locked.plan, now=now)
    was_at = locked.goes_at
    set_times(locked, to, clock, now=now)
    locked.moved_at, locked.moved_by, locked.manager_told_at = now, by, None
    locked.save()
    note(
        locked,
        Event.Kind.STEP_MOVED,
        by=by,
        now=now,
        was_at=was_at.isoformat(),
        to_at=to.isoformat(),
        time_zone=locked.zone,
    )
    rejoin([*locked.joined.all(), locked], now=now)


def set_times(step: PlanStep, to: datetime, clock: Clock, *, now: datetime) -> None:
    """Give a step, not saved, the instant that somebody chose, with its ladder."""
    known = Known.read([clock], now=now)
    if to <= now:
        raise NotAllowed(_("That minute has passed."))
    if step.wanted.is_before_the_end and to >= clock.ends_at:
        raise NotAllowed(_("It is about what comes before the last minute, so it has to go out before it."))
    then_at = known.reader(clock, step.contact).next(to)
    if then_at != to:
        raise OutsideTheirHours(then_at)
    lapses_at = clock.ends_at if step.wanted.is_before_the_end else to + STAYS_OPEN
    times = with_ladder(step.wanted, to, lapses_at, writer=known.writer(clock.contract.owner))
    for name in TIMES:
        setattr(step, name, getattr(times, name))


def counting(plan: Plan, *, now: datetime) -> Clock:
    """The clock of a plan's term, with what timing a step reads. `NotAllowed` where another term has followed."""
    clocks = Clock.objects.counting(at=now).select_related("term", "contract__customer", "contract__owner")
    clock = clocks.get(contract=plan.contract_id)
    if clock.term_id != plan.term_id or clock.span.upper is not None:
        raise NotAllowed(_("The contract was renewed: this plan is over."))
    return clock


@transaction.atomic
def drop(step: PlanStep, *, reason: str, by: User, now: datetime) -> None:
    """Leave a step out, for a reason that goes on record. `NotAllowed` without one, and for a step that is over."""
    if not reason.strip():
        raise NotAllowed(_("Say why it is left out."))
    locked = still_open(step)
    locked.dropped_at, locked.dropped_by, locked.dropped_why = now, by, reason.strip()
    locked.joins = None
    locked.save()
    note(locked, Event.Kind.STEP_DROPPED, by=by, now=now, reason=reason.strip())
    rejoin(list(locked.joined.all()), now=now)


@transaction.atomic
def take_up_again(step: PlanStep, *, by: User, now: datetime) -> None:
    """Undo a drop. `NotAllowed` where the step makes no sense any more."""
    locked = (
        PlanStep.objects.select_for_update(of=("self",)).select_related("plan", "contact__customer").get(pk=step.pk)
    )
    if locked.dropped_at is None:
        return
    if locked.lapses_at <= now:
        raise NotAllowed(_("Its time has passed. Add another step."))
    counting(locked.plan, now=now)
    locked.dropped_at, locked.dropped_by, locked.dropped_why = None, None, ""
    locked.save()
    note(locked, Event.Kind.STEP_TAKEN_UP, by=by, now=now)
    join([locked], now=now)


@transaction.atomic
def mark_done(step: PlanStep, *, how: str, by: User, now: datetime) -> None:
    """A step was carried out in a way that the portal cannot see, such as a call. `NotAllowed` if it is over."""
    locked = still_open(step)
    locked.done_at, locked.done_by, locked.done_how = now, by, how.strip()
    locked.joins = None
    locked.save()
    note(locked, Event.Kind.STEP_DONE, by=by, now=now, reason=how.strip())
    rejoin(list(locked.joined.all()), now=now)


@transaction.atomic
def explained(term: ContractTerm, *, by: str, how: str, now: datetime) -> None:
    """The minute of a term has been understood: what was planned to explain it is done (rule 17).

    `by` is who there said so, and `how` their own words.
    """
    for step in PlanStep.objects.open().filter(plan__term=term, purpose=EXPLAINS):
        locked = still_open(step)
        locked.done_at, locked.done_how, locked.joins = now, f"{by}: {how}"[:300], None
        locked.save()
        note(locked, Event.Kind.STEP_DONE, by=by, now=now, reason=how)
        rejoin(list(locked.joined.all()), now=now)


@transaction.atomic
def address(step: PlanStep, *, to: Contact, by: User, now: datetime) -> None:
    """Let a step go to another person there. `OutsideTheirHours` where they do not work when it goes out."""
    locked = still_open(step)
    clock = counting(locked.plan, now=now)
    then_at = Known.read([clock], now=now).reader(clock, to).next(locked.goes_at)
    if locked.goes_at > now and then_at != locked.goes_at:
        raise OutsideTheirHours(then_at)
    left = list(locked.joined.all())
    locked.contact, locked.joins = to, None
    locked.save()
    note(locked, Event.Kind.STEP_ADDRESSED, by=by, now=now, contact=to.name)
    rejoin([*left, locked], now=now)


@transaction.atomic
def add(
    plan: Plan, *, purpose: str, channel: str, goes_at: datetime, contact: Contact | None, by: User, now: datetime,
    title: str = "", aim: str = "", writer: str = Writer.OWNER,
) -> PlanStep:  # fmt: skip
    """One more step of a contract's own plan.

    `NotAllowed` for an instant that has passed, `OutsideTheirHours` for one at which the recipient does not work.
    """
    clock = counting(plan, now=now)
    days = (goes_at - clock.ends_at) // DAY
    step = PlanStep(
        plan=plan, contract_id=plan.contract_id, anchor=Anchor.END, days=days, purpose=purpose, channel=channel,
        writer=writer, title=title, aim=aim, contact=contact, added_by=by, moved_at=now, moved_by=by,
    )  # fmt: skip
    set_times(step, goes_at, clock, now=now)
    step.save()
    note(step, Event.Kind.STEP_ADDED, by=by, now=now, to_at=goes_at.isoformat(), time_zone=step.zone)
    join([step], now=now)
    return step


def still_open(step: PlanStep) -> PlanStep:
    """The step, locked, that is neither done nor dropped; `NotAllowed` if it is over by now."""
    steps = PlanStep.objects.select_for_update(of=("self",))
    locked = steps.select_related("contract", "plan", "contact__customer").get(pk=step.pk)
    if locked.done_at or locked.dropped_at:
        raise NotAllowed(_("Somebody has settled this step already."))
    return locked


def note(step: PlanStep, kind: Event.Kind, *, by: User | str, now: datetime, **detail: str) -> None:
    """Put on record what became of a step, in the words that it had then."""
    named = {"purpose": step.purpose, "title": step.title, "by": str(by)}
    key = f"{kind}:{step.pk}:{now.isoformat()}"
    record_event(step.contract, kind, key=key, occurred_at=now, now=now, **named, **detail)

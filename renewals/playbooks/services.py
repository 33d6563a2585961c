"""Changes playbooks by making versions of them, and plans by hand, each on record (rule 17)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Contact, User
from accounts.services import NotAllowed
from renewals.locking.models import Clock
from renewals.playbooks.joining import join
from renewals.playbooks.laying import TIMES, Known, steps_of
from renewals.playbooks.models import Plan, PlanStep, Playbook, Step, Version
from renewals.playbooks.moments import STAYS_OPEN, Anchor, Wanted, with_ladder


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
def move(step: PlanStep, *, to: datetime, by: User, now: datetime) -> None:
    """Let a step go out at another instant, which a person chose: it stays there whatever follows from the playbook.

    Raises `NotAllowed` for a step that is over, an instant that has passed, and one beyond what the step is about.
    """
    locked = still_open(step)
    clock = (
        Clock.objects.counting(at=now)
        .select_related("contract__owner", "contract__customer")
        .get(contract=locked.contract)
    )
    if to <= now:
        raise NotAllowed(_("That minute has passed."))
    if before_the_end(locked) and to >= clock.ends_at:
        raise NotAllowed(_("It is about what comes before the last minute, so it has to go out before it."))
    lapses_at = clock.ends_at if before_the_end(locked) else to + STAYS_OPEN
    times = with_ladder(locked.wanted, to, lapses_at, writer=Known.read([clock]).writer(clock.contract.owner))
    for name in TIMES:
        setattr(locked, name, getattr(times, name))
    locked.moved_at, locked.moved_by, locked.manager_told_at = now, by, None
    locked.save()
    join([locked])


def counting(contract_id: int, *, now: datetime) -> Clock:
    """The clock that counts, with what timing a step reads."""
    clocks = Clock.objects.counting(at=now).select_related("term", "contract__customer", "contract__owner")
    return clocks.get(contract=contract_id)


def before_the_end(step: PlanStep) -> bool:
    """Whether a step is about an end that is still to come."""
    return step.anchor == Anchor.END and step.days < 0


@transaction.atomic
def drop(step: PlanStep, *, reason: str, by: User, now: datetime) -> None:
    """Leave a step out, for a reason that goes on record. `NotAllowed` without one, and for a step that is over."""
    if not reason.strip():
        raise NotAllowed(_("Say why it is left out."))
    locked = still_open(step)
    locked.dropped_at, locked.dropped_by, locked.dropped_why = now, by, reason.strip()
    locked.save()
    rejoin(locked)


@transaction.atomic
def take_up_again(step: PlanStep, *, now: datetime) -> None:
    """Undo a drop."""
    PlanStep.objects.filter(pk=step.pk, dropped_at__isnull=False).update(
        dropped_at=None, dropped_by=None, dropped_why=""
    )
    step.refresh_from_db()
    join([step])


@transaction.atomic
def mark_done(step: PlanStep, *, how: str, by: User, now: datetime) -> None:
    """A step was carried out in a way that the portal cannot see, such as a call. `NotAllowed` if it is over."""
    locked = still_open(step)
    locked.done_at, locked.done_by, locked.done_how = now, by, how.strip()
    locked.save()
    rejoin(locked)


@transaction.atomic
def add(
    plan: Plan, *, purpose: str, channel: str, goes_at: datetime, contact: Contact | None, by: User, now: datetime,
    title: str = "", aim: str = "",
) -> PlanStep:  # fmt: skip
    """One more step of a contract's own plan. `NotAllowed` for an instant that has passed."""
    if goes_at <= now:
        raise NotAllowed(_("That minute has passed."))
    clock = (
        Clock.objects.counting(at=now)
        .select_related("contract__owner", "contract__customer")
        .get(contract=plan.contract)
    )
    days = -((clock.ends_at - goes_at) // timedelta(days=1))
    wanted = Wanted(Anchor.END, days)
    lapses_at = clock.ends_at if goes_at < clock.ends_at else goes_at + STAYS_OPEN
    times = with_ladder(wanted, goes_at, lapses_at, writer=Known.read([clock]).writer(clock.contract.owner))
    step = PlanStep.objects.create(
        plan=plan, contract_id=plan.contract_id, anchor=Anchor.END, days=days, purpose=purpose, channel=channel,
        title=title, aim=aim, contact=contact, added_by=by, moved_at=now, moved_by=by,
        **{name: getattr(times, name) for name in TIMES},
    )  # fmt: skip
    join([step])
    return step


@transaction.atomic
def follow(plan: Plan, version: Version, *, by: User, now: datetime) -> None:
    """Let a running plan follow another version: what is still to come and nobody touched is replaced by its steps."""
    locked = Plan.objects.select_for_update().get(pk=plan.pk)
    untouched = locked.steps.open().filter(goes_at__gt=now, moved_at=None, added_by=None)
    untouched.delete()
    locked.version = version
    locked.save()
    clock = counting(locked.contract_id, now=now)
    known = Known.read([clock]).following(version)
    steps = PlanStep.objects.bulk_create(steps_of(locked, clock, known, now=now))
    join(steps)


def still_open(step: PlanStep) -> PlanStep:
    """The step, locked, that is neither done nor dropped; `NotAllowed` if it is over by now."""
    locked = PlanStep.objects.select_for_update(of=("self",)).select_related("contract").get(pk=step.pk)
    if locked.done_at or locked.dropped_at:
        raise NotAllowed(_("Somebody has settled this step already."))
    return locked


def rejoin(step: PlanStep) -> None:
    """What was to go out with a step that is over now goes out by itself, or with the next."""
    left = list(step.joined.all())
    PlanStep.objects.filter(pk__in=[one.pk for one in left]).update(joins=None)
    join(left)

"""A contract's plan as its page tells it: each step with its moment, how it stands, and what follows if nobody acts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from renewals.desk.rows import Row
from renewals.desk.words import at_label, sentences
from renewals.letters.models import Letter
from renewals.letters.standing import Standing as LetterStanding
from renewals.letters.standing import standing_of
from renewals.locking.models import Clock
from renewals.playbooks.laying import AHEAD
from renewals.playbooks.models import Anchor, Channel, Plan, PlanStep, Writer
from renewals.playbooks.standing import Standing, standing
from renewals.playbooks.words import FALLS_BACK
from renewals.touches.models import Touch
from renewals.touches.planning import leads_of
from renewals.touches.schedule import Hours, notices

FALLS_BACK_TO = {"talk_track": timedelta(days=7), "care": timedelta(days=1), "buffer": timedelta(0)}
"""The lead of the plain notice that tells what a step would have told."""


def with_plans(user: User) -> tuple[Prefetch, ...]:
    """What a contract's plan reads along. A step that goes out with one that `user` may not see names none."""
    leaders = PlanStep.objects.visible_to(user).select_related("contract")
    people = ("contact__customer", "contract__customer", "moved_by", "added_by", "done_by", "dropped_by")
    letters = Letter.objects.alive().select_related("author", "script__touch__delivery")
    steps = PlanStep.objects.select_related(*people).prefetch_related(
        Prefetch("joins", leaders), Prefetch("letters", letters, to_attr="living")
    )
    plans = Plan.objects.select_related("version__playbook").prefetch_related(Prefetch("steps", steps))
    return (Prefetch("contract__plans", plans),)


def write_url(step: PlanStep) -> str:
    """Where its letter is written; "" for a call."""
    return reverse("letters:write", args=[step.pk]) if step.channel == Channel.LETTER else ""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One step at one instant. `plain_at`: when a plain notice tells the same, if nobody writes (rule 15)."""

    step: PlanStep
    stands: Standing
    plain_at: datetime | None
    now: datetime

    @property
    def is_open(self) -> bool:
        """Whether somebody can still do something about it."""
        return self.stands.is_open and self.step.writer != Writer.PORTAL

    @property
    def can_return(self) -> bool:
        """Whether it can be taken up again."""
        return self.stands == Standing.DROPPED and self.step.lapses_at > self.now

    @property
    def write_url(self) -> str:
        return write_url(self.step) if self.stands == Standing.TO_WRITE or self.letter else ""

    @cached_property
    def letter(self) -> LetterStanding | None:
        """How its letter stands; None where none is begun."""
        living: Sequence[Letter] = getattr(self.step, "living", ())
        return standing_of(living[0], now=self.now) if living else None

    @property
    def css(self) -> str:
        """Full for what was done, hollow for what is to come, pale for what is not going to be."""
        if self.stands == Standing.DONE:
            return ""
        return "planned" if self.stands.is_open or self.step.writer == Writer.PORTAL else "planned gone"

    @property
    def who(self) -> str:
        """By which way it goes to whom, and who writes it."""
        return way(self.step)

    @property
    def state(self) -> str:
        """How it stands, in a word or two."""
        return state_of(self.step, self.stands)

    @property
    def sentence(self) -> str:
        """What happened to it; or what happens, and when, if nobody does anything."""
        return {
            Standing.DONE: self.done,
            Standing.DROPPED: self.dropped,
            Standing.LAPSED: self.lapsed,
            Standing.TO_WRITE: self.ladder,
            Standing.TO_COME: self.coming,
        }[self.stands]()

    @property
    def by_hand(self) -> str:
        """Who made it what it is, where that was not the playbook."""
        if self.step.added_by_id and self.step.added_by:
            return _("Added by %(name)s.") % {"name": self.step.added_by}
        return _("Moved by %(name)s.") % {"name": self.step.moved_by} if self.step.moved_by else ""

    def at(self, at: datetime) -> str:
        """A minute inside a sentence, by the clock that the step's own minute names."""
        return at_label(at, self.step.zone, self.now)

    def done(self) -> str:
        at = self.at(self.step.done_at) if self.step.done_at else ""
        said = _("%(name)s, %(at)s") % {"name": self.step.done_by or "–", "at": at}
        return f"{said} · {self.step.done_how}" if self.step.done_how else said

    def dropped(self) -> str:
        at = self.at(self.step.dropped_at) if self.step.dropped_at else ""
        said = _("%(name)s left it out, %(at)s") % {"name": self.step.dropped_by or "–", "at": at}
        return f"{said} · {self.step.dropped_why}"

    def lapsed(self) -> str:
        if self.step.writer == Writer.PORTAL:
            return self.coming()
        if self.step.lapses_at > self.now:
            return _("Not needed any more: the contract goes on.")
        return _("Nobody did it by %(at)s.") % {"at": self.at(self.step.lapses_at)}

    def coming(self) -> str:
        if self.step.joins_id:
            return together(self.step)
        if self.step.writer == Writer.PORTAL:
            return _("Each lock opens it by itself.")
        opens = _("Can be written from %(at)s.") if self.is_letter else _("Is asked for from %(at)s.")
        return sentences(opens % {"at": self.at(self.step.write_from)}, self.ladder())

    def ladder(self) -> str:
        """The owner, then the manager, then a plain notice: each with its moment (rule 15)."""
        late = _("It was to go out %(at)s.") % {"at": self.at(self.step.goes_at)}
        return sentences(late if self.step.goes_at <= self.now else "", self.silence(), self.in_the_end())

    def silence(self) -> str:
        """From when on nobody having written is the manager's matter."""
        at = {"at": self.at(self.step.manager_at)}
        if self.step.manager_at <= self.now:
            return _("Since %(at)s it is the manager’s matter.") % at
        if self.is_letter:
            return _("If nobody has written by %(at)s, the manager is told.") % at
        return _("If nobody has called by %(at)s, the manager is told.") % at

    def in_the_end(self) -> str:
        """What the portal does if still nobody acts: a plain notice, or nothing."""
        if self.plain_at is None:
            return _("After %(at)s it lapses.") % {"at": self.at(self.step.lapses_at)}
        at = {"at": self.at(self.plain_at)}
        if self.step.purpose == "buffer":
            return _("A plain notice goes out %(at)s if nobody there was told by then.") % at
        if self.plain_at <= self.now:
            return _("The plain notice went out %(at)s.") % at
        return _("A plain notice goes out %(at)s.") % at

    @property
    def is_letter(self) -> bool:
        return self.step.channel == Channel.LETTER


def way(step: PlanStep) -> str:
    """“letter to Lin · the owner”."""
    to = step.contact.name if step.contact else _("nobody yet")
    said = _("%(channel)s to %(name)s") % {"channel": step.get_channel_display(), "name": to}
    return f"{said} · {step.get_writer_display()}"


def together(step: PlanStep) -> str:
    """With which other letter to the same person it goes out."""
    if step.joins is None:
        return _("Goes out in one letter with another one to them that day.")
    said = {"step": step.joins.name, "number": step.joins.contract.number}
    return _("Goes out in one letter with “%(step)s” of %(number)s.") % said


def state_of(step: PlanStep, stands: str) -> str:
    """How a step stands, in a word or two."""
    if step.writer == Writer.PORTAL:
        return _("by itself")
    if stands == Standing.TO_WRITE:
        return _("to write now") if step.channel == Channel.LETTER else _("to call now")
    return {
        Standing.TO_COME: _("to come"),
        Standing.DONE: _("done"),
        Standing.DROPPED: _("left out"),
        Standing.LAPSED: _("lapsed"),
    }[Standing(stands)]


@dataclass(frozen=True, kw_only=True)
class PlanPage:
    """The plan of the term whose end counts. Everything is read already."""

    clock: Row
    plan: Plan | None
    now: datetime

    @property
    def is_over(self) -> bool:
        """Whether there is nothing to plan: another term has followed, or it was closed long ago."""
        return self.plan is None and (self.clock.span.upper is not None or self.is_closed)

    @property
    def is_closed(self) -> bool:
        return self.clock.is_history or (self.clock.closes_at is not None and self.clock.closes_at <= self.now)

    @property
    def can_change(self) -> bool:
        """Whether steps can be added, and another version followed."""
        return self.plan is not None and self.clock.span.upper is None

    @property
    def laid_at(self) -> datetime | None:
        """When a plan that is not there yet is laid; None where that is any minute now."""
        at = self.clock.ends_at - AHEAD
        return at if at > self.now else None

    @property
    def needs_somebody(self) -> bool:
        """Whether nobody there can be written to."""
        return any(line.is_open and line.step.contact is None for line in self.lines)

    @cached_property
    def lines(self) -> Sequence[Line]:
        """The steps in order of time."""
        if self.plan is None:
            return []
        return [self.line(step) for step in self.plan.steps.all()]

    def line(self, step: PlanStep) -> Line:
        stands = standing(step, counts=self.counts(step), at=self.now)
        return Line(step=step, stands=stands, plain_at=plain_at(step, self.clock), now=self.now)

    def counts(self, step: PlanStep) -> bool:
        """Whether it still says something true: a renewal makes it moot, and one to come what tells of the end."""
        said_early = step.anchor == Anchor.START or (step.anchor == Anchor.END and step.days < -7)
        return self.clock.span.upper is None and (said_early or self.clock.joins_at is None)


def plan_page(clock: Row, *, now: datetime) -> PlanPage:
    """The plan of a clock read with `with_plans`."""
    plans = clock.contract.plans.all()
    return PlanPage(clock=clock, plan=next((one for one in plans if one.term_id == clock.term_id), None), now=now)


def plain_at(step: PlanStep, clock: Row) -> datetime | None:
    """When the notice goes out that tells the recipient the same; None for a step that falls back to none."""
    if step.purpose not in FALLS_BACK or step.contact is None:
        return None
    lead = FALLS_BACK_TO[step.purpose]
    planned = [one.due_at for one in clock.term.touch_list if is_of(one, step, clock) and one.lead <= lead]
    return min(planned, default=None) or foreseen(step, clock, lead)


def is_of(touch: Touch, step: PlanStep, clock: Clock) -> bool:
    """Whether a touch is a plain notice of this promise to this person."""
    is_plain = touch.kind == Touch.Kind.NOTICE and touch.last_minute == clock.term.last_minute
    return is_plain and touch.contact_id == step.contact_id


def foreseen(step: PlanStep, clock: Row, lead: timedelta) -> datetime | None:
    """When that notice will go out, as things stand: it is put on the plan when the end is announced."""
    assert step.contact is not None
    work = None if step.contact.any_hour else clock.contract.customer.calendar.hours()
    hours = Hours(step.contact.zone, work)
    if not lead:
        return hours.next(clock.ends_at)
    leads = leads_of(clock)
    planned = notices(clock.ends_at, leads, hours=hours, now=clock.ends_at - leads[0]) if leads else []
    return next((one.due_at for one in planned if one.lead <= lead), None)

"""A contract's story in order of time: what was promised, told, opened and done, and what is to come (rule 24)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext

from accounts import wording
from accounts.models import Amendment, Contract
from renewals.entitlement import Moment, Windows, is_its_own, moments, planned
from renewals.history.amendments import changes, headline, promised_minute
from renewals.history.entries import Entry, later
from renewals.history.titles import (
    ASKED,
    BOOKED,
    BUFFER_ENDS,
    CLOSES,
    JOINS,
    LAST_NO,
    NOTICE,
    PEAK_LEFT,
    STARTS,
    STEP,
    TALKED,
    TOLD,
    days_left,
    titled,
)
from renewals.locking.models import Clock, Evidence, PeakLeft
from renewals.locking.renewing import BY_ITSELF
from renewals.pipeline.models import LossReason
from renewals.timeline.models import Event
from renewals.touches.models import Delivery, Reminder, Report, Touch
from renewals.touches.planning import is_over, to_come

__all__ = ["Entry", "timeline_of"]

CALLS = (Event.Kind.CALL_BOOKED, Event.Kind.CALL_MOVED, Event.Kind.CALL_PASSED_ON, Event.Kind.CALL_OFF)
"""What is told of a call at a fixed time with that time beside it."""
Instants = list[tuple[str, datetime | None, dict[str, Any]]]
"""Kinds of entry with their instant and what their title says of it."""


def timeline_of(contract: Contract, *, now: datetime) -> list[Entry]:
    """Everything on record and everything computed of one contract, the oldest first. A constant number of queries."""
    events = list(contract.events.all())
    clocks = list(Clock.objects.filter(contract=contract).select_related("term", "contract__customer"))
    amendments = list(contract.amendments.all())
    zone = clocks[0].term.time_zone
    entries = [
        *(amended(amendment, zone) for amendment in amendments),
        *happened(events, amendments, heard_of(contract)),
        *told(contract, events),
        *reminded(contract),
        *left(contract),
        *talked(contract),
        *to_be_told(contract, clocks, now=now),
        *to_be_done(contract, now=now),
        *to_be_called(contract, now=now),
        *(entry for clock in clocks for entry in computed(clock.windows, events, now=now)),
    ]
    return sorted(entries, key=lambda entry: entry.at)


def amended(amendment: Amendment, zone: str) -> Entry:
    """A change of what was promised, with the minute it led to."""
    return Entry(
        at=amendment.at,
        kind=amendment.kind,
        planned=False,
        title=later(partial(headline, amendment)),
        detail=later(partial(changes, amendment, zone)),
        actor=later(partial(who, amendment.by_name)),
    )


def who(name: str) -> str:
    """Who did it, as it is kept; what renews by itself is said in the reader's language."""
    return gettext("renews by itself") if name == BY_ITSELF else name


def heard_of(contract: Contract) -> dict[str, list[Report.Kind]]:
    """What was heard of each letter after it left, in order, each kind once; by the key of the letter's event."""
    heard: dict[str, list[Report.Kind]] = {}
    reports = Report.objects.filter(delivery__touch__contract=contract).exclude(kind__in=Report.UNDELIVERED)
    for delivery, kind in reports.order_by("at", "pk").values_list("delivery", "kind"):
        kinds = heard.setdefault(f"delivery:{delivery}", [])
        if kind not in kinds:
            kinds.append(Report.Kind(kind))
    return heard


def happened(
    events: list[Event], amendments: list[Amendment], heard: Mapping[str, list[Report.Kind]]
) -> Iterator[Entry]:
    """What happened around the end. A renewal is told by its amendment where there is one."""
    renewed = {amendment.at for amendment in amendments if amendment.kind == Amendment.Kind.RENEWED}
    for event in events:
        is_told = event.kind == Event.Kind.RENEWED and event.occurred_at in renewed
        if not is_told and not never_was(event, amendments):
            yield Entry(
                at=event.occurred_at,
                kind=event.kind,
                planned=False,
                title=titled(event.kind, event.detail),
                detail=later(partial(said_of, event, heard.get(event.key, ()))),
                actor=str(event.detail.get("by", "")),
                href=whole_of(event),
            )


def whole_of(event: Event) -> str:
    """Where the whole of what happened stands: an answer is longer than its line."""
    answer = event.detail.get("answer_id")
    return reverse("answers:answer", args=[answer]) if answer else ""


def never_was(event: Event, amendments: list[Amendment]) -> bool:
    """Whether an end was announced only by the computation: it was moved to where it is after that moment."""
    minute = {name: event.detail.get(name) for name in ("last_minute", "time_zone")}
    moved = [one.at for one in amendments if one.kind in Amendment.MOVES and minute.items() <= one.after.items()]
    return event.kind == Event.Kind.ENDING and bool(moved) and event.occurred_at < min(moved)


def said_of(event: Event, heard: Sequence[Report.Kind]) -> str:
    """What else is known of an event: the promise it is about, why a notice was dropped, what a server answered."""
    answer = str(event.detail.get("answer", ""))
    if event.kind == Event.Kind.NOTICE_DROPPED and answer in Delivery.Dropped.values:
        return str(Delivery.Dropped(answer).label)
    if event.kind == Event.Kind.NOTICE_SENT:
        left = [days_left(event.detail)] if event.detail.get("lead_days") else []
        return " · ".join([*left, *(str(kind.label) for kind in heard)])
    if event.kind in CALLS:
        return wording.instant(at_of(event), event.detail["time_zone"])
    if event.kind in (Event.Kind.STEP_ADDED, Event.Kind.STEP_MOVED):
        return gettext("it goes out %(minute)s") % {"minute": wording.instant(at_of(event), event.detail["time_zone"])}
    if event.kind == Event.Kind.DECLINED:
        why = [str(LossReason.Word(event.detail["reason"]).label), str(event.detail["words"])]
        return " · ".join(part for part in why if part)
    return (
        answer
        or str(event.detail.get("words", ""))
        or str(event.detail.get("phone", ""))
        or str(event.detail.get("reason", ""))
        or str(event.detail.get("reference", ""))
        or promised_minute(event.detail)
    )


def at_of(event: Event) -> datetime:
    """The instant that a step of the plan was given."""
    return datetime.fromisoformat(event.detail["to_at"])


def told(contract: Contract, events: list[Event]) -> Iterator[Entry]:
    """Who was told, where no event says so already: mostly what a person put on record."""
    known = {event.occurred_at for event in events}
    for evidence in Evidence.objects.filter(term__contract=contract).select_related("contact", "by"):
        if evidence.kind in (Evidence.Kind.TOLD, Evidence.Kind.ACKNOWLEDGED) or evidence.at not in known:
            yield Entry(
                at=evidence.at,
                kind=TOLD,
                planned=False,
                title=later(partial(evidence_title, evidence)),
                detail=evidence.note,
                actor=str(evidence.by or ""),
            )


def reminded(contract: Contract) -> Iterator[Entry]:
    """Whom here the portal asked to tell them of an end that nobody there was told of (rule 10)."""
    asked = contract.asked.filter(reminder__outcome=Reminder.Outcome.SENT).select_related("reminder__user")
    for reminder in (one.reminder for one in asked):
        if reminder.over_at:
            yield Entry(
                at=reminder.over_at,
                kind=ASKED,
                planned=False,
                title=titled(ASKED, {"contact": str(reminder.user)}),
            )


def left(contract: Contract) -> Iterator[Entry]:
    """Which peaks of the customer's work somebody decided to leave an end in (rule 18)."""
    for decision in PeakLeft.objects.filter(term__contract=contract).select_related("by"):
        title = titled(PEAK_LEFT, {"name": decision.name})
        yield Entry(
            at=decision.at,
            kind=PEAK_LEFT,
            planned=False,
            title=title,
            detail=decision.reason,
            actor=str(decision.by),
        )


def talked(contract: Contract) -> Iterator[Entry]:
    """The conversations about this contract. What was said stays among us: other systems read this story too."""
    for one in contract.conversations.select_related("contact", "by"):
        yield Entry(
            at=one.at,
            kind=TALKED,
            planned=False,
            title=titled(TALKED, {"contact": one.contact.name if one.contact else "", "channel": one.channel}),
            actor=str(one.by),
        )


def evidence_title(evidence: Evidence) -> str:
    name = evidence.contact.name if evidence.contact else gettext("the customer")
    return gettext("Told of the end: %(name)s, %(how)s") % {"name": name, "how": evidence.get_kind_display()}


def to_be_told(contract: Contract, clocks: list[Clock], *, now: datetime) -> Iterator[Entry]:
    """The notices that are planned and not over, and those that will be planned when the end is announced."""
    counting = next((clock for clock in clocks if clock.windows.holds(now)), None)
    if counting is None:
        return
    promise = {"term": counting.term, "last_minute": counting.term.last_minute}
    on_plan = list(contract.touches.filter(**promise).select_related("contact", "delivery"))
    coming = to_come(counting, now=now) if counting.joins_at is None else []
    for touch in [*on_plan, *coming]:
        if is_over(touch):
            continue
        yield Entry(
            at=touch.delivery.next_try_at if hasattr(touch, "delivery") else touch.due_at,
            kind=NOTICE,
            planned=True,
            title=titled(NOTICE, {"contact": touch.contact.name, "touch": touch.kind}),
            detail=later(partial(lead_of, touch)),
        )


def to_be_done(contract: Contract, *, now: datetime) -> Iterator[Entry]:
    """The steps of the plan that are still to go out. What became of the others is an event."""
    for step in contract.plan_steps.coming(at=now).filter(goes_at__gt=now).select_related("contact"):
        said = {"purpose": step.purpose, "title": step.title, "channel": step.channel}
        said |= {"contact": step.contact.name if step.contact else ""}
        yield Entry(
            at=step.goes_at, kind=STEP, planned=True, title=titled(STEP, said), detail=step.get_writer_display()
        )


def to_be_called(contract: Contract, *, now: datetime) -> Iterator[Entry]:
    """The calls that the customer chose a time for."""
    for call in (
        contract.appointments.to_come(at=now).filter(during__startswith__gt=now).select_related("contact", "user")
    ):
        said = {"contact": call.contact.name if call.contact else "", "caller": call.user.name}
        yield Entry(at=call.starts_at, kind=BOOKED, planned=True, title=titled(BOOKED, said), detail=call.reached_at)


def lead_of(touch: Touch) -> str:
    """Which notice it is, and what became of it so far."""
    if touch.kind == Touch.Kind.RENEWED:
        said = gettext("in their working hours")
    elif touch.kind != Touch.Kind.NOTICE:
        said = str(touch.get_kind_display())
    else:
        said = days_left({"lead_days": touch.lead.days}) if touch.lead else gettext("in the buffer")
    answer = touch.delivery.answer if hasattr(touch, "delivery") else ""
    return f"{said} · {answer}" if answer else said


def computed(window: Windows, events: list[Event], *, now: datetime) -> Iterator[Entry]:
    """The instants of one stretch that no event has told: those to come, and those that nobody has to record."""
    seen = {(event.kind, event.occurred_at) for event in events}
    instants: Instants = [(STARTS, window.starts_at, {}), *after_the_end(window, now=now)]
    until_at = window.joins_at or window.ends_at  # what goes on by itself has no end to announce from then on
    leads = (due for due in moments(window) if due.moment is Moment.ENDING and now < due.at < until_at)
    instants += [(due.moment, due.at, {"lead_days": due.lead.days}) for due in leads]
    for kind, at, detail in instants:
        if at and (kind, at) not in seen and is_its_own(window, at):
            yield Entry(at=at, kind=str(kind), planned=at > now, title=titled(kind, detail))


def after_the_end(window: Windows, *, now: datetime) -> Instants:
    """What comes around an end: the next term by itself (rule 12), or the buffer and, where someone is told, a lock."""
    if window.joins_at is not None:
        return [(LAST_NO, window.joins_at - wording.MINUTE, {}), (JOINS, window.ends_at, {})]
    ahead = planned(window, now=now)
    if_told = {"if_told": window.lock_at is None}
    return [
        (Moment.BUFFER_STARTED, window.ends_at, {}),
        (BUFFER_ENDS, window.buffer_ends_at, {}),
        (Moment.SOFT_LOCKED, ahead.lock_at, if_told),
        (CLOSES, ahead.closes_at, if_told),
    ]

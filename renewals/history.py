"""A contract's story in order of time: what was promised, told, opened and done, and what is to come (rule 24)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.utils.functional import lazy
from django.utils.translation import gettext, ngettext

from accounts import wording
from accounts.models import Amendment, Contract
from renewals.entitlement import Moment, Windows, is_its_own, moments, planned
from renewals.locking.models import Clock, Evidence
from renewals.timeline.models import Event
from renewals.touches.models import Delivery, Touch
from renewals.touches.planning import is_over, to_come

STARTS, BUFFER_ENDS, CLOSES, NOTICE, TOLD = "starts", "buffer_ends", "closed", "notice", "evidence"
"""Kinds of entry beside those of amendments and events."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the story. `planned`: it has not come yet, and may still change. Texts follow the active language."""

    at: datetime
    kind: str
    planned: bool
    title: str
    detail: str = ""
    actor: str = ""


def timeline_of(contract: Contract, *, now: datetime) -> list[Entry]:
    """Everything on record and everything computed of one contract, the oldest first. A constant number of queries."""
    events = list(contract.events.all())
    clocks = list(Clock.objects.filter(contract=contract).select_related("term", "contract__customer"))
    amendments = list(contract.amendments.all())
    entries = [
        *(amended(amendment) for amendment in amendments),
        *happened(events, amendments),
        *told(contract, events),
        *to_be_told(contract, clocks, now=now),
        *(entry for clock in clocks for entry in computed(clock.windows, events, now=now)),
    ]
    return sorted(entries, key=lambda entry: entry.at)


def later(make: Callable[[], str]) -> str:
    """A text that is made when it is shown, in the language that is active then."""
    return lazy(make, str)()


def amended(amendment: Amendment) -> Entry:
    """A change of what was promised, with the minute it led to."""
    return Entry(
        at=amendment.at,
        kind=amendment.kind,
        planned=False,
        title=later(partial(headline, amendment)),
        detail=later(partial(changes, amendment)),
        actor=amendment.by_name,
    )


def headline(amendment: Amendment) -> str:
    """What kind of change, and until when the contract runs by it."""
    kind = str(amendment.get_kind_display())
    minute = promised_minute(amendment.after)
    sentence = gettext("%(what)s: %(until)s") % {"what": kind, "until": minute} if minute else kind
    return sentence[:1].upper() + sentence[1:]


def promised_minute(said: dict[str, Any]) -> str:
    """The minute kept in an amendment or an event, in words; "" where it keeps none."""
    if "last_minute" not in said:
        return ""
    return wording.until(datetime.fromisoformat(said["last_minute"]), said["time_zone"])


def changes(amendment: Amendment) -> str:
    """The reason, and what the changed facts were before."""
    before, after = amendment.before, amendment.after
    if minute := promised_minute(before):
        told = [gettext("Before: %(until)s.") % {"until": minute}]
    else:
        told = [f"{label(name)}: {before[name] or '–'} → {after.get(name) or '–'}" for name in before]
    return " ".join([amendment.reason, *told]).strip()


def label(field: str) -> str:
    """A field's name as the forms call it."""
    named = {column.name: column for column in Contract._meta.concrete_fields}
    return str(named[field].verbose_name) if field in named else field


def happened(events: list[Event], amendments: list[Amendment]) -> Iterator[Entry]:
    """What happened around the end. A renewal is told by its amendment where there is one."""
    renewed = {amendment.at for amendment in amendments if amendment.kind == Amendment.Kind.RENEWED}
    for event in events:
        if event.kind != Event.Kind.RENEWED or event.occurred_at not in renewed:
            yield Entry(
                at=event.occurred_at,
                kind=event.kind,
                planned=False,
                title=titled(event.kind, event.detail),
                detail=later(partial(said_of, event)),
                actor=str(event.detail.get("by", "")),
            )


def titled(kind: str, detail: dict[str, Any]) -> str:
    """One title for a thing that happened or is to come."""
    return later(partial(TITLES[kind], detail))


def days_left(detail: dict[str, Any]) -> str:
    days = int(detail.get("lead_days", 0))
    return ngettext("%(days)d day to the last minute", "%(days)d days to the last minute", days) % {"days": days}


def to_whom(detail: dict[str, Any]) -> dict[str, str]:
    return {"name": str(detail.get("contact") or gettext("the customer"))}


TITLES: dict[str, Callable[[dict[str, Any]], str]] = {
    Event.Kind.ENDING: days_left,
    Event.Kind.BUFFER_STARTED: lambda _detail: gettext("The term ends and the buffer begins: everything works on"),
    Event.Kind.SOFT_LOCKED: lambda _detail: gettext("The soft lock begins"),
    Event.Kind.RENEWED: lambda _detail: gettext("Renewed"),
    Event.Kind.NOTICE_SENT: lambda detail: gettext("Notice sent to %(name)s") % to_whom(detail),
    Event.Kind.NOTICE_FAILED: lambda detail: gettext("The notice to %(name)s could not be sent") % to_whom(detail),
    Event.Kind.NOTICE_DROPPED: lambda detail: (
        gettext("The notice to %(name)s was not needed any more") % to_whom(detail)
    ),
    Event.Kind.PAGE_OPENED: lambda detail: gettext("Renewal page opened by %(name)s") % to_whom(detail),
    Event.Kind.CALL_REQUESTED: lambda detail: gettext("%(name)s asks for a call") % to_whom(detail),
    Event.Kind.EXTENDED: lambda detail: (
        gettext("More time: the lock comes %(until)s at the earliest") % until_of(detail)
    ),
    Event.Kind.GRANT_UNDONE: lambda _detail: gettext("The extra time was taken back"),
    NOTICE: lambda detail: gettext("Notice to %(name)s") % to_whom(detail),
    STARTS: lambda _detail: gettext("The term begins"),
    BUFFER_ENDS: lambda _detail: gettext("The 24 hours of the buffer are over"),
    CLOSES: lambda _detail: gettext("The contract is closed"),
}


def until_of(detail: dict[str, Any]) -> dict[str, str]:
    at = datetime.fromisoformat(detail["until"])
    return {"until": wording.instant(at, detail["time_zone"])}


def said_of(event: Event) -> str:
    """What else is known of an event: the promise it is about, why a notice was dropped, what a server answered."""
    answer = str(event.detail.get("answer", ""))
    if event.kind == Event.Kind.NOTICE_DROPPED and answer in Delivery.Dropped.values:
        return str(Delivery.Dropped(answer).label)
    return answer or str(event.detail.get("reason", "")) or promised_minute(event.detail)


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
    for touch in [*on_plan, *to_come(counting, now=now)]:
        if is_over(touch):
            continue
        yield Entry(
            at=touch.delivery.next_try_at if hasattr(touch, "delivery") else touch.due_at,
            kind=NOTICE,
            planned=True,
            title=titled(NOTICE, {"contact": touch.contact.name}),
            detail=later(partial(lead_of, touch)),
        )


def lead_of(touch: Touch) -> str:
    """Which notice it is, and what became of it so far."""
    if touch.kind != Touch.Kind.NOTICE:
        said = str(touch.get_kind_display())
    else:
        said = days_left({"lead_days": touch.lead.days}) if touch.lead else gettext("in the buffer")
    answer = touch.delivery.answer if hasattr(touch, "delivery") else ""
    return f"{said} · {answer}" if answer else said


def computed(window: Windows, events: list[Event], *, now: datetime) -> Iterator[Entry]:
    """The instants of one stretch that no event has told: those to come, and those that nobody has to record."""
    seen = {(event.kind, event.occurred_at) for event in events}
    ahead = planned(window, now=now)
    instants: list[tuple[str, datetime | None, dict[str, Any]]] = [
        (STARTS, window.starts_at, {}),
        (Moment.BUFFER_STARTED, window.ends_at, {}),
        (BUFFER_ENDS, window.buffer_ends_at, {}),
        (Moment.SOFT_LOCKED, ahead.lock_at, {}),
        (CLOSES, ahead.closes_at, {}),
    ]
    leads = (due for due in moments(window) if due.moment is Moment.ENDING and due.at > now)
    instants += [(due.moment, due.at, {"lead_days": due.lead.days}) for due in leads]
    for kind, at, detail in instants:
        if at and (kind, at) not in seen and is_its_own(window, at):
            yield Entry(at=at, kind=str(kind), planned=at > now, title=titled(kind, detail))

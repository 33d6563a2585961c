"""What happened, or is to come, in one line each, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any

from django.utils.translation import gettext, gettext_noop, ngettext

from accounts import wording
from renewals.conversations.models import Conversation
from renewals.history.entries import later
from renewals.interventions.models import Intervention, PhoneCall
from renewals.pipeline.models import Stage
from renewals.playbooks.models import Channel
from renewals.playbooks.words import PURPOSES
from renewals.timeline.models import Event
from renewals.touches.models import Touch

STARTS, BUFFER_ENDS, CLOSES, NOTICE, TOLD = "starts", "buffer_ends", "closed", "notice", "evidence"
LAST_NO, JOINS, ASKED, PEAK_LEFT, TALKED = "last_no", "joins", "asked", "peak_left", "talked"
STEP, BOOKED = "step", "booked"
"""Kinds of entry beside those of amendments and events."""


def titled(kind: str, detail: dict[str, Any]) -> str:
    """One title for a thing that happened or is to come."""
    return later(partial(TITLES[kind], detail))


def days_left(detail: dict[str, Any]) -> str:
    days = int(detail.get("lead_days", 0))
    return ngettext("%(days)d day to the last minute", "%(days)d days to the last minute", days) % {"days": days}


def to_whom(detail: dict[str, Any]) -> dict[str, str]:
    return {"name": str(detail.get("contact") or gettext("the customer"))}


SENT = {
    Touch.Kind.RENEWED: gettext_noop("Receipt of the renewal sent to %(name)s"),
    Touch.Kind.LETTER: gettext_noop("Letter sent to %(name)s"),
    None: gettext_noop("Notice sent to %(name)s"),
}
FAILED = {
    Touch.Kind.LETTER: gettext_noop("The letter to %(name)s could not be sent"),
    None: gettext_noop("The notice to %(name)s could not be sent"),
}
DROPPED = {
    Touch.Kind.LETTER: gettext_noop("The letter to %(name)s does not go out"),
    None: gettext_noop("The notice to %(name)s was not needed any more"),
}
TO_COME = {
    Touch.Kind.RENEWED: gettext_noop("Receipt of the renewal to %(name)s"),
    Touch.Kind.LETTER: gettext_noop("Letter to %(name)s"),
    None: gettext_noop("Notice to %(name)s"),
}


def named(titles: Mapping[Any, str], detail: dict[str, Any]) -> str:
    """The title of a message by what it is: a letter, a receipt, else a notice."""
    return titles.get(detail.get("touch"), titles[None])


def of_the_plan(detail: dict[str, Any]) -> dict[str, str]:
    """What a step of the plan is called: its own title, or its purpose."""
    return {"step": detail.get("title") or str(dict(PURPOSES)[detail["purpose"]])}


def said_to(detail: dict[str, Any]) -> dict[str, str]:
    """Who at the customer did something, and whom it is about."""
    return to_whom(detail) | {"to": str(detail["to"])}


def way(detail: dict[str, Any]) -> dict[str, str]:
    return {"channel": str(Channel(detail["channel"]).label)}


TITLES: dict[str, Callable[[dict[str, Any]], str]] = {
    Event.Kind.ENDING: days_left,
    Event.Kind.BUFFER_STARTED: lambda _detail: gettext("The term ends and the buffer begins: everything works on"),
    Event.Kind.SOFT_LOCKED: lambda detail: (
        gettext("Told in time, they are soft-locked from here on")
        if detail.get("if_told")
        else gettext("The soft lock begins")
    ),
    Event.Kind.RENEWED: lambda _detail: gettext("Renewed"),
    Event.Kind.NOTICE_SENT: lambda detail: (
        gettext("Receipt of the renewal sent to %(name)s") % to_whom(detail)
        if detail.get("touch") == Touch.Kind.RENEWED
        else gettext("Notice sent to %(name)s") % to_whom(detail)
    ),
    Event.Kind.NOTICE_FAILED: lambda detail: gettext("The notice to %(name)s could not be sent") % to_whom(detail),
    Event.Kind.NOTICE_BOUNCED: lambda detail: (
        gettext("The notice to %(name)s came back: nobody was told by it") % to_whom(detail)
    ),
    Event.Kind.ANSWERED: lambda detail: (
        gettext("%(name)s’s mail program answered by itself") % to_whom(detail)
        if detail.get("automatic")
        else gettext("%(name)s answered") % to_whom(detail)
    ),
    Event.Kind.NOTICE_DROPPED: lambda detail: (
        gettext("The notice to %(name)s was not needed any more") % to_whom(detail)
    ),
    Event.Kind.PAGE_OPENED: lambda detail: gettext("Renewal page opened by %(name)s") % to_whom(detail),
    Event.Kind.ACKNOWLEDGED: lambda detail: gettext("%(name)s knows the minute") % to_whom(detail),
    Event.Kind.CALL_REQUESTED: lambda detail: gettext("%(name)s asks for a call") % to_whom(detail),
    Event.Kind.PASSED_ON: lambda detail: gettext("%(name)s passed the page on to %(to)s") % said_to(detail),
    Event.Kind.SIGNER_NAMED: lambda detail: gettext("%(name)s says that %(to)s signs") % said_to(detail),
    Event.Kind.CHANGE_REQUESTED: lambda detail: gettext("%(name)s asks for another offer") % to_whom(detail),
    Event.Kind.DECLINED: lambda detail: gettext("%(name)s says that they will not go on") % to_whom(detail),
    Event.Kind.UNDECLINED: lambda detail: gettext("%(name)s takes the “no” back") % to_whom(detail),
    Event.Kind.CALL_BOOKED: lambda detail: gettext("%(name)s chose a time to be called") % to_whom(detail),
    Event.Kind.CALL_MOVED: lambda detail: gettext("The call with %(name)s has another time") % to_whom(detail),
    Event.Kind.CALL_PASSED_ON: lambda detail: gettext("The call goes to %(name)s") % {"name": detail["name"]},
    Event.Kind.CALL_OFF: lambda detail: gettext("The call with %(name)s was called off") % to_whom(detail),
    Event.Kind.CALL_HELD: lambda detail: gettext("The call with %(name)s was held") % to_whom(detail),
    Event.Kind.CALL_MISSED: lambda detail: gettext("Called, and did not reach %(name)s") % to_whom(detail),
    Event.Kind.EXTENDED: lambda detail: (
        gettext("More time: the lock comes %(until)s at the earliest") % until_of(detail)
    ),
    Event.Kind.GRANT_UNDONE: lambda _detail: gettext("The extra time was taken back"),
    Event.Kind.INTERVENTION_OPENED: lambda detail: (
        gettext("Intervention opened: %(name)s is on duty") % {"name": detail["to"]}
        if detail.get("to")
        else gettext("Intervention opened: nobody is on duty")
    ),
    Event.Kind.HANDED_OVER: lambda detail: gettext("Not taken: it goes to %(name)s") % {"name": detail["to"]},
    Event.Kind.TAKEN: lambda _detail: gettext("Intervention taken"),
    Event.Kind.CALLED: lambda detail: (
        gettext("Call: %(outcome)s") % {"outcome": PhoneCall.Outcome(detail["outcome"]).label}
    ),
    Event.Kind.INTERVENTION_CLOSED: lambda detail: (
        gettext("Intervention closed: %(outcome)s") % {"outcome": Intervention.Outcome(detail["outcome"]).label}
    ),
    Event.Kind.STEP_ADDED: lambda detail: gettext("Added to the plan: %(step)s") % of_the_plan(detail),
    Event.Kind.STEP_MOVED: lambda detail: gettext("Moved within the plan: %(step)s") % of_the_plan(detail),
    Event.Kind.STEP_ADDRESSED: lambda detail: (
        gettext("Goes to %(name)s now: %(step)s") % (of_the_plan(detail) | to_whom(detail))
    ),
    Event.Kind.STEP_DROPPED: lambda detail: gettext("Left out of the plan: %(step)s") % of_the_plan(detail),
    Event.Kind.STEP_TAKEN_UP: lambda detail: gettext("Taken up again: %(step)s") % of_the_plan(detail),
    Event.Kind.STEP_DONE: lambda detail: gettext("Done: %(step)s") % of_the_plan(detail),
    Event.Kind.PLAN_MOVED: lambda detail: (
        gettext("The plan follows another version: %(playbook)s, version %(number)s")
        % {"playbook": detail["playbook"] or gettext("The usual playbook"), "number": detail["number"]}
    ),
    Event.Kind.STAGE_CHANGED: lambda detail: (
        gettext("Renewal: from “%(before)s” to “%(after)s”")
        % {"before": stage_called(detail["stage_before"]), "after": stage_called(detail["stage"])}
    ),
    Event.Kind.PAID: lambda detail: gettext("Paid on %(day)s: %(amount)s") % paid(detail),
    Event.Kind.PAYMENT_TAKEN_BACK: lambda detail: gettext("Not paid after all: %(amount)s") % paid(detail),
    Event.Kind.PAYMENT_OVERDUE: lambda detail: (
        gettext("Unpaid for longer than we wait: %(amount)s, due %(day)s") % paid(detail)
    ),
    Event.Kind.PAYMENT_REFUSED: lambda detail: gettext("Online payment refused: %(amount)s") % paid(detail),
    Event.Kind.PAID_AGAIN: lambda detail: (
        gettext("Paid online though it was paid already: %(amount)s is to be paid back") % paid(detail)
    ),
    STEP: lambda detail: (
        gettext("%(step)s, %(channel)s to %(name)s") % (of_the_plan(detail) | to_whom(detail) | way(detail))
    ),
    NOTICE: lambda detail: gettext(named(TO_COME, detail)) % to_whom(detail),
    ASKED: lambda detail: gettext("%(name)s was asked to tell the customer") % to_whom(detail),
    PEAK_LEFT: lambda detail: gettext("The end stays as it is, though it meets a peak: %(name)s") % detail,
    TALKED: lambda detail: (
        gettext("Spoke with %(name)s: %(channel)s")
        % (to_whom(detail) | {"channel": str(Conversation.Channel(detail["channel"]).label)})
    ),
    STARTS: lambda _detail: gettext("The term begins"),
    BUFFER_ENDS: lambda _detail: gettext("The 24 hours of the buffer are over"),
    CLOSES: lambda detail: (
        gettext("And closed from here on") if detail.get("if_told") else gettext("The contract is closed")
    ),
    LAST_NO: lambda _detail: gettext("The last minute to say no"),
    BOOKED: lambda detail: gettext("%(caller)s calls %(name)s") % (to_whom(detail) | {"caller": detail["caller"]}),
    JOINS: lambda _detail: gettext("The next term joins by itself, and nothing stops"),
}


def paid(detail: dict[str, Any]) -> dict[str, str]:
    """How much, and the day that it is about."""
    on = date.fromisoformat(detail.get("paid_on") or detail["due_on"])
    amount = wording.money(Decimal(detail["amount"]), detail["currency"]) if detail["amount"] else ""
    return {"amount": amount or gettext("agreed in person"), "day": wording.days(on, on)}


def stage_called(code: str) -> str:
    """A usual stage in the reader's language; one that a company named, by that name."""
    return str(dict(Stage.Word.choices).get(code, code))


def until_of(detail: dict[str, Any]) -> dict[str, str]:
    at = datetime.fromisoformat(detail["until"])
    return {"until": wording.instant(at, detail["time_zone"])}

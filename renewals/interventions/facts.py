"""What whoever calls has to know: whom to call and when they work, what was told, what they were doing (rule 13)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Sum

from accounts import wording
from accounts.models import Contact
from accounts.worktime import is_working_moment
from renewals.interventions.models import Intervention
from renewals.locking.busy import IDLE, session_lock_at
from renewals.locking.models import BusySession, Evidence
from renewals.usage.models import UsageSignal

LATELY = timedelta(days=7)
"""How far back use of the product says something about the moment of a lock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody at the customer: their own clock, and whether they are at work."""

    contact: Contact
    local: datetime
    works_now: bool

    @property
    def tel(self) -> str:
        """The number as a telephone takes it; "" where there is none."""
        return "".join(self.contact.phone.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Work that was in progress when the lock began, and when that session got the lock (rule 11)."""

    since: datetime
    until: datetime
    lock_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything about one lock, read at one instant."""

    people: Sequence[Person]
    evidence: Sequence[Evidence]
    sessions: Sequence[Session]
    usage: Sequence[dict[str, Any]]


def facts_of(one: Intervention, *, now: datetime) -> Facts:
    """The facts of an intervention, which comes with its contract, customer and term. A constant number of queries."""
    return Facts(
        people=people_of(one, now=now),
        evidence=list(told_of(one)),
        sessions=sessions_at(one),
        usage=list(usage_before(one)),
    )


def people_of(one: Intervention, *, now: datetime) -> list[Person]:
    """The people there, those with a phone who are at work now first."""
    customer = one.contract.customer
    hours = customer.calendar.hours()
    people = [
        Person(
            contact=contact,
            local=wording.local(now, contact.time_zone or customer.time_zone),
            works_now=is_working_moment(now, contact.time_zone or customer.time_zone, hours),
        )
        for contact in customer.contacts.all()
    ]
    return sorted(people, key=lambda one: (not one.contact.phone, not one.works_now, not one.contact.gets_notices))


def told_of(one: Intervention) -> Any:
    """Who was told of this end, and how; in order."""
    return Evidence.objects.of_the_promise().filter(term=one.term_id).select_related("contact", "by").order_by("at")


def sessions_at(one: Intervention) -> list[Session]:
    """The sessions with work in progress when the lock began."""
    busy = BusySession.objects.filter(
        contract=one.contract_id, busy_since__lt=one.locked_at, busy_until__gt=one.locked_at - IDLE
    )
    return [
        Session(
            since=session.busy_since,
            until=session.busy_until,
            lock_at=session_lock_at(one.locked_at, busy_since=session.busy_since, busy_until=session.busy_until),
        )
        for session in busy.order_by("busy_since", "pk")
    ]


def usage_before(one: Intervention) -> Any:
    """What the product counted in the days before the lock, by its own words: how much, by how many, until when."""
    lately = UsageSignal.objects.filter(contract=one.contract_id, at__gt=one.locked_at - LATELY, at__lte=one.locked_at)
    return lately.order_by().values("metric").annotate(
        total=Sum("value"), people=Count("who", distinct=True), last_at=Max("at")
    ).order_by("metric")  # fmt: skip

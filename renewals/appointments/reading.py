"""Which times there are for a call about a contract, read from both calendars, absences and other calls."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from django.db.models import Q

from accounts.models import Contact, Contract, User
from accounts.worktime import WorkingHours
from renewals.appointments.models import Appointment
from renewals.appointments.slots import Offered, Times, offered
from renewals.entitlement import Windows, planned
from renewals.interventions.duty import Candidate
from renewals.interventions.rota import Rota
from renewals.locking.models import Clock


def to_come_of(contract: Contract, user: User | None, *, now: datetime) -> list[Appointment]:
    """The calls to come that are about a contract or that somebody makes, the next first. One query."""
    theirs = Q(contract=contract) | (Q(user=user) if user else Q())
    return list(Appointment.objects.to_come(at=now).filter(theirs).select_related("contact", "user"))


def about(contract: Contract, calls: Iterable[Appointment]) -> Appointment | None:
    """Of these calls the next one about a contract."""
    return next((call for call in calls if call.contract_id == contract.pk), None)


def is_of(call: Appointment, contact: Contact | None) -> bool:
    """Whether somebody asked for a call themselves; what was asked for inside the product is everybody's there."""
    return call.contact_id in (None, contact.pk if contact else None)


def times_between(
    ours: Candidate,
    calls: Sequence[Appointment],
    *,
    contract: Contract,
    zone: str,
    hours: WorkingHours,
    before: datetime | None,
    now: datetime,
) -> Times:
    """Who would call whom. What is booked about this very contract is free again once that is moved."""
    others = [call for call in calls if call.user_id == ours.user_id and call.contract_id != contract.pk]
    booked = tuple((call.starts_at, call.ends_at) for call in others)
    return Times(ours=ours, booked=booked, zone=zone, hours=hours, before=before, now=now)


def offered_besides(times: Times, call: Appointment | None) -> Offered:
    """What is offered, but for the time of a call that is to be moved."""
    found = offered(times)
    has = call.starts_at if call else None
    return replace(found, starts=tuple(at for at in found.starts if at != has))


def times_for(contract: Contract, contact: Contact | None, user: User, *, now: datetime) -> Times:
    """The times at which `user` could call somebody about a contract, as things stand."""
    clock = Clock.objects.counting(at=now).get(contract=contract)
    return times_between(
        Rota(now=now).candidate(user),
        to_come_of(contract, user, now=now),
        contract=contract,
        zone=zone_of(contract, contact),
        hours=contract.customer.calendar.hours(),
        before=ends_next(planned(clock.windows, now=now), now=now),
        now=now,
    )


def zone_of(contract: Contract, contact: Contact | None) -> str:
    """By whose clocks a call is offered: those of who asks, else the customer's."""
    return (contact.time_zone if contact else "") or contract.customer.time_zone


def ends_next(window: Windows, *, now: datetime) -> datetime | None:
    """The next instant before which a call had best be: the end, then the lock; None where neither is ahead."""
    return next((at for at in (window.ends_at, window.lock_at) if at is not None and at > now), None)

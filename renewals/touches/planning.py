"""Plans who is told of an end, and when: in sets, a constant number of queries for any number of contracts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.bulk import insert_new
from accounts.models import Contact
from accounts.worktime import WorkingHours
from renewals.entitlement import Due, Moment, State, moments, state_at
from renewals.locking.models import Clock, Evidence
from renewals.locking.services import all_hours
from renewals.touches.models import Touch
from renewals.touches.schedule import APART, Hours, notices

AT_THE_END = (timedelta(0),)
"""The lead of the notice that goes out once the buffer has begun, to whom nobody could be told before."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """A contract whose customer is to be told now: the clock, and the lead times that are still to be planned."""

    clock: Clock
    leads: Sequence[timedelta]


def occasion(clock: Clock, fresh: Sequence[Due], *, now: datetime) -> Occasion | None:
    """Whether moments that were just recorded call for notices, and for which (rules 15 and 19).

    The first announced end plans the later notices too; the beginning of the buffer plans one more; after the
    lock, and for a stretch that another one has followed, there is nothing left to tell.
    """
    window = clock.windows
    if not fresh or not window.holds(now):
        return None
    if state_at(window, now) is State.BUFFER and any(due.moment is Moment.BUFFER_STARTED for due in fresh):
        return Occasion(clock, AT_THE_END)
    announced = any(due.moment is Moment.ENDING for due in fresh)
    return Occasion(clock, leads_of(clock)) if announced and state_at(window, now) is State.ACTIVE else None


def leads_of(clock: Clock) -> list[timedelta]:
    """The lead times at which an end is announced, longest first."""
    return [due.lead for due in moments(clock.windows) if due.moment is Moment.ENDING]


def plan(occasions: Sequence[Occasion], *, now: datetime) -> int:
    """Put the notices of these occasions on the plan, each once; how many are new (rule 20).

    The clocks come with `term` and `contract`, their contracts locked by the caller.
    """
    if not occasions:
        return 0
    about = Touch.objects.of_ends().filter(term__in=[one.clock.term_id for one in occasions], script=None)
    known = list(about.select_related("delivery"))
    planned, coming = {identity(touch) for touch in known}, on_their_way(known)
    told = told_terms(one.clock for one in occasions if one.leads == AT_THE_END)
    fresh = [
        touch
        for touch in touches_for(occasions, now=now)
        if identity(touch) not in planned and is_wanted(touch, told=told, coming=coming.get(promise(touch)))
    ]
    insert_new(fresh)
    return len(fresh)


def to_come(clock: Clock, *, now: datetime) -> list[Touch]:
    """The notices, not saved, that will go on the plan when the end is first announced, as things stand now."""
    leads = leads_of(clock)
    announced_at = clock.ends_at - leads[0] if leads else now
    return list(touches_for([Occasion(clock, leads)], now=announced_at)) if announced_at > now else []


def touches_for(occasions: Sequence[Occasion], *, now: datetime) -> Iterable[Touch]:
    """Every notice, not saved, that these occasions call for."""
    recipients = recipients_of({one.clock.contract.customer_id for one in occasions})
    calendars = all_hours()
    for one in occasions:
        clock = one.clock
        for contact in recipients[clock.contract.customer_id]:
            for planned in notices(clock.ends_at, one.leads, hours=hours_of(contact, calendars), now=now):
                yield Touch(
                    contract_id=clock.contract_id,
                    term=clock.term,
                    contact=contact,
                    lead=planned.lead,
                    last_minute=clock.term.last_minute,
                    due_at=planned.due_at,
                    planned_at=now,
                )


def recipients_of(customer_ids: Iterable[int]) -> Mapping[int, list[Contact]]:
    """Who is told at each customer: those with an e-mail address who are told about ends."""
    by_customer: dict[int, list[Contact]] = defaultdict(list)
    told = Contact.objects.filter(customer__in=customer_ids, gets_notices=True).exclude(email="")
    for contact in told.select_related("customer").order_by("pk"):
        by_customer[contact.customer_id].append(contact)
    return by_customer


def hours_of(contact: Contact, calendars: Mapping[int, WorkingHours]) -> Hours:
    """When a contact may be written to: in their own zone, by their company's calendar (rule 16)."""
    return Hours(contact.zone, None if contact.any_hour else calendars[contact.customer.calendar_id])


def identity(touch: Touch) -> tuple[object, ...]:
    """What makes it the same touch: told once, however often it is planned."""
    return (touch.term_id, touch.contact_id, touch.kind, touch.lead, touch.last_minute, touch.amendment_id)


def promise(touch: Touch) -> tuple[object, ...]:
    """Who is told of which minute: one notice of it on its way to them is enough."""
    return (touch.term_id, touch.contact_id, touch.last_minute)


def on_their_way(touches: Iterable[Touch]) -> dict[tuple[object, ...], datetime]:
    """When the last of the notices that are not over yet goes out, for each promise."""
    latest: dict[tuple[object, ...], datetime] = {}
    for touch in touches:
        if not is_over(touch):
            latest[promise(touch)] = max(touch.due_at, latest.get(promise(touch), touch.due_at))
    return latest


def is_wanted(touch: Touch, *, told: Container[int], coming: datetime | None) -> bool:
    """Whether one more notice says something new to someone: never two of one promise close together.

    `coming` is when another one of it goes out. In the buffer, one is for those of whom nobody was told.
    """
    if not touch.lead:
        return coming is None and touch.term_id not in told
    return coming is None or coming + APART <= touch.due_at


def told_terms(clocks: Iterable[Clock]) -> set[int]:
    """Those of these clocks' terms for which someone was told."""
    terms = [clock.term_id for clock in clocks]
    return (
        set(Evidence.objects.of_the_promise().filter(term__in=terms).values_list("term", flat=True)) if terms else set()
    )


def is_over(touch: Touch) -> bool:
    """Whether a touch was carried out, or given up, or is not needed any more."""
    return hasattr(touch, "delivery") and touch.delivery.over_at is not None

"""Who is to be told that their contract renews by itself, and until when a “no” counts (rule 12)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import DurationField, Exists, ExpressionWrapper, F, OuterRef, Value

from accounts.bulk import insert_new
from accounts.models import Contact
from renewals.locking.joining import TOLD_AHEAD
from renewals.locking.models import Clock, ClockQuerySet
from renewals.locking.renewing import will_join_at
from renewals.locking.services import all_hours
from renewals.touches.models import Touch
from renewals.touches.planning import hours_of, recipients_of
from renewals.touches.schedule import Hours, moment

MARGIN = timedelta(days=7)
"""How much earlier than the rule's 30 days they are told: room for holidays, and for a mail server that is away."""


def untold(*, now: datetime) -> ClockQuerySet:
    """Counting clocks of contracts that renew by themselves, whose customers are to be told by now and are not."""
    before_end = ExpressionWrapper(
        F("contract__notice_days") * Value(timedelta(days=1)) + Value(TOLD_AHEAD + MARGIN), DurationField()
    )
    people = Contact.objects.filter(customer=OuterRef("contract__customer"), gets_notices=True).exclude(email="")
    planned = Touch.objects.filter(
        term=OuterRef("term"), last_minute=OuterRef("term__last_minute"), kind=Touch.Kind.RENEWS_ITSELF
    )
    return (
        Clock.objects.counting(at=now)
        .filter(contract__renews_itself=True, contract__declined_at=None, span__endswith=None)
        .filter(ends_at__gt=now + TOLD_AHEAD, ends_at__lte=now + before_end)
        .exclude(Exists(planned))
        .filter(Exists(people))
        .order_by("pk")
    )


def plan_by_themselves(*, now: datetime, limit: int) -> int:
    """Plan that notice wherever it is due, `limit` contracts a transaction; how many touches are new.

    Each once in order of their keys, so that those for whom it is too late stand in nobody's way.
    """
    planned, after = 0, 0
    while True:
        with transaction.atomic():
            waiting = untold(now=now).filter(pk__gt=after).select_related("term", "contract")
            clocks = list(waiting.select_for_update(of=("self", "contract"), skip_locked=True, no_key=True)[:limit])
            planned += plan_for(clocks, now=now)
        if len(clocks) < limit:
            return planned
        after = clocks[-1].pk


def plan_for(clocks: Sequence[Clock], *, now: datetime) -> int:
    """The notices for these clocks, which the caller has locked; how many are new."""
    if not clocks:
        return 0
    recipients, calendars = recipients_of({clock.contract.customer_id for clock in clocks}), all_hours()
    touches = [
        touch
        for clock in clocks
        for contact in recipients[clock.contract.customer_id]
        if (touch := told_in_time(clock, contact, hours_of(contact, calendars), now=now))
    ]
    insert_new(touches)
    return len(touches)


def told_in_time(clock: Clock, contact: Contact, hours: Hours, *, now: datetime) -> Touch | None:
    """The notice, not saved; None where it is too late: who is told then is told that the contract ends."""
    notice_days = clock.contract.notice_days or 0
    latest = clock.ends_at - timedelta(days=notice_days) - TOLD_AHEAD
    due_at = moment(latest - MARGIN, before=latest, hours=hours, now=now)
    if will_join_at(clock.contract, clock.term, told_at=due_at) is None:
        return None
    return Touch(
        contract_id=clock.contract_id,
        term=clock.term,
        contact=contact,
        kind=Touch.Kind.RENEWS_ITSELF,
        lead=clock.ends_at - (latest - MARGIN),
        last_minute=clock.term.last_minute,
        due_at=due_at,
        planned_at=now,
    )

"""Whoever can be told only after the notices went on the plan: told now, while nobody there was (rules 10 and 15)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet

from accounts.bulk import insert_new
from accounts.models import Contact
from renewals.entitlement import LEADS
from renewals.locking.models import Clock, ClockQuerySet
from renewals.locking.services import all_hours
from renewals.touches.models import Delivery, Touch
from renewals.touches.planning import hours_of, recipients_of


def untold(*, now: datetime) -> ClockQuerySet:
    """Counting clocks near or past their end of which nobody at the customer was told: without that nothing locks.

    Where a moment is due its own notices come first: `renewals.touches.planning` makes them.
    """
    near = Clock.objects.counting(at=now).filter(starts_at__lte=now, ends_at__lte=now + LEADS[0])
    return near.filter(lock_at=None, joins_at=None, is_history=False, span__endswith=None).exclude(
        next_event_at__lte=now
    )


def reachable() -> QuerySet[Contact]:
    """Of an outer clock's customer: who could be told and is not, by nothing that was sent or is on its way.

    Where a mail failed for good, the address is another one since then.
    """
    clock = {"term": OuterRef(OuterRef("term")), "last_minute": F("term__last_minute")}
    theirs = Touch.objects.of_ends().filter(contact=OuterRef("pk"), **clock)
    failed = theirs.filter(delivery__outcome__in=Delivery.UNDELIVERED, delivery__recipient=OuterRef("email"))
    people = Contact.objects.filter(customer=OuterRef("contract__customer"), gets_notices=True).exclude(email="")
    return people.exclude(Exists(theirs.open())).exclude(Exists(theirs.heard())).exclude(Exists(failed))


@transaction.atomic
def plan_late(*, now: datetime, limit: int) -> int:
    """Plan one notice, now, for everybody who can be reached at up to `limit` such contracts; how many are new.

    The contracts are locked first and looked at again then: who planned for them in the meantime is seen.
    """
    waiting = untold(now=now).filter(Exists(reachable())).order_by("ends_at").select_related("term", "contract")
    clocks = list(waiting.select_for_update(of=("self", "contract"), skip_locked=True, no_key=True)[:limit])
    if not clocks:
        return 0
    still = untold(now=now).filter(pk__in=[clock.pk for clock in clocks])
    to_tell = dict(still.annotate(to_tell=ArraySubquery(reachable().values("pk"))).values_list("pk", "to_tell"))
    touches = list(late_notices(clocks, to_tell, now=now))
    # One that was planned at this very instant, and failed in it, is planned anew in the next round.
    insert_new(touches)
    return len(touches)


def late_notices(clocks: Sequence[Clock], to_tell: Mapping[int, list[int]], *, now: datetime) -> Iterator[Touch]:
    """The notices, not saved, for the contacts `to_tell` of each clock. A lead below nothing: in the buffer."""
    recipients, calendars = recipients_of({clock.contract.customer_id for clock in clocks}), all_hours()
    for clock in clocks:
        for contact in recipients[clock.contract.customer_id]:
            if contact.pk in to_tell.get(clock.pk, ()):
                yield Touch(
                    contract_id=clock.contract_id,
                    term=clock.term,
                    contact=contact,
                    kind=Touch.Kind.LATE,
                    lead=clock.ends_at - now,
                    last_minute=clock.term.last_minute,
                    due_at=hours_of(contact, calendars).next(now),
                    planned_at=now,
                )

"""Extra time: given by the customer, a colleague or a rule, taken back by a person alone (rules 5 and 11)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Contact, Contract, ContractTerm, User
from accounts.services import NotAllowed, locked
from renewals.entitlement import State, Windows, state_at
from renewals.locking.models import Clock, Evidence, Grant, LockObservation
from renewals.locking.services import recompute_clocks
from renewals.locking.telling import record_evidence
from renewals.timeline.models import Event
from renewals.timeline.services import record_event

DAY = timedelta(days=1)
CUSTOMERS_OWN = DAY
"""What a customer can give themselves, once an end (rule 11)."""
LIMITS = {User.Role.CSM: 7 * DAY, User.Role.MANAGER: 30 * DAY, User.Role.ADMIN: 90 * DAY}
"""How much time people can give to one end, all in all, by the role of who gives the last of it."""


@transaction.atomic
def give(contract: Contract, *, time: timedelta, reason: str, by: User, now: datetime) -> Grant:
    """Extra time from a colleague, with their reason. Raises `NotAllowed` beyond the limit of their role."""
    contract = locked(contract)
    clock = Clock.objects.select_related("term").get(contract=contract, span__contains=now)
    if not reason.strip():
        raise NotAllowed(_("Say why they get more time: the reason goes on record."))
    left = left_to_give(clock.term, by=by)
    if time > left:
        days = left // DAY
        raise NotAllowed(
            ngettext(
                "You can give %(days)d day more to this end. Ask your manager for longer, or move the end.",
                "You can give %(days)d days more to this end. Ask your manager for longer, or move the end.",
                days,
            )
            % {"days": days}
        )
    return grant(clock, Grant(source=Grant.Source.PERSON, gives=time, reason=reason.strip(), by=by), now=now)


def left_to_give(term: ContractTerm, *, by: User) -> timedelta:
    """How much more time this colleague can give to a term's end."""
    return left_to_give_each([term.pk], by=by)[term.pk]


def left_to_give_each(term_ids: Sequence[int], *, by: User) -> Mapping[int, timedelta]:
    """The same of many terms, in one query."""
    grants = Grant.objects.standing().filter(term__in=term_ids, source=Grant.Source.PERSON).order_by()
    given = dict(grants.values_list("term").annotate(all=Sum("gives")))
    limit, nothing = LIMITS[User.Role(by.role)], timedelta(0)
    return {pk: max(limit - given.get(pk, nothing), nothing) for pk in term_ids}


@transaction.atomic
def take_a_day_more(contract: Contract, contact: Contact | None, *, now: datetime) -> Grant:
    """The 24 hours that a customer gives themselves, once an end, in the buffer or after the lock.

    Who asks for more time knows of the end: it is evidence too. Raises `NotAllowed` otherwise.
    """
    contract = locked(contract)
    clock = Clock.objects.select_related("term").get(contract=contract, span__contains=now)
    if not can_take_a_day(clock, now=now):
        raise NotAllowed(_("The 24 hours more have been taken already, or are not needed now."))
    given = grant(clock, Grant(source=Grant.Source.CUSTOMER, gives=CUSTOMERS_OWN, contact=contact), now=now)
    record_evidence(clock.term, kind=Evidence.Kind.ACKNOWLEDGED, at=now, now=now, contact=contact)
    return given


def can_take_a_day(clock: Clock, *, now: datetime) -> bool:
    """Whether the customer can give themselves 24 hours now: the end has passed, and they did not yet."""
    return runs_out(clock, now=now) and not term_ids_with_customers_day([clock.term_id])


def runs_out(clock: Clock, *, now: datetime) -> bool:
    """Whether the end has passed, nothing follows yet, and it is not closed."""
    return state_at(clock.windows, now) in (State.BUFFER, State.SOFT_LOCKED) and clock.span.upper is None


def term_ids_with_customers_day(term_ids: Sequence[int]) -> set[int]:
    """Those of these terms for which the customer has taken their 24 hours."""
    taken = Grant.objects.filter(term__in=term_ids, source=Grant.Source.CUSTOMER)
    return set(taken.values_list("term", flat=True))


@transaction.atomic
def give_back(
    contract: Contract,
    *,
    time: timedelta,
    reason: str,
    now: datetime,
    by: User | None = None,
    observed: LockObservation | None = None,
) -> Grant:
    """Time that a rule gives: minutes that a lock took too early, rounded up to the day (rule 21).

    `by` is who accepted it, `observed` the lock that took the minutes: given back once, the database holds that.
    """
    contract = locked(contract)
    clock = Clock.objects.select_related("term").get(contract=contract, span__contains=now)
    given = Grant(source=Grant.Source.RULE, gives=whole_days(time), reason=reason, by=by, gives_back=observed)
    return grant(clock, given, now=now)


def whole_days(time: timedelta) -> timedelta:
    """A stretch of time, rounded up to the day."""
    return -(-time // DAY) * DAY


def grant(clock: Clock, given: Grant, *, now: datetime) -> Grant:
    """Put a grant on record; the lock follows from it in the same transaction. The caller holds the contract's row."""
    given.term, given.at = clock.term, now
    given.until = runs_from(clock.windows, now=now) + given.gives
    given.save()
    recompute_clocks([clock.contract_id], now=now)
    record_event(
        clock.contract,
        Event.Kind.EXTENDED,
        key=f"extended:{given.pk}",
        occurred_at=now,
        now=now,
        by=str(given.by or given.contact or given.get_source_display()),
        until=given.until.isoformat(),
        time_zone=clock.term.time_zone,
        reason=given.reason,
    )
    return given


def runs_from(window: Windows, *, now: datetime) -> datetime:
    """From when extra time counts: the lock as it stands, planned or due; the present where that has passed."""
    return max(now, window.lock_at or window.earliest_lock_at)


@transaction.atomic
def take_back(given: Grant, *, reason: str, by: User, now: datetime) -> None:
    """Undo a grant from a day after `now` on, never into the past (rule 5). The caller sends the customer the notice.

    Raises `NotAllowed` without a reason, and for a grant that is over or was taken back already.
    """
    contract = locked(given.term.contract)
    if not reason.strip():
        raise NotAllowed(_("Say why the time is taken back: the reason goes on record."))
    undone = Grant.objects.standing().filter(pk=given.pk, until__gt=now)
    if not undone.update(undone_at=now, undone_by=by, undone_because=reason.strip()):
        raise NotAllowed(_("This time has been used or taken back already."))
    recompute_clocks([contract.pk], now=now)
    record_event(
        contract,
        Event.Kind.GRANT_UNDONE,
        key=f"grant_undone:{given.pk}",
        occurred_at=now,
        now=now,
        by=str(by),
        reason=reason.strip(),
    )

"""The one way a contract is renewed, whoever does it: its customer, its manager, or by itself (rule 12)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Min, OuterRef, Subquery
from django.utils.translation import gettext as _

from accounts import terms
from accounts.models import Contract, ContractTerm
from accounts.services import Actor, NotAllowed, Sold, change_details, last_term, locked, renew_into
from renewals.entitlement import renewal_starts_at
from renewals.locking.models import Clock, Evidence
from renewals.timeline.models import Event
from renewals.timeline.services import record_event

TOLD_AHEAD = timedelta(days=30)
"""How long before the last minute to say no the customer is told, at the least (rule 12)."""
BY_ITSELF = "renews by itself"
"""Who renewed it, on record, when nobody said no in time."""


@transaction.atomic
def renew(
    contract: Contract,
    *,
    after: datetime,
    term: terms.Term,
    by: Actor,
    now: datetime,
    sold: Sold | None = None,
    reason: str = "",
) -> ContractTerm:
    """The next term, from where rule 12 says: seamlessly at the end, or after the lock from `now` on.

    `after` is the end (UTC) that whoever renews was shown: two who renew after the same end are one renewal, the
    second waits for the row and gets `NotAllowed`. So does who would renew into a term that is already agreed. Who
    said no and renews after all has not said no. Raises `terms.TermError` for a term that cannot be.
    """
    contract = locked(contract)
    clock = Clock.objects.get(contract=contract, span__contains=now)
    refuse_second(contract, clock, after=after)
    if contract.declined_at is not None:
        change_details(contract, declined_at=None, by=by, now=now)
    starts_at = renewal_starts_at(clock.windows, now=now)
    following = renew_into(contract, starts_at=starts_at, term=term, by=by, now=now, sold=sold, reason=reason)
    record_renewal(following, occurred_at=now, by=by, now=now)
    return following


def refuse_second(contract: Contract, clock: Clock, *, after: datetime) -> None:
    """A contract that does not end where it was seen to end, or has its next term already, is not renewed again."""
    if clock.ends_at != after or last_term(contract).ends_at > clock.ends_at:
        raise NotAllowed(_("This contract has been renewed already."))


def record_renewal(following: ContractTerm, *, occurred_at: datetime, by: Actor, now: datetime) -> None:
    """The renewal as an event, dated by the moment that it follows from."""
    record_event(
        following.contract,
        Event.Kind.RENEWED,
        key=f"renewed:{following.pk}",
        occurred_at=occurred_at,
        now=now,
        by=str(by),
        term=following.sold_as,
    )


def joining_at(contract: Contract, term: ContractTerm, *, told_at: datetime) -> datetime | None:
    """The instant (UTC) from which a “no” comes too late and the next term joins (rule 12).

    None for a contract that ends like any other: it does not renew by itself, somebody said no, or they were told, at
    `told_at` for the first time, too late to be left 30 days before the end.
    """
    if not contract.renews_itself or contract.declined_at is not None:
        return None
    wall = last_minute_to_say_no(term, notice_days=contract.notice_days or 0, told_at=told_at)
    at = terms.end_instant(wall, term.time_zone, whole_day=True)
    return at if at < term.ends_at else None


def last_minute_to_say_no(term: ContractTerm, *, notice_days: int, told_at: datetime) -> datetime:
    """The last minute (wall time in the term's zone) in which a “no” still counts, computed like any end (rule 12).

    A whole day. Who was told late has 30 days from then all the same.
    """
    told_on = told_at.astimezone(terms.zone(term.time_zone)).date()
    day = max(term.last_minute.date() - timedelta(days=notice_days), told_on + TOLD_AHEAD)
    return terms.reckon(day, terms.Term.through(day), term.time_zone).last_minute


@dataclass(frozen=True, slots=True)
class Joining:
    """A contract whose next term joins by itself: nobody said no by `at`."""

    clock: Clock
    at: datetime


def renewing_by_itself(*, now: datetime) -> Iterator[Joining]:
    """Contracts that renew by themselves, whose last minute to say no has passed, and nobody said it.

    Nobody is renewed in the dark: without evidence that someone was told, a contract ends like any other. One
    whose moment came while nothing was running still renews, seamlessly, however late it is found.
    """
    candidates = (
        Clock.objects.counting(at=now)
        .filter(contract__renews_itself=True, contract__declined_at=None, span__endswith=None)
        .annotate(told_at=first_told(OuterRef("term")))
        .filter(told_at__lte=now - TOLD_AHEAD)
        .select_related("contract", "term")
    )
    for clock in candidates.iterator(chunk_size=500):
        at = joining_at(clock.contract, clock.term, told_at=clock.told_at)
        if at is not None and at <= now:
            yield Joining(clock, at)


def first_told(term: OuterRef) -> Subquery:
    """When someone was first told of the minute that is promised now."""
    told = Evidence.objects.of_the_promise().filter(term=term).values("term")
    return Subquery(told.annotate(first=Min("at")).values("first"))


@transaction.atomic
def renew_by_itself(joining: Joining, *, now: datetime) -> ContractTerm:
    """Join the next term, an event dated by the last minute to say no (rule 12).

    Raises `NotAllowed` where somebody has said no, renewed it or ended its renewing since it was found.
    """
    clock = joining.clock
    contract = locked(clock.contract)
    present = Clock.objects.get(contract=contract, span__contains=now)
    refuse_second(contract, present, after=clock.ends_at)
    if not contract.renews_itself or contract.declined_at is not None:
        raise NotAllowed(_("This contract does not renew by itself any more."))
    term = terms.parse_term(contract.renews_for)
    starts_at = renewal_starts_at(present.windows, now=now)
    following = renew_into(contract, starts_at=starts_at, term=term, by=BY_ITSELF, now=now)
    record_renewal(following, occurred_at=joining.at, by=BY_ITSELF, now=now)
    return following

"""The one way a contract is renewed, whoever does it: its customer, its manager, or by itself (rule 12)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import terms
from accounts.models import Contract, ContractTerm
from accounts.services import Actor, NotAllowed, Sold, change_details, last_term, locked, renew_into
from renewals.entitlement import renewal_starts_at
from renewals.locking.joining import joining_at
from renewals.locking.models import Clock, ClockQuerySet
from renewals.timeline.models import Event
from renewals.timeline.services import record_event

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
    second waits for the row and gets `NotAllowed`. So does who would renew into a term that is already agreed, or
    that would be over already. Who said no and renews after all has not said no. Raises `terms.TermError` for a term
    that cannot be.
    """
    contract = locked(contract)
    clock = Clock.objects.get(contract=contract, span__contains=now)
    refuse_second(contract, clock, after=after)
    if contract.declined_at is not None:
        change_details(contract, declined_at=None, by=by, now=now)
    starts_at = renewal_starts_at(clock.windows, now=now)
    following = renew_into(contract, starts_at=starts_at, term=term, by=by, now=now, sold=sold, reason=reason)
    if following.ends_at <= now:
        raise NotAllowed(_("That term would be over already. Choose a longer one, or one that ends later."))
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


def will_join_at(contract: Contract, term: ContractTerm, *, told_at: datetime) -> datetime | None:
    """From when a “no” comes too late and the next term joins, told at `told_at` for the first time.

    None for a contract that ends like any other: it does not renew by itself, somebody said no, or they were told too
    late.
    """
    if not contract.renews_itself or contract.declined_at is not None or contract.notice_days is None:
        return None
    return joining_at(term.last_minute, term.time_zone, term.ends_at, notice_days=contract.notice_days, told_at=told_at)


def renewing_by_itself(*, now: datetime) -> ClockQuerySet:
    """Clocks of contracts whose last minute to say no has passed, and nobody said it: their next term is to join.

    Nobody is renewed in the dark: without evidence that someone was told, a contract ends like any other. One
    whose moment came while nothing was running still renews, seamlessly, however late it is found.
    """
    return Clock.objects.counting(at=now).filter(joins_at__lte=now).select_related("contract", "term")


@transaction.atomic
def renew_by_itself(clock: Clock, *, now: datetime) -> ContractTerm:
    """Join the next term, an event dated by the last minute to say no (rule 12).

    Raises `NotAllowed` where somebody has said no, renewed it or ended its renewing since it was found.
    """
    contract = locked(clock.contract)
    present = Clock.objects.get(contract=contract, span__contains=now)
    refuse_second(contract, present, after=clock.ends_at)
    if present.joins_at is None or present.joins_at > now:
        raise NotAllowed(_("This contract does not renew by itself any more."))
    term = terms.parse_term(contract.renews_for)
    following = renew_into(contract, starts_at=present.ends_at, term=term, by=BY_ITSELF, now=now)
    record_renewal(following, occurred_at=present.joins_at, by=BY_ITSELF, now=now)
    return following

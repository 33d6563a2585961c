"""Keeps what the rules of risk look at, of every open renewal, as its facts say it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import DateField, DateTimeField, Exists, F, Func, OuterRef, QuerySet, Subquery

from accounts.models import Peak, User
from renewals.health.services import today_here
from renewals.locking.models import Clock, ClockQuerySet
from renewals.locking.peaks import AHEAD, BEHIND
from renewals.pipeline.models import Renewal
from renewals.risk.models import RiskFacts, RiskFactsQuerySet
from renewals.risk.reading import YEAR, early_locks, least, looked_up, met_peaks, our_promises
from renewals.stale.models import Stale
from renewals.stale.services import AT_ONCE, catch_up, differing, left, stale

KEPT = [field.attname for field in RiskFacts._meta.concrete_fields if field.attname not in ("renewal_id", "good_until")]
"""The columns that are kept as they are read."""
DAY = timedelta(days=1)
NEVER = datetime.max.replace(tzinfo=UTC)


def bring_up_to_date(user: User, *, now: datetime) -> int:
    """Keep anew what is stale of what `user` may see; of how many contracts that is still to come, nearly always 0."""
    rows, kept = stale(Stale.Kind.RISK).visible_to(user), RiskFacts.objects.visible_to(user)
    note_outlived(kept, now=now, limit=AT_ONCE)
    done = catch_up(rows, partial(keep, now=now), limit=AT_ONCE)
    return left(rows) + outlived(kept, now=now).count() if done >= AT_ONCE else 0


def bring_all_up_to_date(*, now: datetime, limit: int) -> int:
    """The same of everybody's, up to `limit` contracts; how many there were."""
    note_outlived(RiskFacts.objects.all(), now=now, limit=limit)
    return catch_up(stale(Stale.Kind.RISK), partial(keep, now=now), limit=limit)


def is_behind(*, now: datetime) -> bool:
    """Whether something that is kept is not as it would be read now."""
    return stale(Stale.Kind.RISK).exists() or outlived(RiskFacts.objects.all(), now=now).exists()


def outlived(kept: RiskFactsQuerySet, *, now: datetime) -> RiskFactsQuerySet:
    """What time alone has made another."""
    return kept.filter(good_until__lte=now)


def note_outlived(kept: RiskFactsQuerySet, *, now: datetime, limit: int) -> None:
    """What time alone has made another is stale like what a fact has, up to `limit` of them."""
    found = outlived(kept, now=now).order_by("good_until").values_list("contract", flat=True)
    if contracts := set(found[:limit]):
        Stale.objects.bulk_create(Stale(kind=Stale.Kind.RISK, contract_id=pk) for pk in contracts)


def keep(contract_ids: Collection[int], *, now: datetime) -> None:
    """Keep what the rules look at of the open renewals of these contracts, and nothing of others of theirs."""
    fresh = read(contract_ids, now=now)
    RiskFacts.objects.filter(contract__in=contract_ids).exclude(pk__in=[one.pk for one in fresh]).delete()
    RiskFacts.objects.bulk_create(
        fresh, update_conflicts=True, unique_fields=["renewal"], update_fields=[*KEPT, "good_until"]
    )


def that_differ(contract_ids: Collection[int], *, now: datetime) -> set[int]:
    """Those of these contracts of which something else is kept than is read now, though nothing is stale."""
    known = stale(Stale.Kind.RISK).filter(contract_id__in=contract_ids).values_list("contract_id", flat=True)
    kept = RiskFacts.objects.filter(contract__in=contract_ids)
    turned = outlived(kept, now=now).values_list("contract", flat=True)
    return differing(read(contract_ids, now=now), kept, KEPT) - {*known, *turned}


def read(contract_ids: Collection[int], *, now: datetime) -> list[RiskFacts]:
    """What the rules look at of the open renewals of these contracts, from the tables of the facts.

    All that is on record has happened: `now` may be from before somebody who came first had done their batch.
    """
    renewals = Renewal.objects.open().filter(contract__in=contract_ids).order_by()
    peaks = met_peaks(contract_ids, now=now)
    rows = looked_up(renewals, peaks=peaks, now=now, known_until=NEVER)
    return [facts_of(row, now=now) for row in with_turns(rows, now=now)]


def facts_of(row: Any, *, now: datetime) -> RiskFacts:
    """One renewal that was read by `with_turns`, as it is kept."""
    return RiskFacts(
        renewal_id=row.pk, good_until=good_until(row, now=now), **{name: getattr(row, name) for name in KEPT}
    )


def with_turns(renewals: QuerySet[Any], *, now: datetime) -> QuerySet[Any]:
    """Each with what time alone will turn: the next promise due, the first lock that a year will be past, from when and
    until when its clocks count, and their locks, where the customer has peaks that one could meet.
    """
    clocks = Clock.objects.filter(term=OuterRef("term")).order_by()
    due = our_promises().filter(due_on__gte=today_here(now))
    return renewals.annotate(
        next_due_on=least(due, "due_on", output_field=DateField()),
        first_locked_at=least(early_locks(since=now - YEAR, until=NEVER), "locked_at", output_field=DateTimeField()),
        counts_from=next_turn(clocks, Func("span", function="lower"), now=now),
        counts_until=next_turn(clocks, Func("span", function="upper"), now=now),
        locks_at=next_turn(clocks, F("lock_at"), now=now),
        locks_earliest_at=next_turn(clocks, F("earliest_lock_at"), now=now),
        has_peaks=Exists(Peak.objects.standing().filter(customer=OuterRef("contract__customer"))),
    )


def next_turn(clocks: ClockQuerySet, instant: Func | F, *, now: datetime) -> Subquery:
    """The next of these instants that is yet to come."""
    ahead = clocks.annotate(turns=instant).filter(turns__gt=now)
    return least(ahead, "turns", output_field=DateTimeField())


def good_until(row: Any, *, now: datetime) -> datetime | None:
    """From when on what is kept of a renewal may be another, though no fact has changed."""
    turns = [row.counts_from, row.counts_until]
    if row.has_peaks:
        turns += [row.locks_at, row.locks_earliest_at, row.ends_at - AHEAD, row.ends_at + BEHIND]
    if row.next_due_on:
        turns.append(end_of(row.next_due_on))
    if row.first_locked_at:
        turns.append(row.first_locked_at + YEAR)
    return min((at for at in turns if at is not None and at > now), default=None)


def end_of(day: date) -> datetime:
    """The first instant after a day of the vendor's own."""
    return datetime.combine(day + DAY, time(), ZoneInfo(settings.CSPORTAL_DEFAULT_ZONE))

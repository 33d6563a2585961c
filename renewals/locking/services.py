"""Keeps every contract's clocks equal to its facts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby, starmap
from operator import attrgetter
from typing import NamedTuple

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Count, Min
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _

from accounts.bulk import create_all
from accounts.models import CalendarDay, Contract, ContractTerm, WorkingCalendar
from accounts.worktime import WorkingHours
from renewals.entitlement import Due, Facts, Given, Held, Windows, moments, windows
from renewals.hearsay import Disproved, Seen, told_of
from renewals.locking.joining import joining_at
from renewals.locking.models import Clock, Evidence, Grant
from renewals.timeline.services import Promised, due_key, recorded_keys

AT_ONCE = 2000
"""How many contracts are computed at a time: bounds the memory of a ledger of any size."""
COLUMNS = [column.attname for column in Clock._meta.concrete_fields if not column.primary_key]
"""What of a clock follows from its facts: everything but its own key."""

Row = dict[str, object]


class StoredTerm(NamedTuple):
    """What a clock needs of a term and its customer, as the database holds it: rows, since there are millions."""

    pk: int
    contract_id: int
    starts_at: datetime
    ends_at: datetime
    recorded_at: datetime
    last_minute: datetime
    time_zone: str
    customer_zone: str
    calendar_id: int


@dataclass(frozen=True, slots=True)
class Known:
    """The facts of one contract on their way from the database into the pure function."""

    facts: Facts
    terms: Sequence[StoredTerm]


def recompute_clocks(contract_ids: Sequence[int], *, now: datetime) -> None:
    """Make the clocks of these contracts follow from their facts again, in sets (rule 7).

    Runs in the transaction that changed the facts. Contracts are locked in one order, so that two who change
    the same ones wait for each other and never deadlock.
    """
    ids = sorted(set(contract_ids))
    for first in range(0, len(ids), AT_ONCE):
        recompute_some(ids[first : first + AT_ONCE])


@transaction.atomic(savepoint=False)
def recompute_some(ids: Sequence[int]) -> None:
    """One batch of `recompute_clocks`: a constant number of queries."""
    list(Contract.objects.select_for_update(of=("self",)).filter(pk__in=one_of(ids)).order_by("pk").values_list("pk"))
    fresh = list(fresh_clocks(ids))
    Clock.objects.filter(contract__in=one_of(ids)).delete()
    create_all(Clock, fresh)


def one_of(ids: Sequence[int]) -> RawSQL:
    """The other side of an IN: one array, whose thousands of numbers no driver has to look at one by one."""
    return RawSQL("SELECT unnest(%s::bigint[])", [list(ids)])


def fresh_clocks(ids: Sequence[int]) -> Iterator[Row]:
    """The clocks that the facts of these contracts give, contract by contract, in order of time."""
    recorded = recorded_keys(ids)
    for known in facts_of(ids):
        yield from clocks_of(known, recorded)


def facts_of(ids: Sequence[int]) -> Iterator[Known]:
    """The facts of each of these contracts that has a term."""
    told, given, notices = told_of_ends(ids), given_of(ids), notices_of(ids)
    hours = all_hours()
    columns = (*StoredTerm._fields[:-2], "contract__customer__time_zone", "contract__customer__calendar")
    rows = ContractTerm.objects.filter(contract__in=one_of(ids)).order_by("contract", "starts_at")
    for _contract, stored in groupby(starmap(StoredTerm, rows.values_list(*columns)), attrgetter("contract_id")):
        terms = list(stored)
        held = [
            Held(
                starts_at=term.starts_at,
                ends_at=term.ends_at,
                recorded_at=term.recorded_at,
                told_at=told[term.pk][0] if term.pk in told else None,
                disproved=told[term.pk][1] if term.pk in told else (),
                given=given.get(term.pk, ()),
                joins_at=joins_at_of(term, notices.get(term.pk)),
            )
            for term in terms
        ]
        yield Known(Facts(terms=held, zone=terms[0].customer_zone, hours=hours[terms[0].calendar_id]), terms)


def told_of_ends(ids: Sequence[int]) -> Mapping[int, tuple[datetime | None, Sequence[Disproved]]]:
    """By term, when somebody there first counted as told of its end, and what of that turned out to be none."""
    evidence = Evidence.objects.ever_of_the_promise().of_the_end().counted().filter(term__contract__in=one_of(ids))
    rows = evidence.values_list("term").annotate(first=Min("counts"), came_back=Count("disproved_at")).order_by()
    told: dict[int, tuple[datetime | None, Sequence[Disproved]]] = {}
    shaken: dict[int, list[Seen]] = {}
    for term, first, came_back in rows:
        told[term] = first, ()
        if came_back:
            shaken[term] = []
    for term, counts, at in evidence.filter(term__in=shaken).values_list("term", "counts", "disproved_at"):  # type: ignore[misc]  # counted() adds it
        shaken[term].append((counts, at))
    return told | {term: told_of(seen) for term, seen in shaken.items()}


def given_of(ids: Sequence[int]) -> Mapping[int, Sequence[Given]]:
    """The grants of each of these contracts' terms, in the order in which they were given."""
    found: dict[int, list[Given]] = defaultdict(list)
    grants = Grant.objects.counted().filter(term__contract__in=one_of(ids)).order_by("at", "pk")
    for term, at, until in grants.values_list("term", "at", "counts"):  # type: ignore[misc]  # counted() adds it
        found[term].append(Given(at=at, until=until))
    return found


def notices_of(ids: Sequence[int]) -> Mapping[int, tuple[int, datetime]]:
    """Of those that renew by themselves: by term, the days of notice and when somebody was first told that it does."""
    renewing = {"term__contract__renews_itself": True, "term__contract__declined_at": None}
    told = Evidence.objects.of_the_promise().of_renewing().counted()
    told = told.filter(term__contract__in=one_of(ids), **renewing).order_by()
    rows = told.values_list("term", "term__contract__notice_days").annotate(first=Min("counts"))
    return {term: (notice_days, first) for term, notice_days, first in rows}


def joins_at_of(term: StoredTerm, notice: tuple[int, datetime] | None) -> datetime | None:
    """From when on the next term follows by itself; None where it does not (rule 12)."""
    if notice is None:
        return None
    notice_days, told_at = notice
    return joining_at(term.last_minute, term.time_zone, term.ends_at, notice_days=notice_days, told_at=told_at)


def all_hours() -> Mapping[int, WorkingHours]:
    """Every working calendar as the plain value that `worktime` takes. There are few: two queries read them all."""
    return {calendar.pk: calendar.hours() for calendar in WorkingCalendar.objects.prefetch_related("days")}


def clocks_of(known: Known, recorded: Mapping[int, set[str]]) -> Iterator[Row]:
    """The clocks that a contract's facts give, as rows."""
    for window in windows(known.facts):
        term = known.terms[window.term]
        yield {
            "contract_id": term.contract_id,
            "term_id": term.pk,
            "span": DateTimeTZRange(window.from_at, window.until_at),
            "starts_at": window.starts_at,
            "ends_at": window.ends_at,
            "buffer_ends_at": window.buffer_ends_at,
            "earliest_lock_at": window.earliest_lock_at,
            "lock_at": window.lock_at,
            "closes_at": window.closes_at,
            "is_history": window.is_history,
            "joins_at": window.joins_at,
            "next_event_at": first_unrecorded(window, term, recorded.get(term.contract_id, set())),
        }


def unrecorded(window: Windows, term: Promised, recorded: set[str]) -> list[Due]:
    """The moments of a stretch that are not on record yet, in order."""
    return [due for due in moments(window) if due_key(due, term) not in recorded]


def first_unrecorded(window: Windows, term: Promised, recorded: set[str]) -> datetime | None:
    """When the tick has to look at this stretch next; None when nothing is left to record, and for history."""
    if window.is_history:
        return None
    return next((due.at for due in moments(window) if not recorded or due_key(due, term) not in recorded), None)


def clocks_that_differ(*, limit: int = 100) -> list[int]:
    """Contracts whose stored clocks do not equal what their facts give: always none, and a command proves it."""
    differing: list[int] = []
    ids = list(Contract.objects.order_by("pk").values_list("pk", flat=True))
    for first in range(0, len(ids), AT_ONCE):
        batch = ids[first : first + AT_ONCE]
        rows = Clock.objects.filter(contract__in=one_of(batch)).order_by("contract", "span").values(*COLUMNS)
        stored, fresh = by_contract(rows), by_contract(fresh_clocks(batch))
        differing += [pk for pk in batch if stored[pk] != fresh[pk]]
    return differing[:limit]


def by_contract(clocks: Iterable[Row]) -> dict[object, list[Row]]:
    """Clocks, in order, under the contract that each belongs to."""
    found: dict[object, list[Row]] = defaultdict(list)
    for clock in clocks:
        found[clock["contract_id"]].append(clock)
    return found


@transaction.atomic
def recompute_by_new_hours(contract_ids: Iterable[int], *, now: datetime) -> None:
    """Recompute contracts whose customers' days or zone changed. A lock that was ahead comes no earlier for that.

    They were told of that minute: what such a change would take is given back at once, on record as a rule's (rule 5).
    """
    ids = list(contract_ids)
    ahead = Clock.objects.counting(at=now).filter(contract__in=one_of(ids), lock_at__gt=now)
    promised = dict(ahead.values_list("contract", "lock_at"))
    recompute_clocks(ids, now=now)
    fresh = Clock.objects.counting(at=now).filter(contract__in=one_of(list(promised)), lock_at__isnull=False)
    given, contracts = [], []
    for contract, term, lock_at in fresh.values_list("contract", "term", "lock_at"):
        if (until := promised[contract]) and lock_at and lock_at < until:
            given.append(Grant(term_id=term, source=Grant.Source.RULE, at=now, gives=until - lock_at, until=until))
            contracts.append(contract)
    for grant in given:
        grant.reason = _("The customer’s working days or zone have changed.")
    Grant.objects.bulk_create(given)
    recompute_clocks(contracts, now=now)


@transaction.atomic
def recompute_calendar(calendar: WorkingCalendar, *, now: datetime) -> int:
    """Recompute every contract whose customers work by this calendar; how many they were."""
    ids = list(Contract.objects.filter(customer__calendar=calendar).values_list("pk", flat=True))
    recompute_by_new_hours(ids, now=now)
    return len(ids)


@transaction.atomic
def change_day(calendar: WorkingCalendar, *, day: CalendarDay, now: datetime) -> None:
    """Put one changed day into a calendar, over what was said of that day before, and recompute what follows."""
    CalendarDay.objects.update_or_create(
        calendar=calendar, on=day.on, defaults={"is_working": day.is_working, "note": day.note}
    )
    recompute_calendar(calendar, now=now)

"""Any number of contracts to measure with: as varied as real ones, the same for the same seed and day."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import connection, transaction

from accounts import terms
from accounts.bulk import create_all
from accounts.models import Amendment, Contact, Contract, ContractTerm, Customer, Product, Team, User
from accounts.models.contracts import promise
from accounts.models.customers import name_key
from accounts.services import as_said, default_calendar
from renewals.demo.script import DAY, a_year_or_through, months_before
from renewals.entitlement import LEADS, moments
from renewals.locking.models import Clock, Evidence
from renewals.locking.services import recompute_clocks
from renewals.tick import event_of
from renewals.timeline.services import record_events

Row = dict[str, Any]

AT_ONCE = 10_000
"""Contracts of one transaction: bounds the memory, however many there are to be."""
PER_CUSTOMER = 5
BY = "seed_scale"
FIRST_DAY, LAST_DAY = -365, 730
"""Between which days from today the contracts end."""


class Place(NamedTuple):
    """Where customers are, and how many of a hundred."""

    zone: str
    country: str
    language: str
    currency: str
    share: int


PLACES = (
    Place("Asia/Shanghai", "CN", "zh-hans", "CNY", 40),
    Place("America/New_York", "US", "en", "USD", 14),
    Place("Europe/London", "GB", "en", "GBP", 9),
    Place("Europe/Berlin", "DE", "en", "EUR", 8),
    Place("Asia/Tokyo", "JP", "en", "JPY", 7),
    Place("America/Los_Angeles", "US", "en", "USD", 6),
    Place("Asia/Singapore", "SG", "en", "SGD", 5),
    Place("Asia/Dubai", "AE", "en", "USD", 4),
    Place("Australia/Sydney", "AU", "en", "AUD", 4),
    Place("Asia/Kolkata", "IN", "en", "USD", 3),
)
FIRST_HALVES = {
    "zh-hans": ["云", "海", "青", "长", "星", "南", "远", "明"],
    "en": ["Harbor", "Cedar", "Pine", "Amber", "North", "Willow"],
}
SECOND_HALVES = {
    "zh-hans": ["图科技", "杉物流", "禾教育", "风制造", "帆贸易", "湾设计"],
    "en": ["Labs", "Freight", "Studio", "Health", "Works"],
}
MINUTES = (time(12), time(17, 59), time(18))
"""Last minutes of the few contracts that do not run through a whole day."""


class AlreadySeeded(Exception):
    """The contracts of this seed are here already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What all the contracts of a seed have in common."""

    seed: int
    now: datetime
    owners: Sequence[int]
    products: Sequence[int]
    calendars: dict[str, int]


@dataclass(slots=True)
class Batch:
    """The rows of one transaction on their way into the database; each names the one that it belongs to by place."""

    customers: list[Row] = field(default_factory=list)
    contacts: list[Row] = field(default_factory=list)
    contracts: list[Row] = field(default_factory=list)
    terms: list[Row] = field(default_factory=list)


def seed_scale(contracts: int, *, seed: int, now: datetime, progress: Callable[[int], None]) -> None:
    """So many contracts with customers, terms, amendments and clocks, as a ledger would have brought them at `now`.

    What had come by then is on record, so that the next tick finds nothing due. Calls `progress` with the number
    done after each batch, which is a transaction of its own. Raises `AlreadySeeded`.
    """
    if Contract.objects.filter(number=number_of(seed, 0)).exists():
        raise AlreadySeeded
    world = make_world(seed, now=now)
    for first in range(0, contracts, AT_ONCE):
        numbers = range(first, min(first + AT_ONCE, contracts))
        write(invent(world, numbers), world)
        progress(numbers.stop)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def number_of(seed: int, number: int) -> str:
    return f"S{seed}-{number:07}"


def make_world(seed: int, *, now: datetime) -> World:
    """Twenty owners in four teams, who cannot log in; twelve products; a calendar for each country."""
    teams = [Team.objects.get_or_create(name=f"Scale {number}")[0] for number in range(1, 5)]
    owners = [
        User.objects.get_or_create(
            email=f"owner-{number:02}@scale.test",
            defaults={"name": f"Owner {number:02}", "team": teams[number % 4], "password": "!"},
        )[0]
        for number in range(1, 21)
    ]
    products = [
        Product.objects.get_or_create(code=f"scale-{number:02}", defaults={"name": f"Scale product {number:02}"})[0]
        for number in range(1, 13)
    ]
    return World(
        seed=seed,
        now=now,
        owners=[owner.pk for owner in owners],
        products=[product.pk for product in products],
        calendars={place.country: default_calendar(place.country).pk for place in PLACES},
    )


def invent(world: World, numbers: range) -> Batch:
    """The rows of the contracts with these numbers. Each batch draws its own lots, whatever went before."""
    lots = random.Random(f"{world.seed}:{numbers.start}")  # noqa: S311 - repeatable on purpose
    batch = Batch()
    for number in numbers:
        if number % PER_CUSTOMER == 0:
            place = lots.choices(PLACES, [one.share for one in PLACES])[0]
            invent_customer(batch, world, number // PER_CUSTOMER, place, lots)
        invent_contract(batch, world, number, place, lots)
    return batch


def invent_customer(batch: Batch, world: World, number: int, place: Place, lots: random.Random) -> None:
    """A company, and the person there who is told."""
    halves = lots.choice(FIRST_HALVES[place.language]), lots.choice(SECOND_HALVES[place.language])
    name = ("" if place.language == "zh-hans" else " ").join(halves) + f" {world.seed}-{number:06}"
    batch.customers.append(
        {
            "name": name,
            "key": name_key(name),
            "time_zone": place.zone,
            "country": place.country,
            "calendar_id": world.calendars[place.country],
            "language": place.language,
            "owner_id": lots.choice(world.owners),
        }
    )
    batch.contacts.append({"name": f"{halves[0]} {number}", "email": f"person-{world.seed}-{number}@scale.example"})


def invent_contract(batch: Batch, world: World, number: int, place: Place, lots: random.Random) -> None:
    """A contract of one to three terms, each joining the one before."""
    renews_itself = lots.random() < 0.1
    batch.contracts.append(
        {
            "number": number_of(world.seed, number),
            "product_id": world.products[number % len(world.products)],
            "customer": len(batch.customers) - 1,
            "owner_id": batch.customers[-1]["owner_id"] if lots.random() < 0.95 else None,
            "kind": Contract.Kind.TRIAL if lots.random() < 0.08 else Contract.Kind.PAID,
            "renews_itself": renews_itself,
            "notice_days": 30 if renews_itself else None,
        }
    )
    seats = lots.choice((5, 10, 20, 40, 80, 150, 400))
    sold = {"seats": seats, "value": seats * lots.randrange(60, 900, 20), "currency": place.currency}
    last_day = world.now.date() + lots.randint(FIRST_DAY, LAST_DAY) * DAY
    until = lots.choice(MINUTES) if lots.random() < 0.1 else None
    for start, term in chain(last_day, until, years=lots.randint(1, 3)):
        row = {"contract": len(batch.contracts) - 1, "recorded_at": world.now, **term_row(start, term, place.zone)}
        batch.terms.append(row | sold)


def term_row(start: date, term: str, zone: str) -> Row:
    """What a term was sold as, and what follows from it."""
    reckoned = reckon(start, term, zone)
    return {
        "sold_from": as_said(start),
        "sold_as": term,
        "time_zone": zone,
        "last_minute": reckoned.last_minute,
        "whole_day": reckoned.whole_day,
        "starts_at": reckoned.starts_at,
        "ends_at": reckoned.ends_at,
    }


def chain(last_day: date, until: time | None, *, years: int) -> Iterator[tuple[date, str]]:
    """So many joined years, the last of them through a day or until a minute of it; terms as they are said."""
    for year in range(years, 1, -1):
        start, following = (months_before(last_day + DAY, 12 * count) for count in (year, year - 1))
        yield start, said(start, following - DAY)
    start = months_before(last_day + DAY, 12)
    yield start, f"until {last_day}T{until:%H:%M}" if until else said(start, last_day)


@lru_cache(maxsize=4096)
def said(start: date, last_day: date) -> str:
    """The term between two days, as it would be written."""
    return str(a_year_or_through(start, last_day))


@lru_cache(maxsize=65536)
def reckon(start: date, term: str, zone: str) -> terms.Reckoned:
    """Worked out once for all the contracts that share it."""
    return terms.reckon(start, terms.parse_term(term), zone)


@transaction.atomic
def write(batch: Batch, world: World) -> None:
    """A batch into the database, with the clocks that follow from it."""
    customer_ids = create_all(Customer, batch.customers)
    create_all(Contact, [{**row, "customer_id": pk} for row, pk in zip(batch.contacts, customer_ids, strict=True)])
    contract_ids = create_all(
        Contract, [{**row, "customer_id": customer_ids[row.pop("customer")]} for row in batch.contracts]
    )
    for row in batch.terms:
        row["contract_id"] = contract_ids[row.pop("contract")]
    term_ids = create_all(ContractTerm, batch.terms)
    create_all(Amendment, list(amendments(batch.terms, term_ids)))
    create_all(Evidence, list(evidence(batch.terms, term_ids, world)))
    recompute_clocks(contract_ids, now=world.now)
    record_past(contract_ids, now=world.now)


def amendments(rows: Sequence[Row], term_ids: Sequence[int]) -> Iterator[Row]:
    """How each term came on record: the first was signed, the others renewed it."""
    before: Row = {}
    for row, pk in zip(rows, term_ids, strict=True):
        renews = before.get("contract_id") == row["contract_id"]
        yield {
            "contract_id": row["contract_id"],
            "term_id": pk,
            "kind": Amendment.Kind.RENEWED if renews else Amendment.Kind.SIGNED,
            "at": row["recorded_at"],
            "by_name": BY,
            "before": promise(before["last_minute"], before["time_zone"]) if renews else {},
            "after": promise(row["last_minute"], row["time_zone"]),
        }
        before = row


def evidence(rows: Sequence[Row], term_ids: Sequence[int], world: World) -> Iterator[Row]:
    """Of those whose end has been announced, most were told: two of three, the day after."""
    for row, pk in zip(rows, term_ids, strict=True):
        told_at = row["ends_at"] - LEADS[0] + DAY
        if told_at <= world.now and pk % 3:
            yield {
                "term_id": pk,
                "last_minute": row["last_minute"],
                "kind": Evidence.Kind.DELIVERED,
                "at": told_at,
                "recorded_at": told_at,
            }


def record_past(contract_ids: Sequence[int], *, now: datetime) -> None:
    """Put on record what had come by `now`, as the ticks of those days would have."""
    due = list(Clock.objects.due(now=now).filter(contract__in=contract_ids).select_related("term", "contract"))
    record_events([event_of(clock, one) for clock in due for one in moments(clock.windows) if one.at <= now], now=now)
    recompute_clocks([clock.contract_id for clock in due], now=now)

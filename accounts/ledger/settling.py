"""An entry with its zone becomes a promise: its last minute, and the instants from it (rules 1 to 3). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Literal

from accounts import terms
from accounts.ledger.cells import currency_of
from accounts.ledger.dates import When
from accounts.ledger.findings import Findings, Refused
from accounts.ledger.places import country_zone, state_zone, zone_country, zones_near
from accounts.ledger.rows import Entry
from accounts.ledger.survey import Options
from accounts.ledger.synonyms import STATE
from accounts.terms import Reckoned, Term, TermError

Columns = Mapping[str, str]
Outcome = Literal["created", "updated", "unchanged", "refused"]


@dataclass(frozen=True, slots=True)
class Promise:
    """One term as it will be stored. `start_on` is its first local day; `said_from` is the start as the row says it.

    `starts_known` is False where the ledger has no start and the plan will choose one.
    """

    zone: str
    sold_from: str
    term: Term
    starts_at: datetime
    ends_at: datetime
    last_minute: datetime
    whole_day: bool
    start_on: date
    starts_known: bool = True


@dataclass(slots=True)
class Dated:
    """An entry and its promise, the customer's and the product's keys, and where the customer is."""

    entry: Entry
    promise: Promise
    customer_key: str
    product_key: str = ""
    zone_said: bool = False
    outcome: Outcome = "unchanged"
    doubles: list[Dated] = field(default_factory=list)
    """Rows that say the very same; what becomes of this one becomes of them."""


class Settler:
    """Settles what a row leaves open. A zone is said by the row, the person, the state, the customer, the country, or
    the setting, in this order."""

    def __init__(
        self, options: Options, findings: Findings, columns: Columns, customer_zones: dict[str, str], today: date
    ) -> None:
        """`customer_zones` is by customer key and grows; `columns` are the headings by field."""
        self._options = options
        self._findings = findings
        self._columns = columns
        self._zones = customer_zones
        self._today = today

    def learn(self, entries: Iterable[tuple[str, Entry]]) -> None:
        """Customers that are new take the zone of their first row that names one."""
        for key, entry in entries:
            if entry.zone:
                self._zones.setdefault(key, entry.zone)

    def settle(self, key: str, entry: Entry) -> Dated | None:
        """The entry with its promise; None where it was refused, and noted."""
        try:
            zone = self._zone(key, entry)
            promise = self._promise(entry, zone)
        except Refused as problem:
            column = self._columns.get(problem.field, "")
            self._findings.refuse(problem, sheet=entry.sheet, row=entry.row, column=column)
            return None
        self._zones.setdefault(key, zone)
        self._settle_country(entry, zone)
        self._settle_currency(entry)
        return Dated(entry, promise, key, zone_said=bool(entry.zone))

    def _zone(self, key: str, entry: Entry) -> str:
        if zone := entry.zone or self._options.zone:
            return zone
        if entry.state and (zone := state_zone(entry.state)):
            return self._assumed("zone_of_state", entry, zone, STATE)
        if zone := self._zones.get(key, ""):
            return self._assumed("zone_of_customer", entry, zone, "customer")
        if entry.country:
            zone = country_zone(entry.country)
            if not zone:
                raise Refused("country_of_many_zones", "country", entry.country, near=zones_near(entry.country))
            return self._assumed("zone_of_country", entry, zone, "country")
        return self._assumed("zone_default", entry, self._options.default_zone, "")

    def _assumed(self, code: str, entry: Entry, zone: str, field: str) -> str:
        self._findings.assume(
            code, sheet=entry.sheet, row=entry.row, column=self._columns.get(field, ""), value=zone, zone=zone
        )
        return zone

    def _settle_country(self, entry: Entry, zone: str) -> None:
        if not entry.country:
            entry.country = zone_country(zone)

    def _settle_currency(self, entry: Entry) -> None:
        if entry.value is None or entry.currency:
            return
        country = entry.country or self._options.default_country
        entry.currency = currency_of(entry.symbol, country) or currency_of("", self._options.default_country) or "CNY"
        self._findings.assume(
            "currency_assumed",
            sheet=entry.sheet,
            row=entry.row,
            column=self._columns.get("value", ""),
            value=f"{entry.symbol}{entry.value}",
            currency=entry.currency,
        )

    def _promise(self, entry: Entry, zone: str) -> Promise:
        try:
            term = entry.end if isinstance(entry.end, Term) else _end(entry.end, zone)
            start = _start(entry.start) if entry.start else self._unknown_start(entry, term)
            return promised(start, term, zone, starts_known=entry.start is not None)
        except TermError as problem:
            raise Refused("term", "ends", said_end(entry), problem=problem) from None

    def _unknown_start(self, entry: Entry, term: Term) -> date:
        last_day = term.on or (term.minute.date() if term.minute else self._today)
        start = min(self._today, last_day)
        self._findings.assume(
            "no_start", sheet=entry.sheet, row=entry.row, column=self._columns.get("starts", ""), read=start.isoformat()
        )
        return start


@lru_cache(maxsize=1 << 14)
def promised(start: date | datetime, term: Term, zone: str, starts_known: bool = True) -> Promise:
    """What a start and a term promise in a zone. Raises `TermError` for what cannot be."""
    reckoned: Reckoned = terms.reckon(start, term, zone)
    start_on = start if not isinstance(start, datetime) else reckoned.starts_at.astimezone(terms.zone(zone)).date()
    said = start.isoformat(timespec="minutes") if isinstance(start, datetime) else start.isoformat()
    return Promise(
        zone,
        said,
        term,
        reckoned.starts_at,
        reckoned.ends_at,
        reckoned.last_minute,
        reckoned.whole_day,
        start_on,
        starts_known,
    )


def joined(promise: Promise, starts_at: datetime) -> Promise:
    """The same term from another instant on: where the one before it ends."""
    return replace(promised(starts_at, promise.term, promise.zone), start_on=promise.start_on)


def _start(when: When) -> date | datetime:
    if when.minute is None:
        return when.day
    return datetime.combine(when.day, when.minute, tzinfo=when.offset)


def _end(when: When, zone: str) -> Term:
    if when.minute is None:
        return Term.through(when.day)
    wall = datetime.combine(when.day, when.minute, tzinfo=when.offset)
    if when.offset is not None:
        wall = wall.astimezone(terms.zone(zone)).replace(tzinfo=None, fold=0)
    return Term.until(wall)


def said_end(entry: Entry) -> str:
    """The end of a row as it was read: a day, a minute, a term."""
    return str(entry.end) if isinstance(entry.end, Term) else _shown(entry.end)


def _shown(when: When) -> str:
    return f"{when.day.isoformat()}{f' {when.minute:%H:%M}' if when.minute else ''}"

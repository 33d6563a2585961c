"""An entry with its zone becomes a promise: its last minute, and the instants from it (rules 1 to 3). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from functools import lru_cache
from typing import Literal

from accounts import terms
from accounts.ledger.dates import When
from accounts.ledger.findings import Findings, Refused
from accounts.ledger.places import country_zone, shared_by_two_zones, state_zone, zone_country, zones_near
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
    """An entry and its promise, the customer's and the product's keys, and where a new customer would be."""

    entry: Entry
    promise: Promise
    customer_key: str
    customer_zone: str
    customer_country: str
    product_key: str = ""
    zone_said: bool = False
    outcome: Outcome = "unchanged"
    doubles: list[Dated] = field(default_factory=list)
    """Rows that say the very same; what becomes of this one becomes of them."""


class Settler:
    """Settles what a row leaves open. A zone is said by the row, the person, the state, the customer (where they are
    in the row's country), the country, or the setting, in this order."""

    def __init__(
        self, options: Options, findings: Findings, columns: Columns, customer_zones: dict[str, str], now: datetime
    ) -> None:
        """`customer_zones` is by customer key and grows; `columns` are the headings by field."""
        self._options = options
        self._findings = findings
        self._columns = columns
        self._zones = customer_zones
        self._now = now

    def learn(self, entries: Iterable[tuple[str, Entry]]) -> None:
        """New customers take the zone of their first row that names one, else that of the first that names a place.

        Before any row is settled: what a row means does not depend on those above it, nor on what is taken of it.
        """
        placed: dict[str, str] = {}
        for key, entry in entries:
            if entry.zone:
                self._zones.setdefault(key, entry.zone)
            elif key not in placed and (zone := self._options.zone or _place(entry)[0]):
                placed[key] = zone
        for key, zone in placed.items():
            self._zones.setdefault(key, zone)

    def settle(self, key: str, entry: Entry) -> Dated | None:
        """The entry with its promise; None where it was refused, and noted."""
        try:
            zone = self._zone(key, entry)
            promise = self._promise(entry, zone)
        except Refused as problem:
            column = self._columns.get(problem.field, "")
            self._findings.refuse(problem, sheet=entry.sheet, row=entry.row, column=column)
            return None
        home = self._zones.get(key) or self._options.zone or self._options.default_zone
        country = entry.country or zone_country(home)
        entry.country = entry.country or zone_country(zone)
        return Dated(entry, promise, key, home, country, zone_said=bool(entry.zone))

    def _zone(self, key: str, entry: Entry) -> str:
        if entry.zone:
            return entry.zone
        place, code, field = _place(entry)
        if self._options.zone:
            if place and place != self._options.zone:
                self._assume("zone_overrules_place", entry, field, place, place=place, zone=self._options.zone)
            return self._options.zone
        known = self._zones.get(key, "")
        # Where they are on record counts for a row of the same country; for any other its own country does.
        elsewhere = entry.country and zone_country(known) not in ({entry.country} if place else {entry.country, ""})
        if known and known != place and code != "zone_of_state" and not elsewhere:
            return self._assumed("zone_of_customer", entry, known, "customer")
        if place:
            if code == "zone_of_state" and shared_by_two_zones(entry.state):
                self._assume("state_of_two_zones", entry, STATE, entry.state, place)
            return self._assumed(code, entry, place, field)
        if entry.country:
            raise Refused("country_of_many_zones", "country", entry.country, near=zones_near(entry.country))
        return self._assumed("zone_default", entry, self._options.default_zone, "")

    def _assumed(self, code: str, entry: Entry, zone: str, field: str) -> str:
        self._assume(code, entry, field, zone, zone=zone)
        return zone

    def _assume(self, code: str, entry: Entry, field: str, value: str = "", read: str = "", **params: object) -> None:
        column = self._columns.get(field, "") or (
            self._columns.get("period", "") if field in {"starts", "ends"} else ""
        )
        self._findings.assume(code, sheet=entry.sheet, row=entry.row, column=column, value=value, read=read, **params)

    def _promise(self, entry: Entry, zone: str) -> Promise:
        try:
            term = entry.end if isinstance(entry.end, Term) else self._end(entry, entry.end, zone)
            start = self._start(entry, entry.start, zone) if entry.start else self._unknown_start(entry, term, zone)
            return promised(start, term, zone, starts_known=entry.start is not None)
        except TermError as problem:
            raise Refused("term", "ends", said_end(entry), problem=problem) from None

    def _end(self, entry: Entry, when: When, zone: str) -> Term:
        if when.minute is None:
            return Term.through(when.day)
        wall = datetime.combine(when.day, when.minute)
        if when.offset is not None:
            wall = self._converted(entry, "ends", wall.replace(tzinfo=when.offset), zone)
            if wall.time() == time(0):
                self._assume("midnight_is_no_time", entry, "ends", str(when), wall.date().isoformat())
                return Term.through(wall.date())
        return Term.until(wall)

    def _start(self, entry: Entry, when: When, zone: str) -> date | datetime:
        if when.minute is None:
            return when.day
        start = datetime.combine(when.day, when.minute, tzinfo=when.offset)
        if when.offset is not None:
            self._converted(entry, "starts", start, zone)
        return start

    def _converted(self, entry: Entry, field: str, at: datetime, zone: str) -> datetime:
        """An instant as the customer's clock shows it, said where that differs from what is written."""
        wall = at.astimezone(terms.zone(zone)).replace(tzinfo=None, fold=0)
        if wall != at.replace(tzinfo=None):
            said = at.isoformat(timespec="minutes")
            self._assume("offset_converted", entry, field, said, f"{wall:%Y-%m-%d %H:%M}", zone=zone)
        return wall

    def _unknown_start(self, entry: Entry, term: Term, zone: str) -> date:
        today = self._now.astimezone(terms.zone(zone)).date()
        start = min(today, term.on or (term.minute.date() if term.minute else today))
        self._assume("no_start", entry, "starts", read=start.isoformat())
        return start


def _place(entry: Entry) -> tuple[str, str, str]:
    """The zone that the row's own state or country gives, why, and by which field; blank where neither does."""
    if entry.state and (zone := state_zone(entry.state)):
        return zone, "zone_of_state", STATE
    zone = country_zone(entry.country) if entry.country else ""
    return (zone, "zone_of_country", "country") if zone else ("", "", "")


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


def said_end(entry: Entry) -> str:
    """The end of a row as it was read: a day, a minute, a term."""
    return str(entry.end)

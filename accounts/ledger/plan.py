"""What taking a ledger would change, and nothing else: pure, from entries and what is on record (rules 5 and 6)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from accounts import terms
from accounts.ledger.chains import chains_of
from accounts.ledger.findings import Findings, Refused
from accounts.ledger.known import Known, KnownContract, KnownTerm, batches
from accounts.ledger.settling import Columns, Dated, Outcome, Promise, joined, said_end
from accounts.models.customers import name_key

_WEIGHT: dict[Outcome, int] = {"unchanged": 0, "updated": 1, "created": 2, "refused": 3}
SAMPLE = 20

Lookup = Callable[[Sequence[str]], Mapping[str, Sequence[KnownContract]]]
"""From contract numbers to what is on record under them."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A stored term that a row changes: its end moves later, or something beside its time is different."""

    contract_id: int
    term: KnownTerm
    row: Dated
    extends: bool


@dataclass(slots=True)
class Work:
    """What is to be written for one contract, as a whole or not at all."""

    number: str
    product_key: str
    customer_key: str
    rows: list[Dated]
    contract: KnownContract | None = None
    new_terms: list[Dated] = field(default_factory=list)
    changed: list[Changed] = field(default_factory=list)
    owner: tuple[int | None, int | None] | None = None
    contacts: dict[str, str] = field(default_factory=dict)
    """Names by address (or by their own key), of contacts that are new or are called otherwise now."""

    @property
    def is_idle(self) -> bool:
        return not (self.new_terms or self.changed or self.owner or self.contacts)


@dataclass(slots=True)
class Plan:
    """The work, and the rows with what becomes of each. Contracts that nothing changes are not kept."""

    rows: Sequence[Dated]
    work: list[Work] = field(default_factory=list)
    sample: list[Dated] = field(default_factory=list)
    product_names: dict[str, str] = field(default_factory=dict)

    def count(self) -> Counter[str]:
        return Counter(row.outcome for row in self.rows)


def mark(row: Dated, outcome: Outcome) -> None:
    """What becomes of a row: the weightiest of all that is said of it. One that repeats it changes nothing."""
    if _WEIGHT[outcome] > _WEIGHT[row.outcome]:
        row.outcome = outcome
        if outcome == "refused":
            for double in row.doubles:
                double.outcome = outcome


def plan_ledger(dated: Sequence[Dated], known: Known, look_up: Lookup, findings: Findings, columns: Columns) -> Plan:
    """What these rows would change. Refusals and assumptions go to `findings`."""
    plan = Plan(dated)
    planner = _Planner(plan, known, findings, columns)
    for batch in batches(chains_of(dated, findings, columns).items()):
        on_record = look_up([number for (number, _product), _rows in batch])
        for (number, product_key), rows in batch:
            planner.add(number, product_key, rows, on_record.get(number, ()))
    return plan


class _Planner:
    def __init__(self, plan: Plan, known: Known, findings: Findings, columns: Columns) -> None:
        self._plan = plan
        self._known = known
        self._findings = findings
        self._columns = columns
        self._contacts: dict[tuple[str, str], str] = {}
        self._told: set[tuple[str, str]] = set()

    def add(self, number: str, product_key: str, rows: list[Dated], on_record: Sequence[KnownContract]) -> None:
        """Plan one contract: new, or compared with what is on record."""
        if on_record and not self._same_customer(on_record, rows):
            return
        contract = next((found for found in on_record if found.product_key == product_key), None)
        work = Work(number, product_key, rows[0].customer_key, rows, contract)
        if contract is None:
            self._plan.product_names.setdefault(product_key, rows[0].entry.product)
            work.new_terms = list(rows)
            for row in rows:
                mark(row, "created")
        else:
            self._compare(work, contract)
        work.rows = [row for row in rows if row.outcome != "refused"]
        self._owner(work)
        self._contact(work)
        if len(self._plan.sample) < SAMPLE:
            self._plan.sample += work.rows
        if work.rows and not work.is_idle:
            self._plan.work.append(work)

    def _same_customer(self, contracts: Sequence[KnownContract], rows: Sequence[Dated]) -> bool:
        customer = self._known.customers.get(rows[0].customer_key)
        if not all(contract.visible for contract in contracts):
            for row in rows:
                self._refuse(row, "not_yours", "number", row.entry.number)
            return False
        if customer and any(contract.customer_id == customer.pk for contract in contracts):
            return True
        names = ", ".join({contract.customer_name: None for contract in contracts})
        for row in rows:
            self._refuse(row, "other_customer", "customer", row.entry.customer, customer=names, number=row.entry.number)
        return False

    # A contract on record

    def _compare(self, work: Work, contract: KnownContract) -> None:
        stored = list(contract.terms)
        for row in work.rows:
            term = self._match(row, stored)
            if term is not None:
                self._compare_term(work, contract, row, term)
            elif clash := next((known for known in stored if _overlap(row.promise, known)), None):
                self._refuse(row, "overlaps_record", "ends", said_end(row.entry), **_span(clash))
            else:
                work.new_terms.append(row)
                mark(row, "updated")

    def _match(self, row: Dated, stored: Sequence[KnownTerm]) -> KnownTerm | None:
        """The stored term that a row is about: the one with its start, joined where it begins on a last day."""
        promise = row.promise
        if not promise.starts_known:
            same_end = [term for term in stored if term.ends_at == promise.ends_at]
            return same_end[0] if same_end else stored[-1] if stored else None
        for term in stored:
            if term.starts_at == promise.starts_at or term.sold_from == promise.sold_from:
                return term
        before = next((term for term in stored if _begins_on_last_day(promise, term)), None)
        if before is None or promise.ends_at <= before.ends_at:
            return None
        row.promise = joined(promise, before.ends_at)
        self._findings.assume(
            "joins",
            sheet=row.entry.sheet,
            row=row.entry.row,
            column=self._column("starts"),
            value=promise.start_on.isoformat(),
            read=_wall(row.promise),
        )
        return next((term for term in stored if term.starts_at == before.ends_at), None)

    def _compare_term(self, work: Work, contract: KnownContract, row: Dated, term: KnownTerm) -> None:
        promise, stored = row.promise, contract.terms
        if promise.ends_at < term.ends_at:
            self._refuse(row, "ends_earlier", "ends", said_end(row.entry), promised=_minute(term))
            return
        extends = promise.ends_at > term.ends_at
        clash = next(
            (known for known in stored if known is not term and term.ends_at <= known.starts_at < promise.ends_at), None
        )
        if extends and clash:
            self._refuse(row, "overlaps_record", "ends", said_end(row.entry), **_span(clash))
        elif extends or _says_otherwise(row, term):
            work.changed.append(Changed(contract.pk, term, row, extends))
            mark(row, "updated")

    # Beside the time

    def _owner(self, work: Work) -> None:
        said = next((row for row in work.rows if row.entry.owner), None)
        if said is None:
            return
        owner = self._known.owners.get(said.entry.owner)
        if owner is None:
            for row in work.rows:
                self._assume("owner_unknown", row, "owner", row.entry.owner, owner=row.entry.owner)
            return
        before = work.contract.owner_id if work.contract else None
        if owner != before:
            work.owner = (before, owner)
            mark(said, "updated")

    def _contact(self, work: Work) -> None:
        on_record = self._known.customers.get(work.customer_key)
        for row in work.rows:
            entry = row.entry
            if not (entry.contact_email or entry.contact_name):
                continue
            name = entry.contact_name or entry.contact_email.partition("@")[0][:100]
            key = (work.customer_key, entry.contact_email or name_key(name))
            first = self._contacts.setdefault(key, name)
            if first != name:
                self._assume("contact_named_twice", row, "contact_name", name, name=first)
            elif key not in self._told and (on_record is None or on_record.contacts.get(key[1]) != name):
                self._told.add(key)
                work.contacts[key[1]] = name
                mark(row, "updated")

    def _column(self, field: str) -> str:
        return self._columns[field] or self._columns["period"]

    def _assume(self, code: str, row: Dated, field: str, value: str, **params: str) -> None:
        entry = row.entry
        self._findings.assume(
            code, sheet=entry.sheet, row=entry.row, column=self._columns[field], value=value, **params
        )

    def _refuse(self, row: Dated, code: str, field: str, value: str, **params: object) -> None:
        mark(row, "refused")
        column = self._column(field) if field == "ends" else self._columns[field]
        problem = Refused(code, field, value, **params)
        for each in (row, *row.doubles):
            self._findings.refuse(problem, sheet=each.entry.sheet, row=each.entry.row, column=column)


def _overlap(promise: Promise, term: KnownTerm) -> bool:
    return promise.starts_at < term.ends_at and term.starts_at < promise.ends_at


def _begins_on_last_day(promise: Promise, term: KnownTerm) -> bool:
    return promise.start_on == term.last_minute.date() and promise.starts_at < term.ends_at


def _says_otherwise(row: Dated, term: KnownTerm) -> bool:
    """Whether the row says something else beside the time. A blank cell says nothing."""
    entry = row.entry
    value = entry.value is not None and (entry.value, entry.currency) != (term.value, term.currency)
    seats = entry.seats is not None and entry.seats != term.seats
    return value or seats or (row.zone_said and row.promise.zone != term.time_zone)


def _minute(term: KnownTerm) -> Mapping[str, str]:
    return {"last_minute": term.last_minute.isoformat(timespec="minutes"), "zone": term.time_zone}


def _span(term: KnownTerm) -> dict[str, object]:
    starts = term.starts_at.astimezone(terms.zone(term.time_zone)).replace(tzinfo=None)
    return {
        "starts": {"last_minute": starts.isoformat(timespec="minutes"), "zone": term.time_zone},
        "promised": _minute(term),
    }


def _wall(promise: Promise) -> str:
    return promise.starts_at.astimezone(terms.zone(promise.zone)).strftime("%Y-%m-%d %H:%M")

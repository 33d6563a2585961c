"""What is to be written for one contract, and what becomes of each row. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from accounts.ledger.findings import Findings, Refused
from accounts.ledger.known import KnownContract, KnownTerm
from accounts.ledger.settling import Columns, Dated, Outcome

_WEIGHT: dict[Outcome, int] = {"unchanged": 0, "updated": 1, "created": 2, "refused": 3}


@dataclass(frozen=True, slots=True)
class Changed:
    """A stored term that a row changes: its end moves later, or something beside its time is different."""

    contract_id: int
    term: KnownTerm
    row: Dated
    extends: bool
    starts: bool = False
    """Whether it takes the row's start, which is earlier."""


@dataclass(frozen=True, slots=True)
class ContactChange:
    """A person at the customer: new, or (with the key they have on record) called otherwise now."""

    name: str
    email: str
    pk: int | None = None


@dataclass(slots=True)
class Work:
    """What is to be written for one contract, as a whole or not at all."""

    number: str
    product_key: str
    customer_key: str
    rows: list[Dated]
    contract: KnownContract | None = None
    names_product: bool = False
    """Whether the contract on record had no product yet and has this one now."""
    new_terms: list[Dated] = field(default_factory=list)
    changed: list[Changed] = field(default_factory=list)
    owner: tuple[int | None, int | None] | None = None
    contacts: list[ContactChange] = field(default_factory=list)

    @property
    def is_idle(self) -> bool:
        return not (self.names_product or self.new_terms or self.changed or self.owner or self.contacts)


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


class Notes:
    """Says of rows what was assumed and why they are refused, each under the heading of its column."""

    def __init__(self, findings: Findings, columns: Columns) -> None:
        self._findings = findings
        self._columns = columns

    def refuse(self, row: Dated, code: str, field: str, value: str = "", **params: object) -> None:
        """Refuse a row, and those that repeat it."""
        mark(row, "refused")
        problem = Refused(code, field, value, **params)
        for each in (row, *row.doubles):
            self._findings.refuse(problem, sheet=each.entry.sheet, row=each.entry.row, column=self._column(field))

    def assume(self, row: Dated, code: str, field: str, value: str = "", read: str = "", **params: object) -> None:
        entry, column = row.entry, self._column(field)
        self._findings.assume(code, sheet=entry.sheet, row=entry.row, column=column, value=value, read=read, **params)

    def hold_back(self, rows: Sequence[Dated], because: Sequence[Dated]) -> None:
        """A contract is taken as a whole: its rows wait for those of them that are asked about."""
        for row in rows:
            self.refuse(row, "waits_for", "number", row.entry.number, rows=named(because))

    def _column(self, field: str) -> str:
        return self._columns[field] or (self._columns["period"] if field in {"starts", "ends"} else "")


def named(rows: Sequence[Dated]) -> str:
    """Rows as a person finds them: 35, 278; with the sheet where there are several."""
    sheets = {row.entry.sheet for row in rows}
    several = len(sheets) > 1
    return ", ".join(f"{row.entry.sheet}!{row.entry.row}" if several else str(row.entry.row) for row in rows[:12])

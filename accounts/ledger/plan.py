"""What taking a ledger would change, and nothing else: pure, from entries and what is on record (rules 5 and 6)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from accounts.ledger.beside import Beside
from accounts.ledger.chains import chains_of
from accounts.ledger.compare import Comparer
from accounts.ledger.findings import Findings
from accounts.ledger.known import NAMELESS, Known, KnownContract, batches
from accounts.ledger.settling import Columns, Dated
from accounts.ledger.work import Notes, Plan, Work, mark
from accounts.models.customers import name_key

SAMPLE = 20

Lookup = Callable[[Sequence[str]], Mapping[str, Sequence[KnownContract]]]
"""From contract numbers to what is on record under them."""


def plan_ledger(
    dated: Sequence[Dated], known: Known, look_up: Lookup, findings: Findings, columns: Columns, default_country: str
) -> Plan:
    """What these rows would change. Refusals and assumptions go to `findings`."""
    notes = Notes(findings, columns)
    planner = _Planner(Plan(dated), known, notes, default_country)
    chains = chains_of(dated, notes)
    planner.products = Counter(number for number, _product in chains)
    for batch in batches(chains.items()):
        on_record = look_up([number for (number, _product), _rows in batch])
        for (number, product_key), rows in batch:
            planner.add(number, product_key, rows, on_record.get(number, ()))
    return planner.plan


class _Planner:
    def __init__(self, plan: Plan, known: Known, notes: Notes, default_country: str) -> None:
        self.plan = plan
        self._known = known
        self._notes = notes
        self._beside = Beside(known, notes, default_country)
        self._comparer = Comparer(self._beside, notes)
        self.products: Counter[str] = Counter()

    def add(self, number: str, product_key: str, rows: list[Dated], on_record: Sequence[KnownContract]) -> None:
        """Plan one contract: new, or compared with what is on record."""
        if on_record and not self._same_customer(on_record, rows):
            return
        contract = next((found for found in on_record if found.product_key == product_key), None)
        work = Work(number, product_key, rows[0].customer_key, rows, contract)
        if contract is None and len(on_record) == self.products[number] == 1:
            contract = self._name_product(work, on_record[0])
        if contract is None:
            self._begin(work)
        else:
            self._comparer.compare(work, contract)
        work.rows = [row for row in rows if row.outcome != "refused"]
        self._beside.owner(work)
        self._beside.contacts(work)
        if len(self.plan.sample) < SAMPLE:
            self.plan.sample += work.rows
        if work.rows and not work.is_idle:
            self.plan.work.append(work)

    def _name_product(self, work: Work, nameless: KnownContract) -> KnownContract | None:
        """The number's only contract, where it came from a ledger without products: it has the one named now."""
        if nameless.product_key != name_key(NAMELESS):
            return None
        work.contract, work.names_product = nameless, True
        self.plan.product_names.setdefault(work.product_key, work.rows[0].entry.product)
        for row in work.rows:
            self._notes.assume(row, "product_named", "product", product=row.entry.product)
            mark(row, "updated")
        return nameless

    def _begin(self, work: Work) -> None:
        self.plan.product_names.setdefault(work.product_key, work.rows[0].entry.product)
        work.new_terms = list(work.rows)
        for row in work.rows:
            self._beside.settle_currency(row)
            mark(row, "created")

    def _same_customer(self, contracts: Sequence[KnownContract], rows: Sequence[Dated]) -> bool:
        customer = self._known.customers.get(rows[0].customer_key)
        if not all(contract.visible for contract in contracts):
            for row in rows:
                self._notes.refuse(row, "not_yours", "number", row.entry.number)
            return False
        if customer and any(contract.customer_id == customer.pk for contract in contracts):
            return True
        names = ", ".join({contract.customer_name: None for contract in contracts})
        for row in rows:
            said = row.entry
            self._notes.refuse(row, "other_customer", "customer", said.customer, customer=names, number=said.number)
        return False

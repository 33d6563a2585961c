"""The rows of one contract in order: successive terms, renewals that join, and periods that overlap. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from accounts import terms
from accounts.ledger.settling import Dated, joined, said_end
from accounts.ledger.work import Notes, named

Key = tuple[str, str]


def chains_of(dated: Iterable[Dated], notes: Notes) -> dict[Key, list[Dated]]:
    """Rows by number and product, each chain in order of time; a row that only repeats another goes with it.

    Rows that contradict one another are refused, every one of them: which is right, only a person knows. The others
    of their contract wait for them: a contract is taken as a whole, or its customer would be shut out in between.
    """
    by_number: dict[str, list[Dated]] = defaultdict(list)
    for row in dated:
        by_number[row.entry.number].append(row)
    chains: dict[Key, list[Dated]] = {}
    judge = _Judge(notes)
    for number, rows in by_number.items():
        if len(rows) == 1:
            chains[number, rows[0].product_key] = rows
        elif judge.one_customer(rows):
            for product, same in _by_product(rows).items():
                if chain := judge.chain(same):
                    chains[number, product] = chain
    return chains


def _by_product(rows: Iterable[Dated]) -> dict[str, list[Dated]]:
    found: dict[str, list[Dated]] = defaultdict(list)
    for row in rows:
        found[row.product_key].append(row)
    return found


class _Judge:
    def __init__(self, notes: Notes) -> None:
        self._notes = notes

    def one_customer(self, rows: Sequence[Dated]) -> bool:
        if len({row.customer_key for row in rows}) == 1:
            return True
        for row in rows:
            said = row.entry
            self._notes.refuse(row, "two_customers", "customer", said.customer, rows=named(rows), number=said.number)
        return False

    def chain(self, rows: list[Dated]) -> list[Dated]:
        """Rows of one contract in order; empty where their periods contradict one another."""
        rows = self._without_doubles(rows)
        if len(rows) > 1 and not all(row.promise.starts_known for row in rows):
            self._ask(rows, "several_ends")
            return []
        rows.sort(key=lambda row: (row.promise.starts_at, row.promise.ends_at))
        clusters = list(self._clusters(rows))
        asked = [row for cluster in clusters if len(cluster) > 1 for row in cluster]
        if not asked:
            return rows
        for cluster in clusters:
            if len(cluster) > 1:
                self._ask(cluster, "overlap")
        self._notes.hold_back([cluster[0] for cluster in clusters if len(cluster) == 1], asked)
        return []

    def _ask(self, rows: Sequence[Dated], code: str) -> None:
        for row in rows:
            self._notes.refuse(row, code, "ends", said_end(row.entry), rows=named(rows), number=row.entry.number)

    def _without_doubles(self, rows: list[Dated]) -> list[Dated]:
        seen: dict[object, Dated] = {}
        for row in rows:
            entry = row.entry
            same = (row.promise, entry.value, entry.currency, entry.symbol, entry.seats, entry.owner)
            if first := seen.get(same):
                first.doubles.append(row)
                contact = (entry.contact_name, entry.contact_email)
                alike = contact in {("", ""), (first.entry.contact_name, first.entry.contact_email)}
                code = "double" if alike else "double_contact"
                self._notes.assume(row, code, "number", entry.number, named([first]))
            seen.setdefault(same, row)
        return list(seen.values())

    def _clusters(self, rows: Sequence[Dated]) -> list[list[Dated]]:
        """Rows that overlap, together; a row that begins on the last day of the one before joins it instead."""
        clusters: list[list[Dated]] = []
        for row in rows:
            before = (
                max((known for known in clusters[-1]), key=lambda known: known.promise.ends_at) if clusters else None
            )
            if (
                before is None
                or row.promise.starts_at >= before.promise.ends_at
                or (len(clusters[-1]) == 1 and self.joins(row, before))
            ):
                clusters.append([row])
            else:
                clusters[-1].append(row)
        return clusters

    def joins(self, row: Dated, before: Dated) -> bool:
        """Whether the row begins on the last day of the term before it and goes on after it; then it is joined."""
        last_day = before.promise.last_minute.date()
        if row.promise.start_on != last_day or row.promise.ends_at <= before.promise.ends_at:
            return False
        row.promise = joined(row.promise, before.promise.ends_at)
        begins = row.promise.starts_at.astimezone(terms.zone(row.promise.zone))
        self._notes.assume(row, "joins", "starts", last_day.isoformat(), f"{begins:%Y-%m-%d %H:%M}")
        return True

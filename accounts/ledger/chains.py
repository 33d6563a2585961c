"""The rows of one contract in order: successive terms, renewals that join, and periods that overlap. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from accounts import terms
from accounts.ledger.findings import Findings, Refused
from accounts.ledger.settling import Columns, Dated, joined, said_end

Key = tuple[str, str]


def chains_of(dated: Iterable[Dated], findings: Findings, columns: Columns) -> dict[Key, list[Dated]]:
    """Rows by number and product, each chain in order of time; a row that only repeats another goes with it.

    Rows that contradict one another are refused, every one of them: which is right, only a person knows.
    """
    by_number: dict[str, list[Dated]] = defaultdict(list)
    for row in dated:
        by_number[row.entry.number].append(row)
    chains: dict[Key, list[Dated]] = {}
    judge = _Judge(findings, columns)
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
    def __init__(self, findings: Findings, columns: Columns) -> None:
        self._findings = findings
        self._columns = columns

    def one_customer(self, rows: Sequence[Dated]) -> bool:
        if len({row.customer_key for row in rows}) == 1:
            return True
        for row in rows:
            self._refuse(
                row, "two_customers", "customer", row.entry.customer, rows=named(rows), number=row.entry.number
            )
        return False

    def chain(self, rows: list[Dated]) -> list[Dated]:
        """Rows of one contract in order; empty where their periods contradict one another."""
        rows = self._without_doubles(rows)
        if len(rows) > 1 and not all(row.promise.starts_known for row in rows):
            for row in rows:
                self._refuse(
                    row, "several_ends", "ends", said_end(row.entry), rows=named(rows), number=row.entry.number
                )
            return []
        rows.sort(key=lambda row: (row.promise.starts_at, row.promise.ends_at))
        kept: list[Dated] = []
        for cluster in self._clusters(rows):
            if len(cluster) == 1:
                kept += cluster
                continue
            for row in cluster:
                self._refuse(row, "overlap", "ends", said_end(row.entry), rows=named(cluster), number=row.entry.number)
        return kept

    def _without_doubles(self, rows: list[Dated]) -> list[Dated]:
        seen: dict[object, Dated] = {}
        for row in rows:
            entry = row.entry
            same = (row.promise, entry.value, entry.currency, entry.seats, entry.owner, entry.contact_email)
            if first := seen.get(same):
                first.doubles.append(row)
                self._findings.assume(
                    "double",
                    sheet=entry.sheet,
                    row=entry.row,
                    value=entry.number,
                    read=named([first]),
                    column=self._columns["number"],
                )
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
        entry = row.entry
        self._findings.assume(
            "joins",
            sheet=entry.sheet,
            row=entry.row,
            column=self._columns["starts"] or self._columns["period"],
            value=last_day.isoformat(),
            read=row.promise.starts_at.astimezone(terms.zone(row.promise.zone)).strftime("%Y-%m-%d %H:%M"),
        )
        return True

    def _refuse(self, row: Dated, code: str, field: str, value: str = "", **params: object) -> None:
        column = self._columns[field] or self._columns["period"]
        problem = Refused(code, field, value, **params)
        for each in (row, *row.doubles):
            each.outcome = "refused"
            self._findings.refuse(problem, sheet=each.entry.sheet, row=each.entry.row, column=column)


def named(rows: Sequence[Dated]) -> str:
    """Rows as a person finds them: 35, 278; with the sheet where there are several."""
    sheets = {row.entry.sheet for row in rows}
    several = len(sheets) > 1
    return ", ".join(f"{row.entry.sheet}!{row.entry.row}" if several else str(row.entry.row) for row in rows[:12])

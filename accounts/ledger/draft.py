"""A ledger read to the end and compared with what is on record, nothing written yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from accounts.ledger.delimited import OLDER
from accounts.ledger.findings import Findings, Refused, Unreadable
from accounts.ledger.headings import Layout, choose
from accounts.ledger.known import NAMELESS, Known, fetch_contracts, fetch_known, products_held
from accounts.ledger.plan import plan_ledger
from accounts.ledger.reading import Sheet, open_ledger
from accounts.ledger.rows import Entry, Reader
from accounts.ledger.settling import Dated, Settler
from accounts.ledger.survey import Options, Survey, survey
from accounts.ledger.synonyms import FIELDS, STATE
from accounts.ledger.work import Plan
from accounts.models import User
from accounts.models.customers import name_key

TOLD_EVERY = 2_000

Progress = Callable[[int, int], None]


@dataclass(slots=True)
class Draft:
    """What was read, what was found, and what would be changed."""

    headings: list[str]
    columns: dict[str, str]
    findings: Findings
    known: Known
    plan: Plan
    read: int
    survey: Survey
    options: Options

    @property
    def refused_rows(self) -> set[tuple[str, int]]:
        return {(found.sheet, found.row) for found in self.findings.refusals}


def draft_ledger(
    data: bytes, mapping: Mapping[str, str], options: Options, *, by: User | None, now: datetime, progress: Progress
) -> Draft:
    """Read a ledger and plan it. Raises `Unreadable` for a file of which nothing can be taken.

    `progress` is told rows read and rows in all. `by` sees and changes only what they may.
    """
    findings = Findings()
    headings, columns, entries, read, surveyed = _read(data, mapping, options, findings, progress)
    known = fetch_known(
        {name_key(entry.customer) for entry in entries}, {entry.owner for entry in entries if entry.owner}, by
    )
    entries = _of_seen_customers(entries, known, findings, columns)
    entries = _settle_products(entries, known, options, findings, columns)
    dated = _settle(entries, known, options, findings, columns, now)
    plan = plan_ledger(
        dated, known, lambda numbers: fetch_contracts(numbers, known, by), findings, columns, options.default_country
    )
    findings.refusals.sort(key=lambda found: (found.sheet, found.row))
    return Draft(headings, columns, findings, known, plan, read, surveyed, options)


def _read(
    data: bytes, mapping: Mapping[str, str], options: Options, findings: Findings, progress: Progress
) -> tuple[list[str], dict[str, str], list[Entry], int, Survey]:
    """Headings, headings by field, entries, rows read, and the survey. The open workbook does not outlive it."""
    book = open_ledger(data)
    if book.encoding in OLDER:
        findings.assume("encoding_guessed", encoding=book.encoding.upper().replace("CP", "Windows-"))
    layouts, left = choose(book, mapping, options.insisted)
    _note_sheets(layouts, left, findings)
    _note_headings(layouts[0], mapping, findings)
    columns = {name: layouts[0].heading(name) for name in (*FIELDS, STATE)}
    surveyed = survey(layouts, options, findings)
    entries, read = _entries(layouts, surveyed, options, findings, progress)
    return layouts[0].headings, columns, entries, read, surveyed


def _entries(
    layouts: list[Layout], surveyed: Survey, options: Options, findings: Findings, progress: Progress
) -> tuple[list[Entry], int]:
    entries: list[Entry] = []
    read = looked_at = 0
    for layout in layouts:
        reader = Reader(layout, surveyed, options, findings)
        for row, cells in layout.sheet.rows():
            if row <= layout.last_row:
                continue
            looked_at += 1
            if entry := reader.entry(row, cells):
                entries.append(entry)
            if looked_at % TOLD_EVERY == 0:
                progress(looked_at, surveyed.height)
        read += reader.count
    progress(surveyed.height, surveyed.height)
    if not read:
        raise Unreadable("only_formulas" if any(layout.sheet.flaws for layout in layouts) else "no_rows")
    return entries, read


def _of_seen_customers(entries: list[Entry], known: Known, findings: Findings, columns: dict[str, str]) -> list[Entry]:
    """Rows of customers that the person may not see are refused before anything on record can show through them."""
    hidden = {key for key, customer in known.customers.items() if not customer.visible}
    if not hidden:
        return entries
    kept = []
    for entry in entries:
        if name_key(entry.customer) in hidden:
            problem = Refused("not_yours", "customer", entry.customer)
            findings.refuse(problem, sheet=entry.sheet, row=entry.row, column=columns["customer"])
        else:
            kept.append(entry)
    return kept


def _settle_products(
    entries: list[Entry], known: Known, options: Options, findings: Findings, columns: dict[str, str]
) -> list[Entry]:
    """A row without a product means the one on record under its number that no other row names, else the person's,
    else the only one that other rows of its number name.

    Where several could be meant, it is refused. Returns the entries that are left.
    """
    blank = {entry.number for entry in entries if not entry.product}
    held = {} if options.product else products_held(blank, known)
    named = _named(entries, blank, known)
    kept = []
    for entry in entries:
        if not entry.product:
            on_record, beside = held.get(entry.number, set()), named[entry.number]
            meant = [options.product] if options.product else _meant(on_record, beside, known)
            if len(meant) > 1:
                _refuse_product(entry, findings, columns)
                continue
            entry.product = meant[0] if meant else NAMELESS
            if not options.product:
                _note_product(entry, findings, columns)
        kept.append(entry)
    return kept


def _named(entries: list[Entry], numbers: set[str], known: Known) -> dict[str, dict[str, str]]:
    """What other rows of these numbers name as their products."""
    named: dict[str, dict[str, str]] = defaultdict(dict)
    for entry in entries:
        if entry.product and entry.number in numbers:
            named[entry.number].setdefault(_product_key(entry, known), entry.product)
    return named


def _meant(on_record: set[str], named: Mapping[str, str], known: Known) -> list[str]:
    """The products that a row without one may mean, among those of its number."""
    left = [known.product_names[key] for key in on_record - named.keys()]
    return left or (list(named.values()) if len(named) == 1 else [])


def _refuse_product(entry: Entry, findings: Findings, columns: dict[str, str]) -> None:
    problem = Refused("several_products", "product", entry.number, number=entry.number)
    findings.refuse(problem, sheet=entry.sheet, row=entry.row, column=columns["product"])


def _note_product(entry: Entry, findings: Findings, columns: dict[str, str]) -> None:
    findings.assume(
        "product_assumed", sheet=entry.sheet, row=entry.row, column=columns["product"], product=entry.product
    )


def _settle(
    entries: list[Entry], known: Known, options: Options, findings: Findings, columns: dict[str, str], now: datetime
) -> list[Dated]:
    keys: dict[str, str] = {}
    for entry in entries:
        if entry.customer not in keys:
            keys[entry.customer] = name_key(entry.customer)
    zones = {key: customer.time_zone for key, customer in known.customers.items()}
    settler = Settler(options, findings, columns, zones, now)
    settler.learn((keys[entry.customer], entry) for entry in entries)
    dated = []
    for entry in entries:
        if row := settler.settle(keys[entry.customer], entry):
            row.product_key = _product_key(entry, known)
            dated.append(row)
    return dated


def _product_key(entry: Entry, known: Known) -> str:
    key = name_key(entry.product)
    return known.product_keys[known.products[key]] if key in known.products else key


def _note_sheets(layouts: list[Layout], left: list[Sheet], findings: Findings) -> None:
    if len(layouts) + len(left) > 1:
        findings.assume("sheet_chosen", sheet=layouts[0].sheet.name)
    for layout in layouts[1:]:
        findings.assume("sheet_also", sheet=layout.sheet.name)
    for sheet in left:
        findings.assume("sheet_hidden" if sheet.hidden else "sheet_left", sheet=sheet.name)


def _note_headings(layout: Layout, mapping: Mapping[str, str], findings: Findings) -> None:
    for name in layout.guessed:
        findings.assume("heading_guessed", sheet=layout.sheet.name, column=layout.heading(name), field=name)
    for name, heading in layout.unmapped.items():
        findings.assume("mapped_missing", sheet=layout.sheet.name, field=name, heading=heading)
    for name, columns in layout.rivals.items():
        for column in columns if name not in mapping else ():
            findings.assume(
                "heading_rival",
                sheet=layout.sheet.name,
                column=layout.headings[column],
                field=name,
                taken=layout.heading(name),
            )

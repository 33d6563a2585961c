"""One row of a ledger as one promise: who, which contract, from when, until when. Pure.

What is not in the row, such as the zone of a customer on record, is settled later by `settle`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from sys import intern
from typing import NoReturn, TypeVar

from accounts.ledger import cells as read
from accounts.ledger.dates import When
from accounts.ledger.findings import Findings, Refused
from accounts.ledger.headings import Layout
from accounts.ledger.places import country_named, shared_by_two_zones, state_zone, zone_named
from accounts.ledger.reading import Cell
from accounts.ledger.shapes import halves_of
from accounts.ledger.survey import Options, Survey
from accounts.ledger.synonyms import FIELDS, STATE, normal
from accounts.terms import Term

T = TypeVar("T")


@dataclass(slots=True)
class Entry:
    """A row that could be read. Its times are as written; `promise` holds them once its zone is settled."""

    sheet: str
    row: int
    number: str
    customer: str
    product: str
    start: When | None
    end: When | Term
    zone: str = ""
    state: str = ""
    country: str = ""
    value: Decimal | None = None
    currency: str = ""
    symbol: str = ""
    seats: int | None = None
    owner: str = ""
    contact_name: str = ""
    contact_email: str = ""


class Reader:
    """Reads the rows of one sheet."""

    def __init__(self, layout: Layout, survey: Survey, options: Options, findings: Findings) -> None:
        self.layout = layout
        self.sheet = layout.sheet
        self.findings = findings
        self._dates = survey.dates
        self._proofs = {} if options.order else survey.proofs
        self._columns = {name: layout.columns.get(name, -1) for name in (*FIELDS, STATE)}
        for name in ("country", "time_zone"):
            if self._columns[name] == self._columns[STATE]:
                self._columns[name] = -1
        if not survey.has_states:
            self._columns[STATE] = -1
        self._headings = {name: layout.heading(name) for name in self._columns}
        self._term_unit = read.term_unit(self._headings["term"] or self._headings["period"])
        self._value_unit = read.unit_of(self._headings["value"])
        self._above: dict[str, str] = {}
        self._cells: Sequence[Cell] = ()
        self._row = 0
        self._problems: list[Refused] = []
        self.count = 0

    def entry(self, row: int, cells: Sequence[Cell]) -> Entry | None:
        """The row as an entry; None for one that was refused or is no row of the ledger, both noted."""
        self._row, self._cells, self._problems = row, cells, []
        if self._is_no_row():
            return None
        self.count += 1
        self._look_for_flaws()
        entry = None if self._problems else self._read()
        for problem in self._problems:
            self.findings.refuse(problem, sheet=self.sheet.name, row=row, column=self._headings.get(problem.field, ""))
        return entry if not self._problems else None

    def column(self, field: str) -> str:
        """The heading that a field is read from."""
        return self._headings[field]

    # What is no row of the ledger

    def _is_no_row(self) -> bool:
        number, customer = self._text("number"), self._text("customer")
        if number and customer:
            return self._is_heading(number, customer) and self._skip("headings_again")
        first = next((text for cell in self._cells if (text := read.text_of(cell))), "")
        if not first:
            return True
        if read.TOTALS.match(first.replace(" ", "")):
            return self._skip("total", first)
        has_time = any(not read.is_blank(self._cell(name)) for name in ("ends", "period", "term"))
        return not (number or customer or has_time) and self._skip("note", first)

    def _is_heading(self, number: str, customer: str) -> bool:
        return normal(number) == normal(self._headings["number"]) and normal(customer) == normal(
            self._headings["customer"]
        )

    def _skip(self, code: str, value: str = "") -> bool:
        self.findings.assume(f"skipped_{code}", sheet=self.sheet.name, row=self._row, value=value)
        return True

    def _look_for_flaws(self) -> None:
        extra = self._cells[len(self.layout.headings) :]
        if extra and any(read.text_of(cell) for cell in extra):
            self._problems.append(Refused("too_many_cells", "", len(self._cells), headings=len(self.layout.headings)))
        if not self.sheet.flaws:
            return
        for name, column in self._columns.items():
            if column >= 0 and (flaw := self.sheet.flaw(self._row, column)):
                code = "formula" if flaw == "formula" else "excel_error"
                self._problems.append(Refused(code, name, flaw, cell=self.sheet.address(self._row, column)))

    # One cell after another

    def _read(self) -> Entry | None:
        number = self._try("number", self._number)
        customer = self._try("customer", self._customer)
        start, end = self._try("ends", self._times) or (None, None)
        product = self._try("product", self._product) or ""
        zone = self._try("time_zone", self._zone) or ""
        country = self._try("country", self._country) or ""
        if not number or not customer or end is None:
            return None
        entry = Entry(self.sheet.name, self._row, number, intern(customer), intern(product), start, end)
        entry.zone = zone or (start.zone if start else "") or (end.zone if isinstance(end, When) else "")
        entry.state, entry.country = self._text(STATE), country
        self._read_the_rest(entry)
        return entry

    def _read_the_rest(self, entry: Entry) -> None:
        if money := self._try("value", self._money):
            entry.value, entry.currency, entry.symbol = money.amount, money.currency, money.symbol
        entry.currency = self._try("currency", self._currency) or entry.currency
        entry.seats = self._try("seats", self._seats)
        entry.owner = intern(self._text("owner")[:200])
        entry.contact_name = self._text("contact_name")[:100]
        entry.contact_email = self._try("contact_email", self._mail) or ""

    def _try(self, field: str, read_cell: Callable[[], T]) -> T | None:
        try:
            return read_cell()
        except Refused as problem:
            problem = Refused(problem.code, problem.field or field, problem.value, **problem.params)
            self._problems.append(problem)
            return None

    def _cell(self, field: str) -> Cell:
        column = self._columns[field]
        return self._cells[column] if 0 <= column < len(self._cells) else ""

    def _text(self, field: str) -> str:
        cell = self._cell(field)
        return read.text_of(cell) if cell != "" else ""

    def _number(self) -> str:
        return read.contract_number(self._cell("number")) or self._refuse("no_number", "number")

    def _customer(self) -> str:
        text = self._text("customer")
        if text in read.SAME_AS_ABOVE and "customer" in self._above:
            self._assume("same_as_above", "customer", text, self._above["customer"])
            text = self._above["customer"]
        self._above["customer"] = read.fitting("customer", text, 200) or self._refuse("no_customer", "customer")
        return text

    def _product(self) -> str:
        return read.fitting("product", self._text("product"), 200)

    def _zone(self) -> str:
        text = self._text("time_zone")
        return zone_named(text) if text else ""

    def _country(self) -> str:
        text = self._text("country")
        if text:
            return country_named(text)
        state = self._text(STATE)
        if not state:
            return ""
        if not state_zone(state):
            self._refuse("unknown_state", STATE, state)
        if shared_by_two_zones(state):
            self._assume("state_of_two_zones", STATE, state, state_zone(state))
        return "US"

    def _money(self) -> read.Money | None:
        cell = self._cell("value")
        return None if read.is_blank(cell) else read.amount_of(cell, self._value_unit)

    def _currency(self) -> str:
        text = self._text("currency")
        return read.currency_named(text) if text else ""

    def _seats(self) -> int | None:
        text = self._text("seats")
        return read.seats_of(text) if text else None

    def _mail(self) -> str:
        text = self._text("contact_email")
        return read.mail_of(text) if text else ""

    # Times

    def _times(self) -> tuple[When | None, When | Term]:
        first, last = self._period()
        start = self._first_day("starts", self._cell("starts")) or (self._first_day("period", first) if first else None)
        end = self._last_day("ends", self._cell("ends")) or self._last_day("period", last)
        if end is None:
            end = read.term_of(self._text("term"), self._term_unit) or self._refuse_end()
        if start is None and isinstance(end, Term):
            self._refuse("term_without_start", "starts")
        return start, end

    def _refuse_end(self) -> Term:
        text = self._text("term")
        return self._refuse("bad_term", "term", text) if text else self._refuse("no_end", self._end_field())

    def _end_field(self) -> str:
        return next(name for name in ("ends", "period", "term") if self._columns[name] >= 0)

    def _period(self) -> tuple[Cell, Cell]:
        """The two halves of a cell for both dates; a single date or a term counts as the end."""
        cell = self._cell("period")
        if not isinstance(cell, str) or read.is_blank(cell):
            return "", cell
        return halves_of(cell) or ("", cell)

    def _first_day(self, field: str, cell: Cell) -> When | None:
        if read.is_blank(cell):
            return None
        when = self._when(field, cell)
        if when.other and when.other != when.day:
            self._note_other(field, cell, when, when.day.isoformat())
        return when

    def _last_day(self, field: str, cell: Cell) -> When | Term | None:
        if read.is_blank(cell):
            return None
        if isinstance(cell, str) and (term := read.term_of(cell, self._term_unit if field == "period" else "")):
            return term
        when = self._when(field, cell)
        if when.other and when.other != when.day:
            self._note_other(field, cell, when, when.other.isoformat())
            when = When(when.other, when.minute, when.offset, when.zone)
        if when.minute is None:
            self._assume("last_day", field, cell)
        return when

    def _when(self, field: str, cell: Cell) -> When:
        try:
            when = self._dates[field].read(cell)
        except Refused as problem:
            raise Refused(problem.code, field, problem.value, **problem.params) from None
        for note in when.notes:
            if note in {"day_first", "month_first"}:
                if proof := self._proofs.get(field) or next(filter(None, self._proofs.values()), ""):
                    self._assume(note, field, cell, when.day.isoformat(), proof=proof)
            elif note not in {"ambiguous", "whole_month"}:
                self._assume(note, field, cell, when.day.isoformat())
        return when

    def _note_other(self, field: str, cell: Cell, when: When, chosen: str) -> None:
        self._assume("ambiguous" if "ambiguous" in when.notes else "whole_month", field, cell, chosen)

    def _assume(self, code: str, field: str, value: object, read_as: str = "", **params: object) -> None:
        self.findings.assume(
            code,
            sheet=self.sheet.name,
            row=self._row,
            column=self._headings[field],
            value=value,
            read=read_as,
            **params,
        )

    def _refuse(self, code: str, field: str, value: object = "") -> NoReturn:
        raise Refused(code, field, value)

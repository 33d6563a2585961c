"""One row of a ledger as one promise: who, which contract, from when, until when. Pure.

What is not in the row, such as the zone of a customer on record, is settled later by `settle`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from sys import intern
from typing import TypeVar

from accounts.ledger import cells as read
from accounts.ledger import money
from accounts.ledger.dates import When
from accounts.ledger.findings import Findings, Refused
from accounts.ledger.hand import Hand, refuse
from accounts.ledger.headings import TIMES, Layout
from accounts.ledger.places import country_named, state_zone, zone_named
from accounts.ledger.reading import Cell
from accounts.ledger.survey import Options, Survey
from accounts.ledger.synonyms import STATE, normal
from accounts.ledger.times import Times
from accounts.terms import Term

T = TypeVar("T")
REPEATED = ("customer", "number", "product")
"""Fields in which 同上 stands for the cell above."""


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
        self.sheet = layout.sheet
        self._hand = Hand(layout, findings, has_states=survey.has_states)
        self._times = Times(self._hand, survey, options)
        self._unit = money.unit_of(self._hand.headings["value"])
        self._above: dict[str, str] = {}
        self._problems: list[Refused] = []
        self.count = 0
        if self._unit.scale != 1:
            self._hand.assume("heading_scale", "value", "", unit=self._unit.word, scale=f"{self._unit.scale:,}")

    def entry(self, row: int, cells: Sequence[Cell]) -> Entry | None:
        """The row as an entry; None for one that was refused or is no row of the ledger, both noted."""
        if not self.follow(row, cells):
            return None
        self.count += 1
        entry = None if self._problems else self._read()
        for problem in self._problems:
            self._hand.refuse(problem)
        return entry if not self._problems else None

    def follow(self, row: int, cells: Sequence[Cell]) -> bool:
        """Take up a row and what it takes from those above it; False for one that is no row of the ledger."""
        self._hand.take(row, cells)
        self._problems = []
        if self._is_no_row():
            return False
        self._look_for_flaws()
        if self.sheet.zeros:
            self._hand.show_zeros("number")
        self._hand.note_merged()
        self._repeat()
        return True

    def as_understood(self) -> Sequence[Cell]:
        """The row at hand so that it means the same alone: nothing from above it, and no order of dates to learn."""
        for field, text in list(self._times.as_dates()):
            self._hand.write(field, text)
        return self._hand.cells

    # What is no row of the ledger

    def _is_no_row(self) -> bool:
        number, customer = self._hand.text("number"), self._hand.text("customer")
        if number and customer:
            return self._is_heading(number, customer) and self._skip("headings_again")
        first = next((text for cell in self._hand.cells if (text := read.text_of(cell))), "")
        has_time = any(not read.is_blank(self._hand.cell(name)) for name in TIMES)
        if read.TOTALS.match(first) and not ((number or customer) and self._times.has_day()):
            return self._skip("total", first)
        if number or customer or has_time or self._has_flaw():
            return False
        return not first or self._skip("note", first)

    def _has_flaw(self) -> bool:
        """Whether a cell that would make this a row of the ledger lost its value."""
        return bool(self.sheet.flaws) and any(self._hand.flaw(name) for name in ("customer", "number", *TIMES))

    def _is_heading(self, number: str, customer: str) -> bool:
        headings = self._hand.headings
        return normal(number) == normal(headings["number"]) and normal(customer) == normal(headings["customer"])

    def _skip(self, code: str, value: str = "") -> bool:
        self._hand.assume(f"skipped_{code}", "", value)
        return True

    def _look_for_flaws(self) -> None:
        width = self._hand.width
        extra = self._hand.cells[width:]
        if extra and any(read.text_of(cell) for cell in extra):
            self._problems.append(Refused("too_many_cells", "", len(self._hand.cells), headings=width))
        if not self.sheet.flaws:
            return
        for name, column in self._hand.columns.items():
            if flaw := self._hand.flaw(name):
                code = "formula" if flaw == "formula" else "excel_error"
                cell = self.sheet.address(self._hand.row, column)
                self._problems.append(Refused(code, name, flaw, cell=cell))

    def _repeat(self) -> None:
        """同上 is what stands above it, in a row that was refused too; never across a row that had slipped."""
        for field in REPEATED:
            text = self._hand.text(field)
            self._above[field] = self._from_above(field, text) if text in read.SAME_AS_ABOVE else text
        if any(problem.code == "too_many_cells" for problem in self._problems):
            self._above.clear()

    def _from_above(self, field: str, said: str) -> str:
        above = self._above.get(field)
        if not above and (above is None or field != "product"):
            self._problems.append(Refused("nothing_above", field, said))
            return ""
        self._hand.assume("same_as_above", field, said, above)
        self._hand.write(field, above)
        return above

    # One cell after another

    def _read(self) -> Entry | None:
        number = self._try("number", self._number)
        customer = self._try("customer", self._customer)
        start, end = self._try("ends", self._times.read) or (None, None)
        product = self._try("product", self._product) or ""
        zone = self._try("time_zone", self._zone) or ""
        country = self._try("country", self._country) or ""
        if not number or not customer or end is None:
            return None
        entry = Entry(self.sheet.name, self._hand.row, number, intern(customer), intern(product), start, end)
        entry.zone = zone or (start.zone if start else "") or (end.zone if isinstance(end, When) else "")
        entry.country = country
        entry.state = self._hand.text(STATE) if country in {"", "US"} else ""
        self._read_the_rest(entry)
        return entry

    def _read_the_rest(self, entry: Entry) -> None:
        if found := self._try("value", self._money):
            entry.value = found.amount
            entry.currency, entry.symbol = self._try("currency", lambda: self._currency(found)) or ("", "")
        entry.seats = self._try("seats", self._seats)
        entry.owner = intern(self._hand.text("owner")[:200])
        entry.contact_name = self._hand.text("contact_name")[:100]
        entry.contact_email = self._try("contact_email", self._mail) or ""

    def _try(self, field: str, read_cell: Callable[[], T]) -> T | None:
        try:
            return read_cell()
        except Refused as problem:
            self._problems.append(problem.anew(field))
            return None

    def _number(self) -> str:
        return read.contract_number(self._hand.cell("number")) or refuse("no_number", "number")

    def _customer(self) -> str:
        text = self._hand.text("customer") or refuse("no_customer", "customer")
        # Its key is stored too, and ㍿ alone becomes four characters there.
        read.fitting("customer", unicodedata.normalize("NFKC", text).casefold(), 200)
        return text

    def _product(self) -> str:
        return read.fitting("product", self._hand.text("product"), 200)

    def _zone(self) -> str:
        text = self._hand.text("time_zone")
        return zone_named(text) if text else ""

    def _country(self) -> str:
        """The country that the row names; a state is one of the United States where no country says otherwise."""
        if text := self._hand.text("country"):
            return country_named(text)
        state = self._hand.text(STATE)
        if state and not state_zone(state):
            refuse("unknown_state", STATE, state)
        return "US" if state else ""

    def _money(self) -> money.Money | None:
        cell = self._hand.cell("value")
        return None if read.is_blank(cell) else money.amount_of(cell, self._unit.scale)

    def _currency(self, found: money.Money) -> tuple[str, str]:
        """The currency that the cell, its neighbour or the heading names, or the sign that several share."""
        text = self._hand.text("currency")
        code, sign = money.currency_named(text) if text else ("", "")
        said = code or self._unit.currency
        if found.currency and (code not in {"", found.currency} or not money.may_mean(sign, found.currency)):
            refuse("two_currencies", "currency", text)
        if said and not money.may_mean(found.symbol, said):
            refuse("two_currencies", "value", self._hand.text("value"))
        return found.currency or said, found.symbol or sign or self._unit.symbol

    def _seats(self) -> int | None:
        text = self._hand.text("seats")
        return read.seats_of(text) if text else None

    def _mail(self) -> str:
        text = self._hand.text("contact_email")
        if not text:
            return ""
        first, *others = read.mails_of(text)
        if others:
            self._hand.assume("first_of_several_mails", "contact_email", text, first)
        return first

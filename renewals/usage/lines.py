"""A file of signals, line by line: which heading is which, what each cell says, and what cannot be taken."""

from __future__ import annotations

import hashlib
import math
import re
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from accounts import terms
from accounts.ledger.cells import text_of
from accounts.ledger.delimited import Delimited
from accounts.ledger.findings import Unreadable
from accounts.ledger.synonyms import normal
from renewals.usage.services import HASHED, pseudonym

MOST_ROWS = 50_000
HEADINGS: Mapping[str, tuple[str, ...]] = {
    "contract": ("contract", "number", "contract number", "合同", "合同编号", "合同号"),
    "product": ("product", "product code", "产品", "产品代码"),
    "at": ("at", "time", "date", "when", "timestamp", "时间", "日期"),
    "metric": ("metric", "name", "event", "指标", "事件"),
    "value": ("value", "count", "amount", "数值", "数量", "值"),
    "user": ("user", "user id", "who", "用户", "用户编号"),
}
"""How each column may be headed; case, spaces and full width do not matter."""
NEEDED = ("contract", "at", "metric", "value")
LONGEST = {"metric": 60, "user": 200}
FIRST_YEAR = 2000
_WALL = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?(\S*))?")


@dataclass(frozen=True, slots=True)
class Known:
    """A contract that whoever loads the file may see, and the zone of its customer."""

    contract_id: int
    product: str
    zone: str


class Refused(Exception):
    """One line cannot be taken: the column that is to blame, what stands there, and why."""

    def __init__(self, column: str, value: str, why: str) -> None:
        super().__init__(column, value, why)
        self.column, self.value, self.why = column, value, why


@dataclass(frozen=True, slots=True)
class Refusal:
    """A line that is not taken, by its row in the file, counted from 1 with the headings."""

    row: int
    column: str
    value: str
    why: str
    cells: Sequence[str]


@dataclass(frozen=True, slots=True)
class Line:
    """A line that can be taken; `line` is the same for the same line whenever it comes again."""

    contract_id: int
    at: datetime
    metric: str
    value: float
    who: str
    line: uuid.UUID


@dataclass(slots=True)
class Read:
    """What a file says."""

    headings: list[str]
    lines: list[Line] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)

    @property
    def rows(self) -> int:
        return len(self.lines) + len(self.refusals)


def rows_of(data: bytes) -> tuple[list[str], dict[str, int], list[tuple[int, list[str]]]]:
    """The headings, which column is which, and the rows with their numbers. Raises `Unreadable` with why."""
    numbered = enumerate(Delimited(data), start=1)
    head = next((cells for _row, cells in numbered if any(map(str.strip, cells))), None)
    if head is None:
        raise Unreadable("empty")
    columns = columns_of(head)
    if missing := [name for name in NEEDED if name not in columns]:
        raise Unreadable("missing", missing=missing)
    rows = []
    for row, cells in numbered:
        if any(map(str.strip, cells)):
            rows.append((row, cells))
        if len(rows) > MOST_ROWS:
            raise Unreadable("too_long", most=MOST_ROWS)
    return [cell.strip() for cell in head], columns, rows


def columns_of(head: Sequence[str]) -> dict[str, int]:
    """Which column holds what, by its heading; of two with one meaning the first."""
    named = {normal(name): column for column, names in HEADINGS.items() for name in names}
    found: dict[str, int] = {}
    for place, heading in enumerate(head):
        if (column := named.get(normal(heading))) is not None:
            found.setdefault(column, place)
    return found


def numbers_in(data: bytes) -> set[str]:
    """The contract numbers that a file names."""
    _head, columns, rows = rows_of(data)
    return {cell(cells, columns, "contract") for _row, cells in rows}


def read(data: bytes, contracts: Mapping[str, Sequence[Known]], *, now: datetime) -> Read:
    """Every line as it can be taken, or why not. `contracts`: those that the file may name, by number."""
    headings, columns, rows = rows_of(data)
    found, seen = Read(headings), Counter[str]()
    for row, cells in rows:
        try:
            found.lines.append(line_of(cells, columns, contracts, seen, now=now))
        except Refused as no:
            column = headings[columns[no.column]] if no.column in columns else no.column
            found.refusals.append(Refusal(row, column, no.value[:80], no.why, without_names(cells, columns)))
    return found


def without_names(cells: Sequence[str], columns: Mapping[str, int]) -> list[str]:
    """A row whose user is a keyed hash, as the file of refused rows keeps it: loaded again, it is the same user."""
    kept = list(cells)
    place = columns.get("user")
    if place is not None and place < len(kept) and kept[place].strip():
        kept[place] = HASHED + who_of(cell(cells, columns, "user"))
    return kept


def line_of(
    cells: Sequence[str],
    columns: Mapping[str, int],
    contracts: Mapping[str, Sequence[Known]],
    seen: Counter[str],
    *,
    now: datetime,
) -> Line:
    """One row as a signal. Raises `Refused`."""
    contract = contract_of(cells, columns, contracts)
    at = instant_of(cell(cells, columns, "at"), contract.zone, now=now)
    metric = cell(cells, columns, "metric")
    if not 0 < len(metric) <= LONGEST["metric"]:
        raise Refused("metric", metric, "metric")
    value = number_of(cell(cells, columns, "value"))
    user = cell(cells, columns, "user")
    if len(user) > LONGEST["user"]:
        raise Refused("user", user[:80], "user")
    who = who_of(user)
    said = f"{contract.contract_id}|{at.isoformat()}|{metric}|{value!r}|{who}"
    seen[said] += 1
    digest = hashlib.sha256(f"{said}|{seen[said]}".encode()).digest()
    return Line(contract.contract_id, at, metric, value, who, uuid.UUID(bytes=digest[:16]))


def cell(cells: Sequence[str], columns: Mapping[str, int], name: str) -> str:
    """What a row says in a column; "" where it has none."""
    place = columns.get(name)
    return text_of(cells[place]).replace("\0", "") if place is not None and place < len(cells) else ""


def who_of(user: str) -> str:
    """A user's keyed hash; one that is hashed already, in a file of refused rows, as it is."""
    hashed = user.removeprefix(HASHED)
    return hashed if user.startswith(HASHED) and re.fullmatch("[0-9a-f]{32}", hashed) else pseudonym(user)


def contract_of(cells: Sequence[str], columns: Mapping[str, int], contracts: Mapping[str, Sequence[Known]]) -> Known:
    """The contract of a row: by its number, and by its product where the number covers several."""
    number, product = cell(cells, columns, "contract"), cell(cells, columns, "product")
    found = [one for one in contracts.get(number, ()) if product in ("", one.product)]
    if not found:
        raise Refused("product" if number in contracts else "contract", product if number in contracts else number,
                      "product" if number in contracts else "contract")  # fmt: skip
    if len(found) > 1:
        raise Refused("contract", number, "several")
    return found[0]


def instant_of(text: str, zone: str, *, now: datetime) -> datetime:
    """An instant with its offset, or a wall time, or a day (its beginning), of the customer's zone."""
    found = _WALL.fullmatch(text)
    if not found:
        raise Refused("at", text, "at")
    year, month, day, hour, minute, second, offset = found.groups(default="")
    clock = f"T{int(hour or 0):02}:{minute or '00'}:{second or '00'}"
    try:
        said = datetime.fromisoformat(f"{year}-{int(month):02}-{int(day):02}{clock}{offset}")
        at = terms.start_instant(said, zone)
    except (ValueError, OverflowError, terms.TermError) as problem:
        raise Refused("at", text, "at") from problem
    if not at.year >= FIRST_YEAR or at > now:
        raise Refused("at", text, "future" if at > now else "at")
    return at


def number_of(text: str) -> float:
    """A number, thousands apart or not."""
    try:
        value = float(text.replace(",", ""))
    except ValueError as problem:
        raise Refused("value", text, "value") from problem
    if not math.isfinite(value):
        raise Refused("value", text, "value")
    return value

"""One look over all date cells before the first is read: a column has habits that a single cell does not show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from accounts.ledger.dates import Dates, Habits, habits_of
from accounts.ledger.findings import Findings
from accounts.ledger.headings import Layout
from accounts.ledger.places import state_zone
from accounts.ledger.reading import Cell
from accounts.ledger.synonyms import STATE

DATE_FIELDS = ("starts", "ends", "period")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the person said beside the file."""

    zone: str = ""
    republic: bool = False
    order: str = ""
    product: str = ""
    insisted: frozenset[str] = frozenset()
    """Fields whose headings must be there."""
    default_zone: str = "Asia/Shanghai"
    default_country: str = "CN"


@dataclass(slots=True)
class Survey:
    """How each date column is written, how many rows there are, and whether a column of states is one."""

    dates: dict[str, Dates]
    habits: dict[str, Habits]
    height: int = 0
    has_states: bool = False
    proofs: dict[str, str] = field(default_factory=dict)


def survey(layouts: Sequence[Layout], options: Options, findings: Findings) -> Survey:
    """Look over every row of the sheets that are taken."""
    texts: dict[str, set[str]] = {name: set() for name in DATE_FIELDS}
    states: set[str] = set()
    height = 0
    for layout in layouts:
        watched = [(column, texts[name]) for name, column in layout.columns.items() if name in texts]
        if STATE in layout.columns:
            watched.append((layout.columns[STATE], states))
        height += _watch(layout.sheet.rows(), layout.last_row, watched)
    habits = {name: habits_of(found) for name, found in texts.items()}
    _note_mixed(layouts[0], habits, options, findings)
    dates = _readers(habits, options, from_1904=layouts[0].sheet.from_1904)
    known = [state for state in states if state.strip()]
    has_states = bool(known) and sum(1 for state in known if state_zone(state)) >= 0.8 * len(known)
    return Survey(dates, habits, height, has_states, {name: found.proof for name, found in habits.items()})


def _readers(habits: dict[str, Habits], options: Options, *, from_1904: bool) -> dict[str, Dates]:
    """A reader for each column of dates. One that proves no order takes that of the others, where they agree."""
    common = {found.order for found in habits.values() if found.order}
    shared = options.order or (common.pop() if len(common) == 1 else "")
    return {
        name: Dates(
            found,
            order=options.order or found.order or ("" if found.day_first else shared),
            republic=options.republic,
            from_1904=from_1904,
        )
        for name, found in habits.items()
    }


def _watch(rows: Iterable[tuple[int, Sequence[Cell]]], last_row: int, watched: Sequence[tuple[int, set[str]]]) -> int:
    count = 0
    for number, cells in rows:
        if number <= last_row:
            continue
        count += 1
        width = len(cells)
        for column, seen in watched:
            if column < width and isinstance(cell := cells[column], str):
                seen.add(cell)
    return count


def _note_mixed(layout: Layout, habits: dict[str, Habits], options: Options, findings: Findings) -> None:
    for name, found in habits.items():
        if found.day_first and found.month_first and not options.order:
            findings.assume(
                "orders_mixed",
                sheet=layout.sheet.name,
                column=layout.heading(name),
                day_first=found.day_first,
                month_first=found.month_first,
            )

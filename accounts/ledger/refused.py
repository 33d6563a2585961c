"""The rows that were refused, as a file that can be mended and imported again."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import IO

from django.utils.translation import gettext

from accounts.ledger.cells import LEADS_A_FORMULA, text_of
from accounts.ledger.draft import Draft
from accounts.ledger.findings import Findings
from accounts.ledger.headings import Layout, choose
from accounts.ledger.reading import Cell, open_ledger
from accounts.ledger.report import plain
from accounts.ledger.rows import Reader
from accounts.ledger.words import refusal

_HARMLESS = re.compile(r"[-+]?[\d.,]*")


def write_refused(draft: Draft, data: bytes, mapping: Mapping[str, str], file: IO[str]) -> None:
    """Each refused row as it was, under the headings of its ledger, and why it was refused in the column after them.

    What the row took from those around it (同上, the order of its dates) is written out, so that it means the same
    alone. Cells beyond the last heading stay, behind the reason.

    `data` and `mapping` are what the draft was read from: the rows are not kept in memory for this.
    """
    reasons = _reasons(draft)
    layouts, _left = choose(open_ledger(data), mapping)
    headings = layouts[0].headings
    out = csv.writer(file)
    out.writerow([*(safe(heading) for heading in headings), gettext("why it was refused")])
    for layout in layouts:
        reader = Reader(layout, draft.survey, draft.options, Findings())
        order = _order(layout, layouts[0])
        for row, cells in layout.sheet.rows():
            if row <= layout.last_row or not reader.follow(row, cells):
                continue
            if reason := reasons.get((layout.sheet.name, row)):
                texts = [safe(as_text(cell)) for cell in reader.as_understood()]
                known = [texts[column] if 0 <= column < len(texts) else "" for column in order]
                surplus = texts[len(layout.headings) :]
                out.writerow([*known, " ".join(dict.fromkeys(reason)), *surplus])


def _reasons(draft: Draft) -> Mapping[tuple[str, int], list[str]]:
    """Why each row was refused, by sheet and row."""
    reasons: dict[tuple[str, int], list[str]] = defaultdict(list)
    for found in draft.findings.refusals:
        why = refusal(found.code, plain(found.params), on_page=True)
        reasons[found.sheet, found.row].append(f"{found.column}: {why}" if found.column else why)
    return reasons


def _order(layout: Layout, first: Layout) -> list[int]:
    """Where each column of the first sheet stands in another: by its field, else by its heading, each one once."""
    if layout is first:
        return list(range(len(first.headings)))
    free: dict[str, list[int]] = defaultdict(list)
    for column, heading in reversed(list(enumerate(layout.headings))):
        free[heading].append(column)
    by_field = {column: layout.columns.get(name, -1) for name, column in first.columns.items()}
    return [
        by_field[column] if column in by_field else free[heading].pop() if free[heading] else -1
        for column, heading in enumerate(first.headings)
    ]


def as_text(cell: Cell) -> str:
    """A cell as it is written into a CSV so that it is read back the same."""
    if isinstance(cell, datetime):
        return cell.strftime("%Y-%m-%d %H:%M")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return cell if isinstance(cell, str) else text_of(cell)


def safe(text: str) -> str:
    """A text that no spreadsheet takes for a formula; reading takes the apostrophe off again."""
    return f"'{text}" if text.startswith(LEADS_A_FORMULA) and not _HARMLESS.fullmatch(text) else text

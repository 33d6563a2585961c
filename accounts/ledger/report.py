"""What an import read, assumed and refused, as plain data that any language can be made of.

`stored` is for the database and the preview; `spoken` is the same in sentences, as `import_ledger --json` prints it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from accounts.ledger import words
from accounts.ledger.draft import Draft
from accounts.ledger.findings import Assumption, Refusal, Unreadable, ranges
from accounts.ledger.settling import Dated
from accounts.terms import TermError

MOST_REFUSALS = 2_000
MOST_RUNS = 200


def counts(draft: Draft) -> dict[str, int]:
    """Rows read, and what becomes of them."""
    counted = draft.plan.count()
    return {
        "read": draft.read,
        "created": counted["created"],
        "updated": counted["updated"],
        "unchanged": counted["unchanged"],
        "refused": len(draft.refused_rows),
    }


def stored(draft: Draft) -> dict[str, Any]:
    """The report of a draft as JSON, in codes. Long lists are cut, never their counts."""
    refusals = draft.findings.refusals
    return {
        **counts(draft),
        "columns": draft.columns,
        "headings": [heading for heading in draft.headings if heading],
        "assumptions": [_assumption(found) for found in in_order(draft.findings.assumptions)],
        "refusals": [_refusal(found) for found in refusals[:MOST_REFUSALS]],
        "refusals_in_all": len(refusals),
        "sample": [_shown(row) for row in draft.plan.sample if row.outcome != "refused"],
    }


def spoken(draft: Draft, refused_file: str | None) -> dict[str, Any]:
    """The report in sentences, whole: every assumption and every refusal with its rows and column."""
    several = any(found.code == "sheet_also" for found in draft.findings.assumptions)
    return {
        **counts(draft),
        "assumptions": [speak_assumption(found) for found in in_order(draft.findings.assumptions)],
        "refusals": [speak_refusal(found, several) for found in draft.findings.refusals],
        "refused_file": refused_file or None,
    }


def spoken_unreadable(problem: Unreadable) -> dict[str, Any]:
    """The same keys for a file that cannot be read, with nothing behind them, and why."""
    nothing = dict.fromkeys(("read", "created", "updated", "unchanged", "refused"), 0)
    beside: dict[str, Any] = {"assumptions": [], "refusals": [], "refused_file": None}
    return {**nothing, **beside, "error": problem.code, "why": words.unreadable(problem.code, plain(problem.params))}


def in_order(assumptions: Iterable[Assumption]) -> list[Assumption]:
    """Questions first, then by how many rows they touch."""
    return sorted(assumptions, key=lambda found: (found.code not in words.QUESTIONS, -len(found.rows)))


def speak_assumption(found: Assumption) -> dict[str, Any]:
    first = found.examples[0] if found.examples else None
    return {
        "code": found.code,
        "question": found.code in words.QUESTIONS,
        "sheet": found.sheet,
        "row": found.rows[0] if found.rows else None,
        "column": found.column,
        "value": first.value if first else "",
        "read_as": first.read if first else "",
        "why": words.assumption(found.code, plain(found.params)),
        "count": len(found.rows),
        "rows": list(found.rows),
        "examples": [{"row": one.row, "value": one.value, "read_as": one.read} for one in found.examples],
    }


def speak_refusal(found: Refusal, several_sheets: bool) -> dict[str, Any]:
    """One refusal; its sheet where more than one was read, since each counts its own rows."""
    return {
        **({"sheet": found.sheet} if several_sheets else {}),
        "row": found.row,
        "column": found.column,
        "value": found.value,
        "why": words.refusal(found.code, plain(found.params)),
    }


def _assumption(found: Assumption) -> dict[str, Any]:
    return {
        "code": found.code,
        "sheet": found.sheet,
        "column": found.column,
        "params": plain(found.params),
        "count": len(found.rows),
        "runs": ranges(found.rows)[:MOST_RUNS],
        "examples": [[one.row, one.value, one.read] for one in found.examples],
    }


def _refusal(found: Refusal) -> dict[str, Any]:
    return {
        "code": found.code,
        "sheet": found.sheet,
        "row": found.row,
        "column": found.column,
        "value": found.value,
        "params": plain(found.params),
    }


def plain(params: Mapping[str, object]) -> dict[str, Any]:
    """Facts as JSON holds them."""
    return {name: _plain(value) for name, value in params.items()}


def _plain(value: object) -> Any:
    if isinstance(value, TermError):
        return {"problem": value.code, "params": plain(value.params)}
    if isinstance(value, datetime):
        return {"wall": value.isoformat(timespec="minutes")}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    return value if isinstance(value, str | int | list | Mapping) else str(value)


def _shown(row: Dated) -> dict[str, Any]:
    """A row as it was understood, for a person to see at a glance whether that is right."""
    entry, promise = row.entry, row.promise
    return {
        "row": entry.row,
        "sheet": entry.sheet,
        "customer": entry.customer,
        "number": entry.number,
        "product": entry.product,
        "start": promise.sold_from,
        "last_minute": promise.last_minute.isoformat(timespec="minutes"),
        "zone": promise.zone,
        "value": None if entry.value is None else str(entry.value),
        "currency": entry.currency,
        "outcome": row.outcome,
    }

"""A stored report in the reader's language, for the page of a ledger."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from accounts import wording
from accounts.ledger import words
from accounts.models import LedgerImport

REFUSALS_SHOWN = 200
RUNS_SHOWN = 12


class Told:
    """What a page says of a ledger."""

    def __init__(self, upload: LedgerImport) -> None:
        self._upload = upload
        self._report: dict[str, Any] = upload.report

    @property
    def is_busy(self) -> bool:
        """Whether somebody is reading or taking it right now."""
        return self._upload.stage in {LedgerImport.Stage.READING, LedgerImport.Stage.TAKING}

    @property
    def percent(self) -> int:
        return self._upload.done * 100 // self._upload.total if self._upload.total else 0

    @property
    def problem(self) -> str:
        """Why the file could not be read."""
        if self._upload.stage != LedgerImport.Stage.FAILED or "code" not in self._report:
            return ""
        return words.unreadable(self._report["code"], self._report["params"], on_page=True)

    @property
    def counts(self) -> dict[str, int]:
        return {name: self._report.get(name, 0) for name in ("read", "created", "updated", "unchanged", "refused")}

    @property
    def changes(self) -> int:
        """How many rows taking it would write."""
        return int(self._report.get("created", 0) + self._report.get("updated", 0))

    @property
    def questions(self) -> list[dict[str, Any]]:
        return [one for one in self._assumptions() if one["code"] in words.QUESTIONS]

    @property
    def assumptions(self) -> list[dict[str, Any]]:
        return [one for one in self._assumptions() if one["code"] not in words.QUESTIONS]

    def _assumptions(self) -> list[dict[str, Any]]:
        return [
            {
                "code": one["code"],
                "sheet": one["sheet"],
                "column": one["column"],
                "why": words.assumption(one["code"], one["params"]),
                "rows": rows_in_words(one["runs"]),
                "count": one["count"],
                "example": next((tuple(found[1:]) for found in one["examples"] if found[1] and found[2]), None),
            }
            for one in self._report.get("assumptions", ())
        ]

    @property
    def refusals(self) -> list[dict[str, Any]]:
        return [
            one | {"why": words.refusal(one["code"], one["params"], on_page=True)}
            for one in self._report.get("refusals", ())[:REFUSALS_SHOWN]
        ]

    @property
    def refusals_left(self) -> int:
        """Refusals that are in the file but not on the page."""
        return max(0, int(self._report.get("refusals_in_all", 0)) - REFUSALS_SHOWN)

    @property
    def sample(self) -> list[dict[str, Any]]:
        return [
            row
            | {
                "until": wording.until(datetime.fromisoformat(row["last_minute"]), row["zone"]),
                "money": wording.money(Decimal(row["value"]), row["currency"]) if row["value"] else "",
            }
            for row in self._report.get("sample", ())
        ]


def rows_in_words(runs: Sequence[Sequence[int]]) -> str:
    """Rows as a person finds them: 2-1236, 1240; cut short with an ellipsis."""
    shown = ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in runs[:RUNS_SHOWN])
    return f"{shown} …" if len(runs) > RUNS_SHOWN else shown

"""Ledgers for tests: the shared real ones, and small ones made on the spot."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.conf import settings

from accounts.ledger.draft import Draft
from accounts.ledger.run import import_ledger
from accounts.ledger.survey import Options

T = datetime(2026, 5, 4, 4, 0, tzinfo=UTC)
"""Monday 4 May 2026, 12:00 in Shanghai."""

HEADINGS = ("客户名称", "合同编号", "产品", "开始日期", "到期日期")


@pytest.fixture
def real() -> Callable[[str], bytes]:
    """Bytes of a real ledger by the beginning of its name; skips where the shared folder is missing."""
    folder = Path(settings.BASE_DIR).parent / "shared" / "data" / "ledgers"

    def read(beginning: str) -> bytes:
        found = sorted(folder.glob(f"{beginning}*"))
        if not found:
            pytest.skip("the shared ledgers are not here")
        return found[0].read_bytes()

    return read


def text(*rows: Sequence[object], headings: Sequence[str] = HEADINGS, delimiter: str = ",") -> bytes:
    """A CSV file of these rows, UTF-8."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows([headings, *rows])
    return out.getvalue().encode()


def workbook(build: Callable[[Any], None]) -> bytes:
    """An XLSX file; `build` fills the openpyxl workbook, whose first sheet is active and empty."""
    book, out = openpyxl.Workbook(), io.BytesIO()
    build(book)
    book.save(out)
    return out.getvalue()


def sheet(*rows: Sequence[object], headings: Sequence[str] = HEADINGS) -> bytes:
    """An XLSX file of one sheet with these rows."""

    def build(book: Any) -> None:
        for row in (headings, *rows):
            book.active.append(list(row))

    return workbook(build)


def take(
    data: bytes, *, mapping: dict[str, str] | None = None, by: Any = "a test", now: datetime = T, **options: Any
) -> Draft:
    """Take a ledger, all of it."""
    return import_ledger(
        data, mapping or {}, Options(**options), by=by, now=now, reading=lambda *_: None, taking=lambda *_: None
    )


def codes(draft: Draft) -> set[str]:
    """What was assumed, by code."""
    return {found.code for found in draft.findings.assumptions}


def refused(draft: Draft) -> list[tuple[int, str]]:
    """What was refused: row and code, in order of the rows."""
    return sorted((found.row, found.code) for found in draft.findings.refusals)

"""Take a ledger of contracts from a CSV or XLSX file, or only say what taking it would do."""

from __future__ import annotations

import json
import stat
import sys
from argparse import ArgumentParser
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from accounts.ledger import report, words
from accounts.ledger.dates import DAY_FIRST, MONTH_FIRST
from accounts.ledger.draft import Draft
from accounts.ledger.findings import Refused, Unreadable, ranges
from accounts.ledger.places import zone_named
from accounts.ledger.reading import refuse_oversize
from accounts.ledger.refused import write_refused
from accounts.ledger.run import import_ledger, look_at
from accounts.ledger.survey import Options
from accounts.models import LedgerMapping
from csportal import clock

ALL_TAKEN, SOME_REFUSED, UNREADABLE = 0, 1, 2
ROWS_SHOWN = 20


class Command(BaseCommand):
    """Exit 0 when every row was taken, 1 when some were refused, 2 when the file cannot be read."""

    help = __doc__ or ""
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument(
            "--zone", default="", metavar="Z", help="time zone of rows that name none, such as Asia/Taipei"
        )
        parser.add_argument(
            "--map", action="append", default=[], metavar="FIELD=HEADING", help="which heading holds a field"
        )
        parser.add_argument(
            "--mapping", default="", metavar="NAME", help="a saved mapping; --map and --zone come before it"
        )
        parser.add_argument("--calendar", choices=["roc"], default="", help="roc: years of the Republic (民國)")
        parser.add_argument("--dates", choices=[DAY_FIRST, MONTH_FIRST], default="", help="what 05/06/2026 begins with")
        parser.add_argument("--product", default="", metavar="NAME", help="the product of rows that name none")
        parser.add_argument("--dry-run", action="store_true", help="only say what would change")
        parser.add_argument("--json", action="store_true", help="print the report as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            draft, refused_file = self._import(options)
        except Unreadable as problem:
            self._say_unreadable(problem, as_json=options["json"])
            raise SystemExit(UNREADABLE) from None
        if options["json"]:
            self.stdout.write(json.dumps(report.spoken(draft, refused_file), ensure_ascii=False, indent=1))
        else:
            self._print(draft, refused_file, dry=options["dry_run"])
        if draft.refused_rows:
            raise SystemExit(SOME_REFUSED)

    def _import(self, options: Mapping[str, Any]) -> tuple[Draft, str | None]:
        path: Path = options["file"]
        mapping, how = _how(options)
        data = _read(path)
        now = clock.now()
        by = f"import_ledger {path.name}"
        if options["dry_run"]:
            return look_at(data, mapping, how, by=by, now=now, progress=self._progress("read")), None
        reading, taking = self._progress("read"), self._progress("taken")
        draft = import_ledger(data, mapping, how, by=by, now=now, reading=reading, taking=taking)
        return draft, _write_refused(draft, data, mapping, path) if draft.refused_rows else None

    def _progress(self, what: str) -> Any:
        """A line on standard error that grows on a terminal, and one line a fifth of the way elsewhere."""
        told = 0

        def progress(done: int, total: int) -> None:
            nonlocal told
            on_terminal = self.stderr.isatty()
            if on_terminal:
                self.stderr.write(f"\r{what} {done:,} of {total:,}", ending="\n" if done >= total else "")
            elif total >= 10_000 and done * 5 // total > told:
                told = done * 5 // total
                self.stderr.write(f"{what} {done:,} of {total:,}")

        return progress

    def _say_unreadable(self, problem: Unreadable, *, as_json: bool) -> None:
        why = words.unreadable(problem.code, report.plain(problem.params))
        if as_json:
            self.stdout.write(json.dumps(report.spoken_unreadable(problem), ensure_ascii=False))
        self.stderr.write(why)

    def _print(self, draft: Draft, refused_file: str | None, *, dry: bool) -> None:
        counted = report.counts(draft)
        self.stdout.write(", ".join(f"{name} {count:,}" for name, count in counted.items()))
        if dry:
            self.stdout.write("Nothing was written: this was a dry run.")
        for found in report.in_order(draft.findings.assumptions):
            self.stdout.write(f"assumed: {_where(found.sheet, _runs(found.rows), found.column)}{_sentence(found)}")
        for refusal in draft.findings.refusals:
            why = words.refusal(refusal.code, report.plain(refusal.params))
            value = f" “{refusal.value}”" if refusal.value else ""
            self.stdout.write(f"refused: {_where(refusal.sheet, f'row {refusal.row}', refusal.column)}{why}{value}")
        if refused_file:
            self.stdout.write(f"Refused rows are in {refused_file}. Mend them there and import that file.")


def _how(options: Mapping[str, Any]) -> tuple[dict[str, str], Options]:
    """The mapping of headings and the rest of what was said, from the arguments and the saved mapping."""
    saved = _saved(options["mapping"])
    mapping = dict(saved.columns) if saved else {}
    for text in options["map"]:
        field, sign, heading = text.partition("=")
        if not sign:
            raise Unreadable("bad_map", text=text)
        mapping[field.strip()] = heading.strip()
    return mapping, Options(
        zone=_zone(options["zone"]) or (saved.time_zone if saved else ""),
        republic=options["calendar"] == "roc" or bool(saved and saved.republic_years),
        order=options["dates"] or (saved.date_order if saved else ""),
        product=options["product"],
        insisted=frozenset(text.partition("=")[0].strip() for text in options["map"]),
        default_zone=settings.CSPORTAL_DEFAULT_ZONE,
        default_country=settings.CSPORTAL_DEFAULT_COUNTRY,
    )


def _saved(name: str) -> LedgerMapping | None:
    if not name:
        return None
    found = LedgerMapping.objects.filter(name=name).first()
    if found is None:
        known = ", ".join(LedgerMapping.objects.values_list("name", flat=True)) or "-"
        raise Unreadable("unknown_mapping", name=name, known=known)
    return found


def _zone(text: str) -> str:
    try:
        return zone_named(text) if text else ""
    except Refused as problem:
        raise Unreadable("unknown_zone", zone=text, near=problem.params["near"]) from None


def _read(path: Path) -> bytes:
    try:
        refuse_oversize(path.stat().st_size, settings.CSPORTAL_LEDGER_MAX_BYTES)
        return path.read_bytes()
    except OSError:
        raise Unreadable("no_file", name=str(path)) from None


def _write_refused(draft: Draft, data: bytes, mapping: Mapping[str, str], path: Path) -> str:
    """Beside the ledger, or in the current folder where that is closed to its own owner."""
    name = f"{path.stem}.refused.csv"
    for folder in (path.parent, Path.cwd()):
        if not folder.stat().st_mode & stat.S_IWUSR:
            continue  # root could write there, and should not
        try:
            with (folder / name).open("w", encoding="utf-8-sig", newline="") as file:
                write_refused(draft, data, mapping, file)
        except OSError:
            continue
        return str(folder / name)
    sys.stderr.write(f"{name} could not be written.\n")
    return ""


def _where(sheet: str, rows: str, column: str) -> str:
    parts = [part for part in (sheet, rows, column) if part]
    return f"{', '.join(parts)}: " if parts else ""


def _runs(rows: Any) -> str:
    runs = ranges(rows)
    if not runs:
        return ""
    shown = ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in runs[:ROWS_SHOWN])
    more = f" and others, {len(rows):,} in all" if len(runs) > ROWS_SHOWN else ""
    return f"{'row' if len(rows) == 1 else 'rows'} {shown}{more}"


def _sentence(found: Any) -> str:
    example = found.examples[0] if found.examples else None
    sentence = words.assumption(found.code, report.plain(found.params))
    if example is None or not (example.value and example.read):
        return sentence
    return f"{sentence} “{example.value}” → {example.read}"

"""The exact minute of a term, and why (rules 1 to 3): one case in words, or many as JSON lines."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.management.json_lines import NotAnObject, answer_lines, read_object
from accounts.terms import Reckoned, TermError, explain, parse_start, parse_term, reckon

FIELDS = ("start", "zone", "term")
SHAPE = 'Write {"id": 1, "start": "2026-05-01", "zone": "Asia/Shanghai", "term": "30 days"}.'


class Command(BaseCommand):
    """One case: the last minute, the end instant and why, in words; exit code 2 when it is refused.

    `--jsonl`: each line {"id", "start", "zone", "term"} is answered by one line in the same order, {"id",
    "last_minute", "ends_at", "why"} or {"id", "error"}; the id is null when the line cannot be read.
    """

    help = "Explain the exact last minute of a term."
    requires_system_checks: list[str] = []
    stealth_options = ("stdin",)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--start", help="2026-05-01, 2026-05-01T15:00 (local) or 2026-05-01T15:00+08:00")
        parser.add_argument("--zone", help="an IANA name, such as Asia/Shanghai")
        parser.add_argument(
            "--term", help='"30 days", "1 year", "through 2026-05-15", "until 2026-05-15T18:00", 1个月, …'
        )
        parser.add_argument("--jsonl", action="store_true", help="read cases from standard input, a JSON object a line")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["jsonl"]:
            answer_lines(options.get("stdin") or sys.stdin.buffer, self.stdout, answer, SHAPE)
        elif missing := [f"--{name}" for name in FIELDS if not options[name]]:
            raise CommandError(f"{', '.join(missing)} missing. Give --start, --zone and --term, or --jsonl.")
        else:
            self.answer_one(options["start"], options["zone"], options["term"])

    def answer_one(self, start: str, zone: str, term: str) -> None:
        from accounts import wording  # not for --jsonl: it loads every city's name

        try:
            reckoned = reckon(parse_start(start), parse_term(term), zone)
        except TermError as error:
            raise CommandError(wording.problem(error), returncode=2) from error
        words = [wording.minute(reckoned.last_minute, zone, language) for language in ("en", "zh-hans")]
        self.stdout.write(f"Last minute  {last_minute(reckoned)}, inclusive: {', '.join(words)}")
        self.stdout.write(f"End instant  {ends_at(reckoned)}, the first that is no longer covered")
        self.stdout.write(f"Why          {wording.why(reckoned)}")


def answer(line: bytes) -> dict[str, object]:
    """The answer to one JSON line. It never raises: what is wrong with a line is its answer."""
    try:
        case = read_object(line)
    except NotAnObject as error:
        return {"id": None, "error": f"{error} {SHAPE}"}
    case_id = case.get("id")
    texts: list[Any] = [case.get(name) for name in FIELDS]
    for name, text in zip(FIELDS, texts):
        if not isinstance(text, str):
            return {"id": case_id, "error": f"“{name}” is missing or not a text. {SHAPE}"}
    try:
        return {"id": case_id, **explained(*texts)}
    except TermError as error:
        return {"id": case_id, "error": str(error)}


def explained(start: str, zone: str, term: str) -> dict[str, str]:
    reckoned = reckon(parse_start(start), parse_term(term), zone)
    return {"last_minute": last_minute(reckoned), "ends_at": ends_at(reckoned), "why": explain(reckoned)}


def last_minute(reckoned: Reckoned) -> str:
    return reckoned.last_minute.isoformat(timespec="minutes")


def ends_at(reckoned: Reckoned) -> str:
    return reckoned.ends_at.isoformat().replace("+00:00", "Z")

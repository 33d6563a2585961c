"""`verify_proof FILE`: whether a proof file is whole and this portal's own (rule 24)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from renewals.proof.services import Doubtful, check


class Command(BaseCommand):
    """Exit 0 and one line where the file is as it was made here; 1 and the reason where it is not."""

    help = "Check a proof file: each record's hash, the last hash, and the portal's seal."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="a proof file, JSON")

    def handle(self, *, file: Path, **_options: Any) -> None:
        try:
            proof = check(file.read_bytes())
        except OSError as problem:
            raise CommandError(f"{file}: {problem.strerror}", returncode=2) from problem
        except Doubtful as problem:
            raise CommandError(str(problem)) from problem
        about = proof["records"][0]
        records = len(proof["records"])
        self.stdout.write(f"Whole: {records} records of {about['contract']}, made {about['made_at']}, {proof['head']}")

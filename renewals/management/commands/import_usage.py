"""`import_usage`: a CSV of signals of use, as the page takes it; the same file twice changes nothing."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.ledger.findings import Unreadable
from accounts.models import User
from csportal import clock
from renewals.usage.files import look_at, take
from renewals.usage.models import UsageFile
from renewals.usage.words_of_files import refusal, unreadable


class Command(BaseCommand):
    """Exit 0: all taken; 1: some rows refused; 2: the file cannot be read."""

    help = "Take a CSV of signals of use; refused rows are listed, and stop no other."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--by", required=True, help="e-mail address of the colleague who loads it")
        parser.add_argument("--dry-run", action="store_true", help="only say what the file says")

    def handle(self, *, file: Path, by: str, dry_run: bool, **_options: Any) -> None:
        upload = self.looked_at(file, by)
        counts = upload.report
        if not dry_run:
            counts = counts | {"fresh": take(upload, now=clock.now())}
        self.stdout.write("{read} read, {fresh} new, {known} known, {refused} refused".format_map(counts))
        for row, column, value, why in upload.report["refusals"]:
            self.stdout.write(f"row {row}, {column} “{value}”: {refusal(why)}")
        if upload.refused:
            self.stdout.write(f"The refused rows: {upload.refused.path}")
            sys.exit(1)

    def looked_at(self, file: Path, by: str) -> UsageFile:
        """The file as it was read, by somebody who may load it."""
        user = User.objects.filter(email__iexact=by, is_active=True).first()
        if user is None:
            raise CommandError(f"Nobody here has the address {by}.")
        try:
            return look_at(file.read_bytes(), file.name, by=user, now=clock.now())
        except OSError as problem:
            raise CommandError(f"{file}: {problem.strerror}", returncode=2) from problem
        except Unreadable as problem:
            raise CommandError(unreadable(problem), returncode=2) from problem

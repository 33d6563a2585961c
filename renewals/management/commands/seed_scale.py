"""`seed_scale --contracts N [--seed S] [--day DAY]`: N realistic contracts for measuring."""

from __future__ import annotations

from argparse import ArgumentTypeError
from datetime import UTC, date, datetime, time
from time import monotonic
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from csportal import clock
from renewals.demo.scale import AlreadySeeded, seed_scale


def positive(text: str) -> int:
    """A number of contracts."""
    if not text.isdecimal() or not int(text):
        raise ArgumentTypeError(f"“{text}” is no number of contracts: write one such as 100000.")
    return int(text)


class Command(BaseCommand):
    """The same seed on the same day gives the same contracts. Another seed adds others to them."""

    help = "Add N realistic contracts for measuring, deterministic for a seed and a day."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--contracts", type=positive, required=True, metavar="N", help="how many")
        parser.add_argument("--seed", type=int, default=1, help="which ones (1)")
        parser.add_argument("--day", type=date.fromisoformat, help="the day that their ends lie around (today)")

    def handle(self, *, contracts: int, seed: int, day: date | None, **_options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("seed_scale fills the database with contracts that nobody signed: not in production.")
        now = datetime.combine(day, time(), UTC) if day else clock.now()
        began = monotonic()

        def progress(done: int) -> None:
            seconds = monotonic() - began
            self.stdout.write(f"{done:,} of {contracts:,} contracts, {done / seconds:,.0f} a second")
            self.stdout.flush()

        try:
            seed_scale(contracts, seed=seed, now=now, progress=progress)
        except AlreadySeeded:
            raise CommandError(
                f"The contracts of seed {seed} are here already. Add others with another --seed."
            ) from None

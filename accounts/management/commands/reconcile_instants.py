"""`reconcile_instants [--dry-run]`: finds and fixes every instant that the law of its zone has moved (rule 1)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.law import Moved, moved_by_law, reconcile
from accounts.models import Contract
from accounts.seam import hours_changed
from accounts.services import NotAllowed
from accounts.terms import zone_data_release
from csportal import clock

BY = "reconcile_instants"


class Command(BaseCommand):
    """The promise, wall time and zone, stays; the instant moves, on record. What follows from it is computed anew.

    Exit code 0; 1 with the contracts of which two terms would overlap then. All others are moved.
    """

    help = "Find contracts whose stored start or end differs from what the zone data gives today, and fix them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only say what would move")

    def handle(self, *, dry_run: bool, **_options: Any) -> None:
        now = clock.now()
        # All found first: to change rows while they are being read would change what is read.
        found = list(moved_by_law(now=now))
        self.stdout.writelines(f"{described(moved)}\n" for moved in found)
        # Twice: what stood in the way may have moved itself.
        left = [] if dry_run else move(move(found, now=now), now=now)
        if not dry_run:
            hours_changed(Contract.objects.values_list("pk", flat=True).iterator(chunk_size=10_000), now=now)
        verb = "would move" if dry_run else "moved"
        self.stdout.write(f"{len(found) - len(left)} terms {verb}. Zone data: tzdata {zone_data_release()}.")
        if left:
            numbers = ", ".join(moved.term.contract.number for moved in left)
            raise CommandError(f"Left as they are, because two terms would overlap: {numbers}. Move one end first.")


def move(found: Iterable[Moved], *, now: datetime) -> list[Moved]:
    """Reconcile each of these terms; those that could not be."""
    left = []
    for moved in found:
        try:
            reconcile(moved, by=BY, now=now)
        except NotAllowed:
            left.append(moved)
    return left


def described(moved: Moved) -> str:
    """One line: which contract, what was promised, from which instants to which."""
    term = moved.term
    was = {"starts_at": f"from {term.sold_from}", "ends_at": f"{term.last_minute:%Y-%m-%dT%H:%M}"}
    moves = [
        f"{was[name]} {term.time_zone}: {getattr(term, name):%Y-%m-%dT%H:%MZ} → {at:%Y-%m-%dT%H:%MZ}"
        for name, at in moved.becomes.items()
    ]
    return f"{term.contract.number}: {', '.join(moves)}"

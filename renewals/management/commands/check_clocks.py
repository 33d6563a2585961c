"""`check_clocks`: proves that every contract's stored instants equal what its facts give (rule 7)."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import Contract
from csportal import clock
from renewals.locking.services import clocks_that_differ, one_of, recompute_by_new_hours

NAMED = 100
"""How many of those that differ are printed by name: all of them are counted, and repaired."""


class Command(BaseCommand):
    """Exit code 0 when all agree; 1 with the contracts that do not. `--repair` computes those anew.

    They differ after an update of the zone data or of the public holidays. A lock that was ahead comes no earlier.
    """

    help = "Compare every stored instant with what the facts give."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--repair", action="store_true", help="compute those that differ anew")

    def handle(self, *, repair: bool, **_options: Any) -> None:
        count = Contract.objects.count()
        differing = clocks_that_differ(limit=count)
        if not differing:
            self.stdout.write(f"The instants of all {count} contracts follow from their facts.")
            return
        rows = Contract.objects.filter(pk__in=one_of(differing)).order_by("number").select_related("product")
        for contract in rows[:NAMED]:
            self.stdout.write(f"{contract.number} {contract.product.code}")
        if len(differing) > NAMED:
            self.stdout.write(f"… and {len(differing) - NAMED} more")
        if not repair:
            raise CommandError(f"{len(differing)} contracts differ. Compute them anew with: check_clocks --repair")
        recompute_by_new_hours(differing, now=clock.now())
        self.stdout.write(f"{len(differing)} contracts computed anew.")

"""`check_figures`: proves that what is kept for the figures of managers equals what the facts give (rules 22 to 24)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import Contract
from csportal import clock
from renewals.lastmile import keeping as lastmile
from renewals.risk import keeping as risk
from renewals.stale.models import Stale

BATCH = 1_000
NAMED = 100
"""How many of those that differ are printed by name: all of them are counted, and repaired."""


class Command(BaseCommand):
    """Exit code 0 when all agree; 1 with the contracts that do not. `--repair` has those worked out again.

    What is known to be stale differs by right: the workers have it in hand.
    """

    help = "Compare what is kept of risks and of the last mile with what the facts give."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--repair", action="store_true", help="have those that differ worked out again")

    def handle(self, *, repair: bool, **_options: Any) -> None:
        suspects = {pk for ids in batches() for pk in that_differ(ids)}
        differing = sorted(that_differ(list(suspects)))  # again: one may have been worked out anew meanwhile
        if not differing:
            self.stdout.write(f"What is kept of all {Contract.objects.count()} contracts follows from their facts.")
            return
        rows = Contract.objects.filter(pk__in=differing).order_by("number").select_related("product")
        for contract in rows[:NAMED]:
            self.stdout.write(f"{contract.number} {contract.product.code}")
        if len(differing) > NAMED:
            self.stdout.write(f"… and {len(differing) - NAMED} more")
        if not repair:
            raise CommandError(f"{len(differing)} contracts differ. Work them out again with: check_figures --repair")
        Stale.objects.bulk_create(Stale(kind=kind, contract_id=pk) for pk in differing for kind in Stale.Kind)
        self.stdout.write(f"{len(differing)} contracts are worked out again within minutes.")


def batches() -> Iterator[list[int]]:
    """The keys of all contracts."""
    last = 0
    while ids := list(Contract.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        last = ids[-1]
        yield ids


def that_differ(contract_ids: list[int]) -> set[int]:
    """Those of these contracts of which something is kept that does not follow from their facts."""
    return risk.that_differ(contract_ids, now=clock.now()) | lastmile.that_differ(contract_ids)

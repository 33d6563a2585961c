"""How much of each forecast category is counted on: the usual shares, or those that somebody asks about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

COMMIT, BEST_CASE, PIPELINE = "commit", "best_case", "pipeline"
WEIGHED = (COMMIT, BEST_CASE, PIPELINE)
"""What is left out of the forecast counts for nothing, whatever the weights."""
MOST = 100


@dataclass(frozen=True, slots=True)
class Weights:
    """Per cent of each category."""

    commit: int = 90
    best_case: int = 60
    pipeline: int = 30

    def of(self, category: str) -> Decimal:
        """The share of a category, from 0 to 1; 0 for what is left out."""
        return Decimal(getattr(self, category) if category in WEIGHED else 0) / MOST

    def expect(self, open_by_category: Mapping[str, Decimal], signed: Decimal) -> Decimal:
        """What is counted on: what is signed, and of each category its share."""
        return signed + sum((amount * self.of(name) for name, amount in open_by_category.items()), Decimal(0))


USUAL = Weights()

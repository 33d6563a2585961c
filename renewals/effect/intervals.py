"""How far a share may be trusted: intervals at 95 %, honest for small counts too.

For one share Wilson's score interval; for the difference of two Newcombe's, which is made of their Wilson intervals
(Newcombe 1998, method 10). Both stay within what is possible, and are wide where there is little to go by.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

Z = 1.959964
"""The quantile of the normal distribution that leaves 2.5 % above it."""
FEWEST = 5
"""Fewer than so many in one of two groups say nothing about a difference, whatever the arithmetic says."""


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    hits: int
    of: int

    def __post_init__(self) -> None:
        if not 0 <= self.hits <= self.of:
            raise ValueError(f"{self.hits} of {self.of}")

    @property
    def value(self) -> float | None:
        """Between 0 and 1; None of nothing."""
        return self.hits / self.of if self.of else None

    @property
    def interval(self) -> tuple[float, float]:
        """Between which shares the true one lies, by Wilson; of nothing it may be anything."""
        if not self.of:
            return 0.0, 1.0
        share, spread = self.hits / self.of, Z * Z / self.of
        middle = (share + spread / 2) / (1 + spread)
        half = Z * sqrt(share * (1 - share) / self.of + spread / (4 * self.of)) / (1 + spread)
        return max(0.0, middle - half), min(1.0, middle + half)


@dataclass(frozen=True, slots=True)
class Difference:
    """How much larger the first share is than the second."""

    first: Share
    second: Share

    @property
    def value(self) -> float | None:
        if self.first.value is None or self.second.value is None:
            return None
        return self.first.value - self.second.value

    @property
    def interval(self) -> tuple[float, float]:
        """Between which the true difference lies, by Newcombe."""
        if self.value is None:
            return -1.0, 1.0
        (low, high), (other_low, other_high) = self.first.interval, self.second.interval
        one, two = self.first.value or 0.0, self.second.value or 0.0
        down = sqrt((one - low) ** 2 + (other_high - two) ** 2)
        up = sqrt((high - one) ** 2 + (two - other_low) ** 2)
        return self.value - down, self.value + up

    @property
    def is_enough(self) -> bool:
        """Whether there are enough on both sides to speak of a difference at all."""
        return min(self.first.of, self.second.of) >= FEWEST

    @property
    def is_clear(self) -> bool:
        """Whether the interval leaves no doubt which is larger."""
        low, high = self.interval
        return self.is_enough and (low > 0 or high < 0)

"""What became of the open forecast of a period since an earlier instant: what came in, slipped, changed, closed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

NOTHING = Decimal(0)
ORDER = ("commit", "best_case", "pipeline", "omitted")
"""Categories, the surest first."""


class Move(StrEnum):
    """What became of one renewal; the first that holds is what is said of it."""

    CAME_IN = "came_in"
    SLIPPED = "slipped"
    SIGNED = "signed"
    LOST = "lost"
    REOPENED = "reopened"
    MORE = "more"
    LESS = "less"
    SURER = "surer"
    LESS_SURE = "less_sure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a renewal stands at one instant: "" for an outcome while it is open; its amount in one currency."""

    in_period: bool
    outcome: str
    category: str
    amount: Decimal

    @property
    def counts(self) -> Decimal:
        """What it adds to the open forecast of the period."""
        return self.amount if self.in_period and not self.outcome else NOTHING


@dataclass(frozen=True, slots=True)
class Moved:
    """One renewal that moved, and by how much it changed the open forecast."""

    renewal: int
    move: Move
    delta: Decimal


def moved(renewal: int, was: Standing | None, stands: Standing) -> Moved | None:
    """What became of a renewal; None where it is nothing that this period has to do with.

    `was` is None where it did not exist then. What came in and was closed within the time is in neither sum, so it
    is left out.
    """
    delta = stands.counts - (was.counts if was else NOTHING)
    move = the_move(was, stands)
    return Moved(renewal, move, delta) if move else None


def the_move(was: Standing | None, stands: Standing) -> Move | None:
    """What is said of it."""
    was_open = was is not None and was.in_period and not was.outcome
    is_open = stands.in_period and not stands.outcome
    if not was_open and not is_open:
        return None
    if was is None or (is_open and not was.in_period):
        return Move.CAME_IN
    if was_open and not stands.in_period:
        return Move.SLIPPED
    if was_open and not is_open:
        return Move.SIGNED if stands.outcome == "signed" else Move.LOST
    if not was_open:
        return Move.REOPENED
    return changed(was, stands)


def changed(was: Standing, stands: Standing) -> Move | None:
    """Of one that was open and is: whether it is worth more or less, or surer or less sure."""
    if stands.amount != was.amount:
        return Move.MORE if stands.amount > was.amount else Move.LESS
    if stands.category != was.category:
        surer = ORDER.index(stands.category) < ORDER.index(was.category)
        return Move.SURER if surer else Move.LESS_SURE
    return None


def sums(found: Iterable[Moved]) -> dict[Move, tuple[int, Decimal]]:
    """How many made each move, and by how much they changed the open forecast; only the moves that were made."""
    totals: dict[Move, tuple[int, Decimal]] = {}
    for one in found:
        count, delta = totals.get(one.move, (0, NOTHING))
        totals[one.move] = (count + 1, delta + one.delta)
    return {move: totals[move] for move in Move if move in totals}

"""How a step of a plan stands at an instant: derived when it is asked, never stored (rule 7). Plain Python."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Standing(StrEnum):
    """From when it can be written until it is over."""

    TO_WRITE = "write"
    TO_COME = "coming"
    DONE = "done"
    DROPPED = "dropped"
    LAPSED = "lapsed"

    @property
    def is_open(self) -> bool:
        """Whether somebody can still do something about it."""
        return self in (Standing.TO_WRITE, Standing.TO_COME)


class Placed(Protocol):
    """What of a step its standing follows from."""

    done_at: datetime | None
    dropped_at: datetime | None
    write_from: datetime
    goes_at: datetime
    lapses_at: datetime
    joins_id: int | None
    writer: str


def standing(step: Placed, *, counts: bool, at: datetime) -> Standing:
    """How a step stands at an instant. `counts`: its term's end is the one that counts then, and still to be told.

    What the portal does by itself waits for nobody: with its moment it is over.
    """
    if step.done_at:
        return Standing.DONE
    if step.dropped_at:
        return Standing.DROPPED
    is_portals = step.writer == "portal"
    if step.lapses_at <= at or not counts or (is_portals and step.goes_at <= at):
        return Standing.LAPSED
    to_write = step.write_from <= at and step.joins_id is None and not is_portals
    return Standing.TO_WRITE if to_write else Standing.TO_COME

"""A history as a small line: values over time, fitted into a box. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 180, 36
PAD = 3
"""Room for the width of the line and its last dot."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line from the left to the right of its box, and the dot at its end."""

    points: str
    x: float
    y: float


def line(values: Sequence[float], *, most: float | None = None) -> Line | None:
    """The values, the oldest first, evenly spaced, from 0 to `most` or the highest of them; None for fewer than two."""
    if len(values) < 2:
        return None
    top = most or max(values) or 1.0
    step = (WIDTH - 2 * PAD) / (len(values) - 1)
    spots = [
        (round(PAD + place * step, 1), round(HEIGHT - PAD - (HEIGHT - 2 * PAD) * min(value / top, 1.0), 1))
        for place, value in enumerate(values)
    ]
    return Line(" ".join(f"{x:g},{y:g}" for x, y in spots), *spots[-1])

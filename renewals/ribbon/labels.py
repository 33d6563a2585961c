"""Short texts on one line that never run into one another. Pure geometry, in the units of the drawing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

GAP = 6
"""What is kept free between two labels."""
BOLD = 1.1
"""How much wider letters are in bold."""
WIDE_FROM = 0x2E80
"""Where the square characters begin in Unicode, near enough."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A text that wants to stand at `x`, as (long, short)."""

    x: float
    texts: tuple[str, ...]
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Label:
    """A text in its place, centred on `x`, its baseline at `y`."""

    x: float
    y: float
    text: str
    strong: bool


def place(wishes: Sequence[Wish], *, width: float, y: float, text: float) -> list[Label]:
    """Each text near its place, none touching another: all are said shorter before one is left out, the last first."""
    found: list[Label] = []
    for length in range(max((len(wish.texts) for wish in wishes), default=0)):
        found = list(placed(wishes, length, width=width, y=y, text=text))
        if len(found) == len(wishes):
            break
    return found


def placed(wishes: Sequence[Wish], length: int, *, width: float, y: float, text: float) -> Iterator[Label]:
    """The labels that find room when every text is said in its `length`-th way, or the shortest it has."""
    taken: list[tuple[float, float]] = []
    for wish in wishes:
        words = wish.texts[min(length, len(wish.texts) - 1)]
        wide = text_width(words, text, strong=wish.strong)
        middle = free_place(wish.x, wide, taken, width)
        if middle is not None:
            taken.append((middle - wide / 2, middle + wide / 2))
            yield Label(round(middle, 1), y, words, wish.strong)


def free_place(x: float, wide: float, taken: Sequence[tuple[float, float]], width: float) -> float | None:
    """The middle nearest to `x` at which a text of this width is free, its own place still under it; or None."""
    half = wide / 2
    tries = [x, *(begin - GAP - half for begin, _end in taken), *(end + GAP + half for _begin, end in taken)]
    inside = sorted((min(max(middle, half), width - half) for middle in tries), key=lambda middle: abs(middle - x))
    for middle in inside:
        clear = all(middle + half + GAP <= begin or end + GAP <= middle - half for begin, end in taken)
        if clear and abs(middle - x) <= half and wide <= width:
            return middle
    return None


def text_width(text: str, size: float, *, strong: bool = False) -> float:
    """About how wide a text is set: a Chinese character is square, a letter a bit more than half of that.

    Bold letters take a tenth more.
    """
    return size * (BOLD if strong else 1) * sum(1.0 if ord(char) >= WIDE_FROM else 0.6 for char in text)

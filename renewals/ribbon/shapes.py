"""What a ribbon is drawn from and what it is made of: measures, words, bands, dots, labels, and the scale."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from accounts.rhythm import Stretch
from accounts.worktime import WorkingHours
from renewals.entitlement import State, Windows
from renewals.ribbon.labels import Label

Interval = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """The measures of one drawing, in user units. `text` is 0 where there is no room for words."""

    css: str
    width: int
    height: int
    top: int
    bar: int
    reach: int = 12
    """How far the ticks of the last minute and the present stick out of the bar."""
    text: float = 0
    dot: float = 4.5
    shows_days: bool = False
    least_day: float = 30
    """Nights are shaded where a day is at least this wide."""

    @property
    def beyond(self) -> float:
        """How much of the width a break takes, and what lies beyond it."""
        return round(self.width * 0.06, 1)

    @property
    def half(self) -> float:
        """Half of the bar's height."""
        return self.bar / 2

    @property
    def middle(self) -> float:
        """The line along which touches stand."""
        return self.top + self.half

    @property
    def bottom(self) -> int:
        """Where the bar ends."""
        return self.top + self.bar

    @property
    def tick(self) -> tuple[int, int]:
        """From where to where a tick is drawn."""
        return self.top - self.reach, self.bottom + self.reach


LARGE = Size(css="large", width=1080, height=124, top=36, bar=30, text=13, shows_days=True, dot=5.5)
MIDDLE = Size(css="middle", width=640, height=94, top=36, bar=26, text=12)
SMALL = Size(css="small", width=340, height=92, top=36, bar=24, text=12, least_day=24)
ROW = Size(css="only", width=300, height=22, top=5, bar=12, reach=4, dot=4, least_day=10_000)
SIZES: dict[str, tuple[Size, ...]] = {"row": (ROW,), "page": (SMALL, MIDDLE, LARGE), "customer": (SMALL, MIDDLE)}
"""The drawings of one ribbon; the style sheet shows the widest that fits, so that its text stays legible."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What the drawing says, each text as (long, short): the longest that fits is taken."""

    now: str
    states: dict[State, tuple[str, ...]]
    tick: Callable[[datetime], tuple[str, ...]]
    day: Callable[[date], str]


@dataclass(frozen=True, slots=True)
class Touch:
    """A contact with the customer: when, and whether it has happened."""

    at: datetime
    done: bool


@dataclass(frozen=True, slots=True)
class Band:
    """A stretch of the bar: what it stands for (a CSS class), from where, how wide, how solid."""

    css: str
    x: float
    width: float
    opacity: float = 1

    @property
    def is_hatched(self) -> bool:
        """The buffer is told by its pattern as well as by its colour."""
        return self.css == State.BUFFER


@dataclass(frozen=True, slots=True)
class Dot:
    """A touch on the bar; hollow while it is planned."""

    x: float
    done: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """One SVG: everything in it, at its place."""

    size: Size
    bands: list[Band]
    nights: list[Band]
    peaks: list[Band]
    days: list[float]
    dots: list[Dot]
    labels: list[Label]
    end_x: float
    now_x: float
    break_x: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """Time to position: linear from `from_at` to `to_at`, between `left` and `right`."""

    from_at: datetime
    to_at: datetime
    left: float
    right: float

    def x(self, at: datetime) -> float:
        """Where an instant stands; what lies outside stands at the nearer edge."""
        share = (at - self.from_at) / (self.to_at - self.from_at)
        return round(self.left + min(max(share, 0), 1) * (self.right - self.left), 1)

    def shows(self, at: datetime) -> bool:
        """Whether an instant lies on the scale."""
        return self.from_at <= at <= self.to_at

    def bands(self, css: str, intervals: Sequence[Interval]) -> list[Band]:
        """The visible parts of some intervals."""
        spans = ((self.x(begin), self.x(end)) for begin, end in intervals if begin < self.to_at and self.from_at < end)
        return [Band(css, left, round(right - left, 1)) for left, right in spans if right > left]

    @property
    def day_width(self) -> float:
        """How wide a day of 24 hours is."""
        return (self.right - self.left) * (timedelta(days=1) / (self.to_at - self.from_at))


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What a ribbon is drawn from: the windows, the present, and what happens on the way."""

    windows: Windows
    now: datetime
    zone: str
    touches: Sequence[Touch] = ()
    hours: WorkingHours | None = None
    peaks: Sequence[Stretch] = ()
    shows: Interval | None = None
    """The time that is drawn; None: as much as the end and the present call for."""

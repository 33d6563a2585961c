"""From facts to a number from 0 to 100, each of its parts shown with its weight and its reason. Pure.

What is not known leaves its part out, and is said; it never counts as bad.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

DAY = timedelta(days=1)
STRETCH = 28 * DAY
"""Over how much of the past use and requests for support count: whole weeks, so that no weekday weighs more."""
MOOD_HALVES = 30 * DAY
"""In so much time a mood that was noted comes to count half."""
MOOD_LASTS = 180 * DAY
"""An older one says nothing any more."""


class Kind(StrEnum):
    """The parts of a score."""

    TREND = "trend"
    BREADTH = "breadth"
    SUPPORT = "support"
    MOOD = "mood"
    CONTACT = "contact"


Weights = Mapping[Kind, int]
WEIGHTS: Weights = {Kind.TREND: 30, Kind.BREADTH: 20, Kind.SUPPORT: 15, Kind.MOOD: 20, Kind.CONTACT: 15}
"""What counts until somebody says otherwise. They need not sum to 100: each counts by its share of those known."""

Curve = Sequence[tuple[float, float]]
TREND: Curve = ((0, 0), (0.5, 30), (0.8, 60), (1, 75), (1.25, 100))
"""Use against what it was before: as much is good, a quarter more is as good as it gets."""
BREADTH: Curve = ((0, 0), (0.1, 25), (0.5, 75), (0.8, 100))
"""People against seats."""
SUPPORT: Curve = ((0, 100), (1, 75), (3, 40), (6, 10), (10, 0))
"""Requests for support in four weeks against ten seats."""
CONTACT: Curve = ((14, 100), (30, 75), (60, 40), (90, 15), (120, 0))
"""Days since somebody here spoke with somebody there."""
SEATS = 10
MOST_TIMES = 10
"""From here on more is only more."""


def on(curve: Curve, x: float) -> float:
    """The height of a curve: straight between its points, flat before the first and after the last."""
    if x <= curve[0][0]:
        return curve[0][1]
    for (x0, y0), (x1, y1) in pairwise(curve):
        if x <= x1:
            return y0 + (y1 - y0) * (x - x0) / (x1 - x0)
    return curve[-1][1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """One metric in the last four weeks, in those before, and in the same weeks a year ago; None: not counted then."""

    metric: str
    now: float
    before: float | None = None
    year_ago: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of one contract at an instant. None, or nothing at all, is not known."""

    use: Sequence[Use] = ()
    used_at: datetime | None = None
    """The last signal of use."""
    people: int | None = None
    seats: int | None = None
    requests: int | None = None
    moods: Sequence[tuple[datetime, int]] = ()
    """When a mood was noted, in order, and what it was, from -2 to 2."""
    contact_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part: its value from 0 to 100, or None with `why` it is not known; `facts` are what the words name."""

    kind: Kind
    weight: int
    value: int | None
    why: str
    facts: Mapping[str, object] = field(default_factory=dict)

    @property
    def counts(self) -> bool:
        """Whether the score has it in it."""
        return self.value is not None and self.weight > 0


@dataclass(frozen=True, slots=True)
class Health:
    """The parts, in their order, and what they come to; None where nothing is known."""

    parts: Sequence[Part]

    @property
    def score(self) -> int | None:
        counted = [(part.value, part.weight) for part in self.parts if part.value is not None]
        weight = sum(weight for _value, weight in counted)
        return round(sum(value * weight for value, weight in counted) / weight) if weight else None


def health(facts: Facts, weights: Weights, *, now: datetime) -> Health:
    """The health of one contract from its facts at an instant."""
    found = (
        trend(facts.use, facts.used_at, now=now),
        breadth(facts.people, facts.seats),
        support(facts.requests, facts.seats),
        mood(facts.moods, now=now),
        contact(facts.contact_at, now=now),
    )
    return Health(
        tuple(
            Part(kind=kind, weight=weights[kind], value=None if value is None else round(value), why=why, facts=said)
            for kind, (value, why, said) in zip(Kind, found, strict=True)
        )
    )


Found = tuple[float | None, str, Mapping[str, object]]
"""A value, why it is this one or none, and what the words name."""


def trend(use: Sequence[Use], used_at: datetime | None, *, now: datetime) -> Found:
    """Each metric against the four weeks before and against a year ago, where they are known; then their mean.

    Who was heard of once, and not in the last four weeks, does not use it: that is known.
    """
    if used_at is None:
        return None, "no_use", {}
    if not any(one.now for one in use):
        return 0, "stopped", {"days": (now - used_at) // DAY}
    before, year_ago = (ratios(use, past) for past in ("before", "year_ago"))
    if not before and not year_ago:
        return None, "no_past", {}
    said = {name: percent(found) for name, found in (("before", before), ("year_ago", year_ago)) if found}
    return mean([on(TREND, ratio) for ratio in (*before, *year_ago)]), "use", said


def ratios(use: Sequence[Use], past: str) -> list[float]:
    """Now against one past, for each metric of which it is known and was not nothing."""
    return [one.now / then for one in use if (then := getattr(one, past))]


def percent(ratios: Sequence[float]) -> int:
    """How much more it is, by the mean of these: nine times more at the most, where a beginning was small."""
    return round(100 * min(mean(ratios), MOST_TIMES)) - 100


def mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def breadth(people: int | None, seats: int | None) -> Found:
    """How many of the seats were somebody's in four weeks."""
    if people is None:
        return None, "no_people", {}
    if not seats:
        return None, "no_seats", {"people": people}
    return on(BREADTH, people / seats), "people", {"people": people, "seats": seats}


def support(requests: int | None, seats: int | None) -> Found:
    """How often they needed help, for so many seats."""
    if requests is None:
        return None, "no_support", {}
    return on(SUPPORT, requests / max(1, (seats or SEATS) / SEATS)), "requests", {"requests": requests}


def mood(moods: Sequence[tuple[datetime, int]], *, now: datetime) -> Found:
    """How they felt when we spoke with them: each the less, the longer ago."""
    lately = [(at, felt) for at, felt in moods if timedelta(0) <= now - at <= MOOD_LASTS]
    if not lately:
        return None, "no_mood", {}
    weights = [0.5 ** ((now - at) / MOOD_HALVES) for at, _felt in lately]
    felt = sum(weight * felt for weight, (_at, felt) in zip(weights, lately, strict=True)) / sum(weights)
    last_at, last = lately[-1]
    return 50 + 25 * felt, "mood", {"mood": last, "days": (now - last_at) // DAY, "times": len(lately)}


def contact(contact_at: datetime | None, *, now: datetime) -> Found:
    """How long ago we last spoke with anybody there."""
    if contact_at is None:
        return None, "no_contact", {}
    return on(CONTACT, (now - contact_at) / DAY), "contact", {"days": (now - contact_at) // DAY}


class Band(StrEnum):
    """A score as a word."""

    THRIVING = "thriving"
    STEADY = "steady"
    WATCH = "watch"
    AILING = "ailing"


BANDS = ((80, Band.THRIVING), (60, Band.STEADY), (40, Band.WATCH), (0, Band.AILING))
"""From which score on a word holds."""


def band(score: int) -> Band:
    """The word for a score."""
    return next(word for least, word in BANDS if score >= least)


def limits(word: Band) -> tuple[int, int]:
    """From which score on, and below which, a word holds."""
    above = [101, *(least for least, _word in BANDS)]
    return next((least, below) for (least, found), below in zip(BANDS, above, strict=False) if found is word)

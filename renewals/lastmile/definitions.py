"""What each figure of the last mile means: the rules alone, over plain facts. `reading` is the set-based twin.

All boundaries are half-open: what happens at the very instant of a boundary is after it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

AHEAD = timedelta(days=90)
"""Contact counts as contact about the renewal from so long before the end, or from the term's beginning if later."""
MONTH, WEEK, DAY = timedelta(days=30), timedelta(days=7), timedelta(days=1)
"""Told a week ahead: from T-30 until T-7. Told the day before: from T-7 until T-1. Long ago is neither."""
CONTACT = (-MONTH, -WEEK, -DAY, timedelta(0))
"""From the first real contact to the end (rule 23): before T-30, before T-7, before T-1, before the end, after it."""
NO_CONTACT = len(CONTACT) + 1
WAITED = (timedelta(hours=1), timedelta(hours=4), timedelta(hours=24))
"""From a soft lock to the first human contact: within 1 hour, 4 hours, 24 hours, later."""
NOBODY, NOT_LOCKED = len(WAITED) + 1, -1
REVIEWS = ("look_back", "value")
"""The purposes of steps that review what the product was worth to them."""
EVIDENCE = ("told", "acknowledged", "answered", "opened", "delivered", "renews")
"""Kinds of evidence, what proves most first."""
LETTERS: tuple[tuple[str, ...], ...] = (("letter",), ("notice", "renews_itself"), ("late",))
"""Kinds of touches: written by somebody, plain, plain and late."""


class Way(StrEnum):
    """How an end went."""

    IN_TIME = "in_time"
    BUFFER = "buffer"
    LATE = "late"
    LOST = "lost"
    OPEN = "open"


class Told(StrEnum):
    """Whether somebody was told by then; moot where the renewal was decided before it was needed."""

    YES = "yes"
    NO = "no"
    MOOT = "moot"


def way(*, outcome: str, renewed_at: datetime | None, ends_at: datetime, locks: Iterable[datetime | None]) -> Way:
    """How an end went. What somebody marked as signed is open until the next term is on record: `renewed_at`.

    `locks` has the lock instant of each stretch: a lock that has come stays one, whoever gave more time after it. None
    where nobody was told, so nothing locked: a late yes came in the buffer.
    """
    if outcome == "lost":
        return Way.LOST
    if outcome != "signed" or renewed_at is None:
        return Way.OPEN
    if renewed_at < ends_at:
        return Way.IN_TIME
    return Way.LATE if any(at is not None and at <= renewed_at for at in locks) else Way.BUFFER


def told_by(instants: Iterable[datetime], *, since: datetime, before: datetime, closed_at: datetime | None) -> Told:
    """Whether one of these tellings was before an instant, and not before `since`."""
    if any(since <= at < before for at in instants):
        return Told.YES
    return Told.MOOT if closed_at is not None and closed_at < before else Told.NO


def contact_band(contacts: Iterable[datetime], *, starts_at: datetime, ends_at: datetime, until: datetime) -> int:
    """Which stretch of `CONTACT` the first real contact came in: `NO_CONTACT` where there was none until `until`."""
    counted = [at for at in contacts if max(starts_at, ends_at - AHEAD) <= at <= until]
    return bisect_right(CONTACT, min(counted) - ends_at) if counted else NO_CONTACT


def waited_band(locked_at: datetime | None, contacted_at: datetime | None) -> int:
    """Which stretch of `WAITED` passed from the lock to the first human contact."""
    if locked_at is None:
        return NOT_LOCKED
    return bisect_right(WAITED, contacted_at - locked_at) if contacted_at else NOBODY


def best(kinds: Iterable[str], order: Sequence[Sequence[str]]) -> int:
    """The place of the best of these kinds; one beyond the last where there is none."""
    places = [place for place, several in enumerate(order) for kind in kinds if kind in several]
    return min(places, default=len(order))


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """Which renewals a figure counts: by column the values that it takes. No column: all."""

    where: Mapping[str, Sequence[object]]

    def counts(self, said: Mapping[str, object]) -> bool:
        """Whether a renewal, or a group that is alike in every column, is in it."""
        return all(said[column] in values for column, values in self.where.items())


def only(**where: Sequence[object]) -> Figure:
    return Figure(where=where)


PAST_THE_END = (Way.BUFFER, Way.LATE, Way.LOST, Way.OPEN)
FIGURES: dict[str, Figure] = {
    "ended": only(),
    "explained": only(explained=(True,)),
    "not-explained": only(explained=(False,)),
    "reviewed": only(reviewed=(True,)),
    "not-reviewed": only(reviewed=(False,)),
    "week": only(week=(Told.YES,)),
    "not-week": only(week=(Told.NO,)),
    "day": only(day=(Told.YES,)),
    "not-day": only(day=(Told.NO,)),
    "in-time": only(way=(Way.IN_TIME,)),
    "not-in-time": only(way=PAST_THE_END),
    "buffer": only(way=(Way.BUFFER,)),
    "not-buffer": only(way=(Way.LATE, Way.LOST, Way.OPEN)),
    "late": only(way=(Way.LATE,)),
    "not-late": only(way=(Way.LOST, Way.OPEN)),
    "lost": only(way=(Way.LOST,)),
    "open": only(way=(Way.OPEN,)),
    "taken": only(taken=(True,)),
    "locked": only(waited=tuple(range(NOBODY + 1))),
    **{f"contact-{band}": only(contact=(band,)) for band in range(NO_CONTACT + 1)},
    **{f"waited-{band}": only(waited=(band,)) for band in range(NOBODY + 1)},
    **{f"proof-{place}": only(proof=(place,)) for place in range(len(EVIDENCE) + 1)},
    **{f"letter-{place}": only(letter=(place,)) for place in range(len(LETTERS) + 1)},
}
FUNNEL = ("explained", "reviewed", "week", "day", "in-time", "buffer", "late")
"""The steps of the funnel (rule 22) in order; the leak of each is `not-` it. What is left is lost or open."""
COLUMNS = ("way", "explained", "reviewed", "week", "day", "contact", "waited", "proof", "letter", "taken")

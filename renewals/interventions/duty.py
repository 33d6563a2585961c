"""Who is on duty at an instant, and when what nobody took goes to the next (rule 13).

Plain Python: no Django, no database, no clock. Instants are aware and in UTC. Candidates come in the order in which
they are called: the owner, the others of the team, their manager.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.worktime import WorkingHours, work_from

ANSWERS_WITHIN = timedelta(minutes=15)
"""Working minutes, of whoever has it, after which an intervention that nobody took goes to the next."""

Stretch = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Somebody who may be on duty: when they work, and when they are away (half-open stretches)."""

    user_id: int
    zone: str
    hours: WorkingHours
    away: tuple[Stretch, ...] = ()


@dataclass(frozen=True, slots=True)
class Turn:
    """Who has it, and from when on they work: the instant that was asked about, or later where nobody works then."""

    user_id: int
    begins_at: datetime


def on_duty(candidates: Sequence[Candidate], at: datetime) -> Turn | None:
    """The first of these who works at an instant, else whoever begins to work first; None where nobody ever does."""
    begins = [(next(present(one, at), None), one.user_id) for one in candidates]
    turns = [Turn(user_id, stretch[0]) for stretch, user_id in begins if stretch]
    return min(turns, key=lambda turn: turn.begins_at, default=None)


def present(candidate: Candidate, at: datetime) -> Iterator[Stretch]:
    """The stretches from `at` on in which somebody is at work and not away."""
    for stretch in work_from(at, candidate.zone, candidate.hours):
        yield from without(stretch, sorted(candidate.away))


def without(stretch: Stretch, away: Sequence[Stretch]) -> Iterator[Stretch]:
    """What is left of a stretch of work beside absences, which are in order."""
    begins, ends = stretch
    for gone_at, back_at in away:
        if gone_at > begins:
            yield begins, min(gone_at, ends)
        begins = max(begins, back_at)
        if begins >= ends:
            return
    yield begins, ends


def unanswered_at(candidate: Candidate, since: datetime) -> datetime | None:
    """The instant at which they have had it for `ANSWERS_WITHIN` of their own work; None where they never work."""
    left = ANSWERS_WITHIN
    for begins, ends in present(candidate, since):
        if ends - begins >= left:
            return begins + left
        left -= ends - begins
    return None


def passes_on(candidates: Sequence[Candidate], *, had: Collection[int], holder: int, since: datetime) -> Turn | None:
    """To whom, and when, it goes if its holder, who has had it `since`, does not take it; None: it stays with them.

    `had`: everybody who has had it. Whoever comes next works then: before that nothing is gained by passing it on.
    """
    rest = [one for one in candidates if one.user_id not in had]
    now_has = next((one for one in candidates if one.user_id == holder), None)
    return on_duty(rest, (unanswered_at(now_has, since) if now_has else since) or since)

"""The board's columns: each stage with how many stand there, what they add up to, and the next to end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import cast

from django.db.models import Count, DateTimeField, ExpressionWrapper, F, Sum, Value

from accounts import wording
from accounts.models import User
from renewals.board import words
from renewals.board.filters import PipelineFilter
from renewals.board.rows import Row, clock_of, with_rows
from renewals.desk.words import STATES
from renewals.health.services import today_here
from renewals.pipeline.models import Renewal, Stage
from renewals.pipeline.models.renewals import RenewalQuerySet
from renewals.pipeline.rates import rates_now

SHOWN = 20
"""Cards of a column at a time: the others come when they are asked for."""
LATELY = timedelta(days=30)
"""For how long what is signed or lost still stands on the board."""


class BoardFilter(PipelineFilter):
    """As the table is narrowed, but for the stage: each has its column, and what ended lately too."""

    stage = None
    outcome = None
    FIRST = ("csm", "within", "unit", "told")

    def narrowed(self, found: RenewalQuerySet) -> RenewalQuerySet:
        """Each column says for itself what stands there."""
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One renewal on the board in words."""

    renewal: Row
    minute: str
    left: str
    state: str
    state_word: str
    amount: str
    by: str
    is_late: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """A stage and what stands there."""

    stage: Stage
    count: int
    expected: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A stage with its first cards, or the next ones from a place on."""

    head: Head
    cards: Sequence[Card]
    after: int
    """How many cards stand before the next that could be shown; 0 where there is none."""


def standing(found: RenewalQuerySet, stage: Stage, *, now: datetime) -> RenewalQuerySet:
    """What stands at a stage: by one of its own indexes, whether it is on the way or ended lately."""
    at_stage = found.filter(stage=stage)
    if stage.is_open:
        return at_stage.open().order_by("ends_at", "pk")
    # The sum keeps the planner from walking through years of ends, in their order, to those decided in the last days.
    by_end = ExpressionWrapper(F("ends_at") + Value(timedelta(0)), output_field=DateTimeField())
    return ended_lately(at_stage, now=now).order_by(by_end, "pk")


def ended_lately(found: RenewalQuerySet, *, now: datetime) -> RenewalQuerySet:
    """What was signed or lost in the last days."""
    return found.exclude(outcome="").filter(closed_at__gt=now - LATELY)


def board(found: RenewalQuerySet, user: User, *, now: datetime) -> list[Column]:
    """Every stage in use, and where somebody still stands, each with its first cards. A constant number of queries."""
    known = list(Stage.objects.all())
    counted = heads(found, known, now=now)
    stages = [stage for stage in known if stage.retired_at is None or counted[stage.pk].count]
    firsts = [standing(found, stage, now=now).values_list("pk")[:SHOWN] for stage in stages]
    ids = [pk for (pk,) in firsts[0].union(*firsts[1:], all=True)] if stages else []
    cards = cards_of(ids, user, now=now)
    return [column(counted[stage.pk], cards[stage.pk], first=0) for stage in stages]


def part(found: RenewalQuerySet, stage: Stage, user: User, *, first: int, now: datetime) -> Column:
    """The next cards of one column, from a place on."""
    ids = list(standing(found, stage, now=now).values_list("pk", flat=True)[first : first + SHOWN])
    head = heads(found, [stage], now=now)[stage.pk]
    return column(head, cards_of(ids, user, now=now)[stage.pk], first=first)


def column(head: Head, cards: Sequence[Card], *, first: int) -> Column:
    shown = first + len(cards)
    return Column(head=head, cards=cards, after=shown if cards and shown < head.count else 0)


def heads(found: RenewalQuerySet, stages: Sequence[Stage], *, now: datetime) -> Mapping[int, Head]:
    """By stage, how many there are and what they add up to in the home currency. Three queries."""
    rates = rates_now(now=now)
    counts: dict[int, int] = defaultdict(int)
    sums: dict[int, Decimal] = defaultdict(Decimal)
    for rows in (found.open(), ended_lately(found, now=now)):
        for stage, currency, count, expected in summed(rows.filter(stage__in=stages)):
            counts[stage] += count
            sums[stage] += rates.into_home(expected, currency) or Decimal(0)
    return {one.pk: Head(stage=one, count=counts[one.pk], expected=words.in_home(sums[one.pk])) for one in stages}


def summed(rows: RenewalQuerySet) -> Iterable[tuple[int, str, int, Decimal | None]]:
    """By stage and currency, how many and how much."""
    grouped = rows.order_by().values("stage", "currency").annotate(n=Count("pk"), expected=Sum("amount"))
    return grouped.values_list("stage", "currency", "n", "expected")


def cards_of(ids: Iterable[int], user: User, *, now: datetime) -> Mapping[int, list[Card]]:
    """By stage, these renewals as cards, the next end first."""
    rows = with_rows(Renewal.objects.filter(pk__in=list(ids)).order_by("ends_at", "pk"), user, now=now)
    found: dict[int, list[Card]] = defaultdict(list)
    today = today_here(now)
    for row in cast("Iterable[Row]", rows):
        found[row.stage_id].append(card(row, today=today, now=now))
    return found


def card(row: Row, *, today: date, now: datetime) -> Card:
    """One renewal in words."""
    clock, zone = clock_of(row), row.term.time_zone
    minute = wording.day_label(row.ends_at - wording.MINUTE, zone, now)
    return Card(
        renewal=row,
        minute=f"{minute} {wording.zone_name(zone)}",
        left=words.left(row, now=now),
        state=clock.state if clock else "",
        state_word=str(STATES[clock.state]) if clock else "",
        amount=wording.money(row.amount, row.currency),
        by=words.step_by(row.next_step_on, today=today),
        is_late=row.is_open and row.next_step_on is not None and row.next_step_on < today,
    )

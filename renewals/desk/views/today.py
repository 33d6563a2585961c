"""The first page: what waits for the reader, and the minutes that come next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render

from accounts.access import StaffRequest
from accounts.filters import MINE, TEAM
from accounts.models import Contract, User
from accounts.models.owners import is_in_sight_of
from accounts.peaks import rhythms_of
from renewals.desk.calls import calls_today
from renewals.desk.cards import Card, cards
from renewals.desk.cases import Waiting, waiting_cases, with_people
from renewals.desk.reasons import Unanswered, each_with_why, unanswered, why_they_wait
from renewals.desk.rows import Row, rows
from renewals.desk.tables import NextMinutesTable
from renewals.desk.to_write import to_write
from renewals.desk.today import (
    MOST_COUNTED,
    ahead,
    as_renewed,
    may_meet_peaks,
    next_minutes,
    peaks_to_decide,
    read_whole,
    renewed_lately,
)
from renewals.desk.unpublished import unpublished
from renewals.locking.models import ClockQuerySet
from renewals.locking.peaks import Met
from renewals.payments import standing

FIRST_CARDS = 6
MOST_CARDS = 60


@login_required
def today(request: StaffRequest) -> HttpResponse:
    """`?whose=mine` or `team`: a CSM looks after what is theirs, others after the team, unless they say otherwise."""
    whose = whose_day(request)
    mine = whose == MINE
    clocks = rows(request.user, now=request.now, mine=mine)
    cases = waiting_cases(request.user, mine=mine, at=request.now)
    minutes = minutes_of(request, clocks, cases, mine=mine)
    waits = minutes.pop("waits")
    lists = {"interventions": cases} | lists_of(request, mine=mine, counted=MOST_COUNTED - waits)
    others = sum(len(lists[kind]) for kind in ("interventions", "calls", "unpaid"))
    count = waits + lists["to_write"].count + others
    context: dict[str, Any] = {
        "whose": whose,
        "ahead": ahead(clocks, now=request.now),
        "unpublished": unpublished(request.user, now=request.now),
        "count": min(count, MOST_COUNTED),
        "is_counted": count < MOST_COUNTED,
    }
    return render(request, "desk/today.html", context | lists | minutes)


def lists_of(request: StaffRequest, *, mine: bool, counted: int) -> dict[str, Any]:
    """What waits for somebody beside the cards, kind by kind; what is to be written is counted so far, once at least:
    nobody waits for a number that is not said.
    """
    user, now = request.user, request.now
    return {
        "calls": calls_today(user, now=now, mine=mine),
        "to_write": to_write(user, now=now, mine=mine, counted=max(counted, 1)),
        "unpaid": standing.waiting(user, mine=mine, now=now),
    }


def minutes_of(request: StaffRequest, clocks: ClockQuerySet, cases: Sequence[Waiting], *, mine: bool) -> dict[str, Any]:
    """The cards, the minutes that come next, what was renewed, and how many wait: what all of them show is read once.

    The people of whoever has a card, or one of these interventions, as well.
    """
    now, coming = request.now, next_minutes(clocks, now=request.now)
    near = may_meet_peaks(clocks, all_there_are=request.user.sees_everything and not mine, now=now)
    rhythms = rhythms_of([one.customer for one in coming] + [one.customer_id for one in near])
    met, seen = peaks_to_decide(near, rhythms=rhythms), unanswered(now=now)
    why = why_they_wait(clocks, seen, now=now, peaks=met.keys(), most=MOST_COUNTED)
    first = dict(islice(why.items(), MOST_CARDS if request.GET.get("all") else FIRST_CARDS))
    renewed = renewed_lately(request.user, mine=mine, now=now)
    read = read_whole(clocks, {*first, *(one.pk for one in coming), *(event.clock for event in renewed)})
    shown = each_with_why(read, first)
    with_people([clock.contract.customer for clock in shown] + [case.one.contract.customer for case in cases])
    return {
        "cards": cards_of(request, shown, seen, met),
        "table": NextMinutesTable(
            [read[one.pk] for one in coming if one.pk in read], now=now, reader=request.user, rhythms=rhythms
        ),
        "renewed": as_renewed(renewed, read),
        "has_contracts": bool(read) or Contract.objects.visible_to(request.user).exists(),
        "more": len(why) > len(first),
        "waits": len(why),
    }


def whose_day(request: StaffRequest) -> str:
    """Whose contracts the page is about."""
    asked = request.GET.get("whose")
    return asked if asked in (MINE, TEAM) else MINE if request.user.role == User.Role.CSM else TEAM


def cards_of(request: StaffRequest, shown: Sequence[Row], unanswered: Unanswered, met: Mapping[int, Met]) -> list[Card]:
    """What waits, as cards. `met`: which peak a clock meets, by its key."""
    customers = [clock.contract.customer for clock in shown]
    may_change = {one.pk for one in customers if is_in_sight_of(request.user, one.owner)}
    return cards(shown, unanswered, met, now=request.now, may_change=may_change, reader=request.user)

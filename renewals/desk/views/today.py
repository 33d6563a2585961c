"""The first page: what waits for the reader, and the minutes that come next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render

from accounts.access import StaffRequest
from accounts.filters import MINE, TEAM, owned
from accounts.models import Contract, User
from accounts.models.owners import is_in_sight_of
from accounts.peaks import rhythms_of
from renewals.desk.calls import calls_today
from renewals.desk.cards import Card, cards
from renewals.desk.cases import waiting_cases
from renewals.desk.rows import Row, rows
from renewals.desk.tables import NextMinutesTable
from renewals.desk.to_write import to_write
from renewals.desk.today import (
    MOST_COUNTED,
    ahead,
    first_waiting,
    next_minutes,
    peaks_ahead,
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
    clocks = rows(request.user, now=request.now)
    if whose == MINE:
        clocks = owned(clocks, "contract__owner", MINE, request.user)
    lists = lists_of(request, mine=whose == MINE)
    minutes = minutes_of(request, clocks)
    others = sum(len(lists[kind]) for kind in ("interventions", "calls", "unpaid"))
    count = minutes.pop("waits") + lists["to_write"].count + others
    context: dict[str, Any] = {
        "whose": whose,
        "ahead": ahead(clocks, now=request.now),
        "renewed": renewed_lately(clocks, now=request.now),
        "unpublished": unpublished(request.user, now=request.now),
        "count": min(count, MOST_COUNTED),
        "is_counted": count < MOST_COUNTED,
    }
    return render(request, "desk/today.html", context | lists | minutes)


def lists_of(request: StaffRequest, *, mine: bool) -> dict[str, Any]:
    """What waits for somebody beside the cards, kind by kind."""
    user, now = request.user, request.now
    return {
        "interventions": waiting_cases(user, mine=mine, at=now),
        "calls": calls_today(user, now=now, mine=mine),
        "to_write": to_write(user, now=now, mine=mine, counted=MOST_COUNTED),
        "unpaid": standing.waiting(user, mine=mine, now=now),
    }


def minutes_of(request: StaffRequest, clocks: ClockQuerySet) -> dict[str, Any]:
    """The cards, the minutes that come next, and how many wait in all: what both show is read once."""
    met = peaks_ahead(clocks, now=request.now)
    most = MOST_CARDS if request.GET.get("all") else FIRST_CARDS
    why, waits = first_waiting(clocks, now=request.now, peaks=met.keys(), shown=most)
    coming = next_minutes(clocks, now=request.now)
    read = read_whole(clocks, {*coming, *why})
    return {
        "cards": cards_of(request, [read[pk] for pk in why if pk in read], why, met),
        "table": next_minutes_table(request, [read[pk] for pk in coming if pk in read]),
        "has_contracts": bool(read) or Contract.objects.visible_to(request.user).exists(),
        "more": waits > len(why),
        "waits": waits,
    }


def next_minutes_table(request: StaffRequest, coming: Sequence[Row]) -> NextMinutesTable:
    """The minutes that come next, as many as one reads."""
    rhythms = rhythms_of(clock.contract.customer_id for clock in coming)
    return NextMinutesTable(coming, now=request.now, reader=request.user, rhythms=rhythms)


def whose_day(request: StaffRequest) -> str:
    """Whose contracts the page is about."""
    asked = request.GET.get("whose")
    return asked if asked in (MINE, TEAM) else MINE if request.user.role == User.Role.CSM else TEAM


def cards_of(request: StaffRequest, shown: Sequence[Row], why: Mapping[int, str], met: Mapping[int, Met]) -> list[Card]:
    """What waits, as cards. `why` and `met`: by the clock's key, why it waits, and which peak it meets."""
    for clock in shown:
        clock.waits = why[clock.pk]
    customers = [clock.contract.customer for clock in shown]
    may_change = {one.pk for one in customers if is_in_sight_of(request.user, one.owner)}
    return cards(shown, met, now=request.now, may_change=may_change, reader=request.user)

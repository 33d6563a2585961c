"""The first page: what waits for the reader, and the minutes that come next."""

from __future__ import annotations

from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render

from accounts.access import StaffRequest
from accounts.filters import MINE, TEAM, owned
from accounts.models import Contract, Customer, User
from accounts.peaks import rhythms_of
from renewals.desk.calls import calls_today
from renewals.desk.cards import cards
from renewals.desk.cases import waiting_cases
from renewals.desk.rows import Row, rows, with_touches
from renewals.desk.tables import NextMinutesTable
from renewals.desk.to_write import to_write
from renewals.desk.today import ahead, next_minutes, peaks_ahead, renewed_lately, waiting
from renewals.desk.unpublished import unpublished
from renewals.locking.models import Clock, ClockQuerySet
from renewals.payments import standing

FIRST_CARDS = 6
MOST_CARDS = 60


@login_required
def today(request: StaffRequest) -> HttpResponse:
    """`?whose=mine` or `team`: a CSM looks after what is theirs, others after the team, unless they say otherwise."""
    clocks = rows(request.user, now=request.now)
    whose = whose_day(request)
    if whose == MINE:
        clocks = owned(clocks, "contract__owner", MINE, request.user)
    context: dict[str, Any] = {
        "whose": whose,
        "ahead": ahead(clocks, now=request.now),
        "table": next_minutes_table(request, clocks),
        "renewed": renewed_lately(clocks, now=request.now),
        "unpublished": unpublished(request.user, now=request.now),
        "has_contracts": Contract.objects.visible_to(request.user).exists(),
    }
    interventions = waiting_cases(request.user, mine=whose == MINE, at=request.now)
    letters = to_write(request.user, now=request.now, mine=whose == MINE)
    unpaid = standing.waiting(request.user, mine=whose == MINE, now=request.now)
    calls = calls_today(request.user, now=request.now, mine=whose == MINE)
    besides = len(interventions) + len(calls) + letters.count + len(unpaid)
    context |= {"interventions": interventions, "calls": calls, "to_write": letters, "unpaid": unpaid}
    context |= what_waits(request, clocks, besides=besides)
    return render(request, "desk/today.html", context)


def next_minutes_table(request: StaffRequest, clocks: QuerySet[Clock]) -> NextMinutesTable:
    """The minutes that come next, as many as one reads."""
    coming = next_minutes(clocks, now=request.now)
    rhythms = rhythms_of(clock.contract.customer_id for clock in coming)
    return NextMinutesTable(coming, now=request.now, reader=request.user, rhythms=rhythms)


def whose_day(request: StaffRequest) -> str:
    """Whose contracts the page is about."""
    asked = request.GET.get("whose")
    return asked if asked in (MINE, TEAM) else MINE if request.user.role == User.Role.CSM else TEAM


def what_waits(request: StaffRequest, clocks: ClockQuerySet, *, besides: int) -> dict[str, Any]:
    """The cards, and how many things wait in all, `besides` the cards so many."""
    met = peaks_ahead(clocks, now=request.now)
    read = with_touches(clocks).prefetch_related("contract__customer__contacts")
    found = waiting(read, now=request.now, peaks=met.keys())
    shown = list(found[: MOST_CARDS if request.GET.get("all") else FIRST_CARDS])
    theirs = Customer.objects.visible_to(request.user).filter(contracts__in=[clock.contract_id for clock in shown])
    may_change = set(theirs.values_list("pk", flat=True))
    count = len(shown) if len(shown) < FIRST_CARDS else found.count()
    return {
        "cards": cards(cast("list[Row]", shown), met, now=request.now, may_change=may_change, reader=request.user),
        "count": count + besides,
        "more": count > len(shown),
    }

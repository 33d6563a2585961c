"""The next 72 hours over all zones, and the month as a calendar."""

from __future__ import annotations

from datetime import date, timedelta
from functools import reduce
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render

from accounts import wording
from accounts.access import StaffRequest
from accounts.views.lists import show_list
from renewals.minutes import months, past, reading
from renewals.minutes.filters import MinutesFilter, MonthFilter
from renewals.minutes.pages import calendar, money, picture, with_field
from renewals.minutes.tables import ENDED_COLUMNS, MINUTES_COLUMNS, EndedTable, MinutesTable
from renewals.ribbon.shapes import Interval


@login_required
def minutes(request: StaffRequest) -> HttpResponseBase:
    """What ends in the next 72 hours, in order; or, with `?on=`, on one day of each customer's own calendar."""
    asked = MinutesFilter(request.GET, reading.minutes(request.user, now=request.now), request=request)
    found, day = asked.qs, asked.day
    if day and past.is_over(day, now=request.now):
        return ended(request, asked, day)
    clocks = found if day else reading.ahead(found, now=request.now)
    shows = reading.window_of(day) if day else (request.now, request.now + reading.AHEAD)
    table = MinutesTable(clocks, now=request.now, shows=shows, reader=request.user)
    more = around(request, clocks, table, day=day, shows=shows)
    return show_list(request, "minutes/list.html", table, columns=MINUTES_COLUMNS, filter=asked, **more)


def ended(request: StaffRequest, asked: MinutesFilter, day: date) -> HttpResponseBase:
    """What ended on a day that is over: every term, whatever its contract did since, and what came of it."""
    terms = asked.narrow(past.terms(request.user))
    table = EndedTable(terms, now=request.now, reader=request.user)
    more = around(request, terms, table, day=day, shows=reading.window_of(day))
    return show_list(request, "minutes/list.html", table, columns=ENDED_COLUMNS, filter=asked, is_over=True, **more)


def around(
    request: StaffRequest, ends: QuerySet[Any], table: Any, *, day: date | None, shows: Interval
) -> dict[str, Any]:
    """What stands around a list of ends: the day, how many they are and for how much, and their hours."""
    sums = reading.sums(ends)
    table.data._length = sums.count  # counted with the sums already
    return {
        "day": wording.days(day, day, this_year=None) if day else "",
        "month": (day or wording.local(request.now, request.user.time_zone).date()).strftime("%Y-%m"),
        "sums": sums,
        "money": money(sums),
        "picture": picture(ends, shows=shows, now=request.now, reader=request.user),
    }


@login_required
def month(request: StaffRequest) -> HttpResponse:
    """What ends on each day of `?month=2026-12`, each by its customer's own calendar; without one, this month."""
    today = wording.local(request.now, request.user.time_zone).date()
    text = request.GET.get("month", "")
    shown = months.month_of(text) or today.replace(day=1)
    asked = MonthFilter(request.GET, reading.minutes(request.user, now=request.now), request=request)
    parts = in_parts(request, asked, shown)
    found = reading.by_day(end for part in parts for end in reading.of_month(part))
    sums = reduce(reading.together, (reading.sums(part) for part in parts))
    context = {
        "filter": asked,
        "month": shown.strftime("%Y-%m"),
        "called": wording.month(shown),
        "is_over": past.is_over(last_of(shown), now=request.now),
        "is_refused": bool(text) and months.month_of(text) is None,
        "weeks": calendar(shown, found, today=today, query=request.GET),
        "weekdays": wording.weekdays(),
        "before": way(request, months.before(shown)),
        "after": way(request, months.after(shown)),
        "sums": sums,
        "money": money(sums),
    }
    return render(request, "minutes/month.html", context)


def in_parts(request: StaffRequest, asked: MonthFilter, month: date) -> list[QuerySet[Any]]:
    """What ends in a month: on days that are over every term, on the others what counts now."""
    first, last, days = past.first_day_not_over(request.now), last_of(month), []
    if month < first:
        terms = asked.narrow(past.terms(request.user))
        days.append(reading.ending_between(terms, month, min(last, first - timedelta(days=1))))
    if last >= first:
        days.append(reading.ending_between(asked.qs, max(month, first), last))
    return days


def last_of(month: date) -> date:
    """The last day of a month."""
    return next(day for week in reversed(months.weeks(month)) for day in reversed(week) if day)


def way(request: StaffRequest, to: date | None) -> tuple[str, str] | None:
    """The address of another month, narrowed as this one is, and its name."""
    return (f"?{with_field(request.GET, 'month', to.strftime('%Y-%m'))}", wording.month(to)) if to else None

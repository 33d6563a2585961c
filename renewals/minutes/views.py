"""The next 72 hours over all zones, and the month as a calendar."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render

from accounts import wording
from accounts.access import StaffRequest
from accounts.views.lists import show_list
from renewals.minutes import months, reading
from renewals.minutes.filters import MinutesFilter, MonthFilter
from renewals.minutes.pages import calendar, money, picture, with_field
from renewals.minutes.tables import MINUTES_COLUMNS, MinutesTable


@login_required
def minutes(request: StaffRequest) -> HttpResponseBase:
    """What ends in the next 72 hours, in order; or, with `?on=`, on one day of each customer's own calendar."""
    asked = MinutesFilter(request.GET, reading.minutes(request.user, now=request.now), request=request)
    found, day = asked.qs, asked.day
    clocks = found if day else reading.ahead(found, now=request.now)
    shows = reading.window_of(day) if day else (request.now, request.now + reading.AHEAD)
    table = MinutesTable(clocks, now=request.now, shows=shows, reader=request.user)
    sums = reading.sums(clocks)
    table.data._length = sums.count  # counted with the sums already
    more = {
        "day": wording.days(day, day, this_year=None) if day else "",
        "month": (day or wording.local(request.now, request.user.time_zone).date()).strftime("%Y-%m"),
        "sums": sums,
        "money": money(sums),
        "picture": picture(clocks, shows=shows, now=request.now, reader=request.user),
    }
    return show_list(request, "minutes/list.html", table, columns=MINUTES_COLUMNS, filter=asked, **more)


@login_required
def month(request: StaffRequest) -> HttpResponse:
    """What ends on each day of `?month=2026-12`, each by its customer's own calendar; without one, this month."""
    today = wording.local(request.now, request.user.time_zone).date()
    text = request.GET.get("month", "")
    shown = months.month_of(text) or today.replace(day=1)
    asked = MonthFilter(request.GET, reading.minutes(request.user, now=request.now), request=request)
    clocks = reading.ending_between(asked.qs, shown, last_of(shown))
    found = reading.by_day(reading.of_month(clocks))
    sums = reading.sums(clocks)
    context = {
        "filter": asked,
        "month": shown.strftime("%Y-%m"),
        "called": wording.month(shown),
        "is_refused": bool(text) and months.month_of(text) is None,
        "weeks": calendar(shown, found, today=today, query=request.GET),
        "weekdays": wording.weekdays(),
        "before": way(request, months.before(shown)),
        "after": way(request, months.after(shown)),
        "sums": sums,
        "money": money(sums),
    }
    return render(request, "minutes/month.html", context)


def last_of(month: date) -> date:
    """The last day of a month."""
    return next(day for week in reversed(months.weeks(month)) for day in reversed(week) if day)


def way(request: StaffRequest, to: date | None) -> tuple[str, str] | None:
    """The address of another month, narrowed as this one is, and its name."""
    return (f"?{with_field(request.GET, 'month', to.strftime('%Y-%m'))}", wording.month(to)) if to else None

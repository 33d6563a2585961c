"""The list of touches."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponseBase

from accounts.access import StaffRequest
from accounts.views.lists import show_list
from renewals.desk.calls import calls_ahead
from renewals.desk.touch_tables import TOUCH_COLUMNS, TouchFilter, TouchTable, touches


@login_required
def all_touches(request: StaffRequest) -> HttpResponseBase:
    """Every step of the plans that the reader may see, the next first, as the address narrows and sorts them."""
    found = TouchFilter(request.GET, touches(request.user, now=request.now), request=request)
    table = TouchTable(found.qs, now=request.now, reader=request.user)
    calls = calls_ahead(request.user, now=request.now)
    return show_list(request, "touches/list.html", table, columns=TOUCH_COLUMNS, filter=found, calls=calls)

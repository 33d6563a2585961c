"""The last mile, and the rows behind each of its figures."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import StaffRequest
from accounts.views.lists import show_list
from renewals.lastmile import words
from renewals.lastmile.definitions import FIGURES
from renewals.lastmile.filters import LastMileFilter
from renewals.lastmile.pages import Page
from renewals.lastmile.reading import ended, in_figure, judged
from renewals.lastmile.tables import RowsTable, columns
from renewals.pipeline.models import Renewal

RELATED = ("contract__customer", "contract__product", "contract__owner", "term")


@require_safe
@login_required
def lastmile(request: StaffRequest) -> HttpResponse:
    """Where the ends of some months leaked, narrowed as the address says."""
    return render(request, "lastmile/page.html", {"page": Page(request)})


@require_safe
@login_required
def rows(request: StaffRequest) -> HttpResponseBase:
    """The renewals that one figure counts, narrowed as the figure is; all of them for a figure that there is not."""
    key = request.GET.get("figure", "")
    key = key if key in FIGURES else "ended"
    asked = LastMileFilter(request.GET, Renewal.objects.visible_to(request.user), request=request)
    first, until = asked.span
    found = in_figure(judged(ended(asked.qs, first=first, until=until, now=request.now), now=request.now), FIGURES[key])
    table = RowsTable(found.select_related(*RELATED).order_by("ends_at", "pk"), now=request.now)
    context = {"filter": asked, "said": words.FIGURES[key], "figure": key}
    return show_list(request, "lastmile/rows.html", table, columns=columns(), **context)

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
from renewals.lastmile.keeping import bring_up_to_date
from renewals.lastmile.models import Verdict
from renewals.lastmile.pages import Page
from renewals.lastmile.reading import ended, inside
from renewals.lastmile.tables import RowsTable, columns

RELATED = ("contract__customer", "contract__product", "contract__owner", "renewal__term")


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
    behind = bring_up_to_date(request.user)
    asked = LastMileFilter(request.GET, Verdict.objects.visible_to(request.user), request=request)
    first, until = asked.span
    found = ended(asked.qs, first=first, until=until, now=request.now).filter(inside(FIGURES[key]))
    table = RowsTable(found.select_related(*RELATED).order_by("ends_at", "pk"), now=request.now)
    context = {"filter": asked, "said": words.FIGURES[key], "figure": key, "behind": behind}
    return show_list(request, "lastmile/rows.html", table, columns=columns(), **context)

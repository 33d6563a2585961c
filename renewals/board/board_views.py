"""The board: stages side by side, and a renewal moved from one to the other."""

from __future__ import annotations

from typing import cast
from urllib.parse import urlsplit

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.middleware import HtmxDetails

from accounts.access import StaffRequest
from accounts.services import NotAllowed
from renewals.board.columns import BoardFilter, board, card, heads, part
from renewals.board.forms import MoveForm
from renewals.board.gates import renewal_for
from renewals.board.rows import renewals
from renewals.health.services import today_here
from renewals.pipeline import services
from renewals.pipeline.models import Stage
from renewals.pipeline.models.renewals import RenewalQuerySet
from renewals.pipeline.rates import home

UNPROCESSABLE = 422


@login_required
def show(request: StaffRequest) -> HttpResponse:
    """Every stage as a column, as the address narrows it."""
    asked = BoardFilter(request.GET, renewals(request.user), request=request)
    columns = board(cast("RenewalQuerySet", asked.qs), request.user, now=request.now)
    context = {"filter": asked, "columns": columns, "query": request.GET.urlencode(), "form": MoveForm()}
    context |= {"home": home(), "names": [str(column.head.stage) for column in columns]}
    return render(request, "pipeline/board.html", context)


@login_required
def more(request: StaffRequest, pk: int) -> HttpResponse:
    """The next cards of one column."""
    stage = get_object_or_404(Stage, pk=pk)
    first = request.GET.get("first", "")
    place = int(first) if first.isdecimal() and len(first) < 9 else 0
    found = narrowed(request, request.GET)
    column = part(found, stage, request.user, first=place, now=request.now)
    query = request.GET.copy()
    query.pop("first", None)
    return render(request, "pipeline/_cards.html", {"column": column, "query": query.urlencode()})


def narrowed(request: StaffRequest, query: QueryDict) -> RenewalQuerySet:
    """The renewals of the board as an address narrows it."""
    return cast("RenewalQuerySet", BoardFilter(query, renewals(request.user), request=request).qs)


@login_required
@require_POST
def move(request: StaffRequest, pk: int) -> HttpResponse:
    """Put a renewal into another stage: its card comes back, with the heads of both columns. Refused in words."""
    one = renewal_for(request, pk)
    was, form = one.stage, MoveForm(request.POST)
    try:
        if not form.is_valid():
            raise NotAllowed(" ".join(str(why) for problems in form.errors.values() for why in problems))
        services.change(one, by=request.user, now=request.now, **form.changed)
    except NotAllowed as problem:
        return refused(request, str(problem))
    if not HtmxDetails(request):
        messages.success(request, _("%(name)s is changed.") % {"name": one.contract.customer.name})
        return redirect("board:board")
    there = QueryDict(urlsplit(HtmxDetails(request).current_url or "").query)
    found = narrowed(request, there)
    after = renewal_for(request, pk)
    context = {
        "card": card(after, today=today_here(request.now), now=request.now),
        "heads": heads(found, list({was.pk: was, after.stage_id: after.stage}.values()), now=request.now).values(),
    }
    return render(request, "pipeline/_moved.html", context)


def refused(request: StaffRequest, why: str) -> HttpResponse:
    """What is wrong, for whoever shows it: the board, or a page."""
    if HtmxDetails(request):
        return HttpResponse(why, status=UNPROCESSABLE, content_type="text/plain; charset=utf-8")
    messages.error(request, why)
    return redirect("board:board")

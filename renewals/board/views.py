"""The pipeline as a table."""

from __future__ import annotations

from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.http import HttpResponseBase

from accounts.access import StaffRequest
from accounts.views.lists import show_list
from renewals.board import words
from renewals.board.export import columns
from renewals.board.filters import PipelineFilter
from renewals.board.rows import renewals, with_rows
from renewals.board.tables import PipelineTable
from renewals.pipeline.models.renewals import RenewalQuerySet
from renewals.pipeline.rates import Totals, totals


@login_required
def pipeline(request: StaffRequest) -> HttpResponseBase:
    """Every renewal that the reader may see, as the address narrows and sorts them, and what they add up to."""
    found = PipelineFilter(request.GET, renewals(request.user), request=request)
    lean = cast("RenewalQuerySet", found.qs)
    summed = totals(lean, now=request.now)
    rows = with_rows(lean, request.user, now=request.now)
    table = PipelineTable(rows, now=request.now, reader=request.user)
    table.data._length = summed.count  # counted with the sums already
    files = [column for shown in columns(rates=summed.rates, now=request.now).values() for column in shown]
    return show_list(request, "pipeline/list.html", table, columns=files, filter=found, totals=said(summed))


def said(summed: Totals) -> dict[str, Any]:
    """The sums in words."""
    return {
        "count": summed.count,
        "lines": [words.line(one, summed.rates) for one in summed.priced],
        "expected": words.in_home(summed.expected),
        "weighted": words.in_home(summed.weighted),
        "note": words.in_other_currencies(summed),
    }

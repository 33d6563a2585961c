"""The exact minute of a term, explained while it is typed."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from accounts.access import StaffRequest
from accounts.forms.explaining import explain as explained


@login_required
@require_POST
def explain(request: StaffRequest) -> HttpResponse:
    """The fragment under a form: the minute and why, or what is wrong, in the reader's language. Saves nothing."""
    return render(request, "accounts/_explained.html", {"explained": explained(request.POST, request.user)})

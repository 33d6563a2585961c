"""The list of interventions, the page of one, and what is done about it (rule 13)."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import StaffRequest
from accounts.services import NotAllowed
from accounts.views.lists import show_list
from renewals.desk.case_tables import CASE_COLUMNS, CaseFilter, CaseTable, sortable
from renewals.desk.cases import cases, figures, page_of
from renewals.desk.forms import CallForm
from renewals.desk.views.gates import intervention_for
from renewals.interventions import services
from renewals.interventions.models import PhoneCall


@login_required
def interventions(request: StaffRequest) -> HttpResponseBase:
    """Every intervention that the reader may see, open ones first, and how soon their teams reach somebody."""
    found = CaseFilter(request.GET, sortable(cases(request.user, at=request.now)), request=request)
    table = CaseTable(found.qs, now=request.now, reader=request.user)
    context = {"filter": found, "figures": figures(request.user, now=request.now)}
    return show_list(request, "interventions/list.html", table, columns=CASE_COLUMNS, **context)


@login_required
def intervention(request: StaffRequest, pk: int) -> HttpResponse:
    """Whom to call, what was promised and told, what they were doing; and what came of the call, put on record."""
    one = intervention_for(request, pk)
    form = CallForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data | {"outcome": PhoneCall.Outcome(form.cleaned_data["outcome"])}
        try:
            services.record_call(one, by=request.user, now=request.now, **said)
        except NotAllowed as problem:
            form.add_error("again_at", str(problem))
        else:
            messages.success(request, _("The call is on record."))
            return redirect("desk:intervention", pk)
    context = {"page": page_of(one, now=request.now), "one": one, "form": form}
    return render(request, "interventions/page.html", context)


@login_required
@require_POST
def take(request: StaffRequest, pk: int) -> HttpResponse:
    """“I take it”: from now on it goes to nobody else."""
    one = intervention_for(request, pk)
    try:
        services.take(one, by=request.user, now=request.now)
    except NotAllowed as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("It is yours. Nobody else is called."))
    return redirect("desk:intervention", pk)

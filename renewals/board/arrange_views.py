"""How the pipeline is arranged: read by everybody here, changed by managers and administrators, on record."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import StaffRequest
from accounts.services import NotAllowed
from renewals.board.arrange_forms import RateForm, ReasonSet, StageSet, ViewForm, typed
from renewals.pipeline import arranging, usual
from renewals.pipeline.models import ExchangeRate, LossReason, SavedView, Stage
from renewals.pipeline.rates import home

MOST_RATES = 100


@login_required
def arrange(request: StaffRequest) -> HttpResponse:
    """Stages, reasons and rates; `what` says which of them was sent."""
    may_arrange = request.user.role in arranging.MAY_ARRANGE
    if request.method == "POST" and not may_arrange:
        raise PermissionDenied
    usual.stages()
    forms = blank()
    what = request.POST.get("what", "")
    if request.method == "POST" and what in forms:
        forms[what] = sent(what, request)
        if forms[what].is_valid() and saved(request, what, forms[what]):
            return redirect("board:arrange")
    rates = ExchangeRate.objects.filter(home=home()).select_related("entered_by")[:MOST_RATES]
    context = {"may_arrange": may_arrange, "home": home(), "known": rates, **forms}
    return render(request, "pipeline/arrange.html", context)


def blank() -> dict[str, Any]:
    """The forms as they are."""
    return {
        "stages": StageSet(queryset=Stage.objects.all(), prefix="stages"),
        "reasons": ReasonSet(queryset=LossReason.objects.all(), prefix="reasons"),
        "rates": RateForm(prefix="rates"),
    }


def sent(what: str, request: StaffRequest) -> Any:
    """The form that was sent."""
    match what:
        case "stages":
            return StageSet(request.POST, queryset=Stage.objects.all(), prefix="stages")
        case "reasons":
            return ReasonSet(request.POST, queryset=LossReason.objects.all(), prefix="reasons")
        case _:
            return RateForm(request.POST, request.FILES, prefix="rates")


def saved(request: StaffRequest, what: str, form: Any) -> bool:
    """Whether it could be saved; else it is said why not."""
    who: Any = {"by": request.user, "now": request.now}
    try:
        match what:
            case "stages":
                arranging.save_stages(typed(form, now=request.now), **who)
            case "reasons":
                arranging.save_reasons(typed(form, now=request.now), **who)
            case _:
                arranging.take_rates(form.rates, **who)
    except NotAllowed as problem:
        messages.error(request, str(problem))
        return False
    messages.success(request, _("Saved: it holds from now on, for everybody here."))
    return True


@login_required
@require_POST
def remove_rate(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a rate off the record that was entered by mistake."""
    if request.user.role not in arranging.MAY_ARRANGE:
        raise PermissionDenied
    arranging.remove_rate(get_object_or_404(ExchangeRate, pk=pk), by=request.user, now=request.now)
    messages.success(request, _("The rate is removed."))
    return redirect("board:arrange")


@login_required
@require_POST
def save_view(request: StaffRequest) -> HttpResponse:
    """Keep the table as it is looked at, under a name."""
    form = ViewForm(request.POST)
    query = request.POST.get("query", "")
    if form.is_valid():
        view = arranging.save_view(**form.cleaned_data, by=request.user, now=request.now)
        messages.success(request, _("“%(view)s” is saved.") % {"view": view})
    else:
        messages.error(request, _("Give the view a name of at most 60 characters."))
    return redirect(f"/pipeline/?{query[:4000]}")


@login_required
@require_POST
def remove_view(request: StaffRequest, pk: int) -> HttpResponse:
    """Give a view up."""
    view = get_object_or_404(SavedView.objects.visible_to(request.user), pk=pk)
    try:
        arranging.remove_view(view, by=request.user)
    except NotAllowed as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("“%(view)s” is removed.") % {"view": view})
    return redirect("board:pipeline")

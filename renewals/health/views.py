"""How much each part of health weighs: read by everybody here, set by managers and administrators, on record."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.access import StaffRequest
from renewals.health.forms import WeightsForm
from renewals.health.models import Weighing
from renewals.health.reading import weights_at
from renewals.health.services import MAY_WEIGH, weigh
from renewals.health.words import EXPLAINED, KINDS

MOST_CHANGES = 20


@login_required
def weights(request: StaffRequest) -> HttpResponse:
    """The weights that hold, what each part is, and who changed them when."""
    may_weigh = request.user.role in MAY_WEIGH
    if request.method == "POST" and not may_weigh:
        raise PermissionDenied
    now = weights_at(request.now)
    form = WeightsForm(request.POST or None, weights=now)
    if request.method == "POST" and form.is_valid():
        changed = weigh(form.weights, by=request.user, now=request.now)
        said = _("The weights are changed, and hold from now on.") if changed else _("Nothing has changed.")
        messages.success(request, said)
        return redirect("health:weights")
    changes = list(Weighing.objects.select_related("by")[:MOST_CHANGES])
    parts = [(name, EXPLAINED[kind], now[kind]) for kind, name in KINDS.items()]
    context = {"form": form, "may_weigh": may_weigh, "parts": parts, "changes": changes, "names": KINDS.values()}
    context["said"] = [(one, [one.weights[kind] for kind in KINDS]) for one in changes]
    return render(request, "health/weights.html", context)

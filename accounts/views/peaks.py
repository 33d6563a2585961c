"""Noting when a customer's own work peaks (rule 18)."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import StaffRequest
from accounts.forms.peaks import PeakForm
from accounts.models import Customer, Peak
from accounts.peaks import change_peak, note_peak, remove_peak


def peak_for(request: StaffRequest, pk: int) -> Peak:
    """A peak, not removed yet, of a customer the reader may see; 404 otherwise."""
    standing = Peak.objects.standing().visible_to(request.user)
    return get_object_or_404(standing.select_related("customer"), pk=pk)


@login_required
def add(request: StaffRequest, customer_pk: int) -> HttpResponse:
    """A new peak of a customer."""
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=customer_pk)
    form = PeakForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        note_peak(customer, by=request.user, now=request.now, **form.said)
        return done(request, customer.pk, _("It is noted when their work peaks."))
    return render(request, "accounts/peak_form.html", {"form": form, "customer": customer})


@login_required
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Say a peak differently; what it was stays on record."""
    peak = peak_for(request, pk)
    form = PeakForm(request.POST or None, peak=peak)
    if request.method == "POST" and form.is_valid():
        change_peak(peak, by=request.user, now=request.now, **form.said)
        return done(request, peak.customer_id, _("It is noted when their work peaks."))
    return render(request, "accounts/peak_form.html", {"form": form, "customer": peak.customer, "peak": peak})


@login_required
@require_POST
def remove(request: StaffRequest, pk: int) -> HttpResponse:
    """Their work does not peak then any more."""
    peak = peak_for(request, pk)
    remove_peak(peak, by=request.user, now=request.now)
    return done(request, peak.customer_id, _("%(name)s is removed.") % {"name": peak.name})


def done(request: StaffRequest, customer_pk: int, said: str) -> HttpResponse:
    """Back to the customer, with what happened."""
    messages.success(request, said)
    return redirect("desk:customer", customer_pk)

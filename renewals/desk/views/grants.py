"""Extra time after the end: given with a reason, taken back with another, or not given though their work peaks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts import wording
from accounts.access import StaffRequest
from accounts.peaks import rhythms_of
from accounts.services import NotAllowed
from renewals.desk import services
from renewals.desk.forms import GiveForm, LeavePeakForm, TakeBackForm
from renewals.desk.peaks import note
from renewals.desk.rows import Row
from renewals.desk.views.gates import clock_for, grant_for
from renewals.desk.words import STATES
from renewals.locking import granting
from renewals.locking.peaks import about, leave, met_by


@login_required
def give(request: StaffRequest, pk: int) -> HttpResponse:
    """Days more before the lock. The promised minute stays; who gives it, and why, goes on record.

    `?days=` and `?reason=` fill the form in, where it would take them.
    """
    clock = clock_for(request, pk)
    form = GiveForm(request.POST or None, initial=proposed(request.GET))
    if request.method == "POST" and form.is_valid():
        time, reason = timedelta(days=form.cleaned_data["days"]), form.cleaned_data["reason"]
        try:
            granting.give(clock.contract, time=time, reason=reason, by=request.user, now=request.now)
        except NotAllowed as problem:
            form.add_error("days", str(problem))
        else:
            return given(request, clock)
    left = granting.left_to_give(clock.term, by=request.user).days
    context = {"clock": clock, "contract": clock.contract, "term": clock.term, "form": form, "left": left}
    return render(request, "desk/give.html", context | {"state": STATES[clock.state]})


def proposed(query: QueryDict) -> dict[str, Any]:
    """What an address proposes to give: of that, what the form would take."""
    form = GiveForm(query)
    form.is_valid()
    return form.cleaned_data


@login_required
def leave_peak(request: StaffRequest, pk: int) -> HttpResponse:
    """An end may meet a peak of the customer's work: who says so, and why, goes on record (rule 18)."""
    clock = clock_for(request, pk)
    met = met_by([clock], rhythms=rhythms_of([clock.contract.customer_id]), now=request.now).get(clock.pk)
    if met is None or not met.waits:
        messages.info(request, _("There is nothing to decide about a peak of their work."))
        return redirect(clock.contract)
    form = LeavePeakForm(request.POST or None, about=about(clock, met.collision))
    if request.method == "POST" and form.is_valid():
        leave(clock, met.collision, reason=form.cleaned_data["reason"], by=request.user, now=request.now)
        messages.success(request, _("It is on record that the end stays as it is."))
        return redirect(clock.contract)
    said = note(clock, met, left=granting.left_to_give(clock.term, by=request.user), now=request.now).said
    context = {"clock": clock, "contract": clock.contract, "term": clock.term, "form": form, "said": said}
    return render(request, "desk/leave_peak.html", context | {"state": STATES[clock.state]})


def given(request: StaffRequest, clock: Row) -> HttpResponse:
    """Back to the contract, with what the gift did to the lock."""
    lock_at = clock_for(request, clock.contract_id).lock_at
    said = _("The time is given. It does not lock: nobody there was told yet.")
    if lock_at is not None:
        lock = wording.instant(lock_at, clock.term.time_zone)
        said = _("The time is given: the soft lock begins %(lock)s.") % {"lock": lock}
    messages.success(request, said)
    return redirect(clock.contract)


@login_required
def take_back(request: StaffRequest, pk: int) -> HttpResponse:
    """Take extra time back, with a reason; the customer is sent a notice of the earlier lock (rule 5)."""
    grant = grant_for(request, pk)
    clock = clock_for(request, grant.term.contract_id)
    form = TakeBackForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.take_back(grant, by=request.user, now=request.now, **form.cleaned_data)
        except NotAllowed as problem:
            form.add_error("reason", str(problem))
        else:
            messages.success(request, _("The time is taken back. The customer is sent a notice."))
            return redirect(clock.contract)
    context = {"clock": clock, "contract": clock.contract, "term": clock.term, "form": form, "grant": grant}
    return render(request, "desk/take_back.html", context | {"state": STATES[clock.state]})

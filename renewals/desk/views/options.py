"""What is offered to one customer: made, put in another's place, withdrawn."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import wording
from accounts.access import StaffRequest
from accounts.models import Price
from accounts.services import NotAllowed
from renewals.desk.rows import Row
from renewals.desk.views.actions import show
from renewals.desk.views.gates import clock_for
from renewals.entitlement import renewal_starts_at
from renewals.health.services import today_here
from renewals.offers.forms import OptionForm, as_it_was, as_typed, from_list
from renewals.offers.models import Option
from renewals.offers.services import make_option, replace_option, withdraw


@login_required
def make(request: StaffRequest, pk: int) -> HttpResponse:
    """One more way to go on for a contract; from a price of the list where the address names one."""
    clock = clock_for(request, pk)
    listed = Price.objects.filter(product=clock.contract.product_id).on(today_here(request.now))
    chosen = next((one for one in listed if str(one.pk) == request.GET.get("price")), None)
    guess = from_list(chosen, clock.term) if chosen else as_it_was(clock.term, clock.contract.renews_for)
    return offered(request, clock, None, guess, prices=[(one, wording.money(one.unit, one.currency)) for one in listed])


@login_required
def change(request: StaffRequest, pk: int) -> HttpResponse:
    """Another one in an option's place."""
    option = option_for(request, pk)
    return offered(request, clock_for(request, option.contract_id), option, as_typed(option))


@login_required
@require_POST
def take_away(request: StaffRequest, pk: int) -> HttpResponse:
    """Nobody can choose it from now on."""
    option = option_for(request, pk)
    try:
        withdraw(option, by=request.user, now=request.now)
    except NotAllowed as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("Withdrawn: the customer is not offered it any more."))
    return redirect(option.contract)


def option_for(request: StaffRequest, pk: int) -> Option:
    """An option of a contract the reader may see; 404 otherwise."""
    return get_object_or_404(Option.objects.visible_to(request.user).select_related("contract", "after"), pk=pk)


def offered(
    request: StaffRequest, clock: Row, option: Option | None, guess: dict[str, Any], **more: Any
) -> HttpResponse:
    """The form, and what is typed in it offered. “preview” explains the minute and saves nothing."""
    starts_at = renewal_starts_at(clock.windows, now=request.now)
    form = OptionForm(request.POST or None, initial=guess, after=clock.term, starts_at=starts_at, now=request.now)
    if request.method == "POST" and "preview" not in request.POST and form.is_valid():
        try:
            kept(request, clock, option, form)
        except NotAllowed as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, _("The customer’s page offers it from now on."))
            return redirect(clock.contract)
    times = {"since": starts_at.isoformat(), "time_zone": clock.term.time_zone}
    return show(request, "offers/form.html", clock, form, times, option=option, **more)


def kept(request: StaffRequest, clock: Row, option: Option | None, form: OptionForm) -> Option:
    """A new one, or one in another's place."""
    if option is None:
        return make_option(clock.term, by=request.user, now=request.now, **form.said)
    return replace_option(option, by=request.user, now=request.now, **form.said)

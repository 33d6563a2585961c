"""Noting a conversation, from the customer's page or the contract's, and settling a promise."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import StaffRequest
from accounts.models import Contract, Customer
from accounts.services import NotAllowed
from renewals.conversations.forms import ConversationForm
from renewals.conversations.models import Conversation, Promise
from renewals.conversations.services import note_conversation, settle_promise


@login_required
def with_customer(request: StaffRequest, pk: int) -> HttpResponse:
    """Note a conversation with somebody at a customer."""
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
    return note(request, customer, None, back=reverse("desk:customer", args=[pk]))


@login_required
def about_contract(request: StaffRequest, pk: int) -> HttpResponse:
    """Note a conversation about a contract."""
    contract = get_object_or_404(Contract.objects.visible_to(request.user).select_related("customer"), pk=pk)
    return note(request, contract.customer, contract, back=contract.get_absolute_url())


def note(request: StaffRequest, customer: Customer, about: Contract | None, *, back: str) -> HttpResponse:
    """The form, and what is typed in it put on record; then back to where it began."""
    contracts = Contract.objects.visible_to(request.user).filter(customer=customer).select_related("product")
    form = ConversationForm(request.POST or None, customer=customer, contracts=contracts, about=about, now=request.now)
    if request.method == "POST" and form.is_valid():
        try:
            keep(request, customer, form)
        except NotAllowed as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, _("The conversation is on record."))
            return redirect(back)
    return render(request, "conversations/form.html", {"form": form, "customer": customer, "back": back})


def keep(request: StaffRequest, customer: Customer, form: ConversationForm) -> Conversation:
    """The conversation as it was typed in, on the clock of whoever typed it."""
    said = {name: form.cleaned_data[name] for name in ("contact", "contract", "at", "said", "sentiment")}
    return note_conversation(
        customer,
        channel=Conversation.Channel(form.cleaned_data["channel"]),
        time_zone=request.user.time_zone,
        promises=form.promises,
        by=request.user,
        now=request.now,
        **said,
    )


@login_required
@require_POST
def settle(request: StaffRequest, pk: int) -> HttpResponse:
    """A promise was kept, or with `dropped` is not needed any more; then back to the page that it was on."""
    visible = Promise.objects.visible_to(request.user).select_related("customer")
    promise = get_object_or_404(visible, pk=pk)
    outcome = Promise.Outcome.DROPPED if "dropped" in request.POST else Promise.Outcome.KEPT
    try:
        settle_promise(promise, outcome=outcome, by=request.user, now=request.now)
    except NotAllowed as problem:
        messages.error(request, str(problem))
    else:
        kept, dropped = _("Kept: it is on record."), _("Not needed any more: it is on record.")
        messages.success(request, kept if outcome == Promise.Outcome.KEPT else dropped)
    return redirect(came_from(request, promise))


def came_from(request: StaffRequest, promise: Promise) -> str:
    """The page of ours from which it was settled, else the contract's or the customer's."""
    address = request.POST.get("next", "")
    if address.startswith("/") and url_has_allowed_host_and_scheme(address, allowed_hosts=None):
        return address
    if promise.contract is not None:
        return promise.contract.get_absolute_url()
    return reverse("desk:customer", args=[promise.customer_id])

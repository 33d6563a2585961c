"""Signing a contract and changing its details. Where it ends is changed in `renewals.desk`, with its notice."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from accounts import services, terms, wording
from accounts.access import StaffRequest
from accounts.forms.contracts import ContractForm, DetailsForm, sold_of
from accounts.forms.explaining import explain
from accounts.models import Contract, Customer

DRAFT = "contract_draft"
"""Where a session keeps a contract that is half typed while its customer is put on record."""


@login_required
def add(request: StaffRequest) -> HttpResponse:
    """A new contract; `?customer=` names who it is for. “preview” explains the minute and saves nothing."""
    if "add_customer" in request.POST:
        return to_new_customer(request)
    form = ContractForm(request.POST or None, user=request.user, initial=first_guess(request))
    if request.method == "POST" and "preview" not in request.POST and form.is_valid():
        contract = signed(request, form)
        if contract is not None:
            return redirect(contract)
    explained = explain(request.POST or form.initial, request.user)
    return render(request, "accounts/contract_add.html", {"form": form, "explained": explained})


def first_guess(request: StaffRequest) -> dict[str, object]:
    """What a new contract most likely says: the reader's own, paid, for a year, from today at the customer's."""
    asked = request.GET.get("customer", "")
    customer = Customer.objects.visible_to(request.user).filter(pk=asked).first() if asked.isdecimal() else None
    today = wording.local(request.now, customer.time_zone if customer else request.user.time_zone).date()
    guess = {
        "owner": request.user,
        "currency": "CNY",
        "start": today.isoformat(),
        "term": wording.term(terms.Term.years(1)),
    }
    typed = request.session.get(DRAFT, {}) if "kept" in request.GET else {}
    return guess | typed | ({"customer": customer.name} if customer else {})


def to_new_customer(request: StaffRequest) -> HttpResponse:
    """To the form for a customer that is not on record yet, and back here afterwards: what was typed is kept."""
    request.session[DRAFT] = {name: said for name, said in request.POST.items() if name in ContractForm.base_fields}
    back = f"{reverse('accounts:contract_add')}?kept=1"
    return redirect(f"{reverse('accounts:customer_add')}?{urlencode({'name': request.POST['customer'], 'next': back})}")


def signed(request: StaffRequest, form: ContractForm) -> Contract | None:
    """The contract on record, or None and the form says why not."""
    try:
        contract = services.sign(by=request.user, now=request.now, **form.signed)
    except ValidationError as problem:
        form.add_error(None, problem.messages)
        return None
    request.session.pop(DRAFT, None)
    term = contract.terms.get()
    said = {"number": contract.number, "until": wording.until(term.last_minute, term.time_zone)}
    messages.success(request, _("Contract %(number)s is on record: it can be used %(until)s.") % said)
    return contract


@login_required
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Change what a contract says besides its time; what it said before goes on record."""
    contract = get_object_or_404(Contract.objects.visible_to(request.user).select_related("customer", "product"), pk=pk)
    term = services.last_term(contract)
    form = DetailsForm(request.POST or None, instance=contract, initial=sold_of(term))
    if request.method == "POST" and form.is_valid() and changed(request, form, pk):
        messages.success(request, _("The details are changed."))
        return redirect(form.instance)
    return render(request, "accounts/contract_edit.html", {"form": form, "contract": contract, "term": term})


def changed(request: StaffRequest, form: DetailsForm, pk: int) -> bool:
    """Whether the change went through; if not, the form says why."""
    contract = Contract.objects.get(pk=pk)
    try:
        with transaction.atomic():
            services.change_details(contract, by=request.user, now=request.now, **form.details)
            services.change_sold(contract, sold=form.sold, by=request.user, now=request.now)
    except ValidationError as problem:
        form.add_error(None, problem.messages)
        return False
    return True

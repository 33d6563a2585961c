"""The terms of payment, what is still to be paid, and its payment put on record."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Sum
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import wording
from accounts.access import StaffRequest
from accounts.models import User
from accounts.services import NotAllowed
from accounts.views.lists import show_list
from renewals.offers.models import Agreement, PaymentTerms
from renewals.offers.paying import terms_at
from renewals.payments.filters import UnpaidFilter
from renewals.payments.forms import PaidForm, TakeBackForm, TermsForm
from renewals.payments.models import Paid, tries_at
from renewals.payments.services import mark_paid, set_terms, take_back
from renewals.payments.standing import bills, records
from renewals.payments.tables import UnpaidTable, columns

MOST_CHANGES = 20
RELATED = ("contract__customer", "contract__product", "contract__owner")


@login_required
def unpaid(request: StaffRequest) -> HttpResponseBase:
    """What is signed and not paid, of the contracts that the reader may see, the longest due first."""
    holding = terms_at(request.now)
    visible = Agreement.objects.visible_to(request.user)
    asked = UnpaidFilter(request.GET, visible, request=request, terms=holding)
    rows = asked.qs.select_related(*RELATED).prefetch_related(records()).defer("text").order_by("due_on", "pk")
    table = UnpaidTable(rows, limit=holding.limit, now=request.now, today=today_of(request))
    sums = asked.qs.order_by("currency").values("currency").annotate(count=Count("pk"), money=Sum("gross"))
    totals = [(one["count"], wording.money(one["money"], one["currency"])) for one in sums]
    context = {"filter": asked, "totals": totals}
    return show_list(request, "payments/unpaid.html", table, columns=columns(holding.limit, request.now), **context)


@login_required
def agreement(request: StaffRequest, pk: int) -> HttpResponse:
    """One agreement with its payment, and all that was put on record of it."""
    return shown(request, agreement_for(request, pk))


@login_required
@require_POST
def mark(request: StaffRequest, pk: int) -> HttpResponse:
    """Put on record that it is paid; back to where the reader was."""
    found = agreement_for(request, pk)
    form = PaidForm(request.POST, today=today_of(request))
    if not form.is_valid():
        return shown(request, found, form=form, status=422)
    try:
        mark_paid(found, by=request.user, now=request.now, **form.cleaned_data)
        messages.success(request, _("On record as paid: %(customer)s.") % {"customer": found.contract.customer.name})
    except NotAllowed as problem:
        messages.error(request, str(problem))
    return redirect(came_from(request) or reverse("payments:agreement", args=[found.pk]))


@login_required
@require_POST
def undo(request: StaffRequest, pk: int) -> HttpResponse:
    """It is not paid after all."""
    paid = get_object_or_404(Paid, agreement__in=Agreement.objects.visible_to(request.user), pk=pk)
    found = agreement_for(request, paid.agreement_id)
    form = TakeBackForm(request.POST)
    if not form.is_valid():
        return shown(request, found, undoing=form, status=422)
    try:
        take_back(paid, why=form.cleaned_data["why"], by=request.user, now=request.now)
        messages.success(request, _("Taken back: it is to be paid."))
    except NotAllowed as problem:
        messages.error(request, str(problem))
    return redirect("payments:agreement", found.pk)


def agreement_for(request: StaffRequest, pk: int) -> Agreement:
    """An agreement about a contract that the reader may see, with all that its page shows; 404 otherwise."""
    visible = Agreement.objects.visible_to(request.user).select_related(*RELATED, "term")
    return get_object_or_404(visible.prefetch_related(records()), pk=pk)


def shown(
    request: StaffRequest,
    found: Agreement,
    *,
    form: PaidForm | None = None,
    undoing: TakeBackForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """Its page; a form that was sent and is wrong stands there as it was typed."""
    context = {
        "bill": bills([found], now=request.now)[0],
        "contract": found.contract,
        "tries": list(tries_at(found)),
        "form": form or PaidForm(today=today_of(request)),
        "undoing": undoing or TakeBackForm(),
    }
    return render(request, "payments/agreement.html", context, status=status)


def today_of(request: StaffRequest) -> date:
    """Today on the reader's own clock."""
    return wording.local(request.now, request.user.time_zone).date()


def came_from(request: StaffRequest) -> str:
    """The list as the reader had it, where they come from there."""
    address = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(address, allowed_hosts=None) and address.startswith("/unpaid/")
    return address if is_ours else ""


@login_required
def terms(request: StaffRequest) -> HttpResponse:
    """The terms that hold, and who set them: read by everybody here, set by administrators."""
    may_set = request.user.role == User.Role.ADMIN
    if request.method == "POST" and not may_set:
        raise PermissionDenied
    now = terms_at(request.now)
    initial: dict[str, Any] = {name: getattr(now, name) for name in TermsForm.Meta.fields}
    form = TermsForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        changed = set_terms(by=request.user, now=request.now, **form.cleaned_data)
        said = _("What is signed from now on is paid so.") if changed else _("Nothing has changed.")
        messages.success(request, said)
        return redirect("payments:terms")
    changes = list(PaymentTerms.objects.select_related("by")[:MOST_CHANGES])
    context = {"form": form, "may_set": may_set, "now": now, "changes": changes}
    return render(request, "payments/terms.html", context)

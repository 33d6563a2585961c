"""The terms of payment, and what is still to be paid."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.access import StaffRequest
from accounts.models import User
from renewals.offers.models import PaymentTerms
from renewals.offers.paying import terms_at
from renewals.payments.forms import TermsForm
from renewals.payments.services import set_terms

MOST_CHANGES = 20


@login_required
def terms(request: StaffRequest) -> HttpResponse:
    """The terms that hold, and who set them: read by everybody here, set by administrators."""
    may_set = request.user.role == User.Role.ADMIN
    if request.method == "POST" and not may_set:
        raise PermissionDenied
    now = terms_at(request.now)
    form = TermsForm(request.POST or None, initial={name: getattr(now, name) for name in TermsForm.Meta.fields})
    if request.method == "POST" and form.is_valid():
        changed = set_terms(by=request.user, now=request.now, **form.cleaned_data)
        said = _("What is signed from now on is paid so.") if changed else _("Nothing has changed.")
        messages.success(request, said)
        return redirect("payments:terms")
    changes = list(PaymentTerms.objects.select_related("by")[:MOST_CHANGES])
    context = {"form": form, "may_set": may_set, "now": now, "changes": changes}
    return render(request, "payments/terms.html", context)

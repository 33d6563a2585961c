"""Adding and changing customers. Their list and their page show contracts with their state: see `renewals.desk`."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from accounts.access import StaffRequest
from accounts.forms.customers import CustomerForm
from accounts.models import Customer
from accounts.models.customers import name_key

MOST = 20
"""How many names are suggested at once."""


@login_required
def add(request: StaffRequest) -> HttpResponse:
    """A new customer, the reader's own unless said otherwise. `?next=` is where they were needed, a page of ours."""
    form = CustomerForm(request.POST or None, initial={"owner": request.user, "name": request.GET.get("name", "")})
    back = own_path(request.GET.get("next", ""))
    if request.method == "POST" and form.is_valid():
        customer = form.keep(now=request.now)
        messages.success(request, _("%(name)s is added.") % {"name": customer.name})
        return redirect(f"{back}&customer={customer.pk}") if back else redirect("desk:customer", customer.pk)
    return render(request, "accounts/customer_form.html", {"form": form, "back": back})


def own_path(path: str) -> str:
    """An address to go back to, with a query of its own; "" for one that is not a page of this portal."""
    is_own = url_has_allowed_host_and_scheme(path, allowed_hosts=None) and path.startswith("/")
    return path if is_own and "?" in path else ""


@login_required
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Change a customer. A new zone moves no promise: those name their own."""
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
    name = customer.name
    form = CustomerForm(request.POST or None, instance=customer)
    if request.method == "POST" and form.is_valid():
        form.keep(now=request.now)
        messages.success(request, _("%(name)s is changed.") % {"name": customer.name})
        return redirect("desk:customer", customer.pk)
    return render(request, "accounts/customer_form.html", {"form": form, "customer": customer, "name": name})


@login_required
def suggest(request: StaffRequest) -> HttpResponse:
    """Names of customers that hold what is being typed, for the field that asks for one."""
    typed = name_key(request.GET.get("customer", "").replace("\0", ""))
    found = Customer.objects.visible_to(request.user).filter(key__contains=typed).values_list("name", flat=True)
    return render(request, "accounts/_customers.html", {"names": found[:MOST]})

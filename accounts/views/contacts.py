"""Adding and changing the people at a customer."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.access import StaffRequest
from accounts.forms.customers import ContactForm
from accounts.models import Contact, Customer


@login_required
def add(request: StaffRequest, customer_pk: int) -> HttpResponse:
    """A new person at a customer."""
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=customer_pk)
    form = ContactForm(request.POST or None, instance=Contact(customer=customer))
    if request.method == "POST" and form.is_valid():
        contact = form.keep(now=request.now)
        messages.success(request, _("%(name)s is added.") % {"name": contact.name})
        return redirect("desk:customer", customer.pk)
    return render(request, "accounts/contact_form.html", {"form": form, "customer": customer})


@login_required
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Change how a person is reached, and whether they are told about ends."""
    visible = Customer.objects.visible_to(request.user)
    contact = get_object_or_404(Contact.objects.filter(customer__in=visible).select_related("customer"), pk=pk)
    name = contact.name
    form = ContactForm(request.POST or None, instance=contact)
    if request.method == "POST" and form.is_valid():
        form.keep(now=request.now)
        messages.success(request, _("%(name)s is changed.") % {"name": contact.name})
        return redirect("desk:customer", contact.customer_id)
    context = {"form": form, "customer": contact.customer, "contact": contact, "name": name}
    return render(request, "accounts/contact_form.html", context)

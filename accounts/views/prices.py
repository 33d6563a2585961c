"""A product's price list: what a seat costs for how long, from which day on."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import wording
from accounts.access import StaffRequest
from accounts.forms.prices import PriceForm
from accounts.models import Price, Product


@login_required
def prices(request: StaffRequest, pk: int) -> HttpResponse:
    """The list, those that count today marked, and a form for one more price."""
    product = get_object_or_404(Product, pk=pk)
    today = wording.local(request.now, settings.CSPORTAL_DEFAULT_ZONE).date()
    form = PriceForm(request.POST or None, product=product, today=today)
    if request.method == "POST" and form.is_valid():
        form.keep(by=request.user, now=request.now)
        messages.success(request, _("The price is on the list."))
        return redirect("accounts:prices", product.pk)
    counting = set(product.prices.on(today).values_list("pk", flat=True))
    rows = [(price, price.pk in counting, price.valid_from > today) for price in product.prices.all()]
    return render(request, "products/prices.html", {"product": product, "form": form, "rows": rows})


@login_required
@require_POST
def remove(request: StaffRequest, pk: int) -> HttpResponse:
    """Take one price off the list; what was agreed with it stays agreed."""
    price = get_object_or_404(Price, pk=pk)
    price.delete()
    messages.success(request, _("The price is off the list. What was agreed stays agreed."))
    return redirect("accounts:prices", price.product_id)

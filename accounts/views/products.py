"""Products: what is sold, and when each really locks on its own (rule 21)."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.access import StaffRequest
from accounts.filters import ProductFilter
from accounts.forms.products import ProductForm
from accounts.models import Product
from accounts.tables.products import PRODUCT_COLUMNS, ProductTable
from accounts.views.lists import show_list


@login_required
def products(request: StaffRequest) -> HttpResponseBase:
    """All products, for everybody: teams share them."""
    counted = Product.objects.annotate(contract_count=Count("contracts"))
    found = ProductFilter(request.GET, counted, request=request)
    return show_list(request, "products/list.html", ProductTable(found.qs), columns=PRODUCT_COLUMNS, filter=found)


@login_required
def add(request: StaffRequest) -> HttpResponse:
    """A new product."""
    form = ProductForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        return kept(request, form)
    return render(request, "products/form.html", {"form": form})


@login_required
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Change a product's name, code or lock convention."""
    product = get_object_or_404(Product, pk=pk)
    name = product.name
    form = ProductForm(request.POST or None, instance=product, user=request.user)
    if request.method == "POST" and form.is_valid():
        return kept(request, form)
    return render(request, "products/form.html", {"form": form, "name": name})


def kept(request: StaffRequest, form: ProductForm) -> HttpResponse:
    """Save it, say so, and go back to the list."""
    product = form.save()
    messages.success(request, _("%(name)s is saved.") % {"name": product.name})
    return redirect("accounts:products")

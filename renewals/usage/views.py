"""A product's metrics: what they are called, and those that nobody has named yet."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.access import StaffRequest
from accounts.models import Product
from renewals.usage.forms import MetricForm
from renewals.usage.measuring import unnamed
from renewals.usage.models import Metric
from renewals.usage.services import keep_metric


@login_required
def metrics(request: StaffRequest, product_pk: int) -> HttpResponse:
    """All metrics of a product, named ones and those that only arrive."""
    product = get_object_or_404(Product, pk=product_pk)
    named = product.metrics.select_related("changed_by")
    context = {"product": product, "metrics": named, "unnamed": unnamed(product, now=request.now)}
    return render(request, "usage/metrics.html", context)


@login_required
def add_metric(request: StaffRequest, product_pk: int) -> HttpResponse:
    """Name a metric; `?code=` is one that arrives already."""
    product = get_object_or_404(Product, pk=product_pk)
    form = MetricForm(request.POST or None, instance=Metric(product=product), initial={"code": request.GET.get("code")})
    return keep(request, product, form)


@login_required
def edit_metric(request: StaffRequest, product_pk: int, pk: int) -> HttpResponse:
    """Change what a metric is called or how it counts."""
    metric = get_object_or_404(Metric.objects.select_related("product"), product=product_pk, pk=pk)
    return keep(request, metric.product, MetricForm(request.POST or None, instance=metric))


def keep(request: StaffRequest, product: Product, form: MetricForm) -> HttpResponse:
    """The form; sent and right, the metric is kept and the list shown."""
    if request.method == "POST" and form.is_valid():
        metric = keep_metric(form.instance, by=request.user, now=request.now)
        messages.success(request, _("“%(code)s” is called so from now on.") % {"code": metric.code})
        return redirect("usage:metrics", product.pk)
    return render(request, "usage/metric.html", {"form": form, "product": product})

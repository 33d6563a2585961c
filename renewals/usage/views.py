"""Files of signals: looked at, then taken; and a product's metrics, with those that nobody has named yet."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.access import StaffRequest
from accounts.ledger.findings import Unreadable
from accounts.models import Product
from accounts.services import NotAllowed
from renewals.usage.files import look_at, take
from renewals.usage.forms import MetricForm, UsageFileForm
from renewals.usage.measuring import unnamed
from renewals.usage.models import Metric, UsageFile
from renewals.usage.services import keep_metric
from renewals.usage.words_of_files import refusal, unreadable

PER_PAGE = 25


def found(request: StaffRequest, pk: int) -> UsageFile:
    """A file of signals that the reader may see; 404 otherwise."""
    return get_object_or_404(UsageFile.objects.visible_to(request.user).select_related("uploaded_by"), pk=pk)


@login_required
def files(request: StaffRequest) -> HttpResponse:
    """All files of signals so far, and a place to choose the next."""
    form = UsageFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        sent = form.cleaned_data["file"]
        try:
            upload = look_at(sent.read(), str(sent.name), by=request.user, now=request.now)
        except Unreadable as problem:
            form.add_error("file", unreadable(problem))
        else:
            return redirect("usage:file", upload.pk)
    visible = UsageFile.objects.visible_to(request.user).select_related("uploaded_by")
    page = Paginator(visible, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "usage/files.html", {"form": form, "files": page})


@login_required
def file(request: StaffRequest, pk: int) -> HttpResponse:
    """What one file says, and what of it cannot be taken."""
    upload = found(request, pk)
    refusals = [(row, column, value, refusal(why)) for row, column, value, why in upload.report["refusals"]]
    left = upload.report["refused"] - len(refusals)
    return render(request, "usage/file.html", {"upload": upload, "refusals": refusals, "left": left})


@login_required
@require_POST
def take_file(request: StaffRequest, pk: int) -> HttpResponse:
    """Take what a file says, as it was looked at; a second click takes nothing twice."""
    try:
        fresh = take(found(request, pk), now=request.now)
    except NotAllowed as problem:
        messages.error(request, str(problem))
    else:
        said = ngettext("%(n)s signal is taken.", "%(n)s signals are taken.", fresh)
        messages.success(request, said % {"n": f"{fresh:,}"})
    return redirect("usage:file", pk)


@login_required
def refused(request: StaffRequest, pk: int) -> HttpResponseBase:
    """The rows that were refused, to be mended and loaded again."""
    upload = found(request, pk)
    if not upload.refused:
        raise Http404
    stem = upload.name.rpartition(".")[0] or upload.name
    return FileResponse(upload.refused.open("rb"), as_attachment=True, filename=f"{stem}.refused.csv")


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

"""Loading a ledger: choose it, see what would change, correct how it is read, take it."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django_q.tasks import async_task

from accounts import tasks
from accounts.access import StaffRequest
from accounts.forms.imports import ReadingForm, UploadForm
from accounts.ledger import uploads
from accounts.ledger.take import somebody_is_taking
from accounts.ledger.told import Told
from accounts.models import LedgerImport

READ_AT_ONCE = 400_000
"""Bytes up to which a ledger is read and taken while the person waits; larger ones go to the workers."""
PER_PAGE = 25

Stage = LedgerImport.Stage
READABLE = (Stage.PREVIEWED.value, Stage.FAILED.value)


def found(request: StaffRequest, pk: int) -> LedgerImport:
    """A ledger that the reader may see."""
    return get_object_or_404(LedgerImport.objects.visible_to(request.user).select_related("uploaded_by"), pk=pk)


@login_required
def imports(request: StaffRequest) -> HttpResponse:
    """All ledgers so far, and a place to choose the next."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.keep(by=request.user, now=request.now)
        return start(request, upload, "read_ledger")
    ledgers = Paginator(LedgerImport.objects.visible_to(request.user), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "imports/list.html", {"form": form, "ledgers": ledgers})


def start(request: StaffRequest, upload: LedgerImport, task: str) -> HttpResponse:
    """Read or take a ledger: a small one now, a large one by the workers while its page shows how far they are.

    What would have to wait for another ledger goes to the workers too: a page never waits for somebody else's file.
    """
    if upload.file.size <= READ_AT_ONCE and not (task == "take_ledger" and somebody_is_taking()):
        getattr(tasks, task)(upload.pk)
    else:
        async_task(f"accounts.tasks.{task}", upload.pk)
    return redirect("accounts:import", upload.pk)


@login_required
def ledger(request: StaffRequest, pk: int) -> HttpResponse:
    """One ledger, wherever it is on its way: being read, previewed, being taken, taken, unreadable."""
    upload = found(request, pk)
    template = "imports/_stage.html" if request.headers.get("HX-Request") else "imports/page.html"
    told = Told(upload)
    form = ReadingForm(instance=upload) if upload.stage in READABLE else None
    return render(request, template, {"ledger": upload, "told": told, "form": form})


@login_required
def again(request: StaffRequest, pk: int) -> HttpResponse:
    """Read the ledger again, with other columns, another zone, another calendar. Opened only, it is its page."""
    upload = found(request, pk)
    if request.method != "POST":
        return redirect("accounts:import", upload.pk)
    form = ReadingForm(request.POST, instance=upload)
    if upload.stage not in READABLE or not form.is_valid():
        return render(request, "imports/page.html", {"ledger": upload, "told": Told(upload), "form": form}, status=422)
    if not uploads.claim(upload, to=Stage.READING, among=READABLE):
        return redirect("accounts:import", upload.pk)
    return start(request, form.keep(), "read_ledger")


@login_required
def take(request: StaffRequest, pk: int) -> HttpResponse:
    """Take the ledger as it was previewed. A second click takes nothing twice, and opening the address nothing."""
    upload = found(request, pk)
    if request.method == "POST" and uploads.claim(upload, to=Stage.TAKING, among=(Stage.PREVIEWED.value,)):
        return start(request, upload, "take_ledger")
    return redirect("accounts:import", upload.pk)


@login_required
def refused(request: StaffRequest, pk: int) -> HttpResponseBase:
    """The rows that were refused, to be mended and loaded again."""
    upload = found(request, pk)
    if not upload.refused_file:
        raise Http404(_("No row of this ledger was refused."))
    stem = upload.name.rpartition(".")[0] or upload.name
    return FileResponse(upload.refused_file.open("rb"), as_attachment=True, filename=f"{stem}.refused.csv")

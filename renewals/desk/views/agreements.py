"""What a customer signed, and the purchase order that came along: for those who may see the contract."""

from __future__ import annotations

from io import BytesIO

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from accounts.access import StaffRequest
from renewals.offers.models import Agreement, OrderFile
from renewals.offers.paper import confirmation_file
from renewals.papers import NoPapers


@require_safe
@login_required
def order_file(request: StaffRequest, pk: int) -> FileResponse:
    """A customer's own purchase order, to be saved: it is never shown in the portal's own pages."""
    visible = Agreement.objects.visible_to(request.user)
    file = get_object_or_404(OrderFile, agreement__in=visible, agreement=pk)
    return saved(bytes(file.content), name=file.name, kind=file.kind)


@require_safe
@login_required
def signed_text(request: StaffRequest, pk: int) -> FileResponse:
    """What was signed, word for word as it was hashed."""
    agreement = get_object_or_404(Agreement.objects.visible_to(request.user).select_related("contract"), pk=pk)
    name = f"{agreement.contract.number}-{agreement.sha256[:12]}.json".replace("/", "-")
    return saved(agreement.text.encode(), name=name, kind="application/json; charset=utf-8")


@require_safe
@login_required
def confirmation(request: StaffRequest, pk: int) -> HttpResponseBase:
    """The same as a paper, in the reader's language."""
    agreement = get_object_or_404(Agreement.objects.visible_to(request.user).select_related("contract"), pk=pk)
    try:
        return confirmation_file(agreement, language=get_language() or "en")
    except NoPapers as problem:
        messages.error(request, str(problem))
        return redirect(agreement.contract)


def saved(content: bytes, *, name: str, kind: str) -> FileResponse:
    """A file to be saved, never opened in its place, and kept by no cache on the way."""
    answer = FileResponse(BytesIO(content), as_attachment=True, filename=name, content_type=kind)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer

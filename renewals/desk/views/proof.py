"""What was promised, told, opened and done about a contract, as a file to give away (rule 24)."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from accounts.access import StaffRequest
from accounts.models import Contract
from renewals.papers import NoPapers
from renewals.proof.files import proof_file
from renewals.proof.records import Side


@require_safe
@login_required
def proof(request: StaffRequest, pk: int, side: str, kind: str) -> HttpResponseBase:
    """The file of one contract, for the vendor's side or as its customer may have it."""
    if side not in Side.__members__.values() or kind not in ("json", "pdf"):
        raise Http404
    visible = Contract.objects.visible_to(request.user).select_related("customer", "product")
    contract = get_object_or_404(visible, pk=pk)
    try:
        return proof_file(contract, side=Side(side), kind=kind, language=get_language() or "en", now=request.now)
    except NoPapers as problem:
        messages.error(request, str(problem))
        return redirect(contract)

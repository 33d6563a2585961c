"""The only way from an address to a renewal: the reader may see its contract."""

from __future__ import annotations

from typing import cast

from django.shortcuts import get_object_or_404
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.access import StaffRequest
from renewals.board.rows import Row, renewals, with_rows

TABLE = "/pipeline/"


def renewal_for(request: StaffRequest, pk: int) -> Row:
    """A renewal that the reader may see, with everything a row shows; 404 otherwise."""
    found = with_rows(renewals(request.user), request.user, now=request.now)
    return cast("Row", get_object_or_404(found, pk=pk))


def back_to(request: StaffRequest) -> str:
    """The list as it was narrowed, or the list."""
    address = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(address, allowed_hosts=None)
    return address if is_ours and address.startswith(("/pipeline/", "/contracts/")) else TABLE

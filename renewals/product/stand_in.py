"""A small stand-in for the vendor's product: an editor with unsaved work, around which the soft lock can be tried.

For the vendor's own people, and never in production. It asks as a product's server does, and its page has the
strictest policy of its own that a product might have.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from csp.decorators import csp_replace
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import StaffRequest
from accounts.models import Contract
from renewals.entitlement import Windows, planned
from renewals.locking.models import Clock
from renewals.product.tokens import Pass, token_for

STRICT = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "connect-src": ["'self'"],
    "img-src": ["'self'"],
    "base-uri": ["'none'"],
    "form-action": ["'self'"],
    "frame-ancestors": ["'none'"],
    "require-trusted-types-for": ["'script'"],
}
MOST = 12
MINUTE = timedelta(minutes=1)


@csp_replace(STRICT)  # type: ignore[arg-type]  # it knows plain requests alone
@require_safe
@login_required
def stand_in(request: StaffRequest) -> HttpResponse:
    """The product with one contract, now or at another instant (`?contract=` its key, `?at=` a shift in seconds)."""
    if settings.PRODUCTION:
        raise Http404
    visible = Clock.objects.counting(at=request.now).filter(contract__in=Contract.objects.visible_to(request.user))
    clocks = visible.select_related("contract__customer", "contract__product", "term").order_by("ends_at", "pk")
    asked, shift = request.GET.get("contract", ""), shift_of(request)
    clock = get_object_or_404(clocks, contract=int(asked)) if asked.isdecimal() and len(asked) < 19 else None
    running = clocks.filter(starts_at__lte=request.now).exclude(closes_at__lte=request.now)
    context: dict[str, Any] = {"clocks": running[:MOST] if clock is None else [], "clock": clock}
    if clock is not None:
        given = Pass(contract=clock.contract_id, since=request.now, shift=shift)
        context |= {"token": token_for(given, now=request.now), "stops": stops(clock, shift=shift, now=request.now)}
    return render(request, "demo/product.html", context)


def shift_of(request: StaffRequest) -> timedelta:
    """How far from now the page is looked at, within a few years; nothing for what makes no sense."""
    said = request.GET.get("at", "")
    seconds = int(said) if said.removeprefix("-").isdecimal() and len(said) < 10 else 0
    return timedelta(seconds=seconds)


def stops(clock: Clock, *, shift: timedelta, now: datetime) -> list[dict[str, Any]]:
    """Instants worth looking at: now, and where the state changes, as shifts in seconds."""
    window: Windows = planned(clock.windows, now=now)
    wanted = [
        (_("now"), now),
        (_("the last minute"), window.ends_at - MINUTE),
        (_("the buffer"), window.ends_at + MINUTE),
        (_("just before the lock"), window.lock_at - timedelta(seconds=10) if window.lock_at else None),
        (_("the soft lock"), window.lock_at + MINUTE if window.lock_at else None),
    ]
    found = [(name, int((at - now).total_seconds())) for name, at in wanted if at is not None]
    return [
        {"name": name, "shift": seconds, "current": abs(seconds - shift.total_seconds()) < 90}
        for name, seconds in found
    ]

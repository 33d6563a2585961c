"""What the dialog in the vendor's product asks: how the contract stands now, and 24 hours more.

No cookie and no key: a short-lived token names one contract. Any page may ask, since the product is on another site.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from accounts import wording
from accounts.services import NotAllowed
from csportal.clock import TimedRequest
from renewals.entitlement import State
from renewals.locking.busy import for_session
from renewals.locking.granting import take_a_day_more
from renewals.locking.models import Clock
from renewals.product.dialog import banner
from renewals.product.services import RELATED, entitlement_of
from renewals.product.tokens import Pass, read_token, token_for

SCRIPT = Path(settings.BASE_DIR) / "static" / "embed" / "soft-lock.js"
KEPT = 3600
"""Seconds for which a browser keeps the script: a mended one is everywhere within the hour."""
ASK_AGAIN = 30
"""Seconds after which an open page asks again at the latest, so that a renewal elsewhere is felt."""
LONGEST_TOKEN = 1000

View = Callable[[TimedRequest, Pass], HttpResponse]


@require_safe
def script(request: HttpRequest) -> FileResponse:
    """The script itself, for pages of any site."""
    response = FileResponse(SCRIPT.open("rb"), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = f"public, max-age={KEPT}"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    response["Access-Control-Allow-Origin"] = "*"
    return response


def for_holder_of_token(view: View) -> Callable[[TimedRequest], HttpResponse]:
    """The gate: reads the token from the body (never from an address, which is logged), for pages of any site."""

    @csrf_exempt
    @require_POST
    @wraps(view)
    def gate(request: TimedRequest) -> HttpResponse:
        given = read_token(request.body[:LONGEST_TOKEN].decode("ascii", "replace"), now=request.now)
        response = JsonResponse({"error": "token"}, status=401) if given is None else view(request, given)
        response["Cache-Control"] = "no-store"
        response["Access-Control-Allow-Origin"] = "*"
        return response

    return gate


@for_holder_of_token
def state(request: TimedRequest, given: Pass) -> HttpResponse:
    """How the contract stands, with a fresh token for the next question."""
    return JsonResponse(standing(request, given))


@for_holder_of_token
def more_time(request: TimedRequest, given: Pass) -> HttpResponse:
    """24 hours more, once (rule 11); then how the contract stands."""
    contract = Clock.objects.counting(at=request.now).select_related("contract").get(contract=given.contract).contract
    with suppress(NotAllowed):  # taken in another window already: what stands now is the answer
        take_a_day_more(contract, None, now=request.now)
    return JsonResponse(standing(request, given))


def standing(request: TimedRequest, given: Pass) -> dict[str, Any]:
    """What the script shows: state, words in both languages, when to ask again, the token to ask with."""
    at = request.now + given.shift
    clock = Clock.objects.counting(at=at).select_related(*RELATED).get(contract=given.contract)
    answer = entitlement_of(clock, at=at, now=request.now, session=given.session)
    wait = ASK_AGAIN
    if answer.next_change_at is not None:
        wait = max(1, min(wait, int((answer.next_change_at - at).total_seconds()) + 1))
    line = None
    if answer.state is State.BUFFER:
        line = banner(clock, for_session(clock.windows, given.contract, given.session)).model_dump(by_alias=True)
    return {
        "state": answer.state,
        "allowed": answer.allowed,
        "renew_url": answer.renew_url if answer.state in (State.BUFFER, State.SOFT_LOCKED) else None,
        "banner": line,
        "dialog": answer.dialog.model_dump(by_alias=True) if answer.dialog else None,
        "day": f"{wording.local(at, clock.contract.customer.time_zone):%Y-%m-%d}",
        "ask_again": wait,
        "token": token_for(given, now=request.now),
    }

"""The short way before the API for the commonest question of all, asked at every login of the vendor's product.

`GET /api/v1/entitlements/{number}`: where the question and its answer are plain, one prepared statement finds key,
contract, clock and link at once. Whatever is not plain is left to the API, which gives the same bytes: a problem,
another instant, a session.
"""

from __future__ import annotations

from collections.abc import Callable

from django.db import Error
from django.http import HttpResponse, HttpResponseBase

from csportal.clock import TimedRequest
from renewals.product.api.entitlements import kept_for_a_while
from renewals.product.limits import seconds_to_wait
from renewals.product.models import Scope
from renewals.product.plain import answer_of, find_one

Middleware = Callable[[TimedRequest], HttpResponseBase]
BEARER = "Bearer "
BEFORE = "/api/v1/entitlements/"
"""What stands before the number in the address."""
PLAIN = {"product"}
"""What may be asked beside the number for a question to be plain."""
POLICY = "default-src 'none'; frame-ancestors 'none'"
"""For who opens the answer in a browser: there is nothing to load and nothing to frame."""


def answer_first(
    get_response: Callable[[TimedRequest], HttpResponseBase],
) -> Callable[[TimedRequest], HttpResponseBase]:
    """Middleware: a machine's plain question needs no session, no language and no page around its answer."""

    def middleware(request: TimedRequest) -> HttpResponseBase:
        if request.method != "GET" or not request.path_info.startswith(BEFORE):
            return get_response(request)
        return quick(request, request.path_info.removeprefix(BEFORE)) or get_response(request)

    return middleware


def quick(request: TimedRequest, number: str) -> HttpResponse | None:
    """The answer to a plain question with a good key; None for whatever the API is to look at."""
    said, product = request.headers.get("Authorization", ""), request.GET.get("product")
    is_plain = request.GET.keys() <= PLAIN and "\0" not in number + (product or "")
    if not said.startswith(BEARER) or not is_plain:
        return None
    try:
        found = find_one(number, product, key=said.removeprefix(BEARER).strip(), now=request.now)
    except Error:  # said as a problem by the API, which meets the same database
        return None
    if found is None or found.key is None or Scope.ENTITLEMENTS_READ not in (found.scopes or ()):
        return None
    answer = answer_of(found, now=request.now)
    if answer is None or seconds_to_wait(found.key, weight=1, now=request.now):
        return None
    response = kept_for_a_while(request, answer)
    response["Content-Security-Policy"] = POLICY
    return response

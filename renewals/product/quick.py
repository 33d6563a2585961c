"""The short way before the API for the commonest question of all, asked at every login of the vendor's product.

`GET /api/v1/entitlements/{number}`: where the question and its answer are plain, one prepared statement finds key,
contract, clock and link at once. Whatever is not plain is left to the API, which gives the same bytes: a problem,
another instant, a session.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import Error
from django.http import HttpResponse

from csportal.clock import TimedRequest
from renewals.product.api.entitlements import kept_for_a_while
from renewals.product.limits import seconds_to_wait
from renewals.product.models import Scope
from renewals.product.plain import answer_of, find_one

View = Callable[..., HttpResponse]
BEARER = "Bearer "
PLAIN = {"product"}
"""What may be asked beside the number for a question to be plain."""


def or_else(slow: View) -> View:
    """The view of the API, with the short way before it."""

    def view(request: TimedRequest, **named: Any) -> HttpResponse:
        return quick(request, named["number"]) or slow(request, **named)

    return view


def quick(request: TimedRequest, number: str) -> HttpResponse | None:
    """The answer to a plain question with a good key; None for whatever the API is to look at."""
    said, product = request.headers.get("Authorization", ""), request.GET.get("product")
    is_plain = request.GET.keys() <= PLAIN and "\0" not in number + (product or "")
    if request.method != "GET" or not said.startswith(BEARER) or not is_plain:
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
    return kept_for_a_while(request, answer)

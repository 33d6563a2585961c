"""Errors as `application/problem+json` (RFC 9457), each kind under a stable name."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.http import HttpResponse

from renewals.product.schemas import FieldError, ProblemDetails

TITLES = {
    "bad-key": (401, "A valid key is needed"),
    "missing-scope": (403, "The key lacks a scope"),
    "not-found": (404, "Nothing is here"),
    "unknown-contract": (404, "No such contract"),
    "method-not-allowed": (405, "The address does not take this method"),
    "several-products": (409, "The number covers several products"),
    "conflict": (409, "It contradicts what is on record"),
    "bad-request": (422, "Something in the request cannot be read"),
    "rate-limited": (429, "Too much was asked"),
    "unavailable": (503, "The portal cannot reach its database"),
    "server-error": (500, "The portal is out of order"),
}
"""Kind of problem → status and title. The kinds are promises: integrations branch on them."""


class Problem(Exception):
    """A request that cannot be answered; becomes the response of the same name."""

    def __init__(
        self,
        kind: str,
        detail: str,
        *,
        errors: Sequence[FieldError] = (),
        products: list[str] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.kind = kind
        self.detail = detail
        self.errors = list(errors)
        self.products = products
        self.headers = headers or {}


def problem_response(problem: Problem) -> HttpResponse:
    """The answer to a request that has a problem. Never kept by a cache."""
    status, title = TITLES[problem.kind]
    details = ProblemDetails(
        type=f"{settings.CSPORTAL_BASE_URL}/api/v1/problems/{problem.kind}",
        title=title,
        status=status,
        detail=problem.detail,
        errors=problem.errors,
        products=problem.products,
    )
    return HttpResponse(
        details.model_dump_json(exclude_none=True),
        status=status,
        content_type="application/problem+json",
        headers={"Cache-Control": "no-store", "Vary": "Authorization", **problem.headers},
    )

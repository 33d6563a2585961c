"""May they go on? One contract, or up to a thousand in one call."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Annotated

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.http import parse_etags
from ninja import Path, Query

from csportal.clock import TimedRequest
from renewals.product.api.core import api, described, json_response, require
from renewals.product.batch import Asked, evaluate_many
from renewals.product.instants import read_instant
from renewals.product.models import Scope
from renewals.product.problems import Problem
from renewals.product.schemas import BatchAnswer, BatchAsked, Entitlement, FieldError, PlainText
from renewals.product.services import evaluate

FRESH_TOKEN_EVERY = 300
"""Seconds after which an answer counts as another one, so that who keeps it has a dialog token that is not over."""
MOST_SECONDS = 60
"""How long an answer may be kept: facts can change at any time, a renewal must be felt within a minute."""


@api.post(
    "/entitlements/batch",
    operation_id="get_entitlements",
    by_alias=True,
    summary="What up to 1,000 contracts allow",
    description="Needs the scope `entitlements:read`. Answers come in the order of the questions; one that cannot be "
    "answered carries its problem and stops no other.",
    response=described(BatchAnswer, 401, 403, 422, 429),
)
def get_entitlements(request: TimedRequest, asked: BatchAsked) -> HttpResponse:
    """The same answer for many."""
    questions = [Asked(one) if isinstance(one, str) else Asked(one.contract, one.product) for one in asked.contracts]
    require(request, Scope.ENTITLEMENTS_READ, weight=len(questions))
    answers = BatchAnswer.model_construct(answers=evaluate_many(questions, now=request.now))
    return json_response(answers.model_dump_json(by_alias=True))


@api.get(
    "/entitlements/{path:number}",
    operation_id="get_entitlement",
    by_alias=True,
    summary="What a contract allows",
    description="Needs the scope `entitlements:read`, and `time:travel` with `at`. Keep the answer as long as its "
    "`Cache-Control` says, and send its `ETag` back as `If-None-Match`.",
    response=described(Entitlement, 401, 403, 404, 409, 422, 429),
    openapi_extra={"responses": {304: {"description": "As before: the answer of this `ETag` still holds."}}},
    url_name="entitlement",
)
def get_entitlement(
    request: TimedRequest,
    number: Annotated[PlainText, Path(description="The contract's number; it may contain slashes.")],
    product: Annotated[
        PlainText | None, Query(description="The product's code, where the number covers several.")
    ] = None,
    at: Annotated[
        PlainText | None, Query(description="Another instant, past or to come, RFC 3339 with offset.")
    ] = None,
    session: Annotated[
        PlainText | None,
        Query(max_length=200, description="A session of your product that may be busy: its lock waits."),
    ] = None,
) -> HttpResponse:
    """One contract's entitlement now, or at another instant."""
    require(request, Scope.ENTITLEMENTS_READ)
    if at is not None:
        require(request, Scope.TIME_TRAVEL, weight=0)
    instant = None if at is None else instant_asked_for(at)
    answer = evaluate(number, product, at=instant, session=session or "", now=request.now)
    return kept_never(answer) if at is not None else kept_for_a_while(request, answer)


def instant_asked_for(text: str) -> datetime:
    """The instant in `?at=`, or the problem with it."""
    try:
        return read_instant(text)
    except ValueError as wrong:
        raise Problem("bad-request", str(wrong), errors=[FieldError(field="at", detail=str(wrong))]) from None


def kept_for_a_while(request: HttpRequest, answer: Entitlement) -> HttpResponse:
    """The answer, to be kept until it changes, a minute at most; 304 for who has the same one already."""
    left = timedelta(seconds=MOST_SECONDS)
    if answer.next_change_at is not None:
        left = min(left, answer.next_change_at - answer.now)
    lasting = answer.model_dump_json(by_alias=True, exclude={"now", "dialog_token"})
    turn = int(answer.now.timestamp()) // FRESH_TOKEN_EVERY
    same = hashlib.sha256(f"{turn}:{lasting}".encode()).hexdigest()[:32]
    response = json_response(answer.model_dump_json(by_alias=True))
    response["Cache-Control"] = f"private, max-age={left // timedelta(seconds=1)}"
    # Weak: the same answer, though `now` and the dialog's token in its body are others.
    response["ETag"] = f'W/"{same}"'
    known = parse_etags(request.headers.get("If-None-Match", ""))
    if response["ETag"] not in known and f'"{same}"' not in known:
        return response
    kept = HttpResponseNotModified()
    for header in ("ETag", "Cache-Control", "Vary"):
        kept[header] = response[header]
    return kept


def kept_never(answer: Entitlement) -> HttpResponse:
    """The answer about another instant: for a person who looks, not for a product to keep."""
    response = json_response(answer.model_dump_json(by_alias=True))
    response["Cache-Control"] = "no-store"
    return response

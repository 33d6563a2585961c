"""What the vendor's product reports: use, work in progress, and when it really locked somebody."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpResponse
from ninja import Header

from csportal.clock import TimedRequest
from renewals.product import signals
from renewals.product.api.core import api, described, json_response, require
from renewals.product.models import Scope
from renewals.product.schemas import BusySaid, BusyTaken, LockSaid, LockTaken, PlainText, UsageSaid, UsageTaken

IdempotencyKey = Annotated[
    PlainText | None,
    Header(alias="Idempotency-Key", max_length=200, description="Sent again under it, nothing is taken twice."),
]


@api.post(
    "/usage",
    operation_id="send_usage",
    by_alias=True,
    summary="Up to 5,000 usage signals",
    description="Needs the scope `usage:write`. One signal that cannot be taken stops no other.",
    response=described(UsageTaken, 401, 403, 409, 422, 429),
)
def send_usage(request: TimedRequest, said: UsageSaid, idempotency_key: IdempotencyKey = None) -> HttpResponse:
    """Signals, taken once under a key."""
    key = require(request, Scope.USAGE_WRITE, weight=1 + len(said.signals) // 100)
    taken = signals.take_once(key, idempotency_key, said, now=request.now)
    return json_response(taken.model_dump_json())


@api.post(
    "/lock-observations",
    operation_id="report_lock",
    by_alias=True,
    summary="What the product really did",
    description="Needs the scope `locks:write`. The same observation twice is one.",
    response=described(LockTaken, 401, 403, 404, 409, 422, 429, status=201),
)
def report_lock(request: TimedRequest, said: LockSaid) -> HttpResponse:
    """An observed lock, beside the promise (rule 21)."""
    require(request, Scope.LOCKS_WRITE)
    return json_response(signals.observe(said, now=request.now).model_dump_json(), status=201)


@api.post(
    "/sessions/busy",
    operation_id="report_busy",
    by_alias=True,
    summary="Work in progress",
    description="Needs the scope `sessions:write`. A session that is busy when the lock begins goes on until it is "
    "idle for 10 minutes, at most 4 hours. Report again while the work goes on.",
    response=described(BusyTaken, 401, 403, 404, 409, 422, 429),
)
def report_busy(request: TimedRequest, said: BusySaid) -> HttpResponse:
    """A busy session, and until when it may go on (rule 11)."""
    require(request, Scope.SESSIONS_WRITE)
    return json_response(signals.busy(said, now=request.now).model_dump_json())

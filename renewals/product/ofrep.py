"""OpenFeature Remote Evaluation Protocol: any OpenFeature SDK asks the same question, `targetingKey` is the number.

What the client does not expect it takes for a failure and falls to its code's default: so a locked contract is an
answer with a value, never an error, and a number that nobody knows is an answer without one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from csportal.clock import TimedRequest
from renewals.product.keys import find_key
from renewals.product.limits import seconds_to_wait
from renewals.product.models import ApiKey, Scope
from renewals.product.schemas import Entitlement
from renewals.product.services import SeveralProducts, UnknownContract, evaluate

Json = dict[str, Any]
LARGEST_BODY = 100_000


class Malformed(Exception):
    """A request that says no contract; `code` is the protocol's word for why."""

    def __init__(self, code: str, details: str) -> None:
        super().__init__(details)
        self.code, self.details = code, details


FLAGS: dict[str, Callable[[Entitlement], Any]] = {
    "contract-access": lambda answer: answer.allowed,
    "contract-state": lambda answer: str(answer.state),
    "contract-dialog": lambda answer: answer.dialog.model_dump(by_alias=True) if answer.dialog else {},
}
"""Each flag keeps one type for ever: a boolean, a string, an object."""


def key_of(request: HttpRequest) -> ApiKey | None:
    """The key, as `Authorization: Bearer` or as `X-API-Key`."""
    scheme, _space, said = request.headers.get("Authorization", "").partition(" ")
    said = said.strip() if scheme.lower() == "bearer" else request.headers.get("X-API-Key", "")
    return find_key(said) if said else None


def for_holder_of_key(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The gate: a key with its scope and within its limit; else what the protocol has for it."""

    @csrf_exempt
    @wraps(view)
    def gate(request: TimedRequest, **said: str) -> HttpResponse:
        if request.method != "POST":
            return HttpResponse(status=405, headers={"Allow": "POST"})
        key = key_of(request)
        if key is None or Scope.ENTITLEMENTS_READ not in key.scopes:
            return HttpResponse(status=401 if key is None else 403, headers={"WWW-Authenticate": "Bearer"})
        if wait := seconds_to_wait(key.pk, weight=1, now=request.now):
            return HttpResponse(status=429, headers={"Retry-After": str(wait)})
        response = view(request, **said)
        response["Cache-Control"] = "no-store"
        return response

    return gate


@for_holder_of_key
def one_flag(request: TimedRequest, key: str) -> HttpResponse:
    """One flag of one contract."""
    if key not in FLAGS:
        return answered({"key": key, "errorCode": "FLAG_NOT_FOUND", "errorDetails": known_flags()}, status=404)
    try:
        return answered(evaluated(key, asked_about(request), now=request.now))
    except Malformed as wrong:
        return answered({"key": key, "errorCode": wrong.code, "errorDetails": wrong.details}, status=400)


@for_holder_of_key
def all_flags(request: TimedRequest) -> HttpResponse:
    """Every flag of one contract, and 304 for who has them already."""
    try:
        flags = evaluated_all(asked_about(request), now=request.now)
    except Malformed as wrong:
        return answered({"errorCode": wrong.code, "errorDetails": wrong.details}, status=400)
    etag = f'"{hashlib.sha256(json.dumps(flags, sort_keys=True).encode()).hexdigest()[:32]}"'
    said = request.headers.get("If-None-Match", "").removeprefix("W/")
    response = HttpResponse(status=304) if said == etag else answered({"flags": flags})
    response["ETag"] = etag
    return response


def asked_about(request: HttpRequest) -> tuple[str, str | None]:
    """The contract's number, and the product's code where the context names one."""
    try:
        said = json.loads(request.body[:LARGEST_BODY])
    except (ValueError, RecursionError):
        raise Malformed("PARSE_ERROR", "This is not JSON.") from None
    context = said.get("context") if isinstance(said, dict) else None
    if not isinstance(context, dict):
        raise Malformed("INVALID_CONTEXT", "Send a context, an object with a targetingKey.")
    number, product = context.get("targetingKey"), context.get("product")
    if not isinstance(number, str) or not number or "\0" in number:
        raise Malformed("TARGETING_KEY_MISSING", "targetingKey is the number of a contract.")
    return number, product if isinstance(product, str) and "\0" not in product else None


def evaluated_all(asked: tuple[str, str | None], *, now: datetime) -> list[Json]:
    """Every flag; the contract is looked up once."""
    try:
        answer = evaluate(*asked, now=now)
    except UnknownContract:
        return [unknown(key) for key in FLAGS]
    except SeveralProducts as several:
        return [{"key": key, "errorCode": "INVALID_CONTEXT", "errorDetails": str(several)} for key in FLAGS]
    return [told(key, answer) for key in FLAGS]


def evaluated(key: str, asked: tuple[str, str | None], *, now: datetime) -> Json:
    """One flag."""
    try:
        return told(key, evaluate(*asked, now=now))
    except UnknownContract:
        return unknown(key)
    except SeveralProducts as several:
        raise Malformed("INVALID_CONTEXT", f"{several} Put it into the context as product.") from None


def told(key: str, answer: Entitlement) -> Json:
    """A flag's value, with what a product may want to know beside it: all of it flat, none of it counting down."""
    instants = {
        "end_at": answer.ends_at,
        "buffer_end_at": answer.buffer_ends_at,
        "lock_at": answer.lock_at,
        "state_until": answer.next_change_at,
    }
    metadata = {name: f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" for name, at in instants.items() if at is not None}
    metadata |= {"zone": answer.last_minute.time_zone, "renew_url": answer.renew_url}
    state = str(answer.state)
    return {
        "key": key,
        "reason": "TARGETING_MATCH",
        "variant": state,
        "value": FLAGS[key](answer),
        "metadata": metadata,
    }


def unknown(key: str) -> Json:
    """No value: the product's own default decides, and that default lets them in."""
    return {"key": key, "reason": "UNKNOWN"}


def known_flags() -> str:
    return f"The flags are {', '.join(FLAGS)}."


def answered(said: Json, *, status: int = 200) -> HttpResponse:
    return HttpResponse(json.dumps(said, ensure_ascii=False), status=status, content_type="application/json")

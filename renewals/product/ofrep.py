"""OpenFeature Remote Evaluation Protocol: any OpenFeature SDK asks the same question, `targetingKey` is the number.

What the client does not expect it takes for a failure and falls to its code's default: so a locked contract is an
answer with a value, never an error, and a number that nobody knows is an answer without one.

A server of the vendor's asks with its key, about any contract. A page asks with the token of one contract, about that
one: what is in a page, everybody can read. Pages of any site may ask, since no cookie counts here.
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

from accounts.models import Contract
from csportal.clock import TimedRequest
from renewals.entitlement import State
from renewals.product.keys import PREFIX, find_key
from renewals.product.limits import seconds_to_wait
from renewals.product.models import Scope
from renewals.product.schemas import Entitlement
from renewals.product.services import SeveralProducts, UnknownContract, evaluate
from renewals.product.tokens import Pass, read_token

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


FOR_PAGES = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "ETag, Retry-After"}
PREFLIGHT = FOR_PAGES | {
    "Access-Control-Allow-Methods": "POST",
    "Access-Control-Allow-Headers": "authorization, content-type, if-none-match, x-api-key",
    "Access-Control-Max-Age": "7200",
}


def shown(request: HttpRequest) -> str:
    """The key or token, as `Authorization: Bearer` or as `X-API-Key`; "" where there is none."""
    scheme, _space, said = request.headers.get("Authorization", "").partition(" ")
    return said.strip() if scheme.lower() == "bearer" else request.headers.get("X-API-Key", "")


def shows_key(request: HttpRequest) -> bool:
    """Whether it is a key that is shown, not a page's token."""
    return shown(request).startswith(PREFIX)


def may_ask(request: TimedRequest) -> HttpResponse | None:
    """None for a key with its scope and within its limit, or the token of the contract asked about; else the answer."""
    said = shown(request)
    if key := find_key(said) if said else None:
        wait = seconds_to_wait(key.pk, weight=1, now=request.now)
        if Scope.ENTITLEMENTS_READ in key.scopes:
            return HttpResponse(status=429, headers={"Retry-After": str(wait)}) if wait else None
    given = read_token(said, now=request.now) if said and key is None else None
    if given is not None and is_about(request, given):
        return None
    known = key is not None or given is not None
    return HttpResponse(status=403 if known else 401, headers={"WWW-Authenticate": "Bearer"})


def is_about(request: HttpRequest, given: Pass) -> bool:
    """Whether a question is about the one contract of a token, by its number and, where it names one, its product."""
    try:
        number, product = asked_about(request)
    except Malformed:  # it names no contract, which the view says in the protocol's words
        return True
    named = Contract.objects.filter(pk=given.contract, number=number)
    return (named if product is None else named.filter(product__code=product)).exists()


def for_holder_of_key(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The gate: who may ask is answered, and in a browser may read the answer; else what the protocol has for it."""

    @csrf_exempt
    @wraps(view)
    def gate(request: TimedRequest, **said: str) -> HttpResponse:
        if request.method == "OPTIONS":
            return HttpResponse(status=204, headers=PREFLIGHT)
        if request.method != "POST":
            return HttpResponse(status=405, headers={"Allow": "OPTIONS, POST"})
        response = may_ask(request) or view(request, **said)
        response["Cache-Control"] = "no-store"
        for name, value in FOR_PAGES.items():
            response[name] = value
        return response

    return gate


@for_holder_of_key
def one_flag(request: TimedRequest, key: str) -> HttpResponse:
    """One flag of one contract."""
    if key not in FLAGS:
        return answered({"key": key, "errorCode": "FLAG_NOT_FOUND", "errorDetails": known_flags()}, status=404)
    try:
        return answered(evaluated(key, asked_about(request), now=request.now, on_page=not shows_key(request)))
    except Malformed as wrong:
        return answered({"key": key, "errorCode": wrong.code, "errorDetails": wrong.details}, status=400)


@for_holder_of_key
def all_flags(request: TimedRequest) -> HttpResponse:
    """Every flag of one contract, and 304 for who has them already."""
    try:
        flags = evaluated_all(asked_about(request), now=request.now, on_page=not shows_key(request))
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


def evaluated_all(asked: tuple[str, str | None], *, now: datetime, on_page: bool) -> list[Json]:
    """Every flag; the contract is looked up once."""
    try:
        answer = evaluate(*asked, now=now)
    except UnknownContract:
        return [unknown(key) for key in FLAGS]
    except SeveralProducts as several:
        return [{"key": key, "errorCode": "INVALID_CONTEXT", "errorDetails": str(several)} for key in FLAGS]
    return [told(key, answer, on_page=on_page) for key in FLAGS]


def evaluated(key: str, asked: tuple[str, str | None], *, now: datetime, on_page: bool) -> Json:
    """One flag."""
    try:
        return told(key, evaluate(*asked, now=now), on_page=on_page)
    except UnknownContract:
        return unknown(key)
    except SeveralProducts as several:
        raise Malformed("INVALID_CONTEXT", f"{several} Put it into the context as product.") from None


def told(key: str, answer: Entitlement, *, on_page: bool) -> Json:
    """A flag's value, with what a product may want to know beside it: all of it flat, none of it counting down.

    A page, which everybody who works there reads, gets the link to renew once there is something to renew.
    """
    instants = {
        "end_at": answer.ends_at,
        "buffer_end_at": answer.buffer_ends_at,
        "lock_at": answer.lock_at,
        "state_until": answer.next_change_at,
    }
    metadata = {name: f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" for name, at in instants.items() if at is not None}
    metadata["zone"] = answer.last_minute.time_zone
    if not on_page or answer.state in (State.BUFFER, State.SOFT_LOCKED):
        metadata["renew_url"] = answer.renew_url
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

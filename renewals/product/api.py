"""The HTTP API for the vendor's product: one question, answered the same in any language."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Annotated, Any

from django.core.signals import got_request_exception
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI, Path, Query
from ninja.errors import AuthenticationError, ValidationError
from ninja.security import HttpBearer
from pydantic import AfterValidator

from csportal.clock import TimedRequest
from renewals.product.instants import read_instant
from renewals.product.keys import find_key
from renewals.product.models import ApiKey, Scope
from renewals.product.problems import TITLES, Problem, problem_response
from renewals.product.schemas import Entitlement, FieldError, ProblemDetails
from renewals.product.services import SeveralProducts, UnknownContract, evaluate

logger = logging.getLogger("django.request")
View = Callable[..., HttpResponse]

MOST_SECONDS = 60
"""How long an answer may be kept: facts can change at any time, a renewal must be felt within a minute."""


class BearerKey(HttpBearer):
    """A key made by `create_api_key`, as `Authorization: Bearer c2359_…`."""

    def authenticate(self, request: HttpRequest, token: str) -> ApiKey | None:
        return find_key(token.strip())


def without_nul(text: str) -> str:
    """The text, refused where it holds a NUL, which no name has and no database takes."""
    if "\0" in text:
        raise ValueError("There is a NUL character in it.")
    return text


PlainText = Annotated[str, AfterValidator(without_nul)]


class DescribedAPI(NinjaAPI):
    """Says of its problems that they are `application/problem+json`: the framework declares one type for all."""

    def get_openapi_schema(self, **asked: Any) -> Any:
        document = super().get_openapi_schema(**asked)
        operations = [operation for methods in document["paths"].values() for operation in methods.values()]
        for operation in operations:
            for status, response in operation["responses"].items():
                if int(status) >= 400:
                    response["content"] = {"application/problem+json": response["content"]["application/json"]}
        return document


api = DescribedAPI(
    title="23:59",
    version="1.0.0",
    description="May they go on? Until which minute? What changes next? "
    "A product that gets no answer keeps its last one and does not lock.",
    urls_namespace="product",
    docs_url=None,
    auth=BearerKey(),
)


@api.get(
    "/entitlements/{path:number}",
    operation_id="get_entitlement",
    summary="What a contract allows",
    description="Needs the scope `entitlements:read`, and `time:travel` with `at`. Keep the answer as long as its "
    "`Cache-Control` says, and send its `ETag` back as `If-None-Match`.",
    response={200: Entitlement, **dict.fromkeys((401, 403, 404, 409, 422), ProblemDetails)},
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
) -> HttpResponse:
    """One contract's entitlement now, or at another instant."""
    require(request, Scope.ENTITLEMENTS_READ)
    if at is not None:
        require(request, Scope.TIME_TRAVEL)
    answer = evaluate(number, product, at=None if at is None else instant_asked_for(at), now=request.now)
    return kept_never(answer) if at is not None else kept_for_a_while(request, answer)


def require(request: HttpRequest, scope: Scope) -> None:
    """Refuse a key that was not given this scope."""
    key: ApiKey = request.auth  # type: ignore[attr-defined]
    if scope not in key.scopes:
        raise Problem(
            "missing-scope",
            f"The key “{key.name}” does not have the scope {scope.value}.",
            headers={"WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{scope.value}"'},
        )


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
    same = hashlib.sha256(answer.model_dump_json(by_alias=True, exclude={"now", "dialog_token"}).encode()).hexdigest()[
        :32
    ]
    response = json_response(answer)
    response["Cache-Control"] = f"private, max-age={left // timedelta(seconds=1)}"
    # Weak: the same answer, though `now` and the dialog's token in its body are others.
    response["ETag"] = f'W/"{same}"'
    return get_conditional_response(request, etag=response["ETag"], response=response) or response


def kept_never(answer: Entitlement) -> HttpResponse:
    """The answer about another instant: for a person who looks, not for a product to keep."""
    response = json_response(answer)
    response["Cache-Control"] = "no-store"
    return response


def json_response(answer: Entitlement) -> HttpResponse:
    """The answer as JSON. It belongs to the key that asked."""
    return HttpResponse(
        answer.model_dump_json(by_alias=True), content_type="application/json", headers={"Vary": "Authorization"}
    )


@api.exception_handler(Problem)
def has_problem(request: HttpRequest, problem: Problem) -> HttpResponse:
    return problem_response(problem)


@api.exception_handler(UnknownContract)
def is_unknown(request: HttpRequest, unknown: UnknownContract) -> HttpResponse:
    return problem_response(Problem("unknown-contract", str(unknown)))


@api.exception_handler(SeveralProducts)
def is_several(request: HttpRequest, several: SeveralProducts) -> HttpResponse:
    return problem_response(Problem("several-products", str(several), products=several.codes))


@api.exception_handler(Http404)
def is_nowhere(request: HttpRequest, _nowhere: Http404) -> HttpResponse:
    return problem_response(Problem("not-found", "There is nothing at this address."))


def nowhere(request: HttpRequest, rest: str) -> HttpResponse:
    """Any other address below the API's: a machine asked, so a machine is answered."""
    return is_nowhere(request, Http404())


@api.exception_handler(Exception)
def is_broken(request: HttpRequest, broken: Exception) -> HttpResponse:
    """What nobody foresaw: told to whoever watches the portal as any other page's would be, and to the machine."""
    got_request_exception.send(sender=None, request=request)
    logger.error("%s: %s", request.path, broken, exc_info=broken, extra={"status_code": 500, "request": request})
    return problem_response(Problem("server-error", "The portal could not answer. Keep the last answer; ask again."))


def spoken_to(view: View) -> View:
    """A view that takes HEAD for GET, as HTTP wants, and refuses every other method it does not take with a problem."""

    @csrf_exempt
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **said: Any) -> HttpResponse:
        asked = request.method
        request.method = "GET" if asked == "HEAD" else asked  # the server sends the headers and keeps the body
        response = view(request, *args, **said)
        request.method = asked
        return is_not_taken(request, response["Allow"]) if response.status_code == 405 else response

    return answer


def is_not_taken(request: HttpRequest, taken: str) -> HttpResponse:
    """The problem with a method that an address does not take; `taken` are those that the framework knows of."""
    methods = ", ".join(["GET", "HEAD"] if taken == "GET" else [taken])
    detail = f"{request.method} is not for this address. It takes {methods}."
    return problem_response(Problem("method-not-allowed", detail, headers={"Allow": methods}))


@api.exception_handler(AuthenticationError)
def is_nobody(request: HttpRequest, _nobody: AuthenticationError) -> HttpResponse:
    """RFC 6750: no error code for who showed no key at all."""
    if "Authorization" not in request.headers:
        challenge, detail = "Bearer", "Send a key as Authorization: Bearer c2359_…"
    else:
        challenge, detail = 'Bearer error="invalid_token"', "This key is unknown or revoked."
    return problem_response(Problem("bad-key", detail, headers={"WWW-Authenticate": challenge}))


@api.exception_handler(ValidationError)
def is_unreadable(request: HttpRequest, unreadable: ValidationError) -> HttpResponse:
    errors = [
        FieldError(field=".".join(str(part) for part in error["loc"][1:]), detail=error["msg"])
        for error in unreadable.errors
    ]
    detail = "; ".join(f"{error.field}: {error.detail}" for error in errors)
    return problem_response(Problem("bad-request", detail, errors=errors))


@api.get(
    "/problems/{kind}",
    operation_id="explain_problem",
    summary="What a kind of problem is",
    auth=None,
    response={200: dict[str, Any], 404: ProblemDetails},
)
def explain_problem(request: HttpRequest, kind: str) -> Any:
    """Where the `type` of a problem leads."""
    if kind not in TITLES:
        raise Http404
    status, title = TITLES[kind]
    return {"kind": kind, "title": title, "status": status}

"""What every call of the HTTP API goes through: keys, scopes, limits, and problems as RFC 9457 has them."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.signals import got_request_exception
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.security import HttpBearer

from csportal.clock import TimedRequest
from renewals.product.keys import find_key
from renewals.product.limits import seconds_to_wait
from renewals.product.models import ApiKey, Scope
from renewals.product.problems import TITLES, Problem, problem_response
from renewals.product.schemas import FieldError, ProblemDetails
from renewals.product.services import SeveralProducts, UnknownContract

logger = logging.getLogger("django.request")
View = Callable[..., HttpResponse]


class BearerKey(HttpBearer):
    """A key made by `create_api_key`, as `Authorization: Bearer c2359_…`."""

    def authenticate(self, request: HttpRequest, token: str) -> ApiKey | None:
        return find_key(token.strip())


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


def described(answer: type[Schema], *problems: int, status: int = 200) -> dict[int, Any]:
    """What a call answers, for the OpenAPI document: its own shape, and a problem under each of these statuses."""
    return {status: answer, **dict.fromkeys(problems, ProblemDetails)}


def require(request: TimedRequest, scope: Scope, *, weight: int = 1) -> ApiKey:
    """The key that asks. Refuses one that was not given this scope, and one that asks more than its limit.

    `weight` is how many answers the call is worth.
    """
    key: ApiKey = request.auth  # type: ignore[attr-defined]
    if scope not in key.scopes:
        raise Problem(
            "missing-scope",
            f"The key “{key.name}” does not have the scope {scope.value}.",
            headers={"WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{scope.value}"'},
        )
    if wait := seconds_to_wait(key.pk, weight=weight, now=request.now):
        detail = (
            f"This key has asked its fill for this minute. Ask again in {wait} s, and keep the last answer until then."
        )
        raise Problem("rate-limited", detail, headers={"Retry-After": str(wait)})
    return key


def json_response(text: str, *, status: int = 200) -> HttpResponse:
    """JSON that belongs to the key that asked."""
    return HttpResponse(text, status=status, content_type="application/json", headers={"Vary": "Authorization"})


@api.exception_handler(Problem)
def has_problem(request: HttpRequest, problem: Problem) -> HttpResponse:
    return problem_response(problem)


@api.exception_handler(UnknownContract)
def is_unknown(request: HttpRequest, unknown: UnknownContract) -> HttpResponse:
    return problem_response(Problem("unknown-contract", str(unknown)))


@api.exception_handler(SeveralProducts)
def is_several(request: HttpRequest, several: SeveralProducts) -> HttpResponse:
    return problem_response(Problem("several-products", str(several), products=several.codes))


@api.exception_handler(HttpError)
def is_no_json(request: HttpRequest, wrong: HttpError) -> HttpResponse:
    """What the framework could not even parse."""
    return problem_response(Problem("bad-request", f"{wrong}. Send JSON in UTF-8."))


@api.exception_handler(Http404)
def is_nowhere(request: HttpRequest, _nowhere: Http404) -> HttpResponse:
    return problem_response(Problem("not-found", "There is nothing at this address."))


def nowhere(request: HttpRequest) -> HttpResponse:
    """Any other address below the API's: a machine asked, so a machine is answered."""
    return is_nowhere(request, Http404())


@api.exception_handler(OperationalError)
@api.exception_handler(InterfaceError)
def is_unavailable(request: HttpRequest, broken: Exception) -> HttpResponse:
    """A database that is away comes back: worth asking again soon."""
    logger.error("%s: %s", request.path, broken, extra={"status_code": 503, "request": request})
    detail = "The portal is out of order for a moment. Keep the last answer; ask again."
    return problem_response(Problem("unavailable", detail, headers={"Retry-After": "5"}))


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

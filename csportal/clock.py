"""The only reader of the clock. Everything else is handed the instant it works at."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone


class TimedRequest(HttpRequest):
    """A request that knows its instant: what every view gets."""

    now: datetime


def now() -> datetime:
    """The present instant, aware, in UTC: read once per request, tick, task or command, then passed on."""
    return timezone.now()


def stamp_request(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: one instant per request, as `request.now`, so that a page never contradicts itself."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        request.now = now()  # type: ignore[attr-defined]
        return get_response(request)

    return middleware

"""Each person reads in their own language; forms read times in their own zone; a forgotten login ends by itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.contrib.auth import logout
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone, translation

from accounts.models import User

UNUSED_FOR = timedelta(hours=4)
"""How long a login may lie unused: a long meeting, not a night."""
AT_MOST = timedelta(hours=12)
"""How long a login lasts, however busy: a working day."""
NOTED_EVERY = timedelta(minutes=5)
"""How exactly the last use is kept: each note is a write."""

Middleware = Callable[[HttpRequest], HttpResponseBase]


def activate_preferences(get_response: Middleware) -> Middleware:
    """Middleware: the logged-in user's language, if they chose one, and zone, for the length of the request."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        user = request.user
        if not isinstance(user, User):
            return get_response(request)
        if user.language:
            translation.activate(user.language)
            request.LANGUAGE_CODE = translation.get_language() or user.language
        with timezone.override(user.time_zone):
            return get_response(request)

    return middleware


def end_logins(get_response: Middleware) -> Middleware:
    """Middleware: a login ends after `UNUSED_FOR` without use, and after `AT_MOST`.

    A part of a page that is asked for afterwards has the whole page loaded anew, which asks for the login: the form
    to log in never appears in the middle of something else.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if request.user.is_authenticated and not goes_on(request.session, now=request.now):  # type: ignore[attr-defined]
            logout(request)
            if request.headers.get("HX-Request"):
                return HttpResponse(headers={"HX-Refresh": "true"})
        return get_response(request)

    return middleware


def goes_on(session: SessionBase, *, now: datetime) -> bool:
    """Whether this login still holds at `now`; its use is noted."""
    began, used = (datetime.fromisoformat(session.get(key, now.isoformat())) for key in ("began", "used"))
    if now - began >= AT_MOST or now - used >= UNUSED_FOR:
        return False
    if "used" not in session or now - used >= NOTED_EVERY:
        session["began"], session["used"] = began.isoformat(), now.isoformat()
    return True

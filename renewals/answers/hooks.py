"""What the mail provider calls with: its reports on letters, and the mails that it took in.

django-anymail checks and reads a call; its own views then send a signal, and who hears that is written nowhere. So
its reader is asked here, and what it read goes to one verb.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest, ImproperlyConfigured, RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.module_loading import import_string
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from csportal.clock import TimedRequest
from renewals.answers.services import take_in
from renewals.touches.models import Report
from renewals.touches.reports import Heard, delivery_named, take_report

LARGEST = 40_000_000
"""Bytes of the largest call that is read, attachments and all: no provider takes in more."""
KINDS = {
    "delivered": Report.Kind.DELIVERED,
    "opened": Report.Kind.OPENED,
    "deferred": Report.Kind.DEFERRED,
    "bounced": Report.Kind.BOUNCED,
    "rejected": Report.Kind.REJECTED,
    "failed": Report.Kind.REJECTED,
    "complained": Report.Kind.COMPLAINED,
}
"""What of a provider's events is kept. That somebody pressed a link the page itself knows better."""


@csrf_exempt
@require_http_methods(["POST", "HEAD"])
def reports(request: TimedRequest) -> HttpResponse:
    """What the provider reports on letters. What is not about one of ours is nothing to us."""
    for event in read(request, "Tracking"):
        heard = heard_of(event, request)
        if heard is not None:
            take_report(heard, now=request.now)
    return HttpResponse()


@csrf_exempt
@require_http_methods(["POST", "HEAD"])
def answers(request: TimedRequest) -> HttpResponse:
    """Mails that the provider took in for the portal: customers' answers, and bounces that came as mails."""
    for event in read(request, "Inbound"):
        if event.event_type == "inbound" and event.message is not None:
            take_in(event.message, received_at=event.timestamp or request.now, now=request.now)
    return HttpResponse()


def read(request: HttpRequest, kind: str) -> list[Any]:
    """What a call holds, checked by its secret and its signature. No provider, no such page."""
    if not settings.CSPORTAL_MAIL_PROVIDER:
        raise Http404
    if request.method == "HEAD":  # some providers look first whether there is anybody
        return []
    from anymail.exceptions import AnymailError
    from anymail.webhooks.base import AnymailBasicAuthMixin

    reader = import_string(settings.CSPORTAL_MAIL_HOOKS.format(kind))()
    AnymailBasicAuthMixin.validate_request(reader, request)
    take_body(request)
    try:
        reader.setup(request)
        reader.run_validators(request)
        return list(reader.parse_events(request))
    except (AnymailError, ImproperlyConfigured, ValueError, LookupError, TypeError, AttributeError) as problem:
        raise BadRequest(f"{type(problem).__name__}: {problem}") from None


def take_body(request: HttpRequest) -> None:
    """Read a body that may be larger than what strangers can send: the caller has shown its secret already."""
    if request.content_type == "application/json":
        body = request.read(LARGEST + 1)
        if len(body) > LARGEST:
            raise RequestDataTooBig("A call of the mail provider is too large.")
        request._body = body  # where Django keeps it once it was read


def heard_of(event: Any, request: TimedRequest) -> Heard | None:
    """One event as what was heard of one of our letters; None for what is not kept, and for another's letter."""
    kind = KINDS.get(event.event_type)
    letter = str((event.metadata or {}).get("letter", ""))
    delivery = delivery_named(letter, str(event.message_id or "")) if kind else None
    if kind is None or delivery is None:
        return None
    return Heard(
        delivery_id=delivery,
        kind=kind,
        at=event.timestamp or request.now,
        said=str(event.mta_response or event.description or event.reject_reason or ""),
        event_id=str(event.event_id or ""),
    )

"""Which systems are called about what, how they fare, and every call with its answers."""

from __future__ import annotations

import json
from uuid import UUID

from allauth.core import ratelimit
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import StaffRequest
from accounts.services import NotAllowed
from accounts.views.lists import show_list
from renewals.callbacks import services
from renewals.callbacks.filters import CallFilter, EndpointFilter
from renewals.callbacks.forms import EndpointForm, PasswordForm, said_of
from renewals.callbacks.gates import call_for, calls_for, endpoint_for, endpoints, for_readers, for_writers, may_write
from renewals.callbacks.keys import secret_from
from renewals.callbacks.models import BOTH_SECRETS, Endpoint
from renewals.callbacks.tables import (
    CALL_COLUMNS,
    ENDPOINT_COLUMNS,
    CallTable,
    EndpointTable,
    health_pill,
    stands_pill,
)

SHOW_SECRET = "show_callback_secret"  # noqa: S105 - the name of a note in the session, no secret
"""Of which endpoint the secret may be shown once: the secret itself is never stored."""


@for_readers
def all_endpoints(request: StaffRequest) -> HttpResponseBase:
    """Every endpoint and how it fares."""
    found = EndpointFilter(request.GET, endpoints(), request=request)
    table = EndpointTable(found.qs, now=request.now, reader=request.user)
    said = {"filter": found, "may_write": may_write(request.user)}
    return show_list(request, "callbacks/list.html", table, columns=ENDPOINT_COLUMNS, **said)


@for_readers
def endpoint(request: StaffRequest, pk: int) -> HttpResponseBase:
    """One endpoint with its calls; its secret once, just after it was made or changed."""
    found = endpoint_for(pk)
    calls = CallFilter(request.GET, calls_for(request).filter(endpoint=found), request=request)
    table = CallTable(calls.qs, now=request.now, reader=request.user)
    secret = secret_from(found.nonce) if taken_once(request, found) else ""
    both_until = found.rotated_at + BOTH_SECRETS if found.rotated_at else None
    said = {"endpoint": found, "filter": calls, "may_write": may_write(request.user), "secret": secret}
    said |= {
        "health": health_pill(found),
        "both_until": both_until if both_until and both_until > request.now else None,
    }
    response = show_list(request, "callbacks/endpoint.html", table, columns=CALL_COLUMNS, **said)
    if secret:
        add_never_cache_headers(response)
    return response


def taken_once(request: StaffRequest, found: Endpoint) -> bool:
    """Whether this endpoint's secret is to be shown now: a note that is gone once it was read."""
    if request.session.get(SHOW_SECRET) != found.pk or not may_write(request.user):
        return False
    del request.session[SHOW_SECRET]
    return True


@for_writers
def add(request: StaffRequest) -> HttpResponse:
    """A new endpoint; its page shows the secret."""
    form = EndpointForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = services.make_endpoint(**form.cleaned_data, by=request.user, now=request.now)
        request.session[SHOW_SECRET] = made.pk
        return redirect(made)
    return render(request, "callbacks/form.html", {"form": form})


@for_writers
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Another name, address or choice of events."""
    found = endpoint_for(pk)
    form = EndpointForm(request.POST or None, initial=said_of(found))
    if request.method == "POST" and form.is_valid():
        services.change_endpoint(found, **form.cleaned_data, by=request.user, now=request.now)
        messages.success(request, _("%(name)s is saved.") % {"name": form.cleaned_data["name"]})
        return redirect(found)
    return render(request, "callbacks/form.html", {"form": form, "endpoint": found})


@for_writers
def rotate(request: StaffRequest, pk: int) -> HttpResponse:
    """A new secret, for whoever types their password."""
    found = endpoint_for(pk)
    if not ratelimit.consume(request, action="reauthenticate", user=request.user):
        return render(request, "429.html", status=429)
    form = PasswordForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        services.rotate_secret(found, by=request.user, now=request.now)
        request.session[SHOW_SECRET] = found.pk
        return redirect(found)
    return render(request, "callbacks/rotate.html", {"form": form, "endpoint": found})


@for_writers
def remove(request: StaffRequest, pk: int) -> HttpResponse:
    """Delete an endpoint with its calls, once it is confirmed."""
    found = endpoint_for(pk)
    if request.method == "POST":
        name = found.name
        services.delete_endpoint(found, by=request.user, now=request.now)
        messages.success(request, _("%(name)s is deleted. It is not called any more.") % {"name": name})
        return redirect("callbacks:endpoints")
    return render(request, "callbacks/remove.html", {"endpoint": found})


@require_POST
@for_writers
def pause(request: StaffRequest, pk: int) -> HttpResponse:
    """Stop calling it for now."""
    found = endpoint_for(pk)
    services.pause(found, by=request.user, now=request.now)
    messages.success(request, _("It is not called for now. What happens gathers until it goes on."))
    return redirect(found)


@require_POST
@for_writers
def go_on(request: StaffRequest, pk: int) -> HttpResponse:
    """Call it again."""
    found = endpoint_for(pk)
    services.go_on(found, by=request.user, now=request.now)
    messages.success(request, _("It is called again. What has gathered goes out now, in order."))
    return redirect(found)


@require_POST
@for_writers
def test(request: StaffRequest, pk: int) -> HttpResponse:
    """A test call, at once; its page shows the answer."""
    found = endpoint_for(pk)
    try:
        return redirect(services.send_test(found, now=request.now))
    except NotAllowed as problem:
        messages.error(request, str(problem))
        return redirect(found)


@for_readers
def call(request: StaffRequest, uid: UUID) -> HttpResponse:
    """One call: what it says, each attempt, and what was answered."""
    found = call_for(request, uid)
    body = json.dumps(json.loads(found.payload), ensure_ascii=False, indent=2)
    said = {"call": found, "body": body, "stands": stands_pill(found), "may_write": may_write(request.user)}
    due = not found.outcome and found.next_try_at <= request.now
    said["is_on_its_way"] = due and found.endpoint.paused_at is None
    return render(request, "callbacks/call.html", said)


@require_POST
@for_writers
def again(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Send a call once more, under the same id."""
    found = call_for(request, uid)
    try:
        services.send_again(found, now=request.now)
    except NotAllowed as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("It is sent again, under the same webhook-id."))
    return redirect(found)

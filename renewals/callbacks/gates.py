"""The only ways from an address to a row: managers and administrators read, administrators write."""

from __future__ import annotations

from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404

from accounts.access import StaffRequest
from accounts.models import User
from renewals.callbacks.models import Call, CallQuerySet, Endpoint


def may_write(user: User) -> bool:
    return user.role == User.Role.ADMIN


def for_readers(view: Any) -> Any:
    """A page for managers and administrators; for everybody else it is not there."""

    @login_required
    @wraps(view)
    def guarded(request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.role == User.Role.CSM:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def for_writers(view: Any) -> Any:
    """A page for administrators; managers are told that it is not theirs."""

    @for_readers
    @wraps(view)
    def guarded(request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not may_write(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def endpoints() -> QuerySet[Endpoint]:
    """All endpoints, with how many calls wait and were given up."""
    waiting, given_up = Q(calls__over_at=None, calls__isnull=False), Q(calls__outcome=Call.Outcome.GIVEN_UP)
    return Endpoint.objects.annotate(
        waiting=Count("calls", filter=waiting), given_up=Count("calls", filter=given_up)
    ).prefetch_related("leads")


def endpoint_for(pk: int) -> Endpoint:
    return get_object_or_404(endpoints(), pk=pk)


def calls_for(request: StaffRequest) -> CallQuerySet:
    """The calls that the reader may see, with what a row shows."""
    return Call.objects.visible_to(request.user).select_related("endpoint", "contract__customer")


def call_for(request: StaffRequest, uid: UUID) -> Call:
    return get_object_or_404(calls_for(request).prefetch_related("tries"), uid=uid)

"""The only ways from an address to a row: everybody reads playbooks, managers and administrators write them."""

from __future__ import annotations

from datetime import datetime
from functools import wraps
from typing import TYPE_CHECKING, Any, cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404

from accounts.access import StaffRequest
from accounts.models import User
from renewals.playbooks.models import Plan, Playbook, Version

if TYPE_CHECKING:

    class Row(Playbook):
        """A playbook as the list reads it."""

        number: int
        made_at: datetime
        running: int

else:
    Row = Playbook


def may_write(user: User) -> bool:
    return user.role != User.Role.CSM


def for_writers(view: Any) -> Any:
    """A page for managers and administrators; a CSM is told that it is not theirs."""

    @login_required
    @wraps(view)
    def guarded(request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not may_write(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def playbooks(user: User, *, now: datetime) -> QuerySet[Playbook]:
    """All playbooks, each with its last version and how many running plans that the reader may see follow it."""
    last = Version.objects.filter(playbook=OuterRef("pk")).order_by("-number")
    plans = running(user, now=now).filter(version__playbook=OuterRef("pk")).order_by()
    counted = plans.values("version__playbook").annotate(n=Count("pk")).values("n")
    return Playbook.objects.select_related("product").annotate(
        number=Subquery(last.values("number")[:1]),
        made_at=Subquery(last.values("made_at")[:1]),
        running=Coalesce(Subquery(counted), 0),
    )


def running(user: User, *, now: datetime) -> QuerySet[Plan]:
    """The running plans that the reader may see."""
    return Plan.objects.running(at=now).visible_to(user)


def playbook_for(pk: int) -> Playbook:
    return get_object_or_404(Playbook.objects.select_related("product"), pk=pk)


def last_of(playbook: Playbook) -> Version:
    """Its last version: a playbook always has one."""
    return cast("Version", playbook.versions.select_related("made_by").prefetch_related("steps").first())

"""One call that a customer chose a time for: moved, called off, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import wording
from accounts.access import StaffRequest
from accounts.services import NotAllowed
from renewals.appointments import services
from renewals.appointments.models import Appointment
from renewals.desk.calls import Line, offered_for
from renewals.desk.views.gates import call_for

Doing = Callable[[StaffRequest, Appointment], str]


@require_safe
@login_required
def call(request: StaffRequest, pk: int) -> HttpResponse:
    """Whom to call when under which number, and what can be done about it."""
    return show(request, call_for(request, pk))


def changes(do: Doing) -> Callable[[StaffRequest, int], HttpResponse]:
    """A view that does one thing to a call and says what it was; what is refused is said on the call's own page."""

    @require_POST
    @login_required
    @wraps(do)
    def view(request: StaffRequest, pk: int) -> HttpResponse:
        found = call_for(request, pk)
        try:
            said = do(request, found)
        except NotAllowed as problem:
            return show(request, call_for(request, pk), problem=str(problem), status=409)
        messages.success(request, said)
        return redirect(found.contract)

    return view


@changes
def move(request: StaffRequest, found: Appointment) -> str:
    """To another of the times that are offered; both get the new invitation."""
    moved = services.move(found, at=chosen(request), by=request.user, now=request.now)
    minute = wording.instant(moved.starts_at, moved.time_zone)
    return _("The call is moved: %(minute)s. Both are told.") % {"minute": minute}


@changes
def off(request: StaffRequest, found: Appointment) -> str:
    """It does not take place."""
    services.call_off(found, by=request.user, now=request.now)
    return _("The call is off, and both are told.")


@changes
def settle(request: StaffRequest, found: Appointment) -> str:
    """It was held, which is evidence, or with `missed` nobody was reached."""
    outcome = Appointment.Outcome.MISSED if "missed" in request.POST else Appointment.Outcome.HELD
    services.settle(found, outcome=outcome, by=request.user, words=request.POST.get("note", ""), now=request.now)
    if outcome == Appointment.Outcome.HELD:
        return _("It is on record that the call was held.")
    return _("It is on record that you did not reach them.")


def chosen(request: StaffRequest) -> datetime:
    """The time that was chosen. `NotAllowed` where none was."""
    try:
        at = datetime.fromisoformat(request.POST.get("at", ""))
    except ValueError:
        raise NotAllowed(_("Choose a time first.")) from None
    if at.tzinfo is None:
        raise NotAllowed(_("Choose a time first."))
    return at


def show(request: StaffRequest, found: Appointment, *, problem: str = "", status: int = 200) -> HttpResponse:
    """The call's own page. Where it is still to come, with the times to which it can be moved."""
    is_open = found.off_at is None and not found.outcome
    can_move = is_open and found.starts_at > request.now
    context = {
        "call": found,
        "line": Line(call=found, reader=request.user, now=request.now),
        "is_open": is_open,
        "offered": offered_for(found, now=request.now) if can_move else None,
        "problem": problem,
        "now": request.now,
    }
    return render(request, "desk/call.html", context, status=status)

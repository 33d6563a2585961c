"""A call: at a time that both sides work and the customer chooses, moves and calls off; or whenever it suits."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import wording
from accounts.services import NotAllowed
from csportal.clock import TimedRequest
from renewals.appointments.invitation import PUBLISH
from renewals.appointments.inviting import FILE_NAME, calendar_entry
from renewals.appointments.models import Appointment
from renewals.appointments.reading import about, is_of, to_come_of
from renewals.appointments.services import book, call_off
from renewals.links.models import RenewalLink
from renewals.links.services import token_of
from renewals.page.forms import CallForm
from renewals.page.services import ask_for_call
from renewals.page.views import for_holder_of_link, show, staff_in


@require_POST
@for_holder_of_link
def call(request: TimedRequest, link: RenewalLink) -> HttpResponse:
    """“Call me”, at the time that was chosen; without one once a day on record, thanked for each time."""
    if staff_in(request) is not None:
        return for_the_customer(request, link)
    form = CallForm(request.POST)
    if form.chosen is None:
        ask_for_call(link, now=request.now, phone=form.number)
        messages.success(request, _("Thank you. You will be called, in your working hours."))
        return redirect("page:renewal", token_of(link))
    try:
        booked = book(link, at=form.chosen, phone=form.number, now=request.now)
    except NotAllowed as problem:
        return refuse(request, link, str(problem))
    messages.success(request, thanks(booked))
    return redirect(reverse("page:renewal", args=[token_of(link)]) + "#call")


@require_POST
@for_holder_of_link
def off(request: TimedRequest, link: RenewalLink) -> HttpResponse:
    """They call it off. Pressed twice, it is off."""
    if staff_in(request) is not None:
        return for_the_customer(request, link)
    booked = call_of(request, link)
    try:
        if booked is not None:
            call_off(booked, by=link.contact, now=request.now)
    except NotAllowed as problem:
        return refuse(request, link, str(problem))
    messages.success(request, _("The call is off. Choose another time whenever you like."))
    return redirect("page:renewal", token_of(link))


@require_safe
@for_holder_of_link
def entry(request: TimedRequest, link: RenewalLink) -> HttpResponseBase:
    """The call as a file for the reader's own calendar, for whoever has no mail with it."""
    booked = call_of(request, link)
    if booked is None:
        raise Http404
    if not is_of(booked, link.contact):
        booked.contact, booked.phone = None, ""  # what is somebody else's stays with them
    elif booked.contact is not None:
        booked.contact.phone = ""  # a link is passed on: it tells the number that was typed, not the one on record
    text = calendar_entry(booked, None, method=PUBLISH, sequence=booked.sequence, now=request.now)
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{FILE_NAME}"'
    return response


def call_of(request: TimedRequest, link: RenewalLink) -> Appointment | None:
    """The call that is to come about the link's contract."""
    return about(link.contract, to_come_of(link.contract, None, now=request.now))


def thanks(booked: Appointment) -> str:
    """That it is booked, to the minute, and that both have it in writing where they can be written to."""
    said = {"name": booked.user.name, "minute": wording.instant(booked.starts_at, booked.time_zone)}
    if booked.contact is not None and booked.contact.email:
        return _("It is booked: %(name)s calls you %(minute)s. An invitation is on its way by mail.") % said
    return _("It is booked: %(name)s calls you %(minute)s.") % said


def refuse(request: TimedRequest, link: RenewalLink, why: str) -> HttpResponse:
    """The page with the times that are left, why this one could not be had, and the number that was typed."""
    return show(request, link, status=409, call_problem=why, phone=request.POST.get("phone", "")[:40])


def for_the_customer(request: TimedRequest, link: RenewalLink) -> HttpResponse:
    """One of the vendor's people changes a call on the contract's page."""
    problem = _("This is the customer’s own. Move a call on the contract’s page.")
    return show(request, link, problem=problem, status=403)

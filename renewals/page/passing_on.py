"""“Pass it on”: who may not sign sends the page to somebody who may, or says who that is."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts import wording
from accounts.models import Contact
from csportal.clock import TimedRequest
from renewals.door.services import TooMany, pass_on, signers_beside
from renewals.links.models import RenewalLink
from renewals.links.services import token_of
from renewals.page.asking import AskedOften, ask
from renewals.page.entering import pass_on_page
from renewals.page.views import for_holder_of_link, posted, show, staff_in
from renewals.timeline.models import Event


@posted
@for_holder_of_link
def passed_on(request: TimedRequest, link: RenewalLink) -> HttpResponse:
    """A mail to one who signs; another name is put before the person who looks after them, and nobody is mailed."""
    if staff_in(request) is not None:
        return show(request, link, problem=_("This is the customer’s own. Say on their page who signs."), status=403)
    said, typed = request.POST.get("to", ""), request.POST.get("email", "").strip().lower()
    signers = {str(person.pk): person for person in signers_beside(link)}
    to = signers.get(said) or next((one for one in signers.values() if one.email.lower() == typed), None)
    try:
        if to is not None:
            messages.success(request, thanks(to, send_on(link, to, now=request.now), now=request.now))
        else:
            validate_email(typed)
            name_signer(link, typed, now=request.now)
            messages.success(
                request,
                _("Thank you. We do not know %(email)s as who signs yet, so a person here looks after it now.")
                % {"email": typed},
            )
    except (TooMany, AskedOften):
        problem = _("It was passed on so often that we wait a while. Ask for a call on your page: it works at once.")
        return pass_on_page(request, link, problem=problem, typed=typed, status=429)
    except ValidationError:
        problem = _("Choose who signs, or type their whole e-mail address.")
        return pass_on_page(request, link, problem=problem, typed=typed, status=422)
    return redirect("page:renewal", token_of(link))


def thanks(to: Contact, goes_at: datetime, *, now: datetime) -> str:
    """That the signer gets a page of their own, and when, where that is not at once (rule 16)."""
    if goes_at <= now:
        return _("It is on its way to %(name)s: a page of their own. Nothing happens without them.") % {"name": to.name}
    said = {"name": to.name, "minute": wording.instant(goes_at, to.zone)}
    return _("It goes to %(name)s as their working day begins, %(minute)s. Nothing happens without them.") % said


@transaction.atomic
def send_on(link: RenewalLink, to: Contact, *, now: datetime) -> datetime:
    """Send the page on, and say so on the timeline, once a person and day; when it goes.

    Raises `TooMany`, `AskedOften`.
    """
    ask(link, Event.Kind.PASSED_ON, str(to.pk), now=now, to=to.name)
    return pass_on(link, to, now=now)


def name_signer(link: RenewalLink, email: str, *, now: datetime) -> None:
    """Put on record who signs, as the reader says: what they may do, a person decides. Raises `AskedOften`."""
    ask(link, Event.Kind.SIGNER_NAMED, email, now=now, to=email)

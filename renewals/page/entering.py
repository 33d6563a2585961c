"""The step between confirming and its effect: who acts shows who they are, by a code to an address on record."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts.models import Contact
from csportal.clock import TimedRequest
from renewals.door.services import TooMany, ask_for_code, masked, people_at
from renewals.links.models import RenewalLink
from renewals.links.services import token_of

OURS = frozenset({"csrfmiddlewaretoken", "code", "who"})
"""What the step itself asks; everything else was chosen before it and goes on through it."""


def chosen(request: TimedRequest, link: RenewalLink) -> Contact | None:
    """The person in whose name they act: the link's own, or the one that they named; None where that is open."""
    people = {str(person.pk): person for person in people_at(link)}
    if len(people) == 1:
        return next(iter(people.values()))
    return people.get(request.POST.get("who", ""))


def ask_who(request: TimedRequest, link: RenewalLink) -> HttpResponse:
    """Send the code and ask for it; where it is not clear whose it is, ask that first."""
    person = chosen(request, link)
    if person is None:
        return who_page(request, link)
    try:
        ask_for_code(link, person, now=request.now)
    except TooMany:
        problem = _("Too many codes were asked for. Use the newest one, or try again in an hour; a call works at once.")
        return code_page(request, link, person, problem=problem, status=429)
    return code_page(request, link, person)


def code_page(
    request: TimedRequest, link: RenewalLink, person: Contact, *, problem: str = "", status: int = 200
) -> HttpResponse:
    """The six digits, and nothing else to do."""
    context = context_of(request, link) | {"person": person, "masked": masked(person.email), "problem": problem}
    return render(request, "door/code.html", context, status=status)


def who_page(request: TimedRequest, link: RenewalLink) -> HttpResponse:
    """Behind the product's own link may be anybody who works there: whose code is to be sent?"""
    people = [(person, masked(person.email)) for person in people_at(link)]
    return render(request, "door/who.html", context_of(request, link) | {"people": people})


def context_of(request: TimedRequest, link: RenewalLink) -> dict[str, object]:
    """What both pages say, and what goes on through them."""
    carried = [(name, value) for name in request.POST if name not in OURS for value in request.POST.getlist(name)]
    return {"token": token_of(link), "carried": carried, "contract": link.contract}

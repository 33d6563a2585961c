"""The step between confirming and its effect: who acts shows who they are, by a code to an address on record."""

from __future__ import annotations

from enum import StrEnum

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from accounts.models import Contact
from csportal.clock import TimedRequest
from renewals.door.services import TooMany, ask_for_code, masked, people_at, signers_at, signers_beside
from renewals.links.models import RenewalLink
from renewals.links.services import token_of

OURS = frozenset({"csrfmiddlewaretoken", "code", "who", "errand"})
"""What the step itself asks; everything else was chosen before it and goes on through it."""


SIGNATURE = frozenset({"signer", "shown"})
FILE_AGAIN = "file_again"
"""Says that a file was chosen before the code, which no form can carry on."""


class Errand(StrEnum):
    """For what somebody shows who they are; each is the name of the view that goes on with it."""

    ORDER = "order"
    DECLINE = "decline"
    UNDECLINE = "undecline"
    FILES = "files"
    PAY = "pay"

    @property
    def binds(self) -> bool:
        """Whether it binds the company: for that it takes somebody who may sign."""
        return self not in (Errand.FILES, Errand.PAY)


def errand_of(request: TimedRequest) -> Errand:
    """The errand that a form carries; to renew, where it carries none."""
    return next((errand for errand in Errand if errand == request.POST.get("errand")), Errand.ORDER)


def people_for(link: RenewalLink, errand: Errand) -> list[Contact]:
    """Who of those behind a link may go on with it."""
    return signers_at(link) if errand.binds else people_at(link)


def chosen(request: TimedRequest, link: RenewalLink, errand: Errand) -> Contact | None:
    """The person in whose name they act: the link's own, or the one that they named; None where that is open."""
    people = {str(person.pk): person for person in people_for(link, errand)}
    if len(people) == 1:
        return next(iter(people.values()))
    return people.get(request.POST.get("who", ""))


def ask_who(request: TimedRequest, link: RenewalLink, errand: Errand) -> HttpResponse:
    """Send the code and ask for it; where it is not clear whose it is, ask that first.

    Who may not sign is not asked for a code: they pass the page on to somebody who may.
    """
    person = chosen(request, link, errand)
    if person is None:
        passes_on = errand.binds and not signers_at(link) and people_at(link)
        return pass_on_page(request, link) if passes_on else who_page(request, link, errand)
    try:
        ask_for_code(link, person, now=request.now)
    except TooMany:
        problem = _("Too many codes were asked for. Use the newest one, or try again in an hour; a call works at once.")
        return code_page(request, link, person, errand, problem=problem, status=429)
    return code_page(request, link, person, errand)


def code_page(
    request: TimedRequest,
    link: RenewalLink,
    person: Contact,
    errand: Errand,
    *,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    """The six digits, and nothing else to do."""
    context = context_of(request, link, errand) | {"person": person, "masked": masked(person.email), "problem": problem}
    return render(request, "door/code.html", context, status=status)


def who_page(request: TimedRequest, link: RenewalLink, errand: Errand) -> HttpResponse:
    """Behind the product's own link may be anybody who works there: whose code is to be sent?"""
    people = [(person, masked(person.email)) for person in people_for(link, errand)]
    return render(request, "door/who.html", context_of(request, link, errand) | {"people": people})


def pass_on_page(
    request: TimedRequest, link: RenewalLink, *, problem: str = "", typed: str = "", status: int = 200
) -> HttpResponse:
    """To whom the page goes that somebody else has to sign: one of those who may, or whom they name."""
    context = {"token": token_of(link), "contract": link.contract, "problem": problem, "typed": typed}
    return render(request, "door/pass_on.html", context | {"signers": shown(link)}, status=status)


def shown(link: RenewalLink) -> list[tuple[Contact, str]]:
    """Those to whom the page can be passed on, each with their address as its owner knows it again."""
    return [(person, masked(person.email)) for person in signers_beside(link)]


def context_of(request: TimedRequest, link: RenewalLink, errand: Errand) -> dict[str, object]:
    """What both pages say, and what goes on through them. A file cannot: then it is signed once the file is there."""
    left = OURS | (SIGNATURE if request.FILES else frozenset())
    carried = [(name, value) for name in request.POST if name not in left for value in request.POST.getlist(name)]
    if request.FILES:
        carried.append((FILE_AGAIN, "1"))
    return {
        "token": token_of(link),
        "carried": carried,
        "contract": link.contract,
        "errand": errand,
        "stay_at": stay_at(request, link, errand),
    }


def stay_at(request: TimedRequest, link: RenewalLink, errand: Errand) -> str:
    """Where who changes the language in between finds what they had chosen."""
    chosen_before = {name: request.POST[name] for name in ("choice", "seats") if name in request.POST}
    if errand is Errand.ORDER and chosen_before:
        return f"{reverse('page:order', args=[token_of(link)])}?{urlencode(chosen_before)}"
    return reverse("page:renewal", args=[token_of(link)])

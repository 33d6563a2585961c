"""The customer's own page: who holds its address sees one contract's minute, and renews it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from email.utils import parseaddr
from functools import wraps

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Contract, User
from accounts.services import NotAllowed
from csportal.clock import TimedRequest
from renewals.door.passes import holder, let_in
from renewals.door.services import TooMany, acting_as, ask_for_link, ask_for_link_at, is_right
from renewals.links.models import RenewalLink
from renewals.links.services import Refused, find_link, open_link, token_of
from renewals.locking.granting import take_a_day_more
from renewals.offers.quoting import ChangedMeanwhile
from renewals.page.acknowledging import acknowledge
from renewals.page.entering import ask_who, chosen, code_page, errand_of
from renewals.page.reading import page_for
from renewals.page.services import record_opened
from renewals.papers import NoPapers
from renewals.proof.files import proof_file
from renewals.proof.records import Side

HEADERS = {
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow",
    # Nothing goes to other sites. Not "no-referrer": with it browsers send `Origin: null`, and no form passes.
    "Referrer-Policy": "same-origin",
}

View = Callable[[TimedRequest, str], HttpResponseBase]


def for_holder_of_link(view: Callable[[TimedRequest, RenewalLink], HttpResponseBase]) -> View:
    """The gate of this room: opens the link, in its reader's language, and hides the page from everyone else."""

    @wraps(view)
    def gate(request: TimedRequest, token: str) -> HttpResponseBase:
        link = open_link(token, now=request.now)
        if isinstance(link, Refused):
            response: HttpResponseBase = refused(request, link, was=find_link(token))
        else:
            choose_language(request, link)
            response = view(request, link)
        for header, value in HEADERS.items():
            response[header] = value
        return response

    return gate


def posted(view: View) -> View:
    """For what only a form does: who comes here another way, such as by changing the language, finds the page."""

    @wraps(view)
    def only_posted(request: TimedRequest, token: str) -> HttpResponseBase:
        return view(request, token) if request.method == "POST" else redirect("page:renewal", token)

    return only_posted


def choose_language(request: TimedRequest, link: RenewalLink) -> None:
    """What the reader chose; else what their contact reads; else what their browser asks for."""
    if link.contact and settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        translation.activate(link.contact.language or link.contract.customer.language)
        request.LANGUAGE_CODE = translation.get_language()


def refused(request: TimedRequest, why: Refused, *, was: RenewalLink | None, asked: bool = False) -> HttpResponse:
    """A calm page in both languages. It names nothing of any contract, only whom to ask.

    Whose link it `was` gets a new one; where it was nobody's by name, they say who they are.
    """
    wrong = why is Refused.WRONG
    context = {"wrong": wrong, "vendor_email": vendor_email(), "asked": asked}
    context |= {"asks_address": was is None or was.contact is None}
    return render(request, "page/refused.html", context, status=404 if wrong else 410)


def vendor_email() -> str:
    """Where the vendor is written to when nobody is named."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def staff_in(request: TimedRequest) -> User | None:
    """One of the vendor's people who looks at the customer's page: never taken for the customer."""
    return request.user if isinstance(request.user, User) else None


@require_safe
@for_holder_of_link
def renewal(request: TimedRequest, link: RenewalLink) -> HttpResponse:
    """The page."""
    return show(request, link)


def acting(request: TimedRequest, link: RenewalLink) -> RenewalLink | None:
    """The link in the name of whoever acts: one of the vendor's people, or who has shown who they are; else None.

    A link may have been passed on: whoever holds it reads, and binds the company only as one of its people. So may
    one of the vendor's people have found it: they act where the contract is theirs to see, and nowhere else.
    """
    staff = staff_in(request)
    if staff is not None:
        return link if Contract.objects.visible_to(staff).filter(pk=link.contract_id).exists() else None
    person = holder(request.COOKIES, link)
    return acting_as(link, person) if person else None


def signing(request: TimedRequest, link: RenewalLink) -> RenewalLink | None:
    """The same where what they do binds the company: it takes somebody who may sign."""
    actor = acting(request, link)
    if actor is None or staff_in(request) is not None or actor.contact is None:
        return actor
    return actor if actor.contact.may_sign else None


@posted
@for_holder_of_link
def code(request: TimedRequest, link: RenewalLink) -> HttpResponse:
    """Who acts shows who they are; with the right digits they go on to what they had chosen, nothing of it lost."""
    errand = errand_of(request)
    person = chosen(request, link, errand)
    said = request.POST.get("code", "")
    if person is None or not said:
        return ask_who(request, link, errand)
    if not is_right(link, person, said, now=request.now):
        problem = _("These are not the digits, or they are too old. Look at the newest mail, or have another one sent.")
        return code_page(request, link, person, errand, problem=problem, status=422)
    response = HttpResponse(status=307, headers={"Location": reverse(f"page:{errand}", args=[token_of(link)])})
    let_in(response, link, person)
    return response


@require_POST
def again(request: TimedRequest, token: str) -> HttpResponse:
    """A new link for who holds one that opens nothing any more. The answer is the same whoever asks, and for whom."""
    link = open_link(token, now=request.now)
    if isinstance(link, RenewalLink):
        return redirect("page:renewal", token)
    was = find_link(token)
    with suppress(TooMany):
        if was is not None and was.contact is not None:
            ask_for_link(was, now=request.now)
        else:
            ask_for_link_at(request.POST.get("email", ""), now=request.now)
    response = refused(request, link, was=was, asked=True)
    for header, value in HEADERS.items():
        response[header] = value
    return response


def show(
    request: TimedRequest, link: RenewalLink, *, problem: str = "", status: int = 200, **more: object
) -> HttpResponse:
    """The page as the contract stands. `more`: what was typed in a form of it that was refused, and why."""
    page = page_for(link.contract, link.contact, now=request.now)
    context = {"page": page, "token": token_of(link), "problem": problem, "vendor_email": vendor_email()}
    context["is_known"] = acting(request, link) is not None
    return render(request, "page/renewal.html", context | more, status=status)


@require_safe
@for_holder_of_link
def proof(request: TimedRequest, link: RenewalLink) -> HttpResponseBase:
    """What was promised, told, opened and done, as a file for who has shown who they are (rule 24)."""
    if acting(request, link) is None:
        problem = _("The file names people, so it is only for those who have shown by a code who they are.")
        return show(request, link, problem=problem, status=403)
    kind, language = "pdf" if request.GET.get("as") == "pdf" else "json", translation.get_language() or "en"
    try:
        return proof_file(link.contract, side=Side.CUSTOMER, kind=kind, language=language, now=request.now)
    except NoPapers as problem:
        return show(request, link, problem=str(problem), status=503)


@posted
@for_holder_of_link
def know(request: TimedRequest, link: RenewalLink) -> HttpResponse:
    """“I know until when”. One of the vendor's own people knows it for nobody else (rule 10)."""
    if staff_in(request) is not None:
        problem = _("This is the customer’s own. Note on the contract’s page whom you told.")
        return show(request, link, problem=problem, status=403)
    try:
        acknowledge(link, shown=request.POST.get("shown", ""), now=request.now)
    except ChangedMeanwhile:
        problem = _("The last minute has changed since you opened the page. This is the one that counts.")
        return show(request, link, problem=problem, status=409)
    messages.success(request, _("Thank you. We have noted that you know."))
    return redirect("page:renewal", token_of(link))


@posted
@for_holder_of_link
def more_time(request: TimedRequest, link: RenewalLink) -> HttpResponse:
    """“24 hours more”: once an end, by the customer themselves (rule 11). Our own people give time on their pages."""
    if staff_in(request) is not None:
        return show(
            request, link, problem=_("This is the customer’s own. Give them time on the contract’s page."), status=403
        )
    try:
        take_a_day_more(link.contract, link.contact, now=request.now)
    except NotAllowed as problem:
        return show(request, link, problem=str(problem), status=409)
    messages.success(request, _("It is yours: 24 hours more, and nothing stops until then."))
    return redirect("page:renewal", token_of(link))


@require_POST
@for_holder_of_link
def opened(request: TimedRequest, link: RenewalLink) -> HttpResponse:
    """The page was in front of a person. One of the vendor's own people is not who has to be told (rule 10)."""
    if staff_in(request) is None:
        record_opened(link, shown=request.POST.get("shown", ""), now=request.now)
    return HttpResponse(status=204)

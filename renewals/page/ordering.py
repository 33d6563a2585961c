"""The second and last step of a renewal: what it costs, for how many seats, and the signature."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import wording
from accounts.services import NotAllowed
from csportal.clock import TimedRequest
from renewals.links.models import RenewalLink
from renewals.links.services import token_of
from renewals.offers.paper import confirmation_file
from renewals.offers.quoting import ChangedMeanwhile, NotForSeats, Quote, quoted
from renewals.offers.signing import sign_renewal
from renewals.page.entering import FILE_AGAIN, Errand, ask_who, shown
from renewals.page.forms import ChoiceForm, SignForm
from renewals.page.reading import page_for, zone_of
from renewals.page.views import acting, for_holder_of_link, show, signing, staff_in
from renewals.papers import NoPapers
from renewals.payments import online


@require_http_methods(["GET", "HEAD", "POST"])
@for_holder_of_link
def order(request: TimedRequest, link: RenewalLink) -> HttpResponse:
    """One choice with its price, for other seats where they ask; and, posted, its signature."""
    chosen = ChoiceForm(request.POST if request.method == "POST" else request.GET)
    if "choice" not in chosen.fields or chosen.has_error("choice"):
        return show(request, link, problem=_("Choose for how long you want to renew, then confirm."), status=422)
    try:
        quote, wrong = asked(link, chosen, request)
    except ChangedMeanwhile:
        return show(request, link, problem=changed(), status=409)
    actor = signing(request, link)
    if request.method == "POST" and actor is None:
        return ask_who(request, link, Errand.ORDER)
    if request.method != "POST" or "signer" not in request.POST:
        problem = (
            _("Choose the file of your purchase order once more, then sign.") if FILE_AGAIN in request.POST else ""
        )
        return lay_out(request, link, quote, fresh_form(request, actor or link), wrong=wrong, problem=problem)
    form = SignForm(request.POST, request.FILES)
    if wrong or actor is None or not form.is_valid():
        return lay_out(request, link, quote, form, wrong=wrong, status=422)
    return signed(request, actor, quote, form)


@require_safe
@for_holder_of_link
def confirmation(request: TimedRequest, link: RenewalLink) -> HttpResponseBase:
    """What was signed for the term that sets the end, as a paper for who has shown who they are."""
    if acting(request, link) is None:
        problem = _("The file names people, so it is only for those who have shown by a code who they are.")
        return show(request, link, problem=problem, status=403)
    page = page_for(link.contract, link.contact, now=request.now)
    if page.agreement is None:
        raise Http404
    try:
        return confirmation_file(page.agreement, language=get_language() or "en")
    except NoPapers:
        problem = _("The file cannot be made at the moment. Ask the person below for it.")
        return show(request, link, problem=problem, status=503)


def asked(link: RenewalLink, chosen: ChoiceForm, request: TimedRequest) -> tuple[Quote, str]:
    """The choice for the seats that were asked for; where those cannot be had, as it is offered, and why."""
    key = chosen.cleaned_data["choice"]
    try:
        if chosen.has_error("seats"):
            raise NotForSeats
        seats = chosen.cleaned_data.get("seats")
        return quoted(link.contract, key=key, seats=seats, now=request.now), ""
    except NotForSeats:
        wrong = _("So many seats are agreed in person. Write a whole number, or ask for a call.")
        return quoted(link.contract, key=key, now=request.now), wrong


def signed(request: TimedRequest, link: RenewalLink, quote: Quote, form: SignForm) -> HttpResponse:
    """The renewal, and thanks for it; what is not as it was shown is shown once more."""
    choice = quote.choice
    said: dict[str, Any] = {"key": choice.key, "seats": choice.seats, "shown": form.cleaned_data["shown"]}
    try:
        agreement = sign_renewal(link, form.signature, staff=staff_in(request), now=request.now, **said)
    except ChangedMeanwhile:
        return lay_out(request, link, quote, form, problem=changed(), status=409)
    except NotAllowed:
        return show(request, link, problem=changed(), status=409)
    term = agreement.term
    own = wording.beside(term.ends_at - wording.MINUTE, term.time_zone, zone_of(link.contact, link.contract))
    until = wording.with_own(wording.until(term.last_minute, term.time_zone), own)
    thanks = {"product": link.contract.product.name, "until": until}
    messages.success(request, _("Thank you, it is renewed. %(product)s is yours %(until)s.") % thanks)
    return redirect("page:renewal", token_of(link))


def lay_out(
    request: TimedRequest,
    link: RenewalLink,
    quote: Quote,
    form: SignForm,
    *,
    wrong: str = "",
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    """The step as a page. `wrong` is about the seats, `problem` about all of it."""
    context = {
        "page": page_for(link.contract, link.contact, now=request.now),
        "quote": quote,
        "choice": quote.choice,
        "form": form,
        "wrong": wrong,
        "seats_typed": (request.POST or request.GET).get("seats", "")[:20] if wrong else quote.choice.seats,
        "problem": problem,
        "token": token_of(link),
        "online": quote.choice.amounts is not None and online.is_offered(),
        "contract": link.contract,
        "may_sign": signing(request, link) is not None,
        "passes_on": passes_on(link),
        "signers": shown(link) if passes_on(link) else [],
    }
    return render(request, "offers/order.html", context, status=status)


def passes_on(link: RenewalLink) -> bool:
    """Whether the link's own person leaves the signature to somebody else."""
    return link.contact is not None and not link.contact.may_sign


def changed() -> str:
    return _("This has been renewed or changed since you opened the page. Nothing was done twice.")


def fresh_form(request: TimedRequest, link: RenewalLink) -> SignForm:
    """The signature's fields before anything was sent, with what was typed before a code was asked for."""
    return SignForm(
        initial={"signer": signer(request, link), "order_number": request.POST.get("order_number", "")[:60]}
    )


def signer(request: TimedRequest, link: RenewalLink) -> str:
    """The name that stands in the field already: that of who holds the link. One of ours types whose word they have."""
    return link.contact.name if link.contact and staff_in(request) is None else ""

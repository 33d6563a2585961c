"""The other ways out of the page: another offer, a “no”, and what is held about them as files."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from csportal.clock import TimedRequest
from renewals.links.models import RenewalLink
from renewals.links.services import token_of
from renewals.offers.quoting import ChangedMeanwhile
from renewals.page.asking import AskedOften, ask_for_change
from renewals.page.declining import decline, take_back
from renewals.page.entering import Errand, ask_who
from renewals.page.forms import ChangeForm, DeclineForm
from renewals.page.holdings import holdings_file
from renewals.page.reading import page_for
from renewals.page.views import acting, for_holder_of_link, posted, show, signing, staff_in


def not_ours(request: TimedRequest, link: RenewalLink) -> HttpResponse:
    """What one of the vendor's own people reads who tries the customer's ways."""
    return show(request, link, problem=_("This is the customer’s own. Note it on the contract’s page."), status=403)


def lay_out(
    request: HttpRequest, template: str, link: RenewalLink, *, status: int = 200, **said: object
) -> HttpResponse:
    """A page of this room; `said` is what its template shows."""
    return render(request, template, {"token": token_of(link), "contract": link.contract, **said}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@for_holder_of_link
def change(request: TimedRequest, link: RenewalLink) -> HttpResponse:
    """What should be different about the offer, in their own words. It binds nobody, so no code is asked for."""
    form = ChangeForm(request.POST if request.method == "POST" else None)
    page = page_for(link.contract, link.contact, now=request.now)
    if request.method != "POST":
        return lay_out(request, "page/change.html", link, form=form, page=page)
    if staff_in(request) is not None:
        return not_ours(request, link)
    if not form.is_valid():
        return lay_out(request, "page/change.html", link, form=form, page=page, status=422)
    try:
        ask_for_change(link, form.cleaned_data["words"], now=request.now)
    except AskedOften:
        form.add_error("words", _("You have asked for several changes today. A call settles it sooner: ask for one."))
        return lay_out(request, "page/change.html", link, form=form, page=page, status=429)
    messages.success(request, _("Thank you. We look at it and put another offer on this page, or call you."))
    return redirect("page:renewal", token_of(link))


@require_http_methods(["GET", "HEAD", "POST"])
@for_holder_of_link
def no(request: TimedRequest, link: RenewalLink) -> HttpResponse:
    """“We will not go on”, by who may sign; before it, what happens then."""
    page = page_for(link.contract, link.contact, now=request.now)
    form = DeclineForm(request.POST if request.method == "POST" else None, initial={"shown": page.renews})
    if request.method == "POST" and staff_in(request) is not None:
        return not_ours(request, link)
    if not page.can_decline and request.method != "POST":
        return redirect("page:renewal", token_of(link))
    if not page.can_decline:
        return show(request, link, problem=moved_on(), status=409)
    if request.method != "POST":
        return lay_out(request, "page/decline.html", link, form=form, page=page)
    if not form.is_valid():
        return lay_out(request, "page/decline.html", link, form=form, page=page, status=422)
    actor = signing(request, link)
    if actor is None:
        return ask_who(request, link, Errand.DECLINE)
    try:
        decline(actor, now=request.now, **form.cleaned_data)
    except ChangedMeanwhile:
        return show(request, link, problem=moved_on(), status=409)
    messages.success(request, _("It is noted, and nobody will press you. Thank you for the time with us."))
    return redirect("page:renewal", token_of(link))


@posted
@for_holder_of_link
def after_all(request: TimedRequest, link: RenewalLink) -> HttpResponse:
    """“We may go on after all”, by who may sign."""
    if staff_in(request) is not None:
        return not_ours(request, link)
    actor = signing(request, link)
    if actor is None:
        return ask_who(request, link, Errand.UNDECLINE)
    try:
        take_back(actor, shown=request.POST.get("shown", ""), now=request.now)
    except ChangedMeanwhile:
        return show(request, link, problem=moved_on(), status=409)
    messages.success(request, _("Thank you. All ways to go on are open again."))
    return redirect("page:renewal", token_of(link))


@require_http_methods(["GET", "HEAD", "POST"])
@for_holder_of_link
def files(request: TimedRequest, link: RenewalLink) -> HttpResponseBase:
    """What is held about them, for who has shown by a code who they are; posted, the way to show it."""
    actor = acting(request, link)
    if request.method == "POST":
        return ask_who(request, link, Errand.FILES) if actor is None else redirect("page:files", token_of(link))
    if actor is not None and request.GET.get("as") == "json":
        return holdings_file(actor, now=request.now)
    page = page_for(link.contract, link.contact, now=request.now)
    return lay_out(request, "page/files.html", link, is_known=actor is not None, page=page)


def moved_on() -> str:
    return _("This has changed since you opened the page. Here it is as it stands now.")

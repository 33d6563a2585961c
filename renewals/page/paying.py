"""Paying what was signed, from the customer's page: begun here, gone on with at the provider, learned of afterwards."""

from __future__ import annotations

import logging
from typing import cast
from urllib.parse import urlsplit

from csp.decorators import csp_update
from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from payments import PaymentError, RedirectNeeded
from payments.forms import PaymentForm
from requests import RequestException

from csportal.clock import TimedRequest
from renewals.links.models import RenewalLink
from renewals.links.services import token_of
from renewals.page.entering import Errand, ask_who
from renewals.page.reading import page_for
from renewals.page.views import acting, for_holder_of_link, show, staff_in
from renewals.payments.models import Payment
from renewals.payments.online import UNFINISHED, follow
from renewals.payments.providers import CannotPay, begin

logger = logging.getLogger(__name__)


@require_POST
@for_holder_of_link
def pay(request: TimedRequest, link: RenewalLink) -> HttpResponse:
    """Begin to pay, for whoever has shown who they are. One of the vendor's own people pays for nobody."""
    if staff_in(request) is not None:
        return show(request, link, problem=_("This is the customer’s own. Put on record what was paid."), status=403)
    if acting(request, link) is None:
        return ask_who(request, link, Errand.PAY)
    page = page_for(link.contract, link.contact, now=request.now)
    try:
        if page.bill is None:
            raise CannotPay
        payment = begin(request.POST.get("by", ""), page.bill, link, now=request.now)
    except CannotPay as problem:
        return show(request, link, problem=str(problem) or _("There is nothing to pay so."), status=409)
    return redirect("page:paying", token_of(link), payment.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def paying(request: TimedRequest, token: str, pk: int) -> HttpResponse:
    """What the provider asks, or the way to its own page. The gate is that of the page."""
    return for_holder_of_link(lambda asked, link: go_on(asked, link, pk))(request, token)  # type: ignore[return-value]


def go_on(request: TimedRequest, link: RenewalLink, pk: int) -> HttpResponse:
    """One payment of this contract, for who has shown who they are; one that is over is told on the page."""
    if acting(request, link) is None or staff_in(request) is not None:
        return redirect("page:renewal", token_of(link))
    payment = get_object_or_404(Payment, agreement__contract=link.contract_id, pk=pk)
    if payment.status not in UNFINISHED or payment.agreement.paid.standing().exists():
        return redirect("page:renewal", token_of(link))
    try:
        return asked_for(request, link, payment)
    except (PaymentError, RequestException, OSError):
        logger.exception("The online payment %s could not go on", payment.pk)
        problem = _("The online payment could not go on, and nothing was taken. Try again later, or pay by invoice.")
        return show(request, link, problem=problem, status=502)


def asked_for(request: TimedRequest, link: RenewalLink, payment: Payment) -> HttpResponse:
    """The provider's form, or a link to its page. What it changes in a failure is not kept."""
    with transaction.atomic():
        locked = Payment.objects.select_for_update(of=("self",)).get(pk=payment.pk)
        form, address = step(locked, request)
    follow(payment.pk, now=request.now)
    own = address.removeprefix(settings.CSPORTAL_BASE_URL)
    if own.startswith("/") and not own.startswith("//"):
        return redirect(own)
    context = {"payment": locked, "form": form, "address": outside(address), "host": urlsplit(address).hostname}
    origin = sends_out(form)
    context |= {"token": token_of(link), "page": page_for(link.contract, link.contact, now=request.now)}
    answer = render(request, "offers/pay.html", context | {"sends_out": origin})
    if origin:
        answer = cast("HttpResponse", csp_update({"form-action": [origin]})(lambda _request: answer)(request))
    return answer


def step(payment: Payment, request: TimedRequest) -> tuple[PaymentForm | None, str]:
    """One step of django-payments' own flow: a form to fill in, or where to go; home, where it is over meanwhile."""
    if payment.status not in UNFINISHED:
        return None, payment.get_success_url()
    try:
        form = payment.get_form(data=request.POST or None)
    except RedirectNeeded as elsewhere:
        return None, str(elsewhere)
    for field in form.fields.values():
        field.widget.attrs.setdefault("class", "form-control")
    return form, ""


def outside(address: str) -> str:
    """The provider's page, by TLS alone. A link leads there: browsers hold back a form that is sent on elsewhere."""
    if address and urlsplit(address).scheme != "https":
        raise PaymentError("The provider names an address without TLS.")
    return address


def sends_out(form: object) -> str:
    """To which other site a form goes, if it does: the policy of the page has to let it."""
    action = urlsplit(str(getattr(form, "action", "") or ""))
    own = urlsplit(settings.CSPORTAL_BASE_URL).netloc
    return f"https://{action.netloc}" if action.scheme == "https" and action.netloc not in ("", own) else ""

"""The time machine: any contract as its customer meets it, at any minute (rule 24)."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from csp.decorators import csp_replace
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from accounts.access import StaffRequest
from accounts.models import Contact, Contract
from renewals.desk.time_machine import look, people, read_minute

INERT = {"sandbox": True, "frame-ancestors": ["'self'"]}
"""The customer's page as a picture: nothing in it can be pressed, and nothing runs."""


class Question(NamedTuple):
    """What the address asks: which contract, as whom, at which instant; and what is wrong with it."""

    contract: Contract
    siblings: list[Contract]
    contact: Contact | None
    at: datetime
    problem: str = ""


def asked(request: StaffRequest, number: str) -> Question:
    """What the address asks; 404 for a contract that the reader may not see."""
    visible = Contract.objects.visible_to(request.user).select_related(
        "customer__calendar", "customer__owner", "product", "owner"
    )
    found = list(visible.numbered(number).prefetch_related("customer__contacts", "terms")) if "\0" not in number else []
    if not found:
        raise Http404
    code = request.GET.get("product", "")
    contract = next((one for one in found if one.product.code == code), found[0])
    persons = {str(person.pk): person for person in people(contract)}
    first = next((person for person in persons.values() if person.gets_notices), None)
    contact = None if request.GET.get("contact") == "nobody" else persons.get(request.GET.get("contact", ""), first)
    said, zone = request.GET.get("at", ""), contract.customer.time_zone
    try:
        return Question(contract, found, contact, read_minute(said, zone=zone, now=request.now))
    except (ValueError, OverflowError):
        problem = _("“%(said)s” names no minute. Write one such as 2026-11-27T23:59.") % {"said": said[:60]}
        return Question(contract, found, contact, request.now, problem)


@require_safe
@never_cache
@login_required
def as_customer(request: StaffRequest, number: str) -> HttpResponse:
    """`?at=` an instant, or a wall time in the customer's zone; `?product=` its code; `?contact=` who looks."""
    question = asked(request, number)
    context = {
        "number": number,
        "question": question,
        "people": people(question.contract),
        "look": look(question.contract, question.contact, at=question.at, now=request.now),
        "now": request.now,
    }
    return render(request, "desk/as_customer.html", context)


@xframe_options_sameorigin
@csp_replace(INERT)  # type: ignore[arg-type]  # it knows plain requests alone
@require_safe
@never_cache
@login_required
def page(request: StaffRequest, number: str) -> HttpResponse:
    """The customer's page alone, in the language that they read: shown, not alive."""
    question = asked(request, number)
    found = look(question.contract, question.contact, at=question.at, now=request.now)
    if found is None:
        raise Http404
    reader = question.contact.reads if question.contact else question.contract.customer.language
    translation.activate(reader)
    request.LANGUAGE_CODE = translation.get_language()
    return render(request, "desk/customers_page.html", {"page": found.page, "token": "not-a-key", "problem": ""})

"""What customers wrote back: the list of what is to be read, and each answer whole."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import StaffRequest
from accounts.models import Customer
from accounts.services import NotAllowed
from accounts.views.lists import show_list
from renewals.answers import services
from renewals.answers.filters import AnswerFilter
from renewals.answers.forms import FileForm
from renewals.answers.gates import answer_for, answers_for
from renewals.answers.models import Answer
from renewals.answers.tables import ANSWER_COLUMNS, AnswerTable, state_pill


@login_required
def answers(request: StaffRequest) -> HttpResponseBase:
    """The answers that the reader may see: those to be read, unless the address says otherwise."""
    found = AnswerFilter(request.GET, answers_for(request), request=request)
    table = AnswerTable(found.qs, now=request.now, reader=request.user)
    return show_list(request, "answers/list.html", table, columns=ANSWER_COLUMNS, filter=found)


@login_required
def answer(request: StaffRequest, pk: int) -> HttpResponse:
    """One answer, whole, with the letter that it answers."""
    found = answer_for(request, pk)
    return whole(request, found, FileForm(user=request.user, customer_id=found.customer_id))


def whole(request: StaffRequest, found: Answer, form: FileForm) -> HttpResponse:
    """The page of an answer; the customer is a link for who may open their page."""
    is_visible = Customer.objects.visible_to(request.user).filter(answers=found).exists()
    context = {"answer": found, "pill": state_pill(found), "form": form, "customer_is_visible": is_visible}
    return render(request, "answers/page.html", context)


@login_required
@require_POST
def read(request: StaffRequest, pk: int) -> HttpResponse:
    """“I have read it”: it waits for nobody any more."""
    if services.mark_read(answer_for(request, pk), by=request.user, now=request.now):
        messages.success(request, _("Noted: you have read it."))
    else:
        messages.info(request, _("Somebody had read it before."))
    return redirect("answers:answer", pk)


@login_required
@require_POST
def file(request: StaffRequest, pk: int) -> HttpResponse:
    """Say to which contract an answer belongs."""
    found = answer_for(request, pk)
    form = FileForm(request.POST, user=request.user, customer_id=found.customer_id)
    if form.is_valid():
        try:
            services.file_under(found, form.cleaned_data["number"], by=request.user, now=request.now)
        except NotAllowed as problem:
            form.add_error("number", str(problem))
        else:
            messages.success(request, _("It stands on the contract’s timeline now."))
            return redirect(found)
    return whole(request, found, form)

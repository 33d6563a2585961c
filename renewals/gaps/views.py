"""The gap audit: what conventions would take, what locks took, and giving it back (rule 21)."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts import wording
from accounts.access import StaffRequest
from accounts.models import Product
from accounts.services import NotAllowed
from accounts.views.lists import show_list
from renewals.gaps import observing, words
from renewals.gaps.chart import bars
from renewals.gaps.filters import ObservedFilter
from renewals.gaps.forms import WhatIfForm
from renewals.gaps.observing import Answer, Observed, answers, by_month, proposals
from renewals.gaps.pages import audit, keep
from renewals.gaps.services import MAY_GIVE_ALL, accept, accept_all
from renewals.gaps.tables import OBSERVED_COLUMNS, GapTable, ObservedTable, gap_columns
from renewals.locking.granting import whole_days
from renewals.locking.models import LockObservation

AT_ONCE = 500
"""How many are given back by one click: each is a transaction, and a page has to answer."""


@login_required
def gaps(request: StaffRequest) -> HttpResponseBase:
    """Each product's convention, or another one, held against every promise that the reader may see."""
    found = audit(request)
    table = GapTable(found.rows, conventions=found.conventions, now=request.now, reader=request.user)
    columns = gap_columns(found.conventions)
    may_keep = request.user.role in MAY_GIVE_ALL
    return show_list(
        request, "gaps/list.html", table, columns=columns, filter=found.filter, audit=found, may_keep=may_keep
    )


@login_required
@require_POST
def keep_convention(request: StaffRequest) -> HttpResponse:
    """Take a convention that was asked about over as the product's own. For managers and administrators."""
    if request.user.role not in MAY_GIVE_ALL:
        raise PermissionDenied
    chosen = request.POST.get("product", "")
    product = get_object_or_404(Product, pk=chosen if chosen.isdecimal() and len(chosen) < 19 else 0)
    form = WhatIfForm(request.POST, product=product)
    if not form.asks:
        messages.error(request, _("This convention makes no sense: %(why)s") % {"why": form.errors.as_text()})
    else:
        keep(product, form)
        messages.success(request, _("%(name)s is saved.") % {"name": product.name})
    return redirect("accounts:product_edit", product.pk)


@login_required
def observed_locks(request: StaffRequest) -> HttpResponseBase:
    """Each lock that the product reported, against the promise of then."""
    seen = ObservedFilter(request.GET, observing.observed(request.user, now=request.now), request=request)
    table = ObservedTable(seen.qs, now=request.now, reader=request.user, address=request.get_full_path())
    cells = by_month(seen.qs)
    months = [(cell, wording.month(cell.month), words.minutes(cell.taken)) for cell in cells]
    drawn = [(bar, wording.month(bar.month), words.number(bar.minutes)) for bar in bars(cells)]
    waiting = seen.qs.filter(answer=Answer.PROPOSED).count()
    more = {"months": months, "bars": drawn, "waiting": waiting, "may_give_all": may_give_all(request)}
    more |= {"query": request.GET.urlencode()}
    return show_list(request, "gaps/observed.html", table, columns=OBSERVED_COLUMNS, filter=seen, **more)


def may_give_all(request: StaffRequest) -> bool:
    return request.user.role in MAY_GIVE_ALL


@login_required
@require_POST
def give_back(request: StaffRequest, pk: int) -> HttpResponse:
    """Give back what one lock took; then back to the list as it was."""
    seen = observing.observed(request.user, now=request.now)
    one = cast("Observed", get_object_or_404(seen, pk=pk))
    try:
        given = accept(one, by=request.user, now=request.now)
    except NotAllowed as problem:
        messages.error(request, str(problem))
    else:
        said = {"time": wording.stretch(given.gives), "name": one.contract.customer.name}
        messages.success(request, _("Given back to %(name)s: %(time)s.") % said)
    return redirect(came_from(request))


def came_from(request: StaffRequest) -> str:
    """The list as it was narrowed, or the list."""
    address = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(address, allowed_hosts=None) and address.startswith("/gaps/")
    return address if is_ours else "/gaps/observed/"


@login_required
def give_back_all(request: StaffRequest) -> HttpResponse:
    """What all these locks took, at once: first how much from whom, then, confirmed, the giving."""
    if not may_give_all(request):
        raise PermissionDenied
    seen = ObservedFilter(request.GET, observing.observed(request.user, now=request.now), request=request)
    if request.method == "POST":
        return given_all(request, shown_before(request, seen.qs))
    found = proposals(seen.qs)
    waiting = found[:AT_ONCE]
    left_out = {
        answer: len(rows)
        for answer, rows in answers(cast("list[Observed]", seen.qs.filter(verdict="paid"))).items()
        if answer != Answer.PROPOSED
    }
    days = sum(whole_days(one.taken).days for one in waiting)
    context = {"waiting": waiting, "days": days, "left_out": [(answer.label, n) for answer, n in left_out.items()]}
    context |= {"more": len(found) - len(waiting)}
    context |= {"last": max((one.pk for one in waiting), default=0), "query": request.GET.urlencode()}
    return render(request, "gaps/give_back_all.html", context)


def shown_before(request: StaffRequest, found: QuerySet[LockObservation]) -> list[Observed]:
    """Those that were on the confirmed page: what was reported after it was shown waits for another look."""
    last = request.POST.get("last", "")
    return proposals(found.filter(pk__lte=int(last) if last.isdecimal() and len(last) < 19 else 0))[:AT_ONCE]


def given_all(request: StaffRequest, waiting: list[Observed]) -> HttpResponse:
    """Give them, and say what came of it."""
    outcome = accept_all(waiting, by=request.user, now=request.now)
    said = ngettext("%(n)s lock is given back.", "%(n)s locks are given back.", outcome.given)
    messages.success(request, said % {"n": words.number(outcome.given)})
    for refusal in outcome.refused[:5]:
        messages.warning(request, refusal)
    return redirect("gaps:observed")

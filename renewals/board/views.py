"""The pipeline as a table, one renewal, and the same change for many."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST
from django_htmx.middleware import HtmxDetails

from accounts.access import StaffRequest
from accounts.services import NotAllowed
from accounts.views.lists import show_list
from renewals.board import words
from renewals.board.export import columns
from renewals.board.filters import PipelineFilter
from renewals.board.forms import LINE, ManyForm, RenewalForm
from renewals.board.gates import back_to, renewal_for
from renewals.board.rows import Row, clock_of, renewals, with_rows
from renewals.board.tables import PipelineTable
from renewals.gaps.words import number
from renewals.pipeline import services
from renewals.pipeline.arranging import MAY_ARRANGE
from renewals.pipeline.models import Renewal, SavedView
from renewals.pipeline.models.renewals import RenewalQuerySet
from renewals.pipeline.past import past_of
from renewals.pipeline.rates import Totals, totals

USUAL = ("customer", "stage", "amount", "category", "next_step", "ribbon", "health", "csm")
"""The columns of who has chosen none; each can be left out."""
CHOICES = (*USUAL[:-1], "risk", "csm")
"""All that can be chosen from. The risk is looked for in many places: only for whoever wants to see it here."""
MOST_AT_ONCE = 2000
"""How many renewals one click changes at most: a page has to answer."""


@login_required
def pipeline(request: StaffRequest) -> HttpResponseBase:
    """Every renewal that the reader may see, as the address narrows and sorts them, and what they add up to."""
    found = PipelineFilter(request.GET, renewals(request.user), request=request)
    lean = cast("RenewalQuerySet", found.qs)
    summed = totals(lean, now=request.now)
    rows = with_rows(lean, request.user, now=request.now)
    shown = shown_columns(request)
    hidden = [name for name in CHOICES if name not in shown]
    table = PipelineTable(rows, now=request.now, reader=request.user, address=request.get_full_path(), exclude=hidden)
    table.data._length = summed.count  # counted with the sums already
    files = [
        one for name, some in columns(rates=summed.rates, now=request.now).items() if name in shown for one in some
    ]
    more: dict[str, Any] = {"totals": said(summed), "many": ManyForm(), "most": MOST_AT_ONCE} | looks(request, shown)
    return show_list(request, "pipeline/list.html", table, columns=files, filter=found, **more)


def shown_columns(request: StaffRequest) -> list[str]:
    """The columns that the address names; the usual ones where it names none. The last minute always stands first."""
    asked = [name for name in CHOICES if name in request.GET.getlist("columns")]
    return ["last_minute", *(asked or USUAL)]


def looks(request: StaffRequest, shown: list[str]) -> dict[str, Any]:
    """What the page says of the way in which it is looked at: saved views, columns, and what the address says."""
    rest = request.GET.copy()
    for name in ("columns", "page", "export"):
        rest.pop(name, None)
    query = request.GET.copy()
    query.pop("page", None)
    return {
        "query": query.urlencode(),
        "views": SavedView.objects.visible_to(request.user).select_related("owner"),
        "choices": [(name, PipelineTable.base_columns[name].verbose_name, name in shown) for name in CHOICES],
        "chosen": request.GET.getlist("columns"),
        "rest": [(name, value) for name, values in rest.lists() for value in values],
        "may_arrange": request.user.role in MAY_ARRANGE,
    }


def said(summed: Totals) -> dict[str, Any]:
    """The sums in words."""
    return {
        "count": summed.count,
        "lines": [words.line(one, summed.rates) for one in summed.priced],
        "expected": words.in_home(summed.expected),
        "weighted": words.in_home(summed.weighted),
        "note": words.in_other_currencies(summed),
    }


@login_required
def renewal(request: StaffRequest, pk: int) -> HttpResponse:
    """One renewal: everything that is known of it, to be changed, and every change so far."""
    one = renewal_for(request, pk)
    form = RenewalForm(request.POST or None, renewal=one)
    if request.method == "POST" and form.is_valid() and saved(request, one, form):
        return redirect(back_to(request))
    context = {"renewal": one, "clock": clock_of(one), "form": form, "past": past_of(one), "next": back_to(request)}
    context |= {"change": words.change(one)}
    return render(request, "pipeline/renewal.html", context)


@login_required
def line(request: StaffRequest, pk: int) -> HttpResponse:
    """A row of the table as fields; saved, the list comes anew as it was narrowed. Without htmx: the whole page."""
    if not HtmxDetails(request) and request.method == "GET":
        return redirect("board:renewal", pk)
    one = renewal_for(request, pk)
    form = RenewalForm(request.POST or None, renewal=one, only=LINE)
    if request.method == "POST" and form.is_valid() and saved(request, one, form):
        return redirect(back_to(request))
    response = render(request, "pipeline/_line.html", {"renewal": one, "form": form, "next": back_to(request)})
    if request.method == "POST":  # the fields with what is wrong take the place of the fields, not of the list
        response["HX-Retarget"] = response["HX-Reselect"] = f"#line-{one.pk}"
    return response


def saved(request: StaffRequest, one: Row, form: RenewalForm) -> bool:
    """Whether what was typed is saved; else what is wrong stands above the fields."""
    try:
        changed = services.change(one, by=request.user, now=request.now, **form.changed)
        if "deciders" in form.changed_data:
            deciders = form.cleaned_data["deciders"]
            changed |= services.set_deciders(one, deciders, by=request.user, now=request.now)
    except NotAllowed as problem:
        form.add_error(None, str(problem))
        return False
    name = one.contract.customer.name
    messages.success(request, (_("%(name)s is changed.") if changed else _("Nothing has changed.")) % {"name": name})
    return True


@login_required
@require_POST
def many(request: StaffRequest) -> HttpResponse:
    """The same change for the ticked rows, or for every row of the list as it was narrowed."""
    form = ManyForm(request.POST)
    if not form.is_valid():
        for problems in form.errors.values():
            messages.error(request, " ".join(map(str, problems)))
        return redirect(back_to(request))
    try:
        messages.success(request, changed_many(request, form))
    except NotAllowed as problem:
        messages.error(request, str(problem))
    return redirect(back_to(request))


def chosen(request: StaffRequest) -> QuerySet[Renewal]:
    """The renewals that are meant: never one that the reader may not see."""
    visible = renewals(request.user)
    if request.POST.get("which") == "all":
        asked = PipelineFilter(QueryDict(request.POST.get("query", "")), visible, request=request)
        if not asked.form.is_valid():  # what makes no sense narrows nothing: all would be changed, and nobody sees it
            raise NotAllowed(_("The list is narrowed by what is not there any more: look at it again first."))
        return cast("QuerySet[Renewal]", asked.qs)
    ticked = [int(pk) for pk in request.POST.getlist("chosen") if pk.isdecimal() and len(pk) < 19]
    return visible.filter(pk__in=ticked)


def changed_many(request: StaffRequest, form: ManyForm) -> str:
    """Change them, and say how many; `NotAllowed` for none, too many, and others than were shown."""
    ids = list(chosen(request).values_list("pk", flat=True)[: MOST_AT_ONCE + 1])
    if not ids:
        raise NotAllowed(_("Tick at least one row, or choose all rows of the list."))
    if len(ids) > MOST_AT_ONCE:
        most = {"most": number(MOST_AT_ONCE)}
        raise NotAllowed(_("At most %(most)s renewals are changed at once: narrow the list first.") % most)
    if request.POST.get("which") == "all" and request.POST.get("shown") != str(len(ids)):
        raise NotAllowed(_("The list is another than the one that was shown: look at it again first."))
    n = services.change_some(ids, by=request.user, now=request.now, **form.changed)
    return ngettext("%(n)s renewal is changed.", "%(n)s renewals are changed.", n) % {"n": number(n)}

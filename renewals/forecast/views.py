"""The forecast, the rows behind each of its figures, and the targets that it is held against."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts import wording
from accounts.access import StaffRequest
from accounts.services import NotAllowed
from accounts.views.lists import show_list
from renewals.desk.export import CONTRACT_COLUMNS
from renewals.desk.rows import rows as desk_rows
from renewals.desk.tables import ContractTable
from renewals.forecast import words
from renewals.forecast.ending import bucketed, ending_in, without_trials
from renewals.forecast.filters import ForecastFilter
from renewals.forecast.forms import TargetForm
from renewals.forecast.models import Target
from renewals.forecast.movement import Move
from renewals.forecast.moving import moved_rows
from renewals.forecast.pages import OPEN, WEEK, Page
from renewals.forecast.periods import Period, quarter_of, read
from renewals.forecast.reading import Sum, not_begun, visible, worth_by_month
from renewals.forecast.services import MAY_SET, set_target
from renewals.forecast.tables import RowsTable, columns
from renewals.forecast.weights import WEIGHED
from renewals.health.services import today_here
from renewals.pipeline.models.renewals import RenewalQuerySet
from renewals.pipeline.rates import Rates, rates_now, totals

GROUPS = {"forecast": ("signed", *WEIGHED), "open": OPEN, "decided": ("signed", "lost")}
"""Several buckets together, as the figures' addresses name them."""
RELATED = ("contract__customer", "contract__product", "contract__owner", "term", "stage")
MOST_TARGETS = 200


@login_required
def forecast(request: StaffRequest) -> HttpResponse:
    """The quarter of `?period=`, or the present one, narrowed and weighed as the address says."""
    return render(request, "forecast/page.html", {"page": Page(request)})


@login_required
def rows(request: StaffRequest) -> HttpResponseBase:
    """The renewals behind one figure: of a period, in a bucket or after a move, narrowed as the figure is."""
    period = read(request.GET.get("period", "")) or quarter_of(today_here(request.now))
    asked = ForecastFilter(request.GET, visible(request.user), request=request)
    if request.GET.get("bucket") == "not_begun":
        return contracts_behind(request, asked, period)
    rates = rates_now(now=request.now)
    found, said = behind(request, asked.qs, period, rates)
    summed = totals(found, now=request.now)
    table = RowsTable(found.select_related(*RELATED).order_by("ends_at", "pk"), now=request.now)
    table.data._length = summed.count  # counted with the sums already
    context = {
        "filter": asked,
        "called": words.period(period),
        "said": said,
        "period": period.key,
        "count": summed.count,
        "money": words.money(summed.expected),
        "note": words.home_note(summed.without_rate),
    }
    return show_list(request, "forecast/rows.html", table, columns=columns(), **context)


def contracts_behind(request: StaffRequest, asked: ForecastFilter, period: Period) -> HttpResponseBase:
    """The contracts that end in a period and whose renewal has not begun."""
    clocks = not_begun(asked.narrow(desk_rows(request.user, now=request.now)), period, now=request.now)
    table = ContractTable(clocks.order_by("ends_at", "pk"), now=request.now, reader=request.user)
    worth = worth_by_month(clocks.select_related(None).prefetch_related(None), rates_now(now=request.now))
    summed = sum(worth.by_month.values(), Sum())
    context = {
        "called": words.period(period),
        "said": _("Not begun"),
        "period": period.key,
        "count": summed.count,
        "money": words.money(summed.expected),
        "note": words.home_note(worth.without_rate),
    }
    return show_list(request, "forecast/rows.html", table, columns=CONTRACT_COLUMNS, filter=asked, **context)


def behind(
    request: StaffRequest, renewals: RenewalQuerySet, period: Period, rates: Rates
) -> tuple[RenewalQuerySet, str]:
    """The renewals of a figure, each with its amount in the home currency, and what the figure is called."""
    asked, bucket = request.GET.get("moved", ""), request.GET.get("bucket", "")
    if asked in words.MOVES:
        found = moved_rows(renewals, period, Move(asked), since=request.now - WEEK, rates=rates)
        return bucketed(found, rates), str(words.MOVES[Move(asked)])
    counted = without_trials(renewals) if bucket == "decided" else renewals
    inside: Any = bucketed(ending_in(counted, period), rates)
    if bucket in GROUPS:
        return inside.filter(bucket__in=GROUPS[bucket]), str(words.GROUPS[bucket])
    if bucket in words.BUCKETS:
        return inside.filter(bucket=bucket), str(words.BUCKETS[bucket])
    return inside, ""


@login_required
def targets(request: StaffRequest) -> HttpResponse:
    """The targets that were set, the latest first; managers and administrators set new ones here."""
    may_set = request.user.role in MAY_SET
    this = quarter_of(today_here(request.now))
    spans = [
        one
        for quarter in (this.moved(-1), this, this.moved(1), this.moved(2))
        for one in (quarter, *quarter.each_month)
    ]
    form = TargetForm(request.POST or None, user=request.user, spans=spans)
    if request.method == "POST":
        if not may_set:
            raise PermissionDenied
        if form.is_valid() and kept(request, form):
            return redirect("forecast:targets")
    known = Target.objects.select_related("team", "csm", "by")
    if not request.user.sees_everything:
        known = known.filter(team=request.user.team_id or -1) | known.filter(csm__team=request.user.team_id or -1)
    lines = [line(one) for one in known.order_by("-at", "-pk")[:MOST_TARGETS]]
    return render(request, "forecast/targets.html", {"form": form, "may_set": may_set, "lines": lines})


def kept(request: StaffRequest, form: TargetForm) -> bool:
    """Set what the form says; whether it may be."""
    try:
        set_target(**form.said, by=request.user, now=request.now)
    except NotAllowed as problem:
        form.add_error("whom", str(problem))
        return False
    messages.success(request, _("The target is set."))
    return True


def line(one: Target) -> dict[str, Any]:
    """One target in words."""
    whom = one.team or one.csm or _("the whole company")
    amount = wording.money(one.amount, one.currency) if one.amount is not None else _("none any more")
    return {"whom": whom, "period": words.period(Period(one.first_on, one.months)), "amount": amount, "one": one}

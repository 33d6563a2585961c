"""The list of renewals at risk, the rules, and one click that plans what is suggested."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Sum
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import wording
from accounts.access import StaffRequest
from accounts.services import NotAllowed
from accounts.views.lists import show_list
from renewals.pipeline.models import Renewal
from renewals.pipeline.rates import home, in_home, rates_now
from renewals.risk.filters import RiskFilter
from renewals.risk.forms import RulesForm
from renewals.risk.keeping import bring_up_to_date
from renewals.risk.models import RiskRule
from renewals.risk.reading import at_risk, rules_at
from renewals.risk.rules import Word
from renewals.risk.services import MAY_SET, plan_next, set_rules
from renewals.risk.tables import RiskTable, columns
from renewals.risk.words import RULES

RELATED = ("contract__customer", "contract__product", "contract__owner", "renewal__term")
MOST_CHANGES = 30


@login_required
def risks(request: StaffRequest) -> HttpResponseBase:
    """The open renewals against which something speaks, what weighs most and then what is worth most first."""
    rules, behind = rules_at(request.now), bring_up_to_date(request.user, now=request.now)
    found = at_risk(request.user, rules=rules, now=request.now).filter(points__gt=0)
    priced = found.annotate(home=in_home("amount", "currency", rates_now(now=request.now)))
    asked = RiskFilter(request.GET, priced, request=request, rules=rules)
    rows = asked.qs.select_related(*RELATED).order_by("-points", "-home", "pk")
    table = RiskTable(rows, rules=rules, now=request.now)
    summed = asked.qs.aggregate(count=Count("pk"), money=Sum("home"))
    table.data._length = summed["count"]  # counted with the sum already
    context = {"filter": asked, "money": wording.money(round(summed["money"] or 0), home()), "behind": behind}
    return show_list(request, "risk/list.html", table, columns=columns(rules), **context)


@login_required
@require_POST
def plan(request: StaffRequest, pk: int) -> HttpResponse:
    """Make a step of the contract's plan of what is suggested."""
    renewal = get_object_or_404(Renewal.objects.visible_to(request.user).select_related("contract"), pk=pk)
    try:
        step = plan_next(renewal, by=request.user, now=request.now)
        messages.success(
            request, _("It is planned: %(step)s, %(at)s.") % {
                "step": step.name, "at": wording.instant(step.goes_at, step.zone),
            },
        )  # fmt: skip
    except NotAllowed as problem:
        messages.error(request, str(problem))
    return redirect(renewal.contract)


@login_required
def rules(request: StaffRequest) -> HttpResponse:
    """Each rule with its limit and weight: read by everybody here, set by managers and administrators."""
    may_set = request.user.role in MAY_SET
    if request.method == "POST" and not may_set:
        raise PermissionDenied
    now = rules_at(request.now)
    form = RulesForm(request.POST or None, rules=now)
    if request.method == "POST" and form.is_valid():
        changed = set_rules(form.asked, by=request.user, now=request.now)
        said = _("The rules are changed, and hold from now on.") if changed else _("Nothing has changed.")
        messages.success(request, said)
        return redirect("risk:rules")
    known: list[dict[str, Any]] = [{"said": RULES[word], "rule": rule} for word, rule in now.items()]
    changes = [(one, RULES[Word(one.word)].name) for one in RiskRule.objects.select_related("by")[:MOST_CHANGES]]
    context = {"form": form, "may_set": may_set, "known": known, "changes": changes}
    return render(request, "risk/rules.html", context)

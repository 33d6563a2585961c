"""Who renewed, by version of the playbook and by step done or not; every figure opens its rows."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access import StaffRequest
from accounts.views.lists import show_list
from renewals.effect import words
from renewals.effect.filters import EffectFilter
from renewals.effect.intervals import Share
from renewals.effect.reading import DONE, NOT_DONE, by_step, by_version, decided_in, with_step, with_version
from renewals.forecast.ending import bucketed
from renewals.forecast.tables import RowsTable, columns
from renewals.pipeline.models import Renewal
from renewals.pipeline.models.renewals import RenewalQuerySet
from renewals.pipeline.rates import rates_now
from renewals.playbooks.words import PURPOSES

RELATED = ("contract__customer", "contract__product", "contract__owner", "term", "stage")


def compared(request: StaffRequest) -> tuple[EffectFilter, RenewalQuerySet]:
    """The decided renewals that the address asks for, of those that the reader may see."""
    asked = EffectFilter(request.GET, Renewal.objects.visible_to(request.user), request=request)
    return asked, decided_in(asked.qs, since=asked.since(request.now), until=request.now)


@login_required
def effect(request: StaffRequest) -> HttpResponse:
    """Both comparisons, with counts and intervals."""
    asked, decided = compared(request)
    chosen = asked.chosen
    versions = [
        {
            "name": one.version or _("without a plan"),
            **cell(one.share, chosen, version=one.version.pk if one.version else "none"),
        }
        for one in by_version(decided)
    ]
    names = dict(PURPOSES)
    steps = [
        {
            "name": names[one.purpose],
            "done": cell(one.done, chosen, step=one.purpose, which=DONE),
            "not_done": cell(one.not_done, chosen, step=one.purpose, which=NOT_DONE),
            "difference": words.difference(one.difference),
            "verdict": words.verdict(one.difference),
        }
        for one in by_step(decided)
    ]
    return render(request, "effect/page.html", {"filter": asked, "versions": versions, "steps": steps})


def cell(share: Share, chosen: dict[str, str], **group: object) -> dict[str, Any]:
    """One figure: the share, how far it may be trusted, the counts, and where its rows are."""
    href = f"{reverse('effect:rows')}?{urlencode({**chosen, **group})}"
    return {
        "share": words.share(share),
        "interval": words.interval(share),
        "of": share.of,
        "hits": share.hits,
        "href": href,
    }


@login_required
def rows(request: StaffRequest) -> HttpResponseBase:
    """The renewals behind one figure."""
    asked, decided = compared(request)
    step, which = request.GET.get("step", ""), request.GET.get("which", DONE)
    if name := dict(PURPOSES).get(step):
        found = with_step(decided, step, which)
        said = (_("%(step)s: done") if which == DONE else _("%(step)s: not done")) % {"step": name}
    else:
        found, version = with_version(decided, request.GET.get("version", ""))
        said = _("By version of the playbook: %(version)s") % {"version": version or _("without a plan")}
    shown = bucketed(found, rates_now(now=request.now)).select_related(*RELATED).order_by("ends_at", "pk")
    table = RowsTable(shown, now=request.now)
    return show_list(request, "effect/rows.html", table, columns=columns(), filter=asked, said=said)

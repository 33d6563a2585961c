"""The page for the meeting: how last week went, what comes, what slipped; on paper too."""

from __future__ import annotations

from io import BytesIO
from typing import NamedTuple

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from accounts.access import StaffRequest
from accounts.models import Team
from accounts.views.lists import show_list
from renewals import papers
from renewals.lastmile.definitions import Way
from renewals.weekly.behind import FIGURES, behind
from renewals.weekly.forms import ReviewForm
from renewals.weekly.paper import address_of, review_paper, said_of
from renewals.weekly.weeks import Week


class Asked(NamedTuple):
    """What the address asks for, and what is wrong with it."""

    form: ReviewForm
    week: Week
    team: Team | None


def asked(request: StaffRequest) -> Asked:
    """The week and the team of the address. What makes no sense is said, and the last week is shown."""
    last = Week.before(request.now, request.user.time_zone)
    form = ReviewForm(request.GET, user=request.user, last=last)
    form.is_valid()
    return Asked(form, form.cleaned_data.get("week") or last, form.cleaned_data.get("team"))


@require_safe
@login_required
def weekly(request: StaffRequest) -> HttpResponse:
    """The review of a week, of the reader's own team unless they see them all."""
    found = asked(request)
    last = Week.before(request.now, request.user.time_zone)
    said = said_of(request.user, found.week, team=found.team, now=request.now)
    context = said | {"form": found.form, "is_last": found.week == last}
    return render(request, "weekly/page.html", context)


@require_safe
@login_required
def rows(request: StaffRequest) -> HttpResponseBase:
    """What one figure of the review counts; for a figure that there is not, what is still open."""
    found, figure = asked(request), request.GET.get("figure", "")
    figure = figure if figure in FIGURES else Way.OPEN
    team = found.team.pk if found.team else None
    table, columns = behind(
        request.user, figure, found.week, team=team, now=request.now, address=request.get_full_path()
    )
    context = {"week": found.week, "team": found.team, "back": address_of(found.week, found.team)}
    said = FIGURES[figure]
    return show_list(request, "weekly/rows.html", table, columns=columns, filter=found.form, said=said, **context)


@require_safe
@login_required
def paper(request: StaffRequest) -> HttpResponseBase:
    """The same as a PDF file, to be sent round before the meeting."""
    found = asked(request)
    try:
        language = get_language() or "en"
        content = review_paper(request.user, found.week, team=found.team, language=language, now=request.now)
    except papers.NoPapers as problem:
        messages.error(request, str(problem))
        return redirect("weekly:weekly")
    answer = FileResponse(BytesIO(content), as_attachment=True, filename=f"{found.week}.pdf")
    answer.headers["Cache-Control"] = "no-store"
    return answer

"""The weekly review as a paper: the same file from the page and with the first mail of the week."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import translation

from accounts import terms
from accounts.models import Team, User
from renewals import papers
from renewals.weekly.facts import review
from renewals.weekly.weeks import Week


def address_of(week: Week, team: Team | None) -> str:
    """The end of an address that asks for a week, and a team where one is asked for."""
    return urlencode({"week": str(week)} | ({"team": team.pk} if team else {}))


def said_of(user: User, week: Week, *, team: Team | None, now: datetime) -> dict[str, object]:
    """What page and paper say alike, of the team that was asked for, else of all that the reader leads."""
    return {
        "review": review(user, week, team=team.pk if team else None, now=now),
        "team": team or (None if user.sees_everything else user.team),
        "rows": f"{reverse('weekly:rows')}?{address_of(week, team)}",
        "zone": user.time_zone,
        "today": now.astimezone(terms.zone(user.time_zone)).date(),
    }


def review_paper(user: User, week: Week, *, team: Team | None, language: str, now: datetime) -> bytes:
    """The PDF of a week, for one reader. Raises `papers.NoPapers`."""
    with translation.override(language):
        return papers.paper("weekly/paper.html", said_of(user, week, team=team, now=now), language=language)

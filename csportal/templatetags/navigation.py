"""The rooms of the portal, for the bar on top of every page."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts import wording

register = template.Library()

ROOMS: list[tuple[str, Promise]] = [
    ("desk:today", _("Today")),
    ("desk:customers", _("Customers")),
    ("desk:contracts", _("Contracts")),
    ("board:pipeline", _("Pipeline")),
    ("desk:touches", _("Touches")),
    ("desk:interventions", _("Interventions")),
    ("answers:answers", _("Answers")),
    ("minutes:minutes", _("Minutes")),
    ("forecast:forecast", _("Forecast")),
    ("gaps:gaps", _("Gaps")),
]
BEHIND: list[tuple[str, Promise]] = [
    ("weekly:weekly", _("Weekly review")),
    ("risk:risks", _("Risk")),
    ("lastmile:lastmile", _("Last mile")),
    ("payments:unpaid", _("To be paid")),
    ("playbooks:playbooks", _("Playbooks")),
    ("accounts:products", _("Products")),
    ("accounts:imports", _("Imports")),
]
"""Rooms that nobody is in each day: they stand in the reader's menu, and leave the bar short enough for a phone."""


class Entry(NamedTuple):
    """One room in the bar: where it is, its name, and whether the reader is in it."""

    href: str
    label: Promise
    is_current: bool


@register.inclusion_tag("_nav.html")
def navigation(path: str) -> dict[str, list[Entry]]:
    """The bar's entries; the current one is the room whose address is the longest beginning of `path`."""
    return {"entries": entries(ROOMS, path)}


@register.simple_tag
def behind(path: str) -> list[Entry]:
    """{% behind request.path as rooms %}: the rooms in the reader's menu."""
    return entries(BEHIND, path)


def entries(named: list[tuple[str, Promise]], path: str) -> list[Entry]:
    """Those of these rooms that are installed, and which of them the reader is in."""
    rooms = [(href, label) for name, label in named if (href := address(name))]
    around = [href for href, _label in rooms if path == href or (href != "/" and path.startswith(singular(href)))]
    current = max(around, key=len, default="")
    return [Entry(href, label, href == current) for href, label in rooms]


def singular(href: str) -> str:
    """How the addresses of one of a room's things begin: /contract/ for /contracts/, where any number may follow."""
    return href.removesuffix("s/")


@register.simple_tag
def own_clock(now: datetime, zone: str) -> str:
    """The weekday and time on the reader's own clock: 「周日 12:07」, "Sun 12:07"."""
    wall = wording.local(now, zone)
    weekdays = wording.WEEKDAYS[wording.ZH if (get_language() or "").startswith("zh") else wording.EN]
    return f"{weekdays[wall.weekday()]} {wall:%H:%M}"


def address(name: str) -> str:
    """The address of a view, or nothing where that room is not installed."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""

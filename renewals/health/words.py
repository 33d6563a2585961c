"""Health in words: what a score is called, and why each part is what it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from renewals.conversations.models import Conversation
from renewals.health.score import MOST_TIMES, Band, Kind, Part, band

BANDS: Mapping[Band, Promise] = {
    Band.THRIVING: gettext_lazy("thriving"),
    Band.STEADY: gettext_lazy("steady"),
    Band.WATCH: gettext_lazy("to watch"),
    Band.AILING: gettext_lazy("ailing"),
}
KINDS: Mapping[Kind, Promise] = {
    Kind.TREND: gettext_lazy("Use"),
    Kind.BREADTH: gettext_lazy("Breadth"),
    Kind.SUPPORT: gettext_lazy("Support"),
    Kind.MOOD: gettext_lazy("Mood"),
    Kind.CONTACT: gettext_lazy("Contact"),
}
EXPLAINED: Mapping[Kind, Promise] = {
    Kind.TREND: gettext_lazy(
        "What they did with the product in the last four weeks, against the four before and the same weeks a year ago."
    ),
    Kind.BREADTH: gettext_lazy("How many of the seats were somebody’s in the last four weeks."),
    Kind.SUPPORT: gettext_lazy(
        "How often they needed help in four weeks, for each ten seats. Say on each product’s page which metrics are "
        "requests for support."
    ),
    Kind.MOOD: gettext_lazy(
        "How they felt in the conversations that were noted: a mood counts half after 30 days, and nothing after 180."
    ),
    Kind.CONTACT: gettext_lazy(
        "How long ago anybody here last spoke with anybody there: a conversation, a telling, a call that reached them."
    ),
}


def called(score: int) -> str:
    """The word for a score."""
    return str(BANDS[band(score)])


def reason(part: Part) -> str:
    """Why a part is what it is, or why it is left out."""
    return REASONS[part.why](part.facts)


def use(facts: Mapping[str, Any]) -> str:
    """Against what it was compared, and how it changed."""
    said = []
    if "before" in facts:
        said.append(_("%(change)s against the four weeks before") % {"change": changed(facts["before"])})
    if "year_ago" in facts:
        said.append(_("%(change)s against a year ago") % {"change": changed(facts["year_ago"])})
    return _(", ").join(said)


def changed(percent: int) -> str:
    """As much, or how much more or less."""
    if percent == 0:
        return _("as much")
    if percent >= 100 * (MOST_TIMES - 1):
        return _("at least ten times as much")
    if percent > 0:
        return _("%(percent)s %% more") % {"percent": percent}
    return _("%(percent)s %% less") % {"percent": -percent}


def stopped(facts: Mapping[str, Any]) -> str:
    days = facts["days"]
    said = ngettext("no sign of use for %(days)s day", "no sign of use for %(days)s days", days)
    return said % {"days": days}


def people(facts: Mapping[str, Any]) -> str:
    said = ngettext(
        "%(people)s person in four weeks, of %(seats)s seats",
        "%(people)s people in four weeks, of %(seats)s seats",
        facts["people"],
    )
    return said % facts


def requests(facts: Mapping[str, Any]) -> str:
    count = facts["requests"]
    if not count:
        return _("no request for support in four weeks")
    said = ngettext(
        "%(requests)s request for support in four weeks", "%(requests)s requests for support in four weeks", count
    )
    return said % facts


def mood(facts: Mapping[str, Any]) -> str:
    felt = Conversation.Sentiment(facts["mood"]).label
    return _("%(felt)s, noted %(days)s") % {"felt": felt, "days": days_ago(facts["days"])}


def contact(facts: Mapping[str, Any]) -> str:
    return _("last spoke %(days)s") % {"days": days_ago(facts["days"])}


def days_ago(days: int) -> str:
    """How long ago, in whole days."""
    if days < 1:
        return _("less than a day ago")
    return ngettext("%(days)s day ago", "%(days)s days ago", days) % {"days": days}


REASONS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "use": use,
    "stopped": stopped,
    "people": people,
    "requests": requests,
    "mood": mood,
    "contact": contact,
    "no_use": lambda _facts: _("not known: the product has sent no signal of use"),
    "no_past": lambda _facts: _("not known: there is no earlier time to compare with yet"),
    "no_people": lambda _facts: _("not known: the signals do not say who"),
    "no_seats": lambda _facts: _("not known: the contract does not say how many seats"),
    "no_support": lambda _facts: _("not known: no metric of this product is a request for support"),
    "no_mood": lambda _facts: _("not known: no mood was noted in half a year"),
    "no_contact": lambda _facts: _("not known: no conversation is on record"),
}

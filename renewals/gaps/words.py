"""Conventions, rules and gaps in words, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts import wording
from renewals.gaps.conventions import Convention, Gap, Rule
from renewals.gaps.simulating import Total

MINUTE = timedelta(minutes=1)
RULES = {
    Rule.CUSTOMERS_ZONE: _("the customer’s own zone (rule 1)"),
    Rule.WHOLE_LAST_DAY: _("the last day is whole (rule 2)"),
    Rule.BUFFER: _("24 hours of buffer (rule 8)"),
    Rule.DAYLIGHT: _("the lock waits for daylight (rule 9)"),
}


def broken(rules: Iterable[Rule]) -> str:
    """The rules that a convention breaks, in one line."""
    return " · ".join(str(RULES[rule]) for rule in rules)


def convention(how: Convention | None) -> str:
    """As in "00:00 of the last day, Asia/Shanghai", 「最后一天 00:00，北京时间」."""
    if how is None:
        return gettext("when the portal says so")
    zone = wording.zone_name(how.zone) if how.zone else gettext("each customer's own time")
    said = {"clock": f"{how.clock:%H:%M}", "zone": zone}
    if how.days:
        named = gettext("%(clock)s after the last day, %(zone)s") % said
    else:
        named = gettext("%(clock)s of the last day, %(zone)s") % said
    return (
        gettext("%(named)s, and %(grace)s later") % {"named": named, "grace": stretch(how.grace)}
        if how.grace
        else named
    )


def stretch(time: timedelta) -> str:
    return wording.stretch(time)


def minutes(taken: timedelta) -> str:
    """As in "1,440 min", 「1,440 分钟」."""
    count = taken // MINUTE
    return gettext("%(count)s min") % {"count": number(count)}


def number(count: int) -> str:
    """A count with its thousands set apart."""
    return f"{count:,}"


def takes(total: Total) -> str:
    """As in "takes 1,440 minutes from each of 312 contracts"."""
    if not total.hit:
        return gettext("takes nothing")
    said = {"hit": number(total.hit), "least": number(total.least_minutes), "most": number(total.most_minutes)}
    if total.least == total.most:
        one = ngettext(
            "takes %(least)s minutes from %(hit)s contract",
            "takes %(least)s minutes from each of %(hit)s contracts",
            total.hit,
        )
        return one % said
    return gettext("takes between %(least)s and %(most)s minutes from each of %(hit)s contracts") % said


def headline(total: Total) -> str:
    """As in "449,568 minutes of paid time, from 312 of 1,020 contracts"."""
    said = {"minutes": minutes(total.taken), "hit": number(total.hit), "contracts": number(total.contracts)}
    if not total.hit:
        return gettext("No minute is taken from any of %(contracts)s contracts.") % said
    return gettext("%(minutes)s of paid time are taken, from %(hit)s of %(contracts)s contracts.") % said


def change(before: Total, after: Total) -> str:
    """As in "from 449,568 min, 312 contracts, to 0 min, 0 contracts"."""
    return gettext("It would go from %(was)s to %(would)s.") % {"was": amount(before), "would": amount(after)}


def amount(total: Total) -> str:
    said = {"hit": number(total.hit), "minutes": minutes(total.taken)}
    if not total.hit:
        return gettext("nothing")
    return ngettext("%(minutes)s from %(hit)s contract", "%(minutes)s from %(hit)s contracts", total.hit) % said


def gap_sentence(how: Convention, found: Gap, *, product: str, zone: str) -> str:
    """What a contract's page says of its product's convention."""
    said = {"product": product, "convention": convention(how), "took": stretch(found.taken)}
    said["at"] = wording.instant(found.locks_at, zone)
    return gettext("%(product)s locks on its own at %(convention)s: %(at)s. That takes %(took)s.") % said

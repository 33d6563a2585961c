"""When a customer's work peaks, in words, both languages (rule 18)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from accounts import wording
from accounts.rhythm import Due, MonthDays, MonthEnd, Once, Pattern, Quarterly, Stretch, Weekly, Yearly

NO_YEAR = 2000
"""A year that has every day: of what comes each year, none is said."""


def pattern(said: Pattern) -> str:
    """As in "the last 3 working days of each month", 「每月最后 3 个工作日」."""
    match said:
        case MonthEnd():
            return month_end(said)
        case Due():
            return due(said)
        case MonthDays():
            return month_days(said)
        case Weekly():
            return _("each week on %(days)s") % {"days": weekdays(said.weekdays)}
        case Quarterly():
            return quarterly(said)
        case Yearly():
            return _("each year, %(days)s") % {"days": yearly(said)}
        case Once():
            return wording.days(said.begins, said.ends)
    raise TypeError(said)


def month_end(said: MonthEnd) -> str:
    count = {"count": said.days}
    if said.working:
        return (
            ngettext("the last working day of each month", "the last %(count)d working days of each month", said.days)
            % count
        )
    return ngettext("the last day of each month", "the last %(count)d days of each month", said.days) % count


def due(said: Due) -> str:
    if not said.before:
        return _("due on day %(day)d of each month") % {"day": said.day}
    return ngettext(
        "due on day %(day)d of each month, and the day before",
        "due on day %(day)d of each month, and the %(count)d days before",
        said.before,
    ) % {"day": said.day, "count": said.before}


def month_days(said: MonthDays) -> str:
    days = {"day": said.day, "to_day": said.to_day}
    if said.day == said.to_day:
        return _("on day %(day)d of each month") % {"day": said.day}
    if said.to_day < said.day:
        return _("from day %(day)d of each month to day %(to_day)d of the next") % days
    return _("from day %(day)d to day %(to_day)d of each month") % days


def quarterly(said: Quarterly) -> str:
    count = {"count": said.days}
    if said.at_end:
        return ngettext("the last day of each quarter", "the last %(count)d days of each quarter", said.days) % count
    return ngettext("the first day of each quarter", "the first %(count)d days of each quarter", said.days) % count


def weekdays(days: frozenset[int]) -> str:
    """「周一、周五」, "Mon, Fri"."""
    names = wording.weekdays()
    return listed(names[day] for day in sorted(days))


def listed(said: Iterable[str]) -> str:
    """Several things one after the other, as the active language sets them."""
    return ("、" if (get_language() or "").startswith("zh") else ", ").join(said)


def yearly(said: Yearly) -> str:
    """The days without a year, which would be that of whoever noted them."""
    begins, ends = said.begins.replace(year=NO_YEAR), said.ends.replace(year=NO_YEAR)
    return wording.days(begins, ends, this_year=NO_YEAR)


def days(said: Stretch, *, today: date) -> str:
    """The days of one peak; the year where it is not this one."""
    return wording.days(said.first_day, said.last_day, this_year=today.year)


def named(name: str, said: str) -> str:
    """A peak with its days: "month-end close (28–30 Nov)", 「月结(11月28日至30日)」."""
    return _("%(name)s (%(days)s)") % {"name": name, "days": said}


def stretch(said: Stretch, *, today: date) -> str:
    """One peak with its days."""
    return named(said.name, days(said, today=today))

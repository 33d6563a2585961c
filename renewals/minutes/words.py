"""What a strip says, in the reader's language (rule 4)."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, pgettext
from django.utils.translation import gettext as _

from accounts import wording
from accounts.worktime import WorkingHours, is_working_day, is_working_moment
from renewals.minutes.past import Came
from renewals.templatetags.ribbon import day_name

CAME: dict[Came, Promise] = {
    Came.IN_TIME: gettext_lazy("renewed before its end"),
    Came.AFTERWARDS: gettext_lazy("renewed after its end"),
    Came.LOST: gettext_lazy("lost"),
    Came.OPEN: gettext_lazy("not renewed"),
}


def strip_day(day: date, is_off: bool) -> tuple[str, ...]:
    """A day below a strip, and whether they are off: "Fri 27", "Sat 28, off" """
    name = day_name(day, chinese=(get_language() or "").startswith("zh"))
    return (_("%(day)s, off") % {"day": name}, name) if is_off else (name,)


def falls_into(at: datetime, zone: str, hours: WorkingHours) -> str:
    """What an instant is at a customer's: work, the evening or night, a day off."""
    if is_working_moment(at, zone, hours):
        return pgettext("where a minute falls", "in their working hours")
    if not is_working_day(at.astimezone(ZoneInfo(zone)).date(), hours):
        return _("on their day off")
    return _("outside their working hours")


def sentence(last_minute_at: datetime, zone: str, hours: WorkingHours) -> str:
    """A strip in words for whoever does not see it."""
    return _("The last minute, %(minute)s, falls %(when)s.") % {
        "minute": wording.instant(last_minute_at, zone),
        "when": falls_into(last_minute_at, zone, hours),
    }

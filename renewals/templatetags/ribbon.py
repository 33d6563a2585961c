"""The ribbon for templates, in the reader's language: {% load ribbon %}{% ribbon window now=now zone=zone %}."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django import template
from django.utils.translation import get_language, gettext, ngettext

from accounts import rhythm_words, wording
from accounts.rhythm import Stretch
from accounts.worktime import WorkingHours
from renewals.entitlement import State, Windows
from renewals.ribbon import SIZES, Interval, Story, Touch, Words, draw, drawn_peaks
from renewals.templatetags.drawn import svg

register = template.Library()


@register.inclusion_tag("ribbon/_ribbon.html")
def ribbon(
    window: Windows,
    *,
    now: datetime,
    zone: str,
    size: str = "page",
    hours: WorkingHours | None = None,
    touches: Sequence[Touch] = (),
    peaks: Sequence[Stretch] = (),
    shows: Interval | None = None,
    called: str = "",
) -> dict[str, Any]:
    """A stretch as a picture with a sentence for who cannot see it. `size`: "row", "page" or "customer".

    With `hours`, the time in which the customer does not work is shaded where there is room for it. `shows` is the
    time that is drawn, where it is not the ribbon's own choice; `called` is what its present is called. Peaks of the
    customer's work are drawn under the bar, and named below a page's ribbon.
    """
    story = Story(windows=window, now=now, zone=zone, hours=hours, touches=touches, peaks=peaks, shows=shows)
    words = words_for(zone, now=called or gettext("now"))
    drawn = drawn_peaks(story, SIZES[size][-1])
    said = peaking(drawn, today=wording.local(now, zone).date(), to_them=size == "customer")
    return {
        "drawings": [svg(draw(story, words, each)) for each in SIZES[size]],
        "sentence": sentences(sentence(story), said),
        "legend": said if size == "page" else "",
    }


def peaking(peaks: Sequence[Stretch], *, today: date, to_them: bool = False) -> str:
    """Which peaks of the customer's work are drawn, each name once with its days; "" where there are none.

    `to_them`: the customer themselves reads it.
    """
    days: dict[str, list[str]] = {}
    for peak in peaks:
        days.setdefault(peak.name, []).append(rhythm_words.days(peak, today=today))
    named = rhythm_words.listed(rhythm_words.named(name, rhythm_words.listed(said)) for name, said in days.items())
    said = gettext("Your work peaks: %(peaks)s.") if to_them else gettext("Their work peaks: %(peaks)s.")
    return said % {"peaks": named} if named else ""


def sentences(*said: str) -> str:
    """Sentences one after the other, as the active language sets them."""
    return ("" if (get_language() or "").startswith("zh") else " ").join(part for part in said if part)


def words_for(zone: str, *, now: str) -> Words:
    """What a drawing says, in the active language; ticks and days as the zone's clocks and calendar show them."""
    chinese = (get_language() or "").startswith("zh")
    return Words(
        now=now,
        states={
            State.SCHEDULED: (gettext("not yet begun"),),
            State.ACTIVE: (gettext("everything as usual"), gettext("as usual")),
            State.BUFFER: (gettext("buffer: everything still works"), gettext("buffer")),
            State.SOFT_LOCKED: (gettext("soft lock"),),
            State.CLOSED: (gettext("closed"),),
        },
        tick=lambda at: ticks(wording.local(at, zone), chinese=chinese),
        day=lambda day: day_name(day, chinese=chinese),
    )


def ticks(wall: datetime, *, chinese: bool) -> tuple[str, ...]:
    """A wall time beside a tick, the longer and the shorter way to say it: never without its day and month."""
    weekday, clock = weekday_name(wall, chinese=chinese), f"{wall:%H:%M}"
    if chinese:
        day = f"{wall.month}月{wall.day}日"
        return f"{day} {weekday} {clock}", f"{day} {clock}"
    day = f"{wall.day} {wording.MONTHS[wall.month][:3]}"
    return f"{weekday} {day}, {clock}", f"{day} {clock}"


def day_name(day: date, *, chinese: bool) -> str:
    """A day below the bar: 「27日 周五」, "Fri 27"."""
    weekday = weekday_name(day, chinese=chinese)
    return f"{day.day}日 {weekday}" if chinese else f"{weekday} {day.day}"


def weekday_name(day: date, *, chinese: bool) -> str:
    """「周五」, "Fri"."""
    return wording.WEEKDAYS[wording.ZH if chinese else wording.EN][day.weekday()]


def sentence(story: Story) -> str:
    """The whole ribbon in words, each minute with its zone (rule 4)."""
    windows, zone = story.windows, story.zone
    said = [
        gettext("Now: %(minute)s.") % {"minute": wording.instant(story.now, zone)},
        gettext("Last minute: %(minute)s.") % {"minute": wording.instant(windows.ends_at - wording.MINUTE, zone)},
        after_the_end(windows, zone),
        *told(story.touches),
    ]
    return sentences(*said)


def after_the_end(windows: Windows, zone: str) -> str:
    """What follows the last minute: the lock has its minute, or nothing locks yet (rule 10)."""
    if windows.joins_at is not None:
        return gettext("The next term then joins by itself, and nothing stops.")
    if windows.lock_at is None:
        return gettext("After it everything still works: nothing locks before somebody there has been told.")
    return gettext(
        "After it comes the buffer, in which everything still works, then from %(minute)s the soft lock."
    ) % {"minute": wording.instant(windows.lock_at, zone)}


def told(touches: Sequence[Touch]) -> list[str]:
    """How many contacts there were, and how many are planned; nothing where there are none."""
    made = sum(touch.done for touch in touches)
    planned = len(touches) - made
    said = []
    if made:
        said.append(ngettext("%(count)d touch made.", "%(count)d touches made.", made) % {"count": made})
    if planned:
        said.append(ngettext("%(count)d touch planned.", "%(count)d touches planned.", planned) % {"count": planned})
    return said

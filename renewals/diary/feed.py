"""A calendar in the words of RFC 5545, as calendar programs subscribe to it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from icalendar import Calendar, Component, Event, vDuration

from accounts import terms, wording
from renewals.diary.entries import Entry

MINUTE = timedelta(minutes=1)
ASKED_EVERY = timedelta(hours=1)
"""How often a calendar program is asked to come by; many come when they like."""
PRODUCT = "-//23:59//customer-success portal//EN"


def feed(entries: Sequence[Entry], *, name: str, zone: str) -> bytes:
    """The entries as a calendar of this name. The same entries give the same bytes, in every process."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", zone)
    calendar.add("refresh-interval", ASKED_EVERY, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(ASKED_EVERY))
    for entry in entries:
        calendar.add_component(event_of(entry))
    add_zones(calendar, entries)
    return calendar.to_ical()


def event_of(entry: Entry) -> Event:
    """One entry: a minute that keeps nobody from being free."""
    event = Event()
    event.add("uid", f"{entry.uid}@{urlsplit(settings.CSPORTAL_BASE_URL).hostname}")
    event.add("summary", entry.title)
    for name, at in zip(("dtstart", "dtend"), on_clocks(entry.at, entry.zone), strict=True):
        event.add(name, at)
    event.add("description", f"{entry.text}\n\n{entry.link}")
    event.add("url", entry.link)
    event.add("dtstamp", entry.changed_at.astimezone(UTC))
    event.add("last-modified", entry.changed_at.astimezone(UTC))
    event.add("sequence", entry.sequence)
    event.add("transp", "TRANSPARENT")
    return event


def on_clocks(at: datetime, zone: str) -> tuple[datetime, datetime]:
    """A minute's two ends as a zone's clocks show them; in UTC on a night on which they show one of the two twice.

    A wall time that comes twice means the earlier one in a calendar, where the promise is the later one (rule 2).
    """
    both = at, at + MINUTE
    if any(is_ambiguous(wording.local(one, zone), zone) for one in both):
        return at.astimezone(UTC), (at + MINUTE).astimezone(UTC)
    tz = terms.zone(zone)
    return at.astimezone(tz), (at + MINUTE).astimezone(tz)


def is_ambiguous(wall: datetime, zone: str) -> bool:
    """Whether a zone's clocks show this wall time twice."""
    earlier, later = terms.readings(wall, zone)
    return earlier != later


def add_zones(calendar: Calendar, entries: Sequence[Entry]) -> None:
    """Describe each zone that is used, for the years that are spoken of, in a steady order."""
    years = [entry.at.year for entry in entries] or [1970]
    calendar.add_missing_timezones(date(min(years) - 1, 1, 1), date(max(years) + 2, 1, 1))
    calendar.subcomponents.sort(key=zones_first)
    for zone in calendar.timezones:
        for observance in zone.subcomponents:
            begin_by_the_clocks_before(observance)


def begin_by_the_clocks_before(observance: Any) -> None:
    """Name a change of clocks by the time that they showed until then, as RFC 5545 wants it (3.6.5).

    The library names one that moves them forward by the time that they show after it, an hour later.
    """
    forward = observance["TZOFFSETTO"].td - observance["TZOFFSETFROM"].td
    if forward <= timedelta(0):
        return
    later = [one.dt for one in observance["RDATE"].dts] if "RDATE" in observance else []
    first = observance["DTSTART"].dt
    del observance["DTSTART"]
    observance.add("dtstart", first - forward)
    if later:
        del observance["RDATE"]
        observance.add("rdate", [one - forward for one in later])


def zones_first(component: Component) -> tuple[bool, str]:
    """Zones before events, by name; the order of the events stays."""
    is_zone = component.name == "VTIMEZONE"
    return not is_zone, str(component["TZID"]) if is_zone else ""

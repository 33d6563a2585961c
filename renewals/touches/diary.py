"""A minute as an entry for any calendar program (RFC 5545): in the customer's zone, by our own zone data.

Plain Python: no Django, no database, no clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from icalendar import Alarm, Calendar, Event, Timezone, vCalAddress, vText

from accounts import terms

MINUTE = timedelta(minutes=1)
AHEAD = timedelta(days=1)
"""How long before its minute an entry makes itself heard."""
MADE_BY = "-//23:59//The last minute//EN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What an entry says. `at` is the first instant of the minute, `stamped_at` when this was written (both UTC).

    The same `uid` is the same entry: a higher `sequence` takes the place of a lower one.
    """

    uid: str
    sequence: int
    stamped_at: datetime
    at: datetime
    zone: str
    summary: str
    description: str
    organizer: str
    organizer_name: str


def as_file(entry: Entry) -> bytes:
    """The entry as a file that a calendar program opens. It invites nobody and asks for no answer (RFC 5546, PUBLISH).

    Without a link: such a file is passed on, and lies in calendars that others read.
    """
    calendar = Calendar()
    for name, value in (("prodid", MADE_BY), ("version", "2.0"), ("calscale", "GREGORIAN"), ("method", "PUBLISH")):
        calendar.add(name, value)
    if written(entry.at, entry.zone).tzinfo is not UTC:
        calendar.add_component(explained(entry.zone, entry.at.year))
    calendar.add_component(event_of(entry))
    return calendar.to_ical()


@lru_cache(maxsize=512)
def explained(zone: str, year: int) -> Timezone:
    """What a calendar needs of a zone to place a minute of that year: remembered, for it takes longer than a letter."""
    return Timezone.from_tzid(zone, first_date=date(year - 1, 1, 1), last_date=date(year + 2, 1, 1))


def event_of(entry: Entry) -> Event:
    """The minute itself, which takes no time of anybody's, and its alarm."""
    event = Event()
    starts = written(entry.at, entry.zone)
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.stamped_at.astimezone(UTC))
    event.add("dtstart", starts)
    event.add("dtend", (entry.at + MINUTE).astimezone(starts.tzinfo))
    event.add("summary", entry.summary)
    event.add("description", entry.description)
    event.add("transp", "TRANSPARENT")
    organizer = vCalAddress(f"mailto:{entry.organizer}")
    organizer.params["CN"] = vText(entry.organizer_name)
    event.add("organizer", organizer)
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", entry.summary)
    alarm.add("trigger", -AHEAD)
    event.add_component(alarm)
    return event


def written(at: datetime, zone: str) -> datetime:
    """The instant as wall time of the zone; in UTC where wall time says it twice.

    A calendar reads a wall time that comes twice as the first (RFC 5545, 3.3.5), and an end is the second (rule 2). So
    does one that begins before clocks go back and ends after it.
    """
    local, after = at.astimezone(terms.zone(zone)), (at + MINUTE).astimezone(terms.zone(zone))
    return at.astimezone(UTC) if local.fold or after.fold else local

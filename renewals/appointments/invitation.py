"""A call at a fixed time as an invitation for any calendar program (RFC 5545, RFC 5546), in its reader's zone.

Plain Python: no Django, no database, no clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from icalendar import Alarm, Calendar, Event, vCalAddress, vText

from accounts import terms
from renewals.touches.diary import MADE_BY, explained

AHEAD = timedelta(minutes=15)
"""How long before a call its entry makes itself heard."""
REQUEST, CANCEL, PUBLISH = "REQUEST", "CANCEL", "PUBLISH"
"""The last is for a file that somebody takes themselves: it invites nobody (RFC 5546)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who takes part: their address and name."""

    address: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """What an invitation says. The same `uid` is the same call: a higher `sequence` takes the place of a lower one."""

    uid: str
    sequence: int
    method: str
    stamped_at: datetime
    starts_at: datetime
    ends_at: datetime
    zone: str
    summary: str
    description: str
    organizer: Person
    attendees: Sequence[Person]


def as_file(invited: Invited) -> bytes:
    """The invitation, or with the method CANCEL the word that it is off, as a calendar program reads it.

    Whoever chose the time comes: nobody is asked for an answer, which would go to an address that nobody reads.
    Without a link: such a file is passed on, and lies in calendars that others read.
    """
    calendar = Calendar()
    for name, value in (("prodid", MADE_BY), ("version", "2.0"), ("calscale", "GREGORIAN")):
        calendar.add(name, value)
    calendar.add("method", invited.method)
    if walls(invited)[0].tzinfo is not UTC:
        calendar.add_component(explained(invited.zone, invited.starts_at.year))
    calendar.add_component(event_of(invited))
    return calendar.to_ical()


def event_of(invited: Invited) -> Event:
    """The call itself, with who takes part."""
    event, is_off = Event(), invited.method == CANCEL
    starts, ends = walls(invited)
    event.add("uid", invited.uid)
    event.add("sequence", invited.sequence)
    event.add("dtstamp", invited.stamped_at.astimezone(UTC))
    event.add("dtstart", starts)
    event.add("dtend", ends)
    event.add("summary", invited.summary)
    event.add("description", invited.description)
    event.add("status", "CANCELLED" if is_off else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if is_off else "OPAQUE")
    event.add("organizer", address_of(invited.organizer))
    for one in invited.attendees if invited.method != PUBLISH else ():
        event.add("attendee", address_of(one, ROLE="REQ-PARTICIPANT", PARTSTAT="ACCEPTED", RSVP="FALSE"))
    if not is_off:
        event.add_component(alarm_of(invited))
    return event


def address_of(person: Person, **params: str) -> vCalAddress:
    """Somebody as a calendar names them."""
    address = vCalAddress(f"mailto:{person.address}")
    for name, value in {"CN": person.name, **params}.items():
        address.params[name] = vText(value)
    return address


def alarm_of(invited: Invited) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", invited.summary)
    alarm.add("trigger", -AHEAD)
    return alarm


def walls(invited: Invited) -> tuple[datetime, datetime]:
    """Both instants as wall time of the zone; in UTC where wall time says one of them twice.

    A calendar reads a wall time that comes twice as the first one (RFC 5545, 3.3.5).
    """
    zone = terms.zone(invited.zone)
    starts, ends = invited.starts_at.astimezone(zone), invited.ends_at.astimezone(zone)
    if starts.fold or ends.fold:
        return invited.starts_at.astimezone(UTC), invited.ends_at.astimezone(UTC)
    return starts, ends

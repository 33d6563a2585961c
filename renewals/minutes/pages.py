"""What the two pages of minutes show beside their rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import get_language

from accounts import wording
from accounts.models import User
from renewals.minutes import months
from renewals.minutes.reading import InMonth, Sums, hours
from renewals.minutes.strip import HOURS_SIZES, Hours, by_hour
from renewals.minutes.words import strip_day
from renewals.ribbon.shapes import Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """All ends by the hour: drawn, and as the table of the same numbers."""

    drawings: Sequence[Hours]
    lines: Sequence[tuple[str, int]]


def picture(ends: QuerySet[Any], *, shows: Interval, now: datetime, reader: User) -> Picture:
    """The ends by the hour, each hour as the reader's own clock shows it."""
    counts, zone = hours(ends), reader.time_zone
    drawings = [by_hour(counts, shows=shows, now=now, zone=zone, day=strip_day, size=size) for size in HOURS_SIZES]
    return Picture(
        drawings=drawings, lines=[(wording.instant(at, zone), count) for at, count in sorted(counts.items())]
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One end in the calendar: the clock time with its zone, who, where its page is."""

    clock: str
    zone: str
    customer: str
    number: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One day of the calendar, with its first ends and how many there are in all."""

    on: date
    called: str
    entries: Sequence[Entry]
    count: int
    href: str
    is_today: bool

    @property
    def more(self) -> int:
        return self.count - len(self.entries)


def calendar(
    month: date, found: Mapping[date, list[InMonth]], *, today: date, query: QueryDict
) -> list[list[Day | None]]:
    """The month's weeks; each day leads to all that ends on it, narrowed as the month is."""
    return [
        [day_of(on, found.get(on, []), today=today, query=query) if on else None for on in week]
        for week in months.weeks(month)
    ]


def day_of(on: date, ends: Sequence[InMonth], *, today: date, query: QueryDict) -> Day:
    """One day and its first ends."""
    return Day(
        on=on,
        called=f"{wording.weekdays()[on.weekday()]} {wording.days(on, on, this_year=on.year)}",
        entries=[entry(end) for end in ends],
        count=ends[0].that_day if ends else 0,
        href=f"{reverse('minutes:minutes')}?{with_field(query, 'on', on.isoformat())}",
        is_today=on == today,
    )


def entry(end: InMonth) -> Entry:
    """One end as a line of its day."""
    return Entry(
        clock=f"{end.term.last_minute:%H:%M}",
        zone=wording.zone_name(end.term.time_zone),
        customer=end.contract.customer.name,
        number=end.contract.number,
        href=end.contract.get_absolute_url(),
    )


def with_field(query: QueryDict, name: str, value: str) -> str:
    """The address's fields with one put in, the month and the page left out."""
    fields = query.copy()
    for gone in ("month", "page", "export"):
        fields.pop(gone, None)
    fields[name] = value
    return fields.urlencode()


def money(found: Sums) -> str:
    """The amounts in one line, as the active language lists them."""
    comma = "、" if (get_language() or "").startswith("zh") else ", "
    return comma.join(wording.money(amount, currency) for amount, currency in found.amounts)

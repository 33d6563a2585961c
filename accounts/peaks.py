"""The verbs that note when a customer's own work peaks, and the peaks of many customers at once (rule 18).

Nothing here moves a promise or a lock: a peak is shown, and a person decides.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F

from accounts.models import Customer, Peak, User, WorkingCalendar
from accounts.rhythm import Pattern, Rhythm, Stretch
from accounts.worktime import WorkingHours

YEAR = timedelta(days=366)


def note_peak(customer: Customer, *, by: User, now: datetime, **said: Any) -> Peak:
    """A new peak of a customer: `name`, `note`, `kind` and the columns that its kind needs."""
    return Peak.objects.create(customer=customer, noted_by=by, noted_at=now, **said)


@transaction.atomic
def change_peak(peak: Peak, *, by: User, now: datetime, **said: Any) -> Peak | None:
    """Note a peak anew in place of another, which stays on record as it was. None where that is gone already."""
    return note_peak(peak.customer, by=by, now=now, **said) if remove_peak(peak, by=by, now=now) else None


def remove_peak(peak: Peak, *, by: User, now: datetime) -> bool:
    """The customer's work peaks then no longer; the row stays on record. Whether it was still there."""
    return bool(Peak.objects.standing().filter(pk=peak.pk).update(removed_at=now, removed_by=by))


def rhythms_of(customer_ids: Iterable[int]) -> Mapping[int, Rhythm]:
    """The rhythm of each of these customers who has one, in a constant number of queries."""
    named: dict[int, list[tuple[str, Pattern]]] = defaultdict(list)
    zones: dict[int, tuple[str, int]] = {}
    peaks = Peak.objects.standing().filter(customer__in=set(customer_ids)).defer("note", "noted_at", "noted_by")
    for peak in peaks.annotate(zone=F("customer__time_zone"), calendar=F("customer__calendar")):
        named[peak.customer_id].append((peak.name, peak.pattern))
        zones[peak.customer_id] = (peak.zone, peak.calendar)
    hours = hours_of({calendar for _zone, calendar in zones.values()})
    return {pk: Rhythm(peaks=named[pk], zone=zone, hours=hours[calendar]) for pk, (zone, calendar) in zones.items()}


def hours_of(calendar_ids: Collection[int]) -> Mapping[int, WorkingHours]:
    """The hours of each of these working calendars, its changed days along, in one query."""
    calendars: dict[int, WorkingCalendar] = {}
    changed: dict[int, list[tuple[date, bool]]] = defaultdict(list)
    read = WorkingCalendar.objects.filter(pk__in=calendar_ids).order_by()
    for one in read.annotate(day=F("days__on"), is_working=F("days__is_working")):
        calendars[one.pk] = one
        if one.day:
            changed[one.pk].append((one.day, one.is_working))
    return {pk: calendar.hours_with(changed[pk]) for pk, calendar in calendars.items()}


def peaks_of(customer_ids: Iterable[int], *, starts: datetime, ends: datetime) -> Mapping[int, Sequence[Stretch]]:
    """The peaks that touch the time from `starts` until just before `ends`, in order, for each of these customers.

    A constant number of queries. Who has none has an empty list.
    """
    ids = set(customer_ids)
    rhythms = rhythms_of(ids)
    return {pk: rhythms[pk].stretches(starts=starts, ends=ends) if pk in rhythms else [] for pk in ids}


def peaks_with_next(customer: Customer, *, now: datetime) -> list[tuple[Peak, Stretch | None]]:
    """Each peak of a customer with the stretch that is under way or comes next; None where none comes for a year."""
    found, zone, hours = [], customer.time_zone, customer.calendar.hours()
    for peak in customer.peaks.standing():
        rhythm = Rhythm(peaks=[(peak.name, peak.pattern)], zone=zone, hours=hours)
        found.append((peak, next(iter(rhythm.stretches(starts=now, ends=now + YEAR)), None)))
    return found

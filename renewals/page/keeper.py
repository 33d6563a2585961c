"""The person to talk to: when they are at work, and when they are back (rule 11)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time

from django.conf import settings
from django.db.models import prefetch_related_objects

from accounts import wording
from accounts.models import Contract, User, WorkingCalendar
from accounts.terms import zone
from accounts.worktime import MIDNIGHT, WorkingHours
from renewals.interventions.duty import Candidate, present
from renewals.interventions.models import Absence


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeper:
    """Who looks after a contract, as their customer gets to know them at `now`."""

    user: User
    candidate: Candidate
    """When they work and are away, for whoever looks for a time with them."""
    now: datetime
    reader_zone: str
    at_work_from: datetime | None
    """When they are at work next: `now` where they are; None where their calendar never lets them be."""

    @property
    def hours(self) -> WorkingHours:
        return self.candidate.hours

    @property
    def is_at_work(self) -> bool:
        return self.at_work_from is not None and self.at_work_from <= self.now

    @property
    def daily(self) -> str:
        """Their working hours by their own clocks: "09:00–18:00"."""
        return self.daily_in(self.user.time_zone)

    @property
    def elsewhere(self) -> str:
        """The same hours by the reader's clocks; "" where those show the same (rule 4)."""
        own = self.daily_in(self.reader_zone)
        return own if own != self.daily else ""

    @property
    def back(self) -> str:
        """When they are at work again, to the minute, the reader's own time beside it; "" while they are there."""
        if self.is_at_work or self.at_work_from is None:
            return ""
        words = wording.instant(self.at_work_from, self.user.time_zone)
        return wording.with_own(words, wording.beside(self.at_work_from, self.user.time_zone, self.reader_zone))

    def daily_in(self, reader_zone: str) -> str:
        """Their hours as the clocks of a zone show them today; a day ends at 24:00, not at 00:00."""
        opens, closes = (self.clock(wall, reader_zone) for wall in (self.hours.opens, self.hours.closes))
        return f"{opens:%H:%M}–{'24:00' if closes == MIDNIGHT else f'{closes:%H:%M}'}"

    def clock(self, wall: time, reader_zone: str) -> time:
        """A time of their day on the clocks of another zone."""
        today = self.now.astimezone(zone(self.user.time_zone)).date()
        return datetime.combine(today, wall, tzinfo=zone(self.user.time_zone)).astimezone(zone(reader_zone)).time()


def keeper_of(user: User, calendar: WorkingCalendar | None, *, reader_zone: str, now: datetime) -> Keeper:
    """One of the vendor's people at an instant: by the hours of a calendar, but for when they are away."""
    hours = calendar.hours() if calendar else WorkingHours(country=settings.CSPORTAL_DEFAULT_COUNTRY)
    away = Absence.objects.filter(user=user, until_at__gt=now).values_list("from_at", "until_at")
    candidate = Candidate(user_id=user.pk, zone=user.time_zone, hours=hours, away=tuple(away))
    begins = next(present(candidate, now), None)
    return Keeper(user=user, candidate=candidate, now=now, reader_zone=reader_zone, at_work_from=begins and begins[0])


def calendars_of(contract: Contract) -> tuple[WorkingCalendar, WorkingCalendar | None]:
    """The customer's calendar, and that of who looks after the contract: the changed days of both in one query.

    The second is their own, else the usual one of the vendor's country; None where there is none, or nobody.
    """
    theirs, owner = contract.customer.calendar, contract.owner
    calendar = (owner.calendar or usual(theirs)) if owner and owner.is_active else None
    prefetch_related_objects([theirs, *([calendar] if calendar else [])], "days")
    return theirs, calendar


def usual(theirs: WorkingCalendar) -> WorkingCalendar | None:
    """The calendar of the vendor's country, which is the customer's for most."""
    name = settings.CSPORTAL_DEFAULT_COUNTRY
    return theirs if theirs.name == name else WorkingCalendar.objects.filter(name=name).first()

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
from renewals.touches.asking import staff_hours


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeper:
    """Who looks after a contract, as their customer gets to know them at `now`."""

    user: User
    hours: WorkingHours
    now: datetime
    reader_zone: str
    at_work_from: datetime | None
    """When they are at work next: `now` where they are; None where their calendar never lets them be."""

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


def keeper_of(user: User, theirs: WorkingCalendar, *, reader_zone: str, now: datetime) -> Keeper:
    """One of the vendor's people at an instant: by their working hours, but for when they are away.

    `theirs` is the customer's calendar.
    """
    calendar = calendar_of(user, theirs)
    hours = calendar.hours() if calendar else staff_hours([user])[user.pk]
    away = Absence.objects.filter(user=user, until_at__gt=now).values_list("from_at", "until_at")
    candidate = Candidate(user_id=user.pk, zone=user.time_zone, hours=hours, away=tuple(away))
    begins = next(present(candidate, now), None)
    return Keeper(user=user, hours=hours, now=now, reader_zone=reader_zone, at_work_from=begins and begins[0])


def read_calendars(contract: Contract) -> None:
    """The changed days of both sides' calendars, in one query."""
    owner = contract.owner
    calendar = owner and owner.is_active and calendar_of(owner, contract.customer.calendar)
    prefetch_related_objects([contract.customer.calendar, *([calendar] if calendar else [])], "days")


def calendar_of(owner: User, theirs: WorkingCalendar) -> WorkingCalendar | None:
    """An owner’s own calendar, else the vendor’s usual one where it is theirs too; None where it is another."""
    return owner.calendar or (theirs if theirs.name == settings.CSPORTAL_DEFAULT_COUNTRY else None)

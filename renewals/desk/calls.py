"""Calls that customers chose a time for: those of today, and those of which nobody has said yet what came of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts import wording
from accounts.models import User
from renewals.appointments.models import Appointment, AppointmentQuerySet
from renewals.appointments.reading import offered_besides, times_for
from renewals.appointments.slots import Offered

SOON = timedelta(hours=72)
"""How near a call is for the first page to name it: on a Friday evening that of Monday morning too."""
REMEMBERED = timedelta(days=14)
"""How long one that is over waits there for somebody to note what came of it."""
MOST = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One call at an instant, as one reader is told of it."""

    call: Appointment
    reader: User
    now: datetime

    @property
    def has_begun(self) -> bool:
        return self.call.starts_at <= self.now

    @property
    def when(self) -> str:
        """Its minute on the reader's clock, the customer's beside it where that differs: 「今天 10:00」."""
        own = wording.day_label(self.call.starts_at, self.reader.time_zone, self.now)
        theirs = wording.beside(self.call.starts_at, self.reader.time_zone, self.call.time_zone)
        return f"{own} ({theirs})" if theirs else own

    @property
    def is_over(self) -> bool:
        return self.call.ends_at <= self.now

    @property
    def tel(self) -> str:
        """The number as a telephone takes it; "" where there is none."""
        return "".join(self.call.reached_at.split())


def calls_today(user: User, *, now: datetime, mine: bool) -> Sequence[Line]:
    """The calls that `user` makes soon or has made and not noted, or with not `mine` those that they may see."""
    calls = Appointment.objects.open().filter(user=user) if mine else Appointment.objects.open().visible_to(user)
    near = calls.filter(during__startswith__lte=now + SOON, during__endswith__gt=now - REMEMBERED)
    return in_lines(near, user, now=now)


def calls_ahead(user: User, *, now: datetime) -> Sequence[Line]:
    """Every call to come that `user` may see, the next first."""
    return in_lines(Appointment.objects.to_come(at=now).visible_to(user), user, now=now)


def in_lines(calls: AppointmentQuerySet, user: User, *, now: datetime) -> Sequence[Line]:
    """As many of these as one reads."""
    read = calls.select_related("contract__customer", "contract__product", "contact", "user")
    return [Line(call=call, reader=user, now=now) for call in read[:MOST]]


def offered_for(call: Appointment, *, now: datetime) -> Offered:
    """The times to which it could be moved: those of whoever makes it."""
    return offered_besides(times_for(call.contract, call.contact, call.user, now=now), call)

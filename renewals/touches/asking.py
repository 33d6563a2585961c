"""Whom here the portal asks to tell a customer that nobody there was told of an end: each working day (rule 10).

Without evidence nothing locks, and the contract goes on past its end. Its owner is asked on the first working day,
their managers too from the second. One mail a day to each, about all that waits for them.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol, cast

from django.conf import settings
from django.db import transaction
from django.db.models import Case, DateField, F, Min, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce

from accounts import terms
from accounts.models import User, WorkingCalendar
from accounts.worktime import WorkingHours, is_working_moment
from renewals.locking.models import Clock, ClockQuerySet
from renewals.touches.models import Asked, Reminder
from renewals.touches.outbox import put_on_queue

REMIND = "renewals.touches.tasks.remind"
NAMESPACE = uuid.UUID("2b0c6d1e-54a7-5a0e-8f0b-235900235902")
"""Ours alone: the reminder of a day has the same id whoever makes it."""


@dataclass(frozen=True, slots=True)
class Staff:
    """The vendor's people: everybody, and those who are at work now and were not reminded of anything today."""

    everybody: Sequence[User]
    free: Sequence[User]

    def bosses(self, team_id: int | None) -> list[User]:
        """Who is asked after a team's own people: its managers, or the administrators where it has none."""
        managers = [user for user in self.everybody if user.role == User.Role.MANAGER and user.team_id == team_id]
        return (managers if team_id else []) or [user for user in self.everybody if user.role == User.Role.ADMIN]


class Untold(Protocol):
    """A clock with what `untold` adds to it."""

    @property
    def first(self) -> int | None: ...

    @property
    def team(self) -> int | None: ...

    @property
    def asked_on(self) -> date | None: ...


def staff_hours(people: Iterable[User]) -> Mapping[int, WorkingHours]:
    """By user, when the vendor's people work: by their own calendar, else the usual hours of the vendor's country."""
    country = settings.CSPORTAL_DEFAULT_COUNTRY
    calendars = {one.pk: one for one in WorkingCalendar.objects.prefetch_related("days")}
    of_country = (one.hours() for one in calendars.values() if one.name == country)
    usual = next(of_country, WorkingHours(country=country))
    return {one.pk: calendars[one.calendar_id].hours() if one.calendar_id else usual for one in people}


def local_day(user: User, at: datetime) -> date:
    """The day that it is for somebody here."""
    return at.astimezone(terms.zone(user.time_zone)).date()


def staff(*, now: datetime, mails: Any = Reminder) -> Staff:
    """The vendor's people as they are at an instant; `mails` are those of which one a day is enough."""
    everybody = list(User.objects.filter(is_active=True).order_by("pk"))
    hours = staff_hours(everybody)
    days = {user.pk: local_day(user, now) for user in everybody}
    reminded = set(mails.objects.filter(on__in=set(days.values())).values_list("user", "on"))
    free = [
        user
        for user in everybody
        if (user.pk, days[user.pk]) not in reminded and is_working_moment(now, user.time_zone, hours[user.pk])
    ]
    return Staff(everybody, free)


def untold(*, now: datetime) -> ClockQuerySet:
    """Counting clocks past their end that do not lock because nobody was told, and the one to ask `first`.

    That is the contract's owner, or the customer's; None where neither works here. `asked_on`: the first day on
    which somebody was asked about this promise.
    """
    clocks = Clock.objects.counting(at=now).filter(
        ends_at__lte=now, lock_at=None, joins_at=None, is_history=False, span__endswith=None
    )
    asked = Asked.objects.filter(term=OuterRef("term"), last_minute=OuterRef("term__last_minute")).order_by()
    first_day = asked.values("term").annotate(day=Min("reminder__on")).values("day")
    owners = ("contract__owner", "contract__customer__owner")
    return clocks.annotate(
        first=Coalesce(*(Case(When(Q(**{f"{owner}__is_active": True}), then=F(owner))) for owner in owners)),
        team=Coalesce(*(F(f"{owner}__team") for owner in owners)),
        asked_on=Subquery(first_day, output_field=DateField()),
    )


@transaction.atomic
def ask(*, now: datetime, queued: bool = True) -> int:
    """Make today's reminders for everybody who is at work and has something waiting; how many.

    They are locked first and looked at again then: of two tickers at once the second finds them reminded.
    """
    if not untold(now=now).exists() or not (waiting := to_ask(staff(now=now), now=now)):
        return 0
    list(User.objects.filter(pk__in=waiting).order_by("pk").select_for_update(no_key=True).values_list("pk"))
    found = to_ask(staff(now=now), now=now)
    remind({pk: clocks for pk, clocks in found.items() if pk in waiting}, now=now, queued=queued)
    return len(found)


def to_ask(people: Staff, *, now: datetime) -> Mapping[int, list[Clock]]:
    """By user, what they are to be asked today: what is theirs, and from its second day what is their team's."""
    free = {user.pk: local_day(user, now) for user in people.free}
    if not free:
        return {}
    of_bosses = Q(first=None) | Q(asked_on__lt=max(free.values()))
    wanted = untold(now=now).filter(Q(first__in=free) | of_bosses).select_related("term").order_by("ends_at", "pk")
    found: dict[int, list[Clock]] = defaultdict(list)
    for clock in wanted:
        for pk in asked_of(cast("Untold", clock), people, free):
            found[pk].append(clock)
    return found


def asked_of(clock: Untold, people: Staff, free: Mapping[int, date]) -> set[int]:
    """Who of those who are free is asked about a contract: its first, and on another day than the first its bosses."""
    bosses = {user.pk for user in people.bosses(clock.team)} & free.keys()
    second_day = {pk for pk in bosses if clock.first is None or (clock.asked_on and clock.asked_on < free[pk])}
    return second_day | ({clock.first} & free.keys() if clock.first else set())


def remind(found: Mapping[int, Iterable[Clock]], *, now: datetime, queued: bool) -> None:
    """The reminders with what they are about, and their entries on the queue."""
    users = User.objects.in_bulk(found)
    reminders = {pk: Reminder(user=users[pk], on=local_day(users[pk], now), made_at=now) for pk in found}
    for reminder in reminders.values():
        reminder.id = uuid.uuid5(NAMESPACE, f"{reminder.user_id}:{reminder.on}")
        reminder.next_try_at, reminder.queued_at = now, now if queued else None
    Reminder.objects.bulk_create(reminders.values())
    Asked.objects.bulk_create(
        Asked(
            reminder=reminders[pk], contract_id=clock.contract_id, term=clock.term, last_minute=clock.term.last_minute
        )
        for pk, clocks in found.items()
        for clock in clocks
    )
    if queued:
        put_on_queue(REMIND, [reminder.pk for reminder in reminders.values()], now=now)

"""Whose morning it is: made once a person and day, in the first round within their working hours (rule 20)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.bulk import insert_new
from accounts.models import User
from accounts.worktime import is_working_moment
from renewals.mornings.models import Morning, NoMornings
from renewals.touches.asking import local_day, staff_hours
from renewals.touches.outbox import put_back, put_on_queue

SEND = "renewals.mornings.tasks.send"
NAMESPACE = uuid.UUID("51f2a6c4-9f0e-5c1b-8f0b-235900235920")
"""Ours alone: the mail of a morning has the same id whoever makes it."""
BATCH = 500


def readers() -> QuerySet[User]:
    """Who gets one: the people who look after customers, and those who lead them. What waits is no administrator's."""
    return User.objects.filter(is_active=True, role__in=[User.Role.CSM, User.Role.MANAGER])


def look_round(*, now: datetime, queued: bool = True) -> int:
    """Make the mails of those whose working day has begun, and wake the workers for those left lying; how many.

    Without `queued` nobody is told of them: a simulation sends them itself.
    """
    mornings = [morning_of(user, on, now=now, queued=queued) for user, on in beginning(now=now)]
    if mornings:
        make(mornings, now=now, queued=queued)
    if queued:
        put_back(SEND, Morning.objects.all(), now=now, limit=BATCH)
    return len(mornings)


@transaction.atomic
def make(mornings: Sequence[Morning], *, now: datetime, queued: bool) -> None:
    """The mails and their entries on the queue. Of two tickers at once each makes what the other has not."""
    insert_new(mornings)
    if queued:
        put_on_queue(SEND, [morning.pk for morning in mornings], now=now)


def beginning(*, now: datetime) -> Sequence[tuple[User, date]]:
    """Who is at work and has no mail of their day yet, with that day: nearly always nobody, in two queries."""
    days = {user: local_day(user, now) for user in readers().filter(no_mornings=None).order_by("pk")}
    made = set(Morning.objects.filter(on__in=set(days.values())).values_list("user", "on"))
    left = {user: on for user, on in days.items() if (user.pk, on) not in made}
    hours = staff_hours(left) if left else {}
    return [(user, on) for user, on in left.items() if is_working_moment(now, user.time_zone, hours[user.pk])]


def morning_of(user: User, on: date, *, now: datetime, queued: bool) -> Morning:
    """The mail, not saved, under the id that it has whoever makes it."""
    return Morning(
        id=uuid.uuid5(NAMESPACE, f"{user.pk}:{on}"),
        user=user,
        on=on,
        made_at=now,
        next_try_at=now,
        queued_at=now if queued else None,
    )


@transaction.atomic
def switch(user: User, *, wanted: bool, now: datetime) -> None:
    """Whether somebody wants a mail in the morning, from now on."""
    if wanted:
        NoMornings.objects.filter(user=user).delete()
    else:
        NoMornings.objects.get_or_create(user=user, defaults={"since": now})


def is_wanted_by(user: User) -> bool:
    """Whether somebody gets a mail on the mornings on which something waits."""
    return readers().filter(Q(no_mornings=None), pk=user.pk).exists()

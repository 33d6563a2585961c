"""What must have happened, worked out a second time: from the table of terms alone, with none of the portal's code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db import connection
from django_q.models import OrmQ

from renewals.interventions.models import Message
from renewals.locking.models import Evidence
from renewals.locking.services import clocks_that_differ
from renewals.mornings.models import Morning
from renewals.timeline.models import Event
from renewals.touches.models import Delivery, Touch
from tests.faults.sink import Sink

DAY = timedelta(days=1)
OPENS = time(9)
MOMENTS = ("ending", "buffer_started", "soft_locked")


class Happened(NamedTuple):
    """One thing that happens to a contract: once, at this instant."""

    number: str
    kind: str
    lead_days: int
    at: datetime


def promises() -> list[tuple[str, date, ZoneInfo]]:
    """Number, last day and zone of every contract, all of them through a whole day."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.number, t.last_minute::date, t.time_zone FROM accounts_contractterm t "
            "JOIN accounts_contract c ON c.id = t.contract_id WHERE t.whole_day"
        )
        return [(number, last_day, ZoneInfo(zone)) for number, last_day, zone in cursor.fetchall()]


def expected(*, until: datetime) -> Iterator[Happened]:
    """Everything that comes to the contracts of the scene up to an instant.

    They end in the middle of a week without a holiday: the lock comes when the second day after the last one opens.
    """
    for number, last_day, zone in promises():
        ends = datetime.combine(last_day + DAY, time(), zone).astimezone(UTC)
        locks = datetime.combine(last_day + 2 * DAY, OPENS, zone).astimezone(UTC)
        yield from (
            one
            for one in (
                Happened(number, "ending", 7, ends - 7 * DAY),
                Happened(number, "ending", 1, ends - DAY),
                Happened(number, "buffer_started", 0, ends),
                Happened(number, "soft_locked", 0, locks),
            )
            if one.at <= until
        )


def recorded() -> list[Happened]:
    """The same as the portal has it on record."""
    rows = Event.objects.filter(kind__in=MOMENTS).values_list("contract__number", "kind", "detail", "occurred_at")
    return [Happened(number, kind, detail.get("lead_days", 0), at) for number, kind, detail, at in rows]


def assert_exactly_once(sink: Sink, *, until: datetime, leads: tuple[int, ...], most_repeats: int) -> None:
    """Every invariant of the record and of the wire, once nothing is left to do.

    `leads`: the days before the end of the letters that must have gone out by now, to each contract's one person.
    """
    assert sorted(recorded()) == sorted(expected(until=until)), "events"
    planned = Counter(Touch.objects.values_list("contract__number", "lead"))
    assert planned == Counter((number, days * DAY) for number, _day, _zone in promises() for days in (7, 1)), "touches"

    due = [days * DAY for days in leads]
    sent = Delivery.objects.filter(touch__lead__in=due)
    assert Counter(sent.values_list("touch__contract__number", "touch__lead", "outcome")) == Counter(
        (number, lead, "sent") for number, _day, _zone in promises() for lead in due
    ), "deliveries"
    assert Delivery.objects.count() == sent.count(), "deliveries before their time"
    assert not Delivery.objects.exclude(lease=None, leased_until=None).exists(), "leases"
    assert OrmQ.objects.count() == 0, "the queue"

    names = {f"<{pk}@localhost>": to for pk, to in sent.values_list("pk", "recipient")}
    notices = len(names)
    names |= {f"<intervention.{one.pk}@localhost>": one.recipient for one in Message.objects.all()}
    locked = Event.objects.filter(kind=Event.Kind.SOFT_LOCKED).count()
    assert (Message.objects.count(), Message.objects.exclude(outcome="sent").count()) == (locked, 0), "interventions"
    assert sink.to == names, "letters"
    assert sink.repeats <= most_repeats, "repeats"
    assert_mornings(sink)
    told = Evidence.objects.filter(kind="delivered").count()
    assert (told, Event.objects.filter(kind="notice_sent").count()) == (notices, notices), "evidence"
    assert clocks_that_differ() == [], "clocks"


def assert_mornings(sink: Sink) -> None:
    """Each colleague had one mail a day at most, under one id; each that counts as sent has come."""
    assert not Morning.objects.exclude(outcome__in=("sent", "dropped")).exists(), "mornings"
    made = {f"<morning.{pk}@localhost>" for pk in Morning.objects.values_list("pk", flat=True)}
    sent = {f"<morning.{pk}@localhost>" for pk in Morning.objects.filter(outcome="sent").values_list("pk", flat=True)}
    assert sent <= set(sink.mornings) <= made, "morning mails"

"""Takes in what is heard of a letter after it left: each thing once; what came back told nobody (rule 10)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from renewals.locking.telling import disprove
from renewals.timeline.models import Event
from renewals.timeline.services import record_event
from renewals.touches.leasing import shortened
from renewals.touches.models import Delivery, Report, Touch


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One thing that was said about one letter. `at` is an instant in UTC; `event_id` the provider's, or ""."""

    delivery_id: uuid.UUID
    kind: Report.Kind
    at: datetime
    said: str = ""
    event_id: str = ""


def delivery_named(said: str, provider_id: str = "") -> uuid.UUID | None:
    """The letter that goes by our own id, as it was given to the provider, or by the provider's; None for another's."""
    try:
        known = Delivery.objects.filter(pk=uuid.UUID(said))
    except ValueError:
        known = Delivery.objects.none()
    by_provider = Delivery.objects.filter(provider_id=provider_id) if provider_id else Delivery.objects.none()
    return known.values_list("pk", flat=True).first() or by_provider.values_list("pk", flat=True).first()


@transaction.atomic
def take_report(heard: Heard, *, now: datetime) -> bool:
    """Put what was heard on record; whether it was new. Twice, or by two at once, it counts once (rule 20).

    A letter that came back told nobody: its evidence and the lock that rests on it go in the same transaction.
    """
    delivery = Delivery.objects.select_for_update(of=("self",)).filter(pk=heard.delivery_id).first()
    if delivery is None:
        return False
    at, event_id = min(heard.at, now), heard.event_id[:200]
    same = Q(delivery=delivery, kind=heard.kind, at=at)
    if event_id:
        same |= Q(event_id=event_id, kind=heard.kind)
    if Report.objects.filter(same).exists():
        return False
    said = shortened(heard.said)
    Report.objects.create(delivery=delivery, kind=heard.kind, at=at, recorded_at=now, said=said, event_id=event_id)
    if heard.kind in Report.UNDELIVERED and delivery.outcome == Delivery.Outcome.SENT:
        come_back(delivery, said, now=now)
    return True


def take_back(delivery: Delivery, *, now: datetime) -> bool:
    """A letter of which it was heard that it came back before it was marked as sent: it comes back now; whether it was.

    The caller has just marked it, in the same transaction.
    """
    heard = Report.objects.filter(delivery=delivery, kind__in=Report.UNDELIVERED).last()
    if heard is None:
        return False
    delivery.refresh_from_db(fields=["over_at"])
    come_back(delivery, heard.said, now=now)
    return True


def come_back(delivery: Delivery, said: str, *, now: datetime) -> None:
    """Mark a letter that went out as one that came back, on record. The caller holds its row."""
    Delivery.objects.filter(pk=delivery.pk).update(outcome=Delivery.Outcome.BOUNCED, answer=said)
    touch = Touch.objects.select_related("contract", "term", "contact").get(pk=delivery.touch_id)
    if delivery.over_at is not None:
        disprove(touch.term, contact=touch.contact, told_at=delivery.over_at, now=now)
    record_event(
        touch.contract,
        Event.Kind.NOTICE_BOUNCED,
        key=f"bounced:{delivery.pk}",
        occurred_at=now,
        now=now,
        contact=touch.contact.name,
        answer=said,
        **({"touch": touch.kind} if touch.kind == Touch.Kind.RENEWED else {}),
    )

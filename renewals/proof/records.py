"""What one contract's proof consists of: what was promised, told, opened and done, as plain values (rule 24)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from typing import Any

from django.utils import translation

from accounts import wording
from accounts.forms.fields import term_in_words
from accounts.models import Contract
from accounts.wording import EN, ZH
from renewals.history import Entry, timeline_of
from renewals.history.titles import ASKED, PEAK_LEFT, TOLD
from renewals.links.services import without_keys
from renewals.offers.models import Agreement, Option
from renewals.timeline.models import Event
from renewals.touches.models import Delivery


class Side(StrEnum):
    """For whom the file is: who reads it decides whether the vendor's own arrangements stand in it."""

    VENDOR = "vendor"
    CUSTOMER = "customer"


OUR_OWN = frozenset(
    {
        ASKED,
        PEAK_LEFT,
        Event.Kind.INTERVENTION_OPENED,
        Event.Kind.HANDED_OVER,
        Event.Kind.TAKEN,
        Event.Kind.INTERVENTION_CLOSED,
        Event.Kind.STEP_ADDED,
        Event.Kind.STEP_MOVED,
        Event.Kind.STEP_ADDRESSED,
        Event.Kind.STEP_DROPPED,
        Event.Kind.STEP_TAKEN_UP,
        Event.Kind.PLAN_MOVED,
        Event.Kind.STAGE_CHANGED,
        Event.Kind.PAYMENT_OVERDUE,
        Event.Kind.PAYMENT_REFUSED,
        Event.Kind.PAID_AGAIN,
        Event.Kind.CALL_PASSED_ON,
    }
)
"""Who of the vendor's people was to do what, and when: not a thing that was promised to or done with the customer."""

OUR_WORDS = frozenset(
    {
        TOLD,
        Event.Kind.EXTENDED,
        Event.Kind.GRANT_UNDONE,
        Event.Kind.STEP_DONE,
        Event.Kind.CALLED,
        Event.Kind.CALL_HELD,
        Event.Kind.CALL_MISSED,
        Event.Kind.INTERVENTION_CLOSED,
        Event.Kind.PAID,
        Event.Kind.PAYMENT_TAKEN_BACK,
    }
)
"""The customer reads that it was done, and until when; the words beside it are a note among the vendor's people."""


def utc(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def records_of(contract: Contract, *, side: Side, now: datetime) -> list[dict[str, Any]]:
    """The terms as they stand, then everything that happened in order of time. A constant number of queries."""
    happened = [
        *events(contract, side=side, now=now),
        *letters(contract, now=now),
        *offers(contract, now=now),
        *signatures(contract, now=now),
    ]
    return [*terms(contract), *sorted(happened, key=lambda record: record["at"])]


def terms(contract: Contract) -> Iterator[dict[str, Any]]:
    """What is promised: each term with its last minute (rule 4)."""
    for term in contract.terms.order_by("starts_at"):
        yield {
            "record": "promise",
            "starts_at": utc(term.starts_at),
            "last_minute": term.last_minute.isoformat(timespec="minutes"),
            "time_zone": term.time_zone,
            "ends_at": utc(term.ends_at),
            "text": both(partial(wording.until, term.last_minute, term.time_zone)),
            "sold_as": both(partial(term_in_words, term.sold_as)),
            "seats": term.seats,
            "value": str(term.value) if term.value is not None else None,
            "currency": term.currency,
            "recorded_at": utc(term.recorded_at),
        }


def events(contract: Contract, *, side: Side, now: datetime) -> Iterator[dict[str, Any]]:
    """What was told, opened and done: the past of the contract's timeline."""
    for entry in timeline_of(contract, now=now):
        if not entry.planned and (side is Side.VENDOR or entry.kind not in OUR_OWN):
            yield event(entry, shows_detail=side is Side.VENDOR or entry.kind not in OUR_WORDS)


def event(entry: Entry, *, shows_detail: bool) -> dict[str, Any]:
    return {
        "record": "event",
        "at": utc(entry.at),
        "kind": str(entry.kind),
        "text": both(lambda: str(entry.title)),
        "detail": both(lambda: without_keys(str(entry.detail)) if shows_detail else ""),
        "by": both(lambda: str(entry.actor)),
    }


def letters(contract: Contract, *, now: datetime) -> Iterator[dict[str, Any]]:
    """Each letter that left, word for word. The keys in its addresses stay out: a file is passed on."""
    gone = Delivery.objects.filter(touch__contract=contract, outcome__in=Delivery.LEFT, over_at__lte=now)
    for delivery in gone.order_by("over_at", "pk"):
        assert delivery.over_at is not None  # the filter's, which the type does not know
        text = without_keys(delivery.body)
        yield {
            "record": "letter",
            "at": utc(delivery.over_at),
            "id": str(delivery.pk),
            "to": delivery.recipient,
            "subject": delivery.subject,
            "body": text,
            "body_sha256": hashlib.sha256(text.encode()).hexdigest(),
            "outcome": delivery.outcome,
            "answer": delivery.answer,
        }


def offers(contract: Contract, *, now: datetime) -> Iterator[dict[str, Any]]:
    """What a person offered them, as it stood on their page; each change of it was an offer of its own."""
    for option in Option.objects.filter(contract=contract, made_at__lte=now).order_by("made_at", "pk"):
        yield {
            "record": "offer",
            "at": utc(option.made_at),
            "id": option.pk,
            "sold_as": both(partial(term_in_words, option.sold_as)),
            "seats": option.seats,
            "unit": str(option.unit),
            "currency": option.currency,
            "discount_percent": str(option.discount),
            "tax_percent": str(option.tax_rate),
            "stands_until": utc(option.valid_ends_at) if option.valid_ends_at else None,
            "note": option.note,
            "withdrawn_at": utc(option.withdrawn_at) if option.withdrawn_at and option.withdrawn_at <= now else None,
        }


def signatures(contract: Contract, *, now: datetime) -> Iterator[dict[str, Any]]:
    """What they signed, word for word as it was hashed when it was signed."""
    for agreement in Agreement.objects.filter(contract=contract, signed_at__lte=now).order_by("signed_at", "pk"):
        yield {
            "record": "signature",
            "at": utc(agreement.signed_at),
            "signer": agreement.signer,
            "order_number": agreement.order_number,
            "agreed": agreement.text,
            "agreed_sha256": agreement.sha256,
        }


def both(say: Callable[[], str]) -> dict[str, str]:
    """A text in both languages."""
    said = {}
    for language in (ZH, EN):
        with translation.override(language):
            said[language] = say()
    return said

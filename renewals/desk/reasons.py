"""Why a contract waits for someone, and which ones do (rules 10, 13, 15)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import CharField, Exists, IntegerField, JSONField, OuterRef, Q, QuerySet, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Concat, Lower

from accounts.models import Contact, ContractTerm
from renewals.appointments.models import Appointment
from renewals.desk.cases import with_open_case
from renewals.desk.rows import SOON, Row
from renewals.desk.today import LATELY, UNTOLD
from renewals.locking.models import Clock, Evidence
from renewals.offers.models import Option
from renewals.timeline.models import Event
from renewals.touches.models import Delivery

REMEMBERED = timedelta(days=14)
"""How long a wish for a call, or a notice that failed, waits here for somebody."""


class Waits(StrEnum):
    """Why a contract waits for someone; the first that holds is the one that is said."""

    CALL = "call"
    CHANGE = "change"
    SIGNER = "signer"
    DECLINED = "declined"
    LOCKED = "locked"
    FAILED = "failed"
    UNTOLD = "untold"
    PRICE = "price"
    PEAK = "peak"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a customer said on their page, and nobody has seen to it."""

    kind: Event.Kind
    occurred_at: datetime
    detail: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unanswered:
    """What nobody has seen to."""

    said: Mapping[Waits, Mapping[int, Said]]
    """By why somebody waits, by the contract: what its customer said last."""
    not_reached: Collection[int]
    """Terms with a notice that failed for good or came back, and nobody told since."""


SAID_ON_THE_PAGE = {
    Waits.CALL: Event.Kind.CALL_REQUESTED,
    Waits.CHANGE: Event.Kind.CHANGE_REQUESTED,
    Waits.SIGNER: Event.Kind.SIGNER_NAMED,
    Waits.DECLINED: Event.Kind.DECLINED,
}
"""Why somebody waits, by what they did on their page."""


def unanswered(*, now: datetime) -> Unanswered:
    """What customers said and were not told that nobody has seen to yet. One query."""
    said: dict[Waits, dict[int, Said]] = {why: {} for why in SAID_ON_THE_PAGE}
    missed: set[int] = set()
    for why, about, at, _number, detail in every(now=now):
        if why == Waits.FAILED:
            missed.add(about)
        else:
            kind = SAID_ON_THE_PAGE[Waits(why)]
            said[Waits(why)][about] = Said(kind=kind, occurred_at=at, detail=detail)
    return Unanswered(said=said, not_reached=missed)


def every(*, now: datetime) -> QuerySet[Any]:
    """Why somebody waits, the contract, or the term of a notice, that it is about, since when; the last said last."""
    asked = {
        Waits.CALL: asked_for_a_call(now=now),
        Waits.CHANGE: asked_for_another_offer(now=now),
        Waits.SIGNER: said_who_signs(now=now),
        Waits.DECLINED: said_no(now=now),
    }
    said = [
        events.order_by()
        .annotate(why=Value(str(why), output_field=CharField()))
        .values_list("why", "contract", "occurred_at", "pk", "detail")
        for why, events in asked.items()
    ]
    missed = (
        not_reached(now=now)
        .order_by()
        .annotate(
            why=Value(str(Waits.FAILED), output_field=CharField()),
            nothing=Cast(Value(None), JSONField()),
        )
        .values_list("why", "touch__term", "over_at", "touch", "nothing")
    )
    return said[0].union(*said[1:], missed, all=True).order_by("occurred_at", "pk")


def reasons(unanswered: Unanswered, peaks: Collection[int], *, now: datetime) -> dict[Waits, Q]:
    """When each reason holds. `peaks`: the clocks that meet a peak of their customer's work, for somebody to decide."""
    locked_lately = Q(lock_at__gt=now - LATELY, lock_at__lte=now)
    return {
        **{why: Q(contract__in=list(said)) for why, said in unanswered.said.items()},
        Waits.LOCKED: locked_lately & ~talked_to_since("lock_at") & ~with_open_case(at=now),
        Waits.FAILED: Q(term__in=unanswered.not_reached) & (Q(lock_at=None) | Q(lock_at__gt=now)),
        Waits.UNTOLD: UNTOLD & Q(starts_at__lte=now, ends_at__lte=now + SOON),
        Waits.PRICE: Q(Exists(ContractTerm.objects.filter(pk=OuterRef("term"), value=None)))
        & Q(Exists(renewals_of_the_term())),
        Waits.PEAK: Q(pk__in=peaks),
    }


def why_they_wait(
    clocks: QuerySet[Clock],
    unanswered: Unanswered,
    *,
    now: datetime,
    peaks: Collection[int] = (),
    most: int | None = None,
) -> dict[int, Waits]:
    """Why each of these clocks that wait for someone does, by its key, the most pressing first. One query.

    With `most` no more than so many are looked at of each reason: the first so many are the same.
    """
    lean, order = clocks.select_related(None).prefetch_related(None), ("ends_at", "pk") if most else ()
    first, *others = (
        lean.filter(reason)
        .order_by(*order)
        .annotate(rank=Value(place, output_field=IntegerField()))
        .values_list("pk", "rank", "ends_at")[:most]
        for place, reason in enumerate(reasons(unanswered, peaks, now=now).values())
    )
    found: QuerySet[Any] = first.union(*others, all=True).order_by("rank", "ends_at", "pk")
    return dict(each_once(found, most))


def each_once(found: QuerySet[Any], most: int | None) -> Iterator[tuple[int, Waits]]:
    """Each clock with the first reason that holds for it, as many as are asked for."""
    every, seen = list(Waits), set[int]()
    for pk, rank, _ends_at in found:
        if pk not in seen:
            seen.add(pk)
            yield pk, every[rank]
        if len(seen) == most:
            return


def each_with_why(read: Mapping[int, Row], why: Mapping[int, Waits]) -> list[Row]:
    """Those of these that were read, in their order, each told why it waits."""
    shown = [read[pk] for pk in why if pk in read]
    for clock in shown:
        clock.waits = why[clock.pk]
    return shown


def asked_for_a_call(*, now: datetime) -> QuerySet[Event]:
    """That a customer asked for a call that nobody has put on record yet, and chose no time for it since."""
    calls = Appointment.objects.filter(contract=OuterRef("contract"))
    held = Q(outcome=Appointment.Outcome.HELD, settled_at__gte=OuterRef("occurred_at"))
    asked = not_talked_about(Event.Kind.CALL_REQUESTED, since=now - REMEMBERED)
    return asked.filter(~Exists(calls.open()), ~Exists(calls.filter(held)))


def asked_for_another_offer(*, now: datetime) -> QuerySet[Event]:
    """That a customer wants another offer, and nobody has made one or talked to them since."""
    made = Option.objects.filter(contract=OuterRef("contract"), made_at__gte=OuterRef("occurred_at"))
    return not_talked_about(Event.Kind.CHANGE_REQUESTED, since=now - REMEMBERED).filter(~Exists(made))


def said_who_signs(*, now: datetime) -> QuerySet[Event]:
    """That a customer named somebody who signs, and who may not yet."""
    they = Contact.objects.alias(address=Lower("email")).filter(
        customer=OuterRef("contract__customer"), may_sign=True, address=OuterRef("to")
    )
    named = not_talked_about(Event.Kind.SIGNER_NAMED, since=now - REMEMBERED)
    return named.alias(to=KeyTextTransform("to", "detail")).filter(~Exists(they))


def said_no(*, now: datetime) -> QuerySet[Event]:
    """That a customer said on their page that they will not go on, and nobody has talked to them since."""
    said = not_talked_about(Event.Kind.DECLINED, since=now - LATELY)
    return said.filter(contract__declined_at__isnull=False)


def not_talked_about(kind: Event.Kind, *, since: datetime) -> QuerySet[Event]:
    """What customers said on their page, and no person has talked to them since."""
    talked = Evidence.objects.by_a_person().filter(term__contract=OuterRef("contract"), at__gte=OuterRef("occurred_at"))
    return Event.objects.filter(~Exists(talked), kind=kind, occurred_at__gt=since)


def not_reached(*, now: datetime) -> QuerySet[Delivery]:
    """Notices that failed for good or came back, and nobody was told since."""
    told_since = Evidence.objects.filter(term=OuterRef("touch__term"), at__gte=OuterRef("over_at"), disproved_at=None)
    failed = Delivery.objects.filter(outcome__in=Delivery.UNDELIVERED, over_at__gt=now - REMEMBERED)
    return failed.filter(~Exists(told_since))


def talked_to_since(instant: str) -> Exists:
    """Whether a person at the vendor's spoke to somebody there since the instant in this column."""
    return Exists(Evidence.objects.by_a_person().filter(term=OuterRef("term"), at__gte=OuterRef(instant)))


def renewals_of_the_term() -> QuerySet[Event]:
    """The renewal that an outer clock's term came from, where a person or the customer renewed it here."""
    key = Concat(Value("renewed:"), Cast(OuterRef("term"), CharField()), output_field=CharField())
    return Event.objects.filter(contract=OuterRef("contract"), key=key)

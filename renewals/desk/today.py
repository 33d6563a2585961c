"""What waits for someone today, and the minutes that come next (rules 10, 13, 15)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.db.models import Case, CharField, Count, Exists, OuterRef, Q, QuerySet, Sum, Value, When
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Concat, Lower

from accounts.models import Contact, ContractTerm
from accounts.peaks import rhythms_of
from renewals.appointments.models import Appointment
from renewals.desk.cases import with_open_case
from renewals.desk.rows import SOON, with_touches
from renewals.locking.models import Clock, ClockQuerySet, Evidence
from renewals.locking.peaks import Met, met_by, with_peaks
from renewals.offers.models import Option
from renewals.timeline.models import Event
from renewals.touches.models import Delivery

NEXT_HOURS = timedelta(hours=72)
LATELY = timedelta(days=3)
"""How long a lock is new: time enough to talk to whoever met it."""
REMEMBERED = timedelta(days=14)
"""How long a wish for a call, or a notice that failed, waits here for somebody."""
MOST_ROWS = 40
MOST_COUNTED = 1000
"""How far is counted what waits: that it is more is said, and nobody waits for the number."""
MOST_COMPUTED = 500
"""Of how many contracts whose customers have peaks it is computed whether their end meets one."""


UNTOLD = Q(lock_at=None, is_history=False, joins_at=None, span__endswith=None)
"""What does not lock because nobody was told, and not because it goes on anyway: `rows.is_untold` in sets.

History has its lock: saying so lets the index of what nobody was told of yet serve.
"""


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
class Renewed:
    """A renewal of the last days: what goes on, by whom, since when it is agreed."""

    clock: Clock
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """What reaches its last minute soon: how many contracts, for how much in each currency."""

    count: int
    amounts: Sequence[tuple[Decimal, str]]


def waiting(
    clocks: QuerySet[Clock], *, now: datetime, peaks: Collection[int] = (), most: int | None = None
) -> QuerySet[Clock]:
    """Those of these clocks that wait for someone, each with why in `waits`, the most pressing first.

    `peaks`: the clocks that meet a peak of their customer's work, for somebody to decide. With `most` only the first
    so many are found for sure: of each reason no more are looked at.
    """
    said, missed = said_on_the_page(now=now), Q(term__in=not_reached(now=now))
    locked_lately = Q(lock_at__gt=now - LATELY, lock_at__lte=now)
    reasons: dict[Waits, Q] = {
        **{why: Q(contract__in=contracts) for why, contracts in said.items()},
        Waits.LOCKED: locked_lately & ~talked_to_since("lock_at") & ~with_open_case(at=now),
        Waits.FAILED: missed & (Q(lock_at=None) | Q(lock_at__gt=now)),
        Waits.UNTOLD: UNTOLD & Q(starts_at__lte=now, ends_at__lte=now + SOON),
        Waits.PRICE: Q(Exists(ContractTerm.objects.filter(pk=OuterRef("term"), value=None)))
        & Q(Exists(renewals_of_the_term())),
        Waits.PEAK: Q(pk__in=peaks),
    }
    return (
        clocks.filter(pk__in=any_of(clocks, reasons.values(), most=most))
        .annotate(
            waits=Case(
                *(When(reason, then=Value(str(name))) for name, reason in reasons.items()), output_field=CharField()
            ),
            rank=Case(*(When(reason, then=Value(place)) for place, reason in enumerate(reasons.values()))),
        )
        .order_by("rank", "ends_at", "pk")
    )


def any_of(clocks: QuerySet[Clock], reasons: Iterable[Q], *, most: int | None = None) -> QuerySet[Clock, int]:
    """The keys of those clocks for which one of the reasons holds. Reason by reason, so that each finds its index.

    Of each reason at most so many, those that end first.
    """
    order = ("ends_at", "pk") if most else ()
    first, *others = (clocks.filter(one).order_by(*order).values_list("pk", flat=True)[:most] for one in reasons)
    return first.union(*others)


def first_waiting(
    clocks: QuerySet[Clock], *, now: datetime, peaks: Collection[int], shown: int
) -> tuple[dict[int, str], int]:
    """The keys of the first clocks that wait for someone, each with why; and how many wait, up to `MOST_COUNTED`."""
    lean = clocks.select_related(None).prefetch_related(None)
    found: QuerySet[Any] = waiting(lean, now=now, peaks=peaks, most=MOST_COUNTED)
    why = list(found.values_list("pk", "waits")[:MOST_COUNTED])
    return dict(why[:shown]), len(why)


def read_whole(clocks: QuerySet[Clock], keys: Collection[int]) -> dict[int, Any]:
    """These clocks by their keys, with all that the first page shows of any: among very many only few are shown."""
    read = (
        with_touches(clocks)
        .select_related("contract__customer__owner")
        .prefetch_related("contract__customer__contacts")
    )
    return {clock.pk: clock for clock in read.filter(pk__in=keys)}


def peaks_ahead(clocks: ClockQuerySet, *, now: datetime) -> dict[int, Met]:
    """Those of these clocks that meet a peak, for somebody to decide, by their key; of those that end next.

    A peak is computed, not stored, so it is looked for among `MOST_COMPUTED` at most: a reader's own are fewer.
    """
    found = list(with_peaks(clocks, now=now).order_by("ends_at", "pk")[:MOST_COMPUTED])
    met = met_by(found, rhythms=rhythms_of(clock.contract.customer_id for clock in found), now=now)
    return {pk: one for pk, one in met.items() if one.waits}


def said_on_the_page(*, now: datetime) -> dict[Waits, list[int]]:
    """By why somebody waits, the contracts whose customers said so and nobody has seen to it. One query."""
    asked = {
        Waits.CALL: asked_for_a_call(now=now),
        Waits.CHANGE: asked_for_another_offer(now=now),
        Waits.SIGNER: said_who_signs(now=now),
        Waits.DECLINED: said_no(now=now),
    }
    named = [
        events.order_by().annotate(waits=Value(str(why))).values_list("waits", "contract")
        for why, events in asked.items()
    ]
    found: dict[Waits, list[int]] = {why: [] for why in asked}
    for why, contract in named[0].union(*named[1:]):
        found[Waits(why)].append(contract)
    return found


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


SAID_ON_THE_PAGE = {
    Waits.CALL: Event.Kind.CALL_REQUESTED,
    Waits.CHANGE: Event.Kind.CHANGE_REQUESTED,
    Waits.SIGNER: Event.Kind.SIGNER_NAMED,
    Waits.DECLINED: Event.Kind.DECLINED,
}
"""Why somebody waits, by what they did on their page."""


def last_said(clocks: Iterable[Clock]) -> dict[int, Event]:
    """By contract, what its customer said on their page, last, where its clock waits for that."""
    kinds = {clock.contract_id: SAID_ON_THE_PAGE.get(clock.waits) for clock in clocks}  # type: ignore[attr-defined]
    said = Event.objects.filter(kind__in=SAID_ON_THE_PAGE.values(), contract__in=[pk for pk in kinds if kinds[pk]])
    return {one.contract_id: one for one in said.order_by("occurred_at", "pk") if one.kind == kinds[one.contract_id]}


def not_reached(*, now: datetime) -> list[int]:
    """Terms with a notice that failed for good or came back, and nobody told since."""
    told_since = Evidence.objects.filter(term=OuterRef("touch__term"), at__gte=OuterRef("over_at"), disproved_at=None)
    failed = Delivery.objects.filter(outcome__in=Delivery.UNDELIVERED, over_at__gt=now - REMEMBERED)
    return list(failed.filter(~Exists(told_since)).order_by().values_list("touch__term", flat=True).distinct())


def talked_to_since(instant: str) -> Exists:
    """Whether a person at the vendor's spoke to somebody there since the instant in this column."""
    return Exists(Evidence.objects.by_a_person().filter(term=OuterRef("term"), at__gte=OuterRef(instant)))


def renewals_of_the_term() -> QuerySet[Event]:
    """The renewal that an outer clock's term came from, where a person or the customer renewed it here."""
    key = Concat(Value("renewed:"), Cast(OuterRef("term"), CharField()), output_field=CharField())
    return Event.objects.filter(contract=OuterRef("contract"), key=key)


def renewed_lately(clocks: QuerySet[Clock], *, now: datetime) -> list[Renewed]:
    """What was renewed in the last days, the latest first, each contract once."""
    lately = Event.objects.filter(kind=Event.Kind.RENEWED, occurred_at__gt=now - LATELY, occurred_at__lte=now)
    last = {event.contract_id: event for event in lately.order_by("occurred_at", "pk")}
    found = [
        Renewed(clock=clock, by=last[clock.contract_id].detail.get("by", ""), at=last[clock.contract_id].occurred_at)
        for clock in clocks.filter(contract__in=last)
    ]
    return sorted(found, key=lambda renewed: renewed.at, reverse=True)[:MOST_ROWS]


def next_minutes(clocks: QuerySet[Clock], *, now: datetime) -> list[int]:
    """What ends within a week, the next first; then what is in its buffer or was locked lately, the latest first.

    Their keys, as many as one reads.
    """
    ending = Q(starts_at__lte=now, ends_at__gt=now, ends_at__lte=now + SOON)
    runs_on = Q(ends_at__lte=now, joins_at=None)
    running_on = [runs_on & Q(lock_at=None, is_history=False), runs_on & Q(lock_at__gt=now - LATELY)]
    found = list(clocks.filter(ending).order_by("ends_at", "pk").values_list("pk", flat=True)[:MOST_ROWS])
    past = clocks.filter(pk__in=any_of(clocks, running_on)).order_by("-ends_at", "pk").values_list("pk", flat=True)
    return [*found, *past[: MOST_ROWS - len(found)]]


def ahead(clocks: QuerySet[Clock], *, now: datetime) -> Ahead:
    """What reaches its last minute within 72 hours."""
    soon = clocks.filter(starts_at__lte=now, ends_at__gt=now, ends_at__lte=now + NEXT_HOURS)
    summed = soon.order_by().values("term__currency").annotate(n=Count("pk"), amount=Sum("term__value"))
    found = list(summed.values_list("n", "amount", "term__currency"))
    amounts = sorted(((amount, currency) for _n, amount, currency in found if amount), reverse=True)
    return Ahead(count=sum(n for n, _amount, _currency in found), amounts=amounts)

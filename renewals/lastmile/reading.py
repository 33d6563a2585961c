"""Renewals judged by `definitions` in the database; and the verdicts on those whose ends have passed, added up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    DateTimeField,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    Func,
    IntegerField,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Greatest, Least

from accounts.models import ContractTerm
from accounts.models.fields import Month
from renewals.conversations.models import Conversation
from renewals.interventions.models import Intervention, PhoneCall
from renewals.lastmile.definitions import (
    AHEAD,
    COLUMNS,
    CONTACT,
    DAY,
    EVIDENCE,
    FIGURES,
    LETTERS,
    MONTH,
    NO_CONTACT,
    NOBODY,
    NOT_LOCKED,
    REVIEWS,
    WAITED,
    WEEK,
    Figure,
    Told,
    Way,
)
from renewals.lastmile.models import VerdictQuerySet
from renewals.locking.models import Clock, Evidence, LockObservation
from renewals.pipeline.models import Renewal
from renewals.pipeline.models.renewals import RenewalQuerySet
from renewals.playbooks.models import PlanStep
from renewals.playbooks.models.playbooks import Channel
from renewals.touches.models import Delivery, Touch

BY = {"csm": "owner", "team": "owner__team", "product": "product", "month": "month"}
"""By what the funnel is broken down, and the column that says it."""


class Band(Func):
    """Which stretch between these lengths of time a length falls in, from 0: the twin of `bisect_right`."""

    output_field = IntegerField()

    def __init__(self, length: Any, bounds: Sequence[timedelta] = ()) -> None:
        listed = Func(*(Value(one) for one in bounds), function="ARRAY", template="ARRAY[%(expressions)s]::interval[]")
        super().__init__(length, *([listed] if bounds else []), function="WIDTH_BUCKET")


def ended(verdicts: VerdictQuerySet, *, first: date, until: date, now: datetime) -> VerdictQuerySet:
    """Those whose last minute is in these months by their customers' own calendars, and has passed."""
    return verdicts.filter(month__gte=first, month__lt=until, ends_at__lte=now)


def judged(renewals: RenewalQuerySet, *, now: datetime) -> QuerySet[Any]:
    """Each with the columns of `definitions.COLUMNS`: the set-based twin of its functions."""
    found = renewals.annotate(
        month_at=before_the_end(MONTH),
        week_at=before_the_end(WEEK),
        day_at=before_the_end(DAY),
        until=Coalesce("closed_at", Value(now), output_field=DateTimeField()),
        since=Greatest(before_the_end(AHEAD), F("term__starts_at")),
        month=Month("term__last_minute"),
    )
    told = Evidence.objects.filter(term=OuterRef("term"), disproved_at=None, last_minute=OuterRef("term__last_minute"))
    return found.annotate(
        way=way(),
        explained=done("explain"),
        reviewed=done(*REVIEWS),
        week=told_by(told.filter(at__gte=OuterRef("month_at"), at__lt=OuterRef("week_at")), "week_at"),
        day=told_by(told.filter(at__gte=OuterRef("week_at"), at__lt=OuterRef("day_at")), "day_at"),
        contact=contact(),
        waited=waited(),
        proof=best(told.filter(at__lte=OuterRef("until")), "kind", [(kind,) for kind in EVIDENCE]),
        letter=best(letters(), "touch__kind", LETTERS),
        taken=Exists(early_locks()),
        took=Subquery(longest(early_locks()), output_field=DurationField()),
    )


def before_the_end(by: timedelta) -> ExpressionWrapper:
    """So long before the end."""
    return ExpressionWrapper(F("ends_at") - Value(by), output_field=DateTimeField())


def way() -> Case:
    """How an end went."""
    later = ContractTerm.objects.filter(contract=OuterRef("contract"), ends_at__gt=OuterRef("ends_at"))
    before_lock = later.filter(recorded_at__lt=OuterRef("lock_at"))
    locked = Clock.objects.filter(~Exists(before_lock), term=OuterRef("term"), lock_at__isnull=False)
    return Case(
        When(outcome=Renewal.Outcome.LOST, then=Value(Way.LOST)),
        When(~Q(outcome=Renewal.Outcome.SIGNED) | ~Q(Exists(later)), then=Value(Way.OPEN)),
        When(Exists(later.filter(recorded_at__lt=OuterRef("ends_at"))), then=Value(Way.IN_TIME)),
        When(Exists(locked), then=Value(Way.LATE)),
        default=Value(Way.BUFFER),
        output_field=CharField(),
    )


def done(*purposes: str) -> Exists:
    """Whether a step of the term's plan with one of these purposes was done before the end."""
    steps = PlanStep.objects.filter(plan__term=OuterRef("term"), purpose__in=purposes)
    return Exists(steps.filter(done_at__lt=OuterRef("ends_at")))


def told_by(told: QuerySet[Any], before: str) -> Case:
    """Whether somebody was told by then."""
    return Case(
        When(Exists(told), then=Value(Told.YES)),
        When(closed_at__lt=F(before), then=Value(Told.MOOT)),
        default=Value(Told.NO),
        output_field=CharField(),
    )


def contact() -> Coalesce:
    """The stretch of the first real contact: a person wrote, spoke to, met or called somebody there (rule 23)."""
    personal = Delivery.objects.filter(touch__kind=Touch.Kind.LETTER, outcome=Delivery.Outcome.SENT)
    told = Evidence.objects.by_a_person().filter(term=OuterRef("term"))
    calls = PhoneCall.objects.filter(intervention__term=OuterRef("term")).reached()
    talks = Conversation.objects.filter(customer=OuterRef("contract__customer"))
    planned = PlanStep.objects.filter(plan__term=OuterRef("term"), channel=Channel.CALL, done_by__isnull=False)
    first = Least(
        earliest(personal.filter(touch__term=OuterRef("term")), "over_at"),
        earliest(personal.filter(touch__script__besides__term=OuterRef("term")), "over_at"),
        earliest(told, "at"),
        earliest(calls, "at"),
        earliest(talks.filter(Q(contract=None) | Q(contract=OuterRef("contract"))), "at"),
        earliest(planned, "done_at"),
    )
    after = ExpressionWrapper(first - F("ends_at"), output_field=DurationField())
    return Coalesce(Band(after, CONTACT), Value(NO_CONTACT))


def earliest(rows: QuerySet[Any], column: str) -> Subquery:
    """The first of their instants that is one of this renewal."""
    inside = rows.filter(**{f"{column}__gte": OuterRef("since"), f"{column}__lte": OuterRef("until")})
    return Subquery(inside.order_by().annotate(all=Value(1)).values("all").annotate(first=Min(column)).values("first"))


def waited() -> Coalesce:
    """The stretch from the term's first soft lock to the first human contact after it."""
    locks: Any = Intervention.objects.filter(term=OuterRef("term")).with_contact().order_by("locked_at")
    took = ExpressionWrapper(F("contacted_at") - F("locked_at"), output_field=DurationField())
    return Coalesce(
        Subquery(locks.values(band=Coalesce(Band(took, WAITED), Value(NOBODY)))[:1], output_field=IntegerField()),
        Value(NOT_LOCKED),
    )


def best(rows: QuerySet[Any], column: str, order: Sequence[Sequence[str]]) -> Coalesce:
    """The place of the best of their kinds."""
    places = Case(
        *(When(**{f"{column}__in": list(kinds)}, then=Value(place)) for place, kinds in enumerate(order)),
        default=Value(len(order)),
        output_field=IntegerField(),
    )
    least = rows.order_by().annotate(all=Value(1)).values("all").annotate(best=Min(places)).values("best")
    return Coalesce(Subquery(least, output_field=IntegerField()), Value(len(order)))


def letters() -> QuerySet[Any]:
    """What left about the term's end."""
    return Delivery.objects.filter(touch__term=OuterRef("term"), outcome__in=Delivery.LEFT)


def early_locks() -> QuerySet[Any]:
    """Locks that the product reported before an end of this term that was promised then (rule 21)."""
    return LockObservation.objects.filter(
        contract=OuterRef("contract"),
        ends_at__gt=OuterRef("term__starts_at"),
        ends_at__lte=OuterRef("ends_at"),
        locked_at__lt=F("ends_at"),
    )


def longest(locks: QuerySet[Any]) -> QuerySet[Any]:
    """What the worst of them took of the promised time."""
    lost = ExpressionWrapper(F("ends_at") - F("locked_at"), output_field=DurationField())
    return locks.order_by().annotate(all=Value(1)).values("all").annotate(most=Max(lost)).values("most")


def inside(figure: Figure) -> Q:
    """What a figure counts, as a condition on verdicts."""
    return Q(**{f"{column}__in": list(values) for column, values in figure.where.items()})


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Renewals that are alike in every column: how many, for how much in one currency, and what was taken of them."""

    said: dict[str, Any]
    currency: str
    count: int
    amount: Decimal
    took: timedelta


def groups(found: VerdictQuerySet) -> list[Group]:
    """The verdicts in groups. One query, whatever their number."""
    rows = (
        found.order_by()
        .values(*COLUMNS, "currency_now")
        .annotate(count=Count("pk"), amount=Sum("amount_now"), took_in_all=Sum("took"))
    )
    return [
        Group(
            said={column: row[column] for column in COLUMNS},
            currency=row["currency_now"],
            count=row["count"],
            amount=row["amount"] or Decimal(0),
            took=row["took_in_all"] or timedelta(0),
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """What one figure counts: how many, and how much in each currency, the most first."""

    count: int
    amounts: dict[str, Decimal]


def together(amounts: Iterable[Mapping[str, Decimal]]) -> dict[str, Decimal]:
    """Amounts by currency, added up."""
    found: dict[str, Decimal] = {}
    for one in amounts:
        for currency, amount in one.items():
            found[currency] = found.get(currency, Decimal(0)) + amount
    return found


def sums(found: Iterable[Group], figure: str) -> Sums:
    """One figure over these groups."""
    counted = [group for group in found if FIGURES[figure].counts(group.said)]
    amounts = together({group.currency: group.amount} for group in counted if group.currency)
    return Sums(count=sum(group.count for group in counted), amounts=amounts)


@dataclass(slots=True)
class Part:
    """One part: how many some figures count, by their keys, and what was lost in each currency."""

    counts: dict[str, int]
    lost: dict[str, Decimal] = field(default_factory=dict)

    def __add__(self, other: Part) -> Part:
        counts = {figure: count + other.counts[figure] for figure, count in self.counts.items()}
        return Part(counts, together([self.lost, other.lost]))


def by_part(found: VerdictQuerySet, by: str, figures: Sequence[str]) -> dict[Any, Part]:
    """Some figures of each part by one of `BY`. Two queries."""
    counts = {f"count_{n}": Count("pk", filter=inside(FIGURES[figure])) for n, figure in enumerate(figures)}
    parted: Any = found.annotate(part=F(BY[by])).order_by()
    rows = parted.values("part").annotate(**counts).values_list("part", *counts)
    parts = {part: Part(dict(zip(figures, counted, strict=True))) for part, *counted in rows}
    lost = parted.filter(inside(FIGURES["lost"])).exclude(currency_now="").values("part", "currency_now")
    summed = lost.annotate(amount=Sum("amount_now")).values_list("part", "currency_now", "amount")
    for part, currency, amount in summed:
        if part in parts:  # else somebody has just given it away
            parts[part].lost[currency] = amount or Decimal(0)
    return parts

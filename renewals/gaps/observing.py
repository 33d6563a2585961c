"""Observed locks against the promise of then: what each took, and whether that can still be given back (rule 21)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

from django.db.models import (
    Case,
    CharField,
    Count,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    TextChoices,
    Value,
    When,
)
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _

from accounts.models import Contract, User
from accounts.models.fields import Month
from renewals.locking.models import Clock, Grant, LockObservation

NOTHING = timedelta(0)
MINUTE = timedelta(minutes=1)


class Verdict(TextChoices):
    """What an observed lock was. Derived from the promise of then, never stored."""

    PAID = "paid", _("took paid time")
    BUFFER = "buffer", _("took from the buffer")
    SILENT = "silent", _("nobody was told")
    EARLY = "early", _("before the lock")
    RIGHT = "right", _("as promised")


class Answer(TextChoices):
    """What can be done about it now."""

    NOTHING = "nothing", _("nothing to give back")
    AGAIN = "again", _("counted with the first lock of this end")
    GIVEN = "given", _("given back")
    RENEWED = "renewed", _("renewed or moved since")
    CLOSED = "closed", _("closed since")
    PROPOSED = "proposed", _("to give back")


if TYPE_CHECKING:

    class Observed(LockObservation):
        """An observed lock as `observed` reads it."""

        taken: timedelta
        verdict: str
        answer: str

else:
    Observed = LockObservation


def observed(user: User, *, now: datetime) -> QuerySet[LockObservation]:
    """The observed locks of contracts that `user` may see: what each took, its verdict, what can be done now.

    A product may report each door that it kept shut: the first lock of an end counts, the others take nothing more.
    """
    same_end = LockObservation.objects.filter(contract=OuterRef("contract"), ends_at=OuterRef("ends_at"))
    lost = ExpressionWrapper(F("ends_at") - F("locked_at"), output_field=DurationField())
    counting = Clock.objects.counting(at=now).filter(contract=OuterRef("contract"))
    return (
        LockObservation.objects.filter(contract__in=Contract.objects.visible_to(user))
        .select_related("contract__customer", "contract__product", "contract__owner", "given_back__by")
        .annotate(
            is_again=Exists(same_end.filter(locked_at__lt=OuterRef("locked_at"))),
            ends_now=Subquery(counting.values("ends_at")[:1]),
            closes_now=Subquery(counting.values("closes_at")[:1]),
            joins_now=Subquery(counting.values("joins_at")[:1]),
            follows=Exists(counting.filter(span__upper_inf=False)),
            was_given=Exists(Grant.objects.filter(gives_back__in=same_end_as_outer())),
            lost=Greatest(lost, Value(NOTHING), output_field=DurationField()),
        )
        .annotate(
            taken=Case(When(is_again=True, then=Value(NOTHING)), default=F("lost"), output_field=DurationField()),
            verdict=verdict(),
        )
        .annotate(answer=answer(now))
    )


def same_end_as_outer() -> QuerySet[Any]:
    """The observations of the same contract and end as the row two queries out."""
    outer = OuterRef(OuterRef("contract")), OuterRef(OuterRef("ends_at"))
    return LockObservation.objects.filter(contract=outer[0], ends_at=outer[1]).values("pk")


def verdict() -> Case:
    """The set-based words for what a lock was: half-open, as everywhere. Nobody told: `lock_at` is NULL (rule 10)."""
    return Case(
        When(locked_at__lt=F("ends_at"), then=Value(Verdict.PAID)),
        When(locked_at__lt=F("earliest_lock_at"), then=Value(Verdict.BUFFER)),
        When(lock_at=None, then=Value(Verdict.SILENT)),
        When(locked_at__lt=F("lock_at"), then=Value(Verdict.EARLY)),
        default=Value(Verdict.RIGHT),
        output_field=CharField(),
    )


def answer(now: datetime) -> Case:
    """What can be done about a lock at `now`. Who goes on anyway needs no extra time after an end that is past."""
    goes_on = Q(ends_now__gt=F("ends_at")) | Q(joins_now__isnull=False) | Q(follows=True)
    return Case(
        When(locked_at__gte=F("ends_at"), then=Value(Answer.NOTHING)),
        When(given_back__isnull=False, then=Value(Answer.GIVEN)),
        When(Q(is_again=True) | Q(was_given=True), then=Value(Answer.AGAIN)),
        When(goes_on, then=Value(Answer.RENEWED)),
        When(closes_now__lte=now, then=Value(Answer.CLOSED)),
        default=Value(Answer.PROPOSED),
        output_field=CharField(),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What one product took in one month."""

    product: str
    month: date
    locks: int
    taken: timedelta

    @property
    def minutes(self) -> int:
        return self.taken // MINUTE


def by_month(found: QuerySet[Any]) -> list[Taken]:
    """Paid time taken by product and month, the latest month first.

    The month is that of the promised last minute on the customer's own calendar, whoever reads and wherever the
    product's clock stands: a lock at 00:00 of 1 June is May's only where May was what they were promised.
    """
    rows = (
        found.filter(verdict=Verdict.PAID, taken__gt=NOTHING)
        .order_by()
        .annotate(month=Month("last_minute"))
        .values_list("contract__product__name", "month")
        .annotate(locks=Count("pk"), in_all=Sum("taken"))
    )
    cells = [Taken(product=name, month=month, locks=locks, taken=taken) for name, month, locks, taken in rows]
    return sorted(cells, key=lambda cell: (-cell.month.toordinal(), -cell.taken, cell.product))


def answers(found: Iterable[Observed]) -> dict[Answer, list[Observed]]:
    """Observations by what can be done about them."""
    by_answer: dict[Answer, list[Observed]] = defaultdict(list)
    for one in found:
        by_answer[Answer(one.answer)].append(one)
    return by_answer


def proposals(found: QuerySet[Any]) -> list[Observed]:
    """Those that can be given back now, the oldest first."""
    return cast("list[Observed]", list(found.filter(answer=Answer.PROPOSED).order_by("locked_at", "pk")))

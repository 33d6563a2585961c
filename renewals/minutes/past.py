"""What ended on a day that is over: every term, whatever its contract did since, and what came of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, cast

from django.db.models import OuterRef, QuerySet, Subquery

from accounts.models import ContractTerm, User
from accounts.models.contracts import about_contracts_in_sight_of
from renewals.pipeline.models import Renewal

LAST_ZONE = timedelta(hours=12)
"""How long after midnight in UTC a day ends where it ends last."""

if TYPE_CHECKING:

    class Ended(ContractTerm):
        """A term as `terms` reads it: when its next one was put on record, and how its renewal went."""

        followed_at: datetime | None
        outcome: str | None

else:
    Ended = ContractTerm


class Came(StrEnum):
    """What came of an end."""

    IN_TIME = "in_time"
    AFTERWARDS = "afterwards"
    LOST = "lost"
    OPEN = "open"


def terms(user: User) -> QuerySet[ContractTerm]:
    """Every term of the contracts that `user` may see, the earliest end first, with what came of it."""
    later = ContractTerm.objects.filter(contract=OuterRef("contract"), ends_at__gt=OuterRef("ends_at"))
    outcome = Renewal.objects.filter(term=OuterRef("pk")).values("outcome")
    return (
        ContractTerm.objects.filter(about_contracts_in_sight_of(user))
        .annotate(
            followed_at=Subquery(later.order_by("ends_at").values("recorded_at")[:1]),
            outcome=Subquery(outcome[:1]),
        )
        .select_related("contract__customer", "contract__product", "contract__owner")
        .order_by("ends_at", "pk")
    )


def first_day_not_over(now: datetime) -> date:
    """The first day that is not over yet in every zone."""
    return (now.astimezone(UTC) - LAST_ZONE).date()


def is_over(day: date, *, now: datetime) -> bool:
    """Whether a day is over in every zone."""
    return day < first_day_not_over(now)


def came(term: ContractTerm) -> Came:
    """What came of the end of a term that was read by `terms`."""
    ended = cast("Ended", term)
    if ended.followed_at:
        return Came.IN_TIME if ended.followed_at < ended.ends_at else Came.AFTERWARDS
    return Came.LOST if ended.outcome == Renewal.Outcome.LOST else Came.OPEN

"""What moved since an earlier instant, from the record of every change: read in three queries, judged in `movement`.

What has come in new is summed in the database; of the rest only those that were changed are read.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Count, Sum

from accounts import wording
from renewals.forecast.ending import bucketed, ending_in
from renewals.forecast.movement import Move, Moved, Standing, moved, sums
from renewals.forecast.periods import Period
from renewals.pipeline.models import RenewalChange, Stage
from renewals.pipeline.models.renewals import RenewalQuerySet
from renewals.pipeline.rates import Rates

Field = RenewalChange.Field
READ = (Field.STAGE, Field.AMOUNT, Field.CURRENCY, Field.CATEGORY, Field.ENDS_AT)
"""What a standing follows from; how a renewal ended follows from its stage."""
NOW = (
    "renewal", "renewal__term__last_minute", "renewal__term__time_zone", "renewal__outcome", "renewal__category",
    "renewal__amount", "renewal__currency",
)  # fmt: skip


class Now(NamedTuple):
    """A renewal as it stands."""

    pk: int
    last_minute: datetime
    time_zone: str
    outcome: str
    category: str
    amount: Decimal | None
    currency: str


Sums = dict[Move, tuple[int, Decimal]]


def movement_sums(renewals: RenewalQuerySet, period: Period, *, since: datetime, rates: Rates) -> Sums:
    """How many of these renewals made each move since an instant, and by how much each changed the open forecast."""
    found = sums(changed(renewals, period, since=since, rates=rates))
    new = bucketed(came_new(renewals, period, since=since), rates).order_by()
    row: dict[str, Any] = new.aggregate(n=Count("pk"), worth=Sum("home"))
    if row["n"]:
        count, delta = found.get(Move.CAME_IN, (0, Decimal(0)))
        found[Move.CAME_IN] = (count + row["n"], delta + (row["worth"] or Decimal(0)))
    return {move: found[move] for move in Move if move in found}


def moved_rows(
    renewals: RenewalQuerySet, period: Period, move: Move, *, since: datetime, rates: Rates
) -> RenewalQuerySet:
    """The renewals that made a move since an instant."""
    ids = [one.renewal for one in changed(renewals, period, since=since, rates=rates) if one.move == move]
    if move == Move.CAME_IN:
        ids += came_new(renewals, period, since=since).order_by().values_list("pk", flat=True)
    return renewals.filter(pk__in=ids)


def came_new(renewals: RenewalQuerySet, period: Period, *, since: datetime) -> RenewalQuerySet:
    """Those that did not exist at an instant and are open in the period."""
    return ending_in(renewals.filter(opened_at__gt=since, outcome=""), period)


def changed(renewals: RenewalQuerySet, period: Period, *, since: datetime, rates: Rates) -> list[Moved]:
    """What became of those that existed at an instant and were changed since. Both sums are at today's rates."""
    ends = dict(Stage.objects.values_list("pk", "ends"))
    found: list[Moved] = []
    for row, before in changed_since(renewals, since):
        stands = standing(row, {}, period, ends, rates)
        was = standing(row, before, period, ends, rates)
        if one := moved(row.pk, was, stands):
            found.append(one)
    return found


def changed_since(renewals: RenewalQuerySet, since: datetime) -> list[tuple[Now, dict[str, str]]]:
    """Renewals as they stand, each with what stood at an instant in those of its fields that were changed since."""
    changes = (
        RenewalChange.objects.filter(at__gt=since, field__in=READ, renewal__opened_at__lte=since)
        .filter(renewal__in=renewals.order_by().values("pk"))
        .order_by("renewal", "field", "at", "pk")
        .distinct("renewal", "field")
    )
    found: dict[int, tuple[Now, dict[str, str]]] = {}
    for field, before, *now in changes.values_list("field", "before", *NOW):
        found.setdefault(now[0], (Now(*now), {}))[1][field] = before
    return list(found.values())


def standing(row: Now, before: dict[str, str], period: Period, ends: dict[int, str], rates: Rates) -> Standing:
    """How a renewal stands, with what was changed since put back."""
    outcome = row.outcome
    if Field.STAGE in before:
        how = ends.get(int(before[Field.STAGE]), "open")
        outcome = "" if how == "open" else how
    text = before.get(Field.AMOUNT)
    amount = row.amount if text is None else Decimal(text) if text else None
    return Standing(
        in_period=period.holds(last_day(row, before.get(Field.ENDS_AT))),
        outcome=outcome,
        category=before.get(Field.CATEGORY, row.category),
        amount=rates.into_home(amount, before.get(Field.CURRENCY, row.currency)) or Decimal(0),
    )


def last_day(row: Now, ends_at: str | None) -> date:
    """The day of the last minute on the customer's own calendar; of an instant, by their zone."""
    if ends_at is None:
        return row.last_minute.date()
    at = datetime.fromisoformat(ends_at.removesuffix("Z")).replace(tzinfo=UTC)
    return wording.local(at - wording.MINUTE, row.time_zone).date()

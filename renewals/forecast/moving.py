"""What moved since an earlier instant, from the record of every change: read in two queries, judged in `movement`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Q

from accounts import wording
from renewals.forecast.movement import Moved, Standing, moved
from renewals.forecast.periods import Period
from renewals.pipeline.models import RenewalChange, Stage
from renewals.pipeline.models.renewals import RenewalQuerySet
from renewals.pipeline.rates import Rates

Field = RenewalChange.Field
READ = (Field.STAGE, Field.AMOUNT, Field.CURRENCY, Field.CATEGORY, Field.ENDS_AT)
"""What a standing follows from; how a renewal ended follows from its stage."""


class Now(NamedTuple):
    """A renewal as it stands, with what its standing then is worked out from."""

    pk: int
    opened_at: datetime
    last_minute: datetime
    time_zone: str
    outcome: str
    category: str
    amount: Decimal | None
    currency: str


COLUMNS = ("pk", "opened_at", "term__last_minute", "term__time_zone", "outcome", "category", "amount", "currency")


def movement(renewals: RenewalQuerySet, period: Period, *, since: datetime, rates: Rates) -> list[Moved]:
    """What became of these renewals' part in a period's open forecast since an instant. Both sums at today's rates."""
    before = changed_since(renewals, since)
    ends = dict(Stage.objects.values_list("pk", "ends"))
    touched = renewals.filter(Q(pk__in=before.keys()) | Q(opened_at__gt=since)).order_by()
    found: list[Moved] = []
    for row in map(Now._make, touched.values_list(*COLUMNS).iterator()):
        stands = standing(row, {}, period, ends, rates)
        was = None if row.opened_at > since else standing(row, before.get(row.pk, {}), period, ends, rates)
        if one := moved(row.pk, was, stands):
            found.append(one)
    return found


def changed_since(renewals: RenewalQuerySet, since: datetime) -> dict[int, dict[str, str]]:
    """By renewal and field, what stood there at an instant, of what has been changed since."""
    changes = (
        RenewalChange.objects.filter(at__gt=since, field__in=READ, renewal__in=renewals.order_by().values("pk"))
        .order_by("renewal", "field", "at", "pk")
        .distinct("renewal", "field")
    )
    found: dict[int, dict[str, str]] = {}
    for renewal, field, before in changes.values_list("renewal", "field", "before"):
        found.setdefault(renewal, {})[field] = before
    return found


def standing(row: Now, before: Mapping[str, str], period: Period, ends: Mapping[int, str], rates: Rates) -> Standing:
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

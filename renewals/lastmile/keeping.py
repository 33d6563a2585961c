"""Keeps the verdict on every renewal as its facts say it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime

from django.db.models import F

from accounts.models import User
from renewals.lastmile.models import Verdict
from renewals.lastmile.reading import judged
from renewals.pipeline.models import Renewal
from renewals.stale.models import Stale
from renewals.stale.services import AT_ONCE, catch_up, differing, left, stale

KEPT = [field.attname for field in Verdict._meta.concrete_fields if field.attname != "renewal_id"]
NEVER = datetime.max.replace(tzinfo=UTC)
"""All that is on record has happened: for a verdict no fact is left out as not yet known."""


def bring_up_to_date(user: User) -> int:
    """Judge anew what is stale of what `user` may see; of how many contracts that is still to come, nearly always 0."""
    rows = stale(Stale.Kind.LAST_MILE).visible_to(user)
    return left(rows) if catch_up(rows, keep, limit=AT_ONCE) >= AT_ONCE else 0


def bring_all_up_to_date(*, limit: int) -> int:
    """The same of everybody's, up to `limit` contracts; how many there were."""
    return catch_up(stale(Stale.Kind.LAST_MILE), keep, limit=limit)


def is_behind() -> bool:
    """Whether something that is kept is not as it would be judged now."""
    return stale(Stale.Kind.LAST_MILE).exists()


def keep(contract_ids: Collection[int]) -> None:
    """Keep the verdicts on the renewals of these contracts."""
    Verdict.objects.bulk_create(
        read(contract_ids), update_conflicts=True, unique_fields=["renewal"], update_fields=KEPT
    )


def that_differ(contract_ids: Collection[int]) -> set[int]:
    """Those of these contracts of which another verdict is kept than is judged now, though nothing is stale."""
    known = stale(Stale.Kind.LAST_MILE).filter(contract_id__in=contract_ids).values_list("contract_id", flat=True)
    return differing(read(contract_ids), Verdict.objects.filter(contract__in=contract_ids), KEPT) - {*known}


def read(contract_ids: Collection[int]) -> list[Verdict]:
    """The verdicts on the renewals of these contracts, from the tables of the facts."""
    renewals = Renewal.objects.filter(contract__in=contract_ids).order_by()
    found = judged(renewals, now=NEVER).annotate(owner_id=F("contract__owner"), product_id=F("contract__product"))
    return [Verdict(renewal_id=one.pk, **{name: getattr(one, name) for name in KEPT}) for one in found]

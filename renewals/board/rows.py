"""What the pages show of renewals, in a constant number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import OuterRef, Prefetch, Subquery

from accounts.models import Contract, User
from renewals.desk.rows import Row as ClockRow
from renewals.desk.rows import rows as clock_rows
from renewals.desk.rows import with_touches
from renewals.health.models import Snapshot
from renewals.pipeline.models import Renewal
from renewals.pipeline.models.renewals import RenewalQuerySet
from renewals.risk.panel import Risk, risks

if TYPE_CHECKING:

    class ReadContract(Contract):
        """A contract with the clock that counts now."""

        counting: list[ClockRow]

    class Row(Renewal):
        """A renewal as `rows` reads it."""

        contract: ReadContract
        health: int | None

else:
    Row = Renewal


def renewals(user: User) -> RenewalQuerySet:
    """The renewals that `user` may see, the next end first; lean, to be narrowed, counted and added up."""
    return Renewal.objects.visible_to(user).order_by("ends_at", "pk")


def with_rows(found: RenewalQuerySet, user: User, *, now: datetime) -> RenewalQuerySet:
    """The same with all that a row shows: people, product, stage, the clock with its touches, and `health`."""
    kept = Snapshot.objects.of_last_day().filter(contract=OuterRef("contract"))
    related = ("contract__customer", "contract__product", "contract__owner", "term", "stage", "loss_reason")
    clocks = Prefetch("contract__clocks", with_touches(clock_rows(user, now=now)), to_attr="counting")
    return (
        found.select_related(*related)
        .prefetch_related(clocks)
        .annotate(health=Subquery(kept.order_by().values("score")[:1]))
    )


def clock_of(renewal: Row) -> ClockRow | None:
    """The clock that counts now, where it is that of the renewal's own term; None once another term runs."""
    return next((clock for clock in renewal.contract.counting if clock.term_id == renewal.term_id), None)


class Risks:
    """The risk of each of many renewals, read for so many of them at once. Closed ones have none."""

    def __init__(self, *, now: datetime) -> None:
        self.now = now
        self.by_contract: Mapping[int, Risk] = {}

    def read(self, renewals: Iterable[Row]) -> None:
        """Those of these renewals, in the place of those before."""
        self.by_contract = risks({one.contract_id for one in renewals}, now=self.now)

    def of(self, renewal: Row) -> Risk | None:
        """One's of those that were read."""
        found = self.by_contract.get(renewal.contract_id)
        return found if found and found.renewal.pk == renewal.pk else None

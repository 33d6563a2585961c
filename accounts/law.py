"""When the law of a zone changes: the promise, wall time and zone, stays, and the instants move (rule 1)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts import terms
from accounts.models import Amendment, ContractTerm
from accounts.seam import facts_changed
from accounts.services import Actor, NotAllowed, locked, record, sold_start


@dataclass(frozen=True, slots=True)
class Moved:
    """A term of which the law of its zone has moved an instant, and both its instants (UTC) by the law of today."""

    term: ContractTerm
    starts_at: datetime
    ends_at: datetime

    @property
    def becomes(self) -> dict[str, datetime]:
        """The instants that move, by name: as they will be."""
        both = {"starts_at": self.starts_at, "ends_at": self.ends_at}
        return {name: at for name, at in both.items() if at != getattr(self.term, name)}

    @property
    def was(self) -> dict[str, datetime]:
        """The same instants as they are stored."""
        return {name: getattr(self.term, name) for name in self.becomes}


def moved_by_law(*, now: datetime) -> Iterator[Moved]:
    """Every term whose stored instants differ from what was promised gives today, where they matter from `now` on."""
    for term in ContractTerm.objects.select_related("contract").order_by("pk").iterator(chunk_size=5000):
        moved = Moved(term, start_by_law(term, now=now), end_by_law(term, now=now))
        if moved.becomes:
            yield moved


def end_by_law(term: ContractTerm, *, now: datetime) -> datetime:
    """What the promise gives today; the stored end where both have passed."""
    ends_at = terms.end_instant(term.last_minute, term.time_zone, whole_day=term.whole_day)
    return ends_at if max(ends_at, term.ends_at) > now else term.ends_at


def start_by_law(term: ContractTerm, *, now: datetime) -> datetime:
    """What the day or wall time that was sold gives today.

    The stored start where that has come, where an instant was sold, and where the term joins an earlier one: then
    it follows that end.
    """
    sold = sold_start(term) if term.starts_at > now else None
    if sold is None or sold.at == term.starts_at or getattr(sold.said, "tzinfo", None) is not None:
        return term.starts_at
    joins = ContractTerm.objects.filter(contract=term.contract_id, ends_at=term.starts_at).exists()
    return term.starts_at if joins else sold.at


@transaction.atomic
def reconcile(moved: Moved, *, by: Actor, now: datetime) -> None:
    """Store the instants that the law of today gives; a term that joined the old end joins the new one.

    Nothing, when somebody has moved that end since it was found: the promise of today was reckoned by today's law.
    Raises `NotAllowed` where the term would then overlap another one: only a person can say which gives way.
    """
    contract = locked(moved.term.contract)
    itself = ContractTerm.objects.filter(pk=moved.term.pk, last_minute=moved.term.last_minute, **moved.was)
    if not itself.exists():
        return
    try:
        store(moved)
    except IntegrityError as overlap:
        raise NotAllowed(_("This term overlaps another term of the same contract.")) from overlap
    record(
        contract,
        Amendment.Kind.RECONCILED,
        by=by,
        now=now,
        term=moved.term,
        reason=f"tzdata {terms.zone_data_release()}",
        before={name: at.isoformat() for name, at in moved.was.items()},
        after={name: at.isoformat() for name, at in moved.becomes.items()},
    ).save()
    facts_changed([contract.pk], now=now)


def store(moved: Moved) -> None:
    """Write the moved instants, and the start of the term that joins."""
    old = moved.term.ends_at
    joined = ContractTerm.objects.filter(contract=moved.term.contract_id, starts_at=old)
    itself = ContractTerm.objects.filter(pk=moved.term.pk)
    steps = [(joined, {"starts_at": moved.ends_at}), (itself, moved.becomes)]
    # The later term makes room first, or the database would see the two overlap for a moment.
    for rows, change in steps if moved.ends_at > old else reversed(steps):
        rows.update(**change)

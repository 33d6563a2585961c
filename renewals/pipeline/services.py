"""The verbs that change renewals: one or many at once, each change on record with who and when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.bulk import update_all
from accounts.models import Contact, User
from accounts.models.contracts import validate_currency
from accounts.services import Actor, NotAllowed
from renewals.pipeline.models import Ends, LossReason, Renewal, RenewalChange, Stage
from renewals.timeline.models import Event
from renewals.timeline.services import record_events

PLAIN: Final = (
    "amount", "currency", "category", "probability", "next_step", "next_step_on", "risks", "competitor",
)  # fmt: skip
"""What is changed by itself; a stage takes more with it."""
WRITTEN: Final = (*PLAIN, "stage", "loss_reason", "loss_words", "outcome", "closed_at")
ON_RECORD: Final = (*PLAIN, "stage", "loss_reason", "loss_words")


def change(renewal: Renewal, *, by: Actor, now: datetime, **said: Any) -> bool:
    """The same as `change_some` for one; whether anything was changed."""
    return change_some([renewal.pk], by=by, now=now, **said) == 1


@transaction.atomic
def change_some(renewal_ids: Sequence[int], *, by: Actor, now: datetime, **said: Any) -> int:
    """Set these fields of these renewals; how many are other than before. A constant number of queries.

    With another `stage` its forecast and probability come too, where nobody had set others; into the stage that is
    lost it takes a `loss_reason` (and `loss_words`, if any). `NotAllowed` for a loss without a reason, a stage that
    is not used any more, an amount without a currency, and a stage that the contract's next term, or its “no”, denies.
    """
    rows = locked(renewal_ids)
    before, was = {row.pk: as_text(row) for row in rows}, {row.pk: row.stage for row in rows}
    stage: Stage | None = said.pop("stage", None)
    reason, words = said.pop("loss_reason", None), said.pop("loss_words", "")
    if stage is not None:
        refuse_stage(stage, rows)
    for row in rows:
        if stage is not None:
            move(row, stage, reason=reason, words=words, now=now)
        set_fields(row, said)
    changes = [one for row in rows for one in changes_of(row, before[row.pk], by=by, now=now)]
    changed = {one.renewal_id for one in changes}
    attributes = [Renewal._meta.get_field(name).attname for name in WRITTEN]  # type: ignore[union-attr]
    written = [(row.pk, *(getattr(row, name) for name in attributes)) for row in rows if row.pk in changed]
    update_all(Renewal, WRITTEN, written)
    RenewalChange.objects.bulk_create(changes, batch_size=1000)
    record_events([moved(row, was[row.pk], by=by, now=now) for row in rows if was[row.pk] != row.stage], now=now)
    return len(changed)


def moved(row: Renewal, was: Stage, *, by: Actor, now: datetime) -> Event:
    """That a renewal is in another stage now, not saved: the vendor's systems may hear of it.

    Of each stage: who renews after a “no” is on the way again and signed at one instant.
    """
    detail = {"by": str(by), "stage_before": was.code, "stage": row.stage.code, "outcome": row.outcome}
    key = f"{Event.Kind.STAGE_CHANGED}:{row.pk}:{row.stage_id}:{now.isoformat()}"
    return Event(contract_id=row.contract_id, kind=Event.Kind.STAGE_CHANGED, key=key, occurred_at=now, detail=detail)


def locked(renewal_ids: Sequence[int]) -> list[Renewal]:
    """These renewals, locked in one order, each with `has_next`, and with `declined_at`: its contract's “no”."""
    rows = Renewal.objects.filter(pk__in=renewal_ids).with_next().annotate(declined_at=F("contract__declined_at"))
    return list(rows.select_related("stage").select_for_update(of=("self",)).order_by("pk"))


def refuse_stage(stage: Stage, rows: Iterable[Any]) -> None:
    """A stage that is not used any more takes nobody; who has renewed is signed, who said no is lost. See `locked`."""
    if stage.retired_at is not None:
        raise NotAllowed(_("The stage “%(stage)s” is not used any more.") % {"stage": stage})
    if stage.ends != Ends.SIGNED and any(row.has_next for row in rows):
        raise NotAllowed(_("The contract has its next term already: this renewal is signed."))
    if stage.ends != Ends.LOST and any(row.declined_at and not row.has_next for row in rows):
        raise NotAllowed(_("The customer said no. Put on record on the contract’s page first that they go on."))


def move(row: Renewal, stage: Stage, *, reason: LossReason | None, words: str, now: datetime) -> None:
    """Put a renewal, not saved, into a stage, with what goes with it."""
    was = row.stage
    if stage.ends == Ends.LOST and reason is None and row.loss_reason_id is None:
        raise NotAllowed(_("Say why it is lost."))
    if was != stage:
        as_usual = (row.category, row.probability) == (was.category, was.probability)
        if as_usual or not (stage.is_open and was.is_open):
            row.category, row.probability = stage.category, stage.probability
        row.outcome = "" if stage.is_open else stage.ends
        row.closed_at = None if stage.is_open else now
    row.stage = stage
    if stage.ends != Ends.LOST:
        row.loss_reason, row.loss_words = None, ""
    elif reason is not None:
        row.loss_reason, row.loss_words = reason, words.strip()


def set_fields(row: Renewal, said: dict[str, Any]) -> None:
    """Set plain fields of a renewal, not saved. A day without a step is none."""
    for name, value in said.items():
        if name not in PLAIN:
            raise TypeError(name)
        setattr(row, name, plain(name, value))
    if not row.next_step:
        row.next_step_on = None
    if row.amount is not None and not row.currency:
        raise NotAllowed(_("Say in which currency the amount is."))
    if row.currency:
        validate_currency(row.currency)


def plain(name: str, value: Any) -> object:
    """A value as a column keeps it: without blanks around it, an amount as a decimal."""
    if isinstance(value, str):
        return value.strip()
    return Decimal(value) if name == "amount" and value is not None else value


@transaction.atomic
def set_deciders(renewal: Renewal, contacts: Iterable[Contact], *, by: Actor, now: datetime) -> bool:
    """Who at the customer decides, by their people on record; whether it is another answer than before."""
    locked([renewal.pk])
    chosen = sorted({contact.pk for contact in contacts})
    was = sorted(renewal.deciders.values_list("pk", flat=True))
    if chosen == was:
        return False
    renewal.deciders.set(chosen)
    field = RenewalChange.Field.DECIDERS
    recorded(renewal.pk, field, " ".join(map(str, was)), " ".join(map(str, chosen)), by=by, now=now).save()
    return True


def as_text(row: Renewal) -> dict[str, str]:
    """The fields that are on record, as `RenewalChange` keeps them."""
    keys = {"stage": row.stage_id, "loss_reason": row.loss_reason_id}
    return {name: text(keys.get(name, getattr(row, name, None))) for name in ON_RECORD}


def text(value: object) -> str:
    """A value as a text: an amount with two decimals, a day in ISO, nothing as nothing."""
    match value:
        case None:
            return ""
        case Decimal():
            return f"{value:.2f}"
        case date():
            return value.isoformat()
        case _:
            return str(value)


def changes_of(row: Renewal, before: dict[str, str], *, by: Actor, now: datetime) -> list[RenewalChange]:
    """What is other than before, one row a field, not saved."""
    after = as_text(row)
    return [
        recorded(row.pk, RenewalChange.Field(name), before[name], after[name], by=by, now=now)
        for name in ON_RECORD
        if before[name] != after[name]
    ]


def recorded(
    renewal_id: int, field: RenewalChange.Field, before: str, after: str, *, by: Actor, now: datetime
) -> RenewalChange:
    """One change, not saved."""
    by_user = by if isinstance(by, User) else None
    return RenewalChange(
        renewal_id=renewal_id, field=field, before=before, after=after, at=now, by_user=by_user, by_name=str(by)
    )

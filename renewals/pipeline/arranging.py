"""How a company arranges its pipeline: stages, reasons for losses, rates, and the views that its people keep."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import NotAllowed
from renewals.pipeline.models import Ends, ExchangeRate, LossReason, Renewal, SavedView, Stage
from renewals.pipeline.rates import enter_rates, home
from renewals.pipeline.services import change_some

MAY_ARRANGE = (User.Role.MANAGER, User.Role.ADMIN)
MOST_LINES = 5000
BETWEEN = re.compile(r"[\t;,，；]\s*|\s{1,}")


@transaction.atomic
def save_stages(stages: Sequence[Stage], *, by: User, now: datetime) -> int:
    """Save stages as they were edited or added; how many are other than before. Renewals that stand at one stay.

    Those on their way that had the forecast and probability of their stage take its new ones along, on record.
    `NotAllowed` where none would be left on the way.
    """
    found = Stage.objects.select_for_update().in_bulk([stage.pk for stage in stages if stage.pk is not None])
    were = {pk: as_usual(stage) for pk, stage in found.items()}
    changed = save_all(stages, by=by, now=now)
    if not Stage.objects.standing().filter(ends=Ends.OPEN).exists():
        raise NotAllowed(_("One stage on the way has to stay in use: renewals begin there."))
    for stage in stages:
        if (was := were.get(stage.pk)) and was != as_usual(stage):
            go_along(stage, was, by=by, now=now)
    return changed


def as_usual(stage: Stage) -> dict[str, Any]:
    """What a renewal takes from its stage, where nobody sets others."""
    return {"category": stage.category, "probability": stage.probability}


def go_along(stage: Stage, was: dict[str, Any], *, by: User, now: datetime) -> None:
    """What stands at a stage as it was gets what the stage says now."""
    there = Renewal.objects.open().filter(stage=stage, **was).select_for_update().order_by("pk")
    change_some(list(there.values_list("pk", flat=True)), by=by, now=now, **as_usual(stage))


@transaction.atomic
def save_reasons(reasons: Sequence[LossReason], *, by: User, now: datetime) -> int:
    """The same for the reasons of losses."""
    return save_all(reasons, by=by, now=now)


def save_all(rows: Sequence[Stage | LossReason], *, by: User, now: datetime) -> int:
    """Save each of these rows, on record in the administration's own log: who did it, and what is other than before."""
    before = {(type(one), one.pk): one for model in {type(row) for row in rows} for one in model._base_manager.all()}
    for row in rows:
        was = before.get((type(row), row.pk))
        row.full_clean()
        row.save()
        entry(row, CHANGE if was else ADDITION, by=by, now=now, said=changed(was, row) if was else "").save()
    return len(rows)


def changed(was: Model, row: Model) -> str:
    """What is other than before, as the administration's log says it: field by field, old → new."""
    fields = [field for field in row._meta.concrete_fields if not field.primary_key]
    pairs = [(field.verbose_name, field.value_from_object(was), field.value_from_object(row)) for field in fields]
    return "; ".join(f"{name}: {in_words(old)} → {in_words(new)}" for name, old, new in pairs if old != new)


def in_words(value: object) -> str:
    """A value in the log: nothing is a dash, and no number has zeros behind it."""
    return "–" if value in (None, "") else f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


def entry(row: Stage | LossReason | ExchangeRate, flag: int, *, by: User, now: datetime, said: str = "") -> LogEntry:
    """Who did what, in the administration's own record, not saved."""
    return LogEntry(
        action_time=now, user=by, content_type=ContentType.objects.get_for_model(row), object_id=str(row.pk),
        object_repr=str(row)[:200], action_flag=flag, change_message=said,
    )  # fmt: skip


def rates_in(text: str) -> list[tuple[str, date, Decimal]]:
    """Rates from lines such as `USD 2026-11-01 7.1`, as they are pasted from a sheet; blank lines are left out.

    `ValidationError` names each line that cannot be read.
    """
    lines = [line.strip() for line in text.replace("\ufeff", "").splitlines()]
    if len(lines) > MOST_LINES:
        raise ValidationError(_("At most %(most)s lines at once.") % {"most": MOST_LINES})
    found, wrong = [], []
    for number, line in enumerate(lines, start=1):
        try:
            if line and not (number == 1 and is_heading(line)):
                found.append(rate_in(line))
        except (ValueError, InvalidOperation):
            wrong.append(_("Line %(number)d cannot be read: %(line)s") % {"number": number, "line": line[:80]})
    if wrong:
        raise ValidationError(wrong[:10])
    return found


def is_heading(line: str) -> bool:
    """Whether a first line names its columns instead of a rate."""
    return not any(character.isdigit() for character in line)


def rate_in(line: str) -> tuple[str, date, Decimal]:
    """One line: currency, day, rate. `ValueError` or `InvalidOperation` where it is none."""
    currency, on, rate = BETWEEN.split(line)
    currency, amount = currency.upper(), Decimal(rate)
    if not re.fullmatch("[A-Z]{3}", currency) or currency == home() or not amount.is_finite() or amount <= 0:
        raise ValueError(line)
    return currency, date.fromisoformat(on.replace("/", "-")), amount


@transaction.atomic
def take_rates(rates: Iterable[tuple[str, date, Decimal]], *, by: User, now: datetime) -> int:
    """Put rates on record; how many, each in the administration's log. `NotAllowed` for one that no column can hold."""
    said = list(rates)
    before = known(said)
    try:
        entered = enter_rates(said, by=by, now=now)
    except ValidationError as problem:
        raise NotAllowed(" ".join(problem.messages)) from problem
    lines = []
    for key, row in known(said).items():
        was = before.get(key)
        values = f"{in_words(was and was.rate)} → {in_words(row.rate)}"
        lines.append(entry(row, CHANGE if was else ADDITION, by=by, now=now, said=values))
    LogEntry.objects.bulk_create(lines, batch_size=1000)
    return entered


def known(rates: Iterable[tuple[str, date, Decimal]]) -> dict[tuple[str, date], ExchangeRate]:
    """What is on record of these currencies and days. One query."""
    asked = {(currency, on) for currency, on, _rate in rates}
    days = {on for _currency, on in asked}
    found = ExchangeRate.objects.filter(home=home(), currency__in={currency for currency, _on in asked}, on__in=days)
    return {(row.currency, row.on): row for row in found if (row.currency, row.on) in asked}


@transaction.atomic
def remove_rate(rate: ExchangeRate, *, by: User, now: datetime) -> None:
    """Take a rate that was entered by mistake off the record; who did is in the administration's log."""
    entry(rate, DELETION, by=by, now=now, said=f"{in_words(rate.rate)} → –").save()
    rate.delete()


@transaction.atomic
def save_view(name: str, query: str, *, is_shared: bool, by: User, now: datetime) -> SavedView:
    """Keep a way to look under a name; the same name of the same person is saved anew."""
    if not name.strip():
        raise NotAllowed(_("Give the view a name."))
    said = {"query": query[:4000], "is_shared": is_shared, "made_at": now}
    return SavedView.objects.update_or_create(owner=by, name=name.strip()[:60], defaults=said)[0]


@transaction.atomic
def remove_view(view: SavedView, *, by: User) -> None:
    """Give a view up: one's own, or for managers a shared one. `NotAllowed` otherwise."""
    if view.owner_id != by.pk and by.role not in MAY_ARRANGE:
        raise NotAllowed(_("Who made the view can remove it, or a manager."))
    view.delete()

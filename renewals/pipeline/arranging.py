"""How a company arranges its pipeline: stages, reasons for losses, rates, and the views that its people keep."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import NotAllowed
from renewals.pipeline.models import Ends, ExchangeRate, LossReason, SavedView, Stage
from renewals.pipeline.rates import enter_rates, home

MAY_ARRANGE = (User.Role.MANAGER, User.Role.ADMIN)
MOST_LINES = 5000
BETWEEN = re.compile(r"[\t;,，；]\s*|\s{1,}")


@transaction.atomic
def save_stages(stages: Sequence[Stage], *, by: User, now: datetime) -> int:
    """Save stages as they were edited or added; how many are other than before. Renewals that stand at one stay.

    `NotAllowed` where none would be left on the way.
    """
    changed = save_all(stages, by=by, now=now)
    if not Stage.objects.standing().filter(ends=Ends.OPEN).exists():
        raise NotAllowed(_("One stage on the way has to stay in use: renewals begin there."))
    return changed


@transaction.atomic
def save_reasons(reasons: Sequence[LossReason], *, by: User, now: datetime) -> int:
    """The same for the reasons of losses."""
    return save_all(reasons, by=by, now=now)


def save_all(rows: Sequence[Stage | LossReason], *, by: User, now: datetime) -> int:
    """Save each of these rows, on record in the administration's own log with who did it."""
    for row in rows:
        adds = row.pk is None
        row.full_clean()
        row.save()
        note(row, ADDITION if adds else CHANGE, by=by, now=now)
    return len(rows)


def note(row: Stage | LossReason | ExchangeRate, flag: int, *, by: User, now: datetime) -> None:
    """Who did what, in the administration's own record."""
    kind = ContentType.objects.get_for_model(row)
    LogEntry.objects.create(
        action_time=now, user=by, content_type=kind, object_id=str(row.pk), object_repr=str(row)[:200], action_flag=flag
    )


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
    """Put rates on record; how many. `NotAllowed` for one that no column can hold."""
    try:
        return enter_rates(rates, by=by, now=now)
    except ValidationError as problem:
        raise NotAllowed(" ".join(problem.messages)) from problem


@transaction.atomic
def remove_rate(rate: ExchangeRate, *, by: User, now: datetime) -> None:
    """Take a rate that was entered by mistake off the record; who did is in the administration's log."""
    note(rate, DELETION, by=by, now=now)
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

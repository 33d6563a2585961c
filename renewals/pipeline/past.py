"""What was changed of a renewal, in words: who, when, from what to what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _

from accounts import wording
from accounts.models import Contact
from renewals.pipeline.following import BY_ITSELF
from renewals.pipeline.models import Category, LossReason, Renewal, RenewalChange, Stage

Field = RenewalChange.Field


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One field: what it was, and what it became; "" for nothing."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What somebody changed at one instant."""

    at: datetime
    by: str
    lines: Sequence[Line]


def past_of(renewal: Renewal) -> list[Change]:
    """Every change of a renewal, the last first, in four queries at most. Reads `term` for the zone of its end.

    An amount is in the currency that it had then.
    """
    rows = list(renewal.changes.select_related("by_user").order_by("-at", "-pk"))
    names = names_in(rows)
    stood: Currencies = {Field.CURRENCY: renewal.currency, Field.CURRENCY_NOW: renewal.currency_now}
    found = []
    for (at, by), group in groupby(rows, key=lambda row: (row.at, row.by_name)):
        some = list(group)
        was = {**stood, **{row.field: row.before for row in some if row.field in stood}}
        lines = [line(row, names, renewal, was=was, stood=stood) for row in reversed(some)]
        found.append(Change(at=at, by=called(by), lines=lines))
        stood = was
    return found


def called(by: str) -> str:
    """Who it was; the contract itself where nobody did it by hand."""
    return _("by the contract itself") if by == BY_ITSELF else by


Names = Mapping[str, Mapping[str, str]]
Currencies = Mapping[str, str]
IN: Currencies = {Field.AMOUNT: Field.CURRENCY, Field.AMOUNT_NOW: Field.CURRENCY_NOW}
"""Which field says in which currency another is."""


def names_in(rows: Iterable[RenewalChange]) -> Names:
    """By field, what the keys in these changes stand for."""
    found: dict[str, set[str]] = {Field.STAGE: set(), Field.LOSS_REASON: set(), Field.DECIDERS: set()}
    for row in rows:
        if row.field in found:
            found[row.field] |= {*row.before.split(), *row.after.split()}
    models: dict[str, type[Any]] = {Field.STAGE: Stage, Field.LOSS_REASON: LossReason, Field.DECIDERS: Contact}
    return {
        field: {str(pk): str(one) for pk, one in models[field].objects.in_bulk([*map(int, keys)]).items()}
        for field, keys in found.items()
        if keys
    }


def line(row: RenewalChange, names: Names, renewal: Renewal, *, was: Currencies, stood: Currencies) -> Line:
    """One change of one field in words, of amounts in the currencies before and after it."""
    before = in_words(row.field, row.before, names, renewal, was)
    after = in_words(row.field, row.after, names, renewal, stood)
    return Line(name=str(row.get_field_display()), before=before, after=after)


def in_words(field: str, value: str, names: Names, renewal: Renewal, currencies: Currencies) -> str:
    """A kept value as a reader would say it."""
    if not value:
        return ""
    match field:
        case Field.STAGE | Field.LOSS_REASON | Field.DECIDERS:
            return ", ".join(names[field].get(key, "–") for key in value.split())
        case Field.CATEGORY:
            return str(Category(value).label)
        case Field.PROBABILITY:
            return f"{value}%"
        case Field.AMOUNT | Field.AMOUNT_NOW:
            return wording.money(Decimal(value), currencies[IN[field]])
        case Field.NEXT_STEP_ON:
            day = date.fromisoformat(value)
            return wording.days(day, day)
        case Field.ENDS_AT:
            return wording.instant(datetime.fromisoformat(value) - wording.MINUTE, renewal.term.time_zone)
        case _:
            return value

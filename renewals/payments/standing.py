"""How an agreement stands with its payment, at an instant: it follows from the facts, and is kept nowhere."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import DateTimeField, ExpressionWrapper, F, Prefetch, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts import wording
from accounts.models import User
from renewals.offers.models import Agreement, AgreementQuerySet, PaymentTerms
from renewals.offers.paying import holding_at, terms_at, words_in
from renewals.payments.models import Paid, overdue

DAY = timedelta(days=1)


class Standing(StrEnum):
    """How far the money has come."""

    NOTHING = "nothing"
    """Nothing is to be paid, or it was signed before there were terms of payment."""
    PAID = "paid"
    DUE = "due"
    """It is to be paid, and its day has not passed."""
    OVERDUE = "overdue"
    LATE = "late"
    """Its day has passed for longer than the company waits: its CSM and their manager are told."""


STANDINGS: dict[Standing, Promise] = {
    Standing.PAID: pgettext_lazy("payment", "paid"),
    Standing.DUE: _("to be paid"),
    Standing.OVERDUE: pgettext_lazy("payment", "overdue"),
    Standing.LATE: _("overdue for too long"),
}
CSS = {Standing.OVERDUE: "buffer", Standing.LATE: "risk", Standing.PAID: "active"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """One agreement with its payment, as pages show it at `now`. `limit`: how many days the company waits."""

    agreement: Agreement
    records: Sequence[Paid]
    """All that was put on record of it, the last first."""
    limit: int
    now: datetime

    @property
    def paid(self) -> Paid | None:
        """The record that stands."""
        return next((one for one in self.records if one.taken_back_at is None), None)

    @property
    def standing(self) -> Standing:
        return standing_of(self.agreement, is_paid=self.paid is not None, limit=self.limit, now=self.now)

    @property
    def pill(self) -> SafeString | str:
        """How it stands, as a word."""
        if self.standing not in STANDINGS:
            return ""
        return format_html('<span class="pill {}">{}</span>', CSS.get(self.standing, ""), STANDINGS[self.standing])

    @property
    def amount(self) -> str:
        """What is to be paid; "" where that is agreed in person."""
        return wording.money(self.agreement.gross, self.agreement.currency)

    @property
    def is_open(self) -> bool:
        return self.standing in (Standing.DUE, Standing.OVERDUE, Standing.LATE)

    @property
    def words(self) -> str:
        """What the company said of paying when it was signed, in the active language."""
        said = json.loads(self.agreement.text).get("payment")
        return words_in(get_language() or "", said["words"]) if said else ""


def standing_of(agreement: Agreement, *, is_paid: bool, limit: int, now: datetime) -> Standing:
    """At the end of the day the new state holds."""
    if is_paid:
        return Standing.PAID
    if agreement.due_ends_at is None:
        return Standing.NOTHING
    if now >= agreement.due_ends_at + limit * DAY:
        return Standing.LATE
    return Standing.OVERDUE if now >= agreement.due_ends_at else Standing.DUE


def records() -> Prefetch:
    """All that is on record of each, read with them."""
    return Prefetch("paid", Paid.objects.select_related("by", "taken_back_by"))


def bills(agreements: Iterable[Agreement], *, now: datetime) -> list[Bill]:
    """Of agreements that were read with `records`; one query more, for the terms that hold."""
    found = list(agreements)
    limit = terms_at(now).limit if found else 0
    return [Bill(agreement=one, records=list(one.paid.all()), limit=limit, now=now) for one in found]


def late(agreements: AgreementQuerySet, asked: PaymentTerms, *, at: datetime) -> AgreementQuerySet:
    """The unpaid ones whose day has passed for longer than the company waits."""
    return overdue(agreements, at=at - asked.limit * DAY)


def waiting(user: User, *, mine: bool, now: datetime) -> list[Bill]:
    """What waits for somebody to ask for it: unpaid for longer than the company waits, the longest first.

    Of the reader's own contracts, or of all that they may see, without what was taken back of their records.
    One query: how long the company waits is asked along.
    """
    visible = Agreement.objects.visible_to(user)
    waits = Coalesce(Subquery(holding_at(now).values("limit")[:1]), PaymentTerms().limit)
    since = ExpressionWrapper(Value(now) - F("limit") * Value(DAY), output_field=DateTimeField())
    found = overdue((visible.filter(contract__owner=user) if mine else visible).annotate(limit=waits), at=since)
    related = ("contract__customer", "contract__product", "contract__owner", "term")
    rows: Iterable[Any] = found.select_related(*related).defer("text").order_by("due_on", "pk")
    return [Bill(agreement=one, records=(), limit=one.limit, now=now) for one in rows]

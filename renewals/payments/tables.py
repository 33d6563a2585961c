"""The list of what is to be paid: what a row shows, and its file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import django_tables2 as tables
from django.db.models import F
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts import wording
from accounts.tables.cells import NUMBER, of_whom, two_lines
from accounts.tables.files import Column, utc
from renewals.payments.standing import STANDINGS, Bill, Standing


class UnpaidTable(tables.Table):
    """Agreements: by which day, how they stand, who, how much, who signed, whose; and paid with two clicks."""

    due = tables.Column(verbose_name=_("To be paid by"), order_by=("due_on", "pk"), empty_values=())
    customer = tables.Column(
        verbose_name=_("Customer"),
        accessor="contract__customer",
        order_by=("contract__customer__name", "pk"),
        attrs={"td": {"class": "text-break"}},
    )
    gross = tables.Column(verbose_name=_("Amount"), attrs=NUMBER, empty_values=())
    signed = tables.Column(verbose_name=_("Signed"), order_by=("signed_at", "pk"), empty_values=())
    csm = tables.Column(
        verbose_name=_("CSM"), accessor="contract__owner", order_by=("contract__owner__name", "pk"), default="–"
    )
    paid = tables.Column(
        verbose_name=_("Paid"), empty_values=(), orderable=False, attrs={"td": {"class": "text-break"}}
    )

    class Meta:
        template_name = "tables/list.html"
        empty_text = _("Nothing is to be paid here.")

    def __init__(self, *args: Any, limit: int, now: datetime, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.limit, self.now, self.today = limit, now, today

    def bill(self, record: Any) -> Bill:
        return Bill(agreement=record, records=list(record.paid.all()), limit=self.limit, now=self.now)

    def render_due(self, record: Any) -> SafeString:
        linked = format_html(
            '<a class="row-link" href="{}"><strong class="num">{}</strong></a>',
            reverse("payments:agreement", args=[record.pk]), wording.days(record.due_on, record.due_on),
        )  # fmt: skip
        return two_lines(linked, self.bill(record).pill)

    def render_customer(self, record: Any) -> SafeString:
        return of_whom(record.contract)

    def render_gross(self, record: Any) -> str:
        return self.bill(record).amount or _now("agreed in person")

    def render_signed(self, record: Any) -> SafeString:
        return two_lines(record.signer, wording.day_label(record.signed_at, self.request.user.time_zone, self.now))

    def render_paid(self, record: Any) -> SafeString:
        bill = self.bill(record)
        if bill.paid:
            return two_lines(wording.days(bill.paid.paid_on, bill.paid.paid_on), bill.paid.reference)
        shown = {"agreement": record, "today": self.today, "back": self.request.get_full_path()}
        return render_to_string("payments/_mark.html", shown | {"csrf_token": get_token(self.request)})

    def order_gross(self, agreements: Any, is_descending: bool) -> tuple[Any, bool]:
        """By currency, then by amount; those without one always last."""
        amount = F("gross")
        return agreements.order_by(
            "currency", amount.desc(nulls_last=True) if is_descending else amount.asc(nulls_last=True), "pk"
        ), True


def columns(limit: int, now: datetime) -> Sequence[Column]:
    """The same as a file."""

    def bill(one: Any) -> Bill:
        return Bill(agreement=one, records=list(one.paid.all()), limit=limit, now=now)

    def paid(one: Any, name: str) -> str:
        record = bill(one).paid
        return str(getattr(record, name)) if record else ""

    return [
        Column(heading=_("to be paid by"), cell=lambda one: one.due_on.isoformat()),
        Column(heading=_("overdue from (UTC)"), cell=lambda one: utc(one.due_ends_at)),
        Column(heading=_("payment"), cell=lambda one: str(STANDINGS.get(bill(one).standing, Standing.NOTHING))),
        Column(heading=_("customer"), cell=lambda one: one.contract.customer.name),
        Column(heading=_("product"), cell=lambda one: one.contract.product.name),
        Column(heading=_("number"), cell=lambda one: one.contract.number),
        Column(heading=_("amount"), cell=lambda one: one.gross),
        Column(heading=_("currency"), cell=lambda one: one.currency),
        Column(heading=_("signed by"), cell=lambda one: one.signer),
        Column(heading=_("signed at (UTC)"), cell=lambda one: utc(one.signed_at)),
        Column(heading=_("purchase-order number"), cell=lambda one: one.order_number),
        Column(heading=_("paid on"), cell=lambda one: paid(one, "paid_on")),
        Column(heading=_("reference"), cell=lambda one: paid(one, "reference")),
        Column(heading=_("owner"), cell=lambda one: one.contract.owner.email if one.contract.owner else ""),
    ]

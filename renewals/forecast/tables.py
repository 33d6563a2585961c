"""The rows behind a figure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts import wording
from accounts.tables.cells import NUMBER, of_whom, two_lines, way_to
from accounts.tables.files import Column, utc
from renewals.forecast import words
from renewals.pipeline.models import Category
from renewals.pipeline.rates import home


class RowsTable(tables.Table):
    """Renewals: the minute, who, the stage, how it counts, what it was and is worth, whose."""

    last_minute = tables.Column(verbose_name=_("Last minute"), order_by=("ends_at", "pk"), empty_values=())
    customer = tables.Column(
        verbose_name=_("Customer"), accessor="contract__customer", order_by=("contract__customer__name", "pk")
    )
    stage = tables.Column(verbose_name=_("Stage"), order_by=("stage__place", "pk"))
    category = tables.Column(verbose_name=_("Forecast"), order_by=("probability", "pk"))
    was = tables.Column(verbose_name=_("Until now"), accessor="amount_now", attrs=NUMBER, default="–", orderable=False)
    amount = tables.Column(verbose_name=_("Expected"), attrs=NUMBER, default="–", orderable=False)
    home = tables.Column(attrs=NUMBER, default="–", order_by=("home", "pk"))
    csm = tables.Column(
        verbose_name=_("CSM"), accessor="contract__owner", order_by=("contract__owner__name", "pk"), default="–"
    )

    class Meta:
        template_name = "tables/list.html"
        empty_text = _("No renewal is in this figure.")

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now
        self.columns["home"].column.verbose_name = home()

    def render_last_minute(self, record: Any) -> SafeString:
        at, zone = record.ends_at - wording.MINUTE, record.term.time_zone
        linked = way_to(record.contract.get_absolute_url(), at, zone, now=self.now)
        return two_lines(linked, wording.zone_name(zone))

    def render_customer(self, record: Any) -> SafeString:
        return of_whom(record.contract)

    def render_category(self, record: Any) -> SafeString:
        percent = format_html('<span class="num">{}%</span>', record.probability)
        return two_lines(Category(record.category).label, percent)

    def render_was(self, record: Any) -> str:
        return wording.money(record.amount_now, record.currency_now)

    def render_amount(self, record: Any) -> str:
        return wording.money(record.amount, record.currency)

    def render_home(self, record: Any) -> str:
        return words.money(record.home)


def columns() -> Sequence[Column]:
    """The same as a file: every end to the minute with its zone, and as a UTC instant (rule 4)."""
    return [
        Column(heading=_("last minute"), cell=lambda one: one.term.last_minute.isoformat(sep=" ", timespec="minutes")),
        Column(heading=_("time zone"), cell=lambda one: one.term.time_zone),
        Column(heading=_("ends at (UTC)"), cell=lambda one: utc(one.ends_at)),
        Column(heading=_("customer"), cell=lambda one: one.contract.customer.name),
        Column(heading=_("segment"), cell=lambda one: one.contract.customer.segment),
        Column(heading=_("product"), cell=lambda one: one.contract.product.name),
        Column(heading=_("number"), cell=lambda one: one.contract.number),
        Column(heading=_("stage"), cell=lambda one: str(one.stage)),
        Column(heading=_("forecast"), cell=lambda one: str(Category(one.category).label)),
        Column(heading=_("probability"), cell=lambda one: one.probability),
        Column(heading=_("amount now"), cell=lambda one: one.amount_now),
        Column(heading=_("currency now"), cell=lambda one: one.currency_now),
        Column(heading=_("expected amount"), cell=lambda one: one.amount),
        Column(heading=_("currency"), cell=lambda one: one.currency),
        Column(heading=_("expected in %(currency)s") % {"currency": home()}, cell=lambda one: one.home),
        Column(heading=_("owner"), cell=lambda one: one.contract.owner.email if one.contract.owner else ""),
    ]

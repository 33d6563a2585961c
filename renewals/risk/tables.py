"""The list of renewals at risk: what a row shows, and its file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import django_tables2 as tables
from django.db.models import F
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts import wording
from accounts.tables.cells import NUMBER, of_whom, two_lines, way_to
from accounts.tables.files import Column, utc
from renewals.pipeline.rates import home
from renewals.risk.panel import Risk
from renewals.risk.reading import why
from renewals.risk.rules import Rules
from renewals.risk.words import because, sentence


class RiskTable(tables.Table):
    """Renewals: the risk, the minute, who, why, the money, what to do next, whose."""

    risk = tables.Column(verbose_name=_("Risk"), accessor="points", order_by=("points", "home", "pk"), attrs=NUMBER)
    last_minute = tables.Column(verbose_name=_("Last minute"), order_by=("ends_at", "pk"), empty_values=())
    customer = tables.Column(
        verbose_name=_("Customer"), accessor="contract__customer", order_by=("contract__customer__name", "pk")
    )
    why = tables.Column(verbose_name=_("Why"), empty_values=(), orderable=False)
    home = tables.Column(verbose_name=_("Amount"), attrs=NUMBER, default="–")
    next = tables.Column(verbose_name=_("Suggested"), empty_values=(), orderable=False)
    csm = tables.Column(
        verbose_name=_("CSM"), accessor="contract__owner", order_by=("contract__owner__name", "pk"), default="–"
    )

    class Meta:
        template_name = "tables/list.html"
        empty_text = _("Nothing speaks against any of these renewals.")

    def __init__(self, *args: Any, rules: Rules, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rules, self.now = rules, now

    def render_risk(self, record: Any) -> SafeString:
        return two_lines(record.points, Risk(record, why(record, self.rules)).pill)

    def render_last_minute(self, record: Any) -> SafeString:
        at, zone = record.ends_at - wording.MINUTE, record.renewal.term.time_zone
        linked = way_to(record.contract.get_absolute_url(), at, zone, now=self.now)
        return two_lines(linked, wording.zone_name(zone))

    def render_customer(self, record: Any) -> SafeString:
        return of_whom(record.contract)

    def render_why(self, record: Any) -> SafeString:
        lines = ((sentence(one), one.rule.weight) for one in why(record, self.rules))
        listed = format_html_join("", '<li>{} <span class="muted num">{}</span></li>', lines)
        return format_html('<ul class="list-unstyled small mb-0">{}</ul>', listed)

    def render_home(self, record: Any) -> SafeString:
        own = wording.money(record.amount, record.currency)
        if record.currency == home() or record.home is None:
            return format_html("{}", own)
        return two_lines(own, wording.money(round(record.home), home()))

    def render_next(self, record: Any) -> SafeString:
        shown = {"risk": Risk(record, why(record, self.rules)), "csrf_token": get_token(self.request)}
        return render_to_string("risk/_next.html", shown)

    def order_home(self, renewals: Any, is_descending: bool) -> tuple[Any, bool]:
        """By the home currency; those without an amount always last."""
        amount = F("home")
        return renewals.order_by(
            amount.desc(nulls_last=True) if is_descending else amount.asc(nulls_last=True), "pk"
        ), True


def columns(rules: Rules) -> Sequence[Column]:
    """The same as a file: every end to the minute with its zone, and as a UTC instant (rule 4)."""
    return [
        Column(heading=_("risk"), cell=lambda one: one.points),
        Column(
            heading=_("last minute"),
            cell=lambda one: one.renewal.term.last_minute.isoformat(sep=" ", timespec="minutes"),
        ),
        Column(heading=_("time zone"), cell=lambda one: one.renewal.term.time_zone),
        Column(heading=_("ends at (UTC)"), cell=lambda one: utc(one.ends_at)),
        Column(heading=_("customer"), cell=lambda one: one.contract.customer.name),
        Column(heading=_("product"), cell=lambda one: one.contract.product.name),
        Column(heading=_("number"), cell=lambda one: one.contract.number),
        Column(heading=_("why"), cell=lambda one: because(why(one, rules))),
        Column(heading=_("expected amount"), cell=lambda one: one.amount),
        Column(heading=_("currency"), cell=lambda one: one.currency),
        Column(heading=_("expected in %(currency)s") % {"currency": home()}, cell=lambda one: one.home),
        Column(heading=_("owner"), cell=lambda one: one.contract.owner.email if one.contract.owner else ""),
    ]

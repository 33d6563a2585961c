"""The desk's lists: what a row shows, and by what it can be sorted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import django_tables2 as tables
from django.db.models import F, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts import wording
from accounts.models import Customer, User
from accounts.rhythm import Rhythm
from accounts.tables.cells import NUMBER, two_lines, way_to
from renewals.desk import words
from renewals.desk.rows import CustomerRow, Row, dots, is_untold, is_urgent, last_minute_at
from renewals.health.words import called
from renewals.locking.models import Clock
from renewals.locking.peaks import around
from renewals.templatetags.ribbon import ribbon


def pill(state: str) -> SafeString:
    """A state as a word, and as a colour second."""
    return format_html('<span class="pill {}">{}</span>', state, words.STATES[state])


class ContractTable(tables.Table):
    """Contracts, one line each: the last minute, who, what, which state, who was told, whose, for how much."""

    last_minute = tables.Column(verbose_name=_("Last minute"), order_by=("ends_at", "pk"), empty_values=())
    customer = tables.Column(
        verbose_name=_("Customer"), accessor="contract__customer", order_by=("contract__customer__name", "pk")
    )
    number = tables.Column(
        verbose_name=_("Number"),
        accessor="contract__number",
        order_by=("contract__number", "pk"),
        attrs={"td": {"class": "nowrap"}},
    )
    state = tables.Column(verbose_name=_("State"), orderable=False)
    told = tables.Column(verbose_name=_("Told"), orderable=False, empty_values=())
    health = tables.Column(verbose_name=_("Health"), orderable=False, default="–", attrs=NUMBER)
    owner = tables.Column(
        verbose_name=_("Owner"), accessor="contract__owner", order_by=("contract__owner__name", "pk"), default="–"
    )
    value = tables.Column(verbose_name=_("Value"), accessor="term__value", attrs=NUMBER, default="–")

    class Meta:
        template_name = "tables/list.html"
        empty_text = _("No contract fits. Take a filter away, or load a ledger.")

    def __init__(self, *args: Any, now: datetime, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now, self.reader = now, reader

    def render_last_minute(self, record: Row) -> SafeString:
        return two_lines(
            way_to(record.contract.get_absolute_url(), last_minute_at(record), record.term.time_zone, now=self.now),
            words.beneath_the_minute(record, now=self.now, reader_zone=self.reader.time_zone),
        )

    def render_customer(self, record: Row) -> SafeString:
        sold = [record.contract.product.name, words.seats(record.term)]
        return two_lines(record.contract.customer.name, " · ".join(part for part in sold if part))

    def render_number(self, record: Row) -> SafeString:
        trial = record.contract.kind == record.contract.Kind.TRIAL
        return two_lines(record.contract.number, record.contract.get_kind_display() if trial else "")

    def render_state(self, value: str) -> SafeString:
        return pill(value)

    def render_told(self, record: Row) -> SafeString | str:
        evidence = record.term.evidence_list
        if evidence:
            at = wording.day_label(evidence[-1].at, record.term.time_zone, self.now)
            return two_lines(words.told(evidence), format_html('<span class="num">{}</span>', at))
        if is_urgent(record, now=self.now):
            return format_html('<span class="pill risk">{}</span>', _("nobody yet"))
        return format_html('<span class="muted">{}</span>', _("nobody yet")) if is_untold(record) else "–"

    def render_health(self, value: int) -> SafeString:
        return two_lines(value, called(value))

    def render_value(self, record: Row) -> str:
        return wording.money(record.term.value, record.term.currency)

    def order_value(self, clocks: QuerySet[Clock], is_descending: bool) -> tuple[QuerySet[Clock], bool]:
        """By currency, then amount; contracts without a value always last."""
        value = F("term__value")
        order = value.desc(nulls_last=True) if is_descending else value.asc(nulls_last=True)
        return clocks.order_by("term__currency", order, "pk"), True


class ContractsOfOneTable(ContractTable):
    """The contracts of one customer: what instead of who."""

    product = tables.Column(
        verbose_name=_("Product"), accessor="contract__product", order_by=("contract__product__name", "pk")
    )

    class Meta:
        template_name = "tables/list.html"
        exclude = ("customer", "health")
        sequence = ("last_minute", "product", "...")
        empty_text = _("No contract yet.")

    def render_product(self, record: Row) -> SafeString:
        return two_lines(record.contract.product.name, words.seats(record.term))


class NextMinutesTable(ContractTable):
    """The minutes that come next, each with its ribbon. Its order is that of time: nothing to sort."""

    ribbon = tables.Column(verbose_name=_("Last stretch"), empty_values=(), attrs={"th": {"class": "w-25"}})

    class Meta:
        template_name = "tables/portal.html"
        orderable = False
        exclude = ("number", "owner", "health")
        sequence = ("last_minute", "customer", "state", "ribbon", "told", "value")
        empty_text = _("Nothing ends in the next seven days.")

    def __init__(self, *args: Any, rhythms: Mapping[int, Rhythm], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rhythms = rhythms

    def render_ribbon(self, record: Row) -> SafeString:
        zone = record.term.time_zone
        peaks = around(record, self.rhythms)
        drawn = ribbon(record.windows, now=self.now, zone=zone, size="row", touches=dots(record), peaks=peaks)
        return render_to_string("ribbon/_ribbon.html", drawn)


class CustomerTable(tables.Table):
    """Customers: their most urgent last minute and its state, where they are, whose, how many contracts they have."""

    name = tables.Column(verbose_name=_("Customer"), order_by=("name", "pk"))
    next_minute = tables.Column(verbose_name=_("Most urgent last minute"), empty_values=())
    state = tables.Column(verbose_name=_("State"), accessor="urgent_state", orderable=False, default="–")
    time_zone = tables.Column(verbose_name=_("Time zone"), order_by=("time_zone", "pk"))
    owner = tables.Column(verbose_name=_("Owner"), order_by=("owner__name", "pk"), default="–")
    contract_count = tables.Column(verbose_name=_("Contracts"), attrs=NUMBER, order_by=("contract_count", "pk"))

    class Meta:
        template_name = "tables/list.html"
        order_by = ("name",)
        empty_text = _("No customer fits. Take a filter away, or load a ledger.")

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now

    def render_name(self, record: CustomerRow) -> SafeString:
        url = reverse("desk:customer", args=[record.pk])
        named = format_html('<a class="row-link" href="{}"><strong>{}</strong></a>', url, record.name)
        return two_lines(named, record.segment)

    def render_next_minute(self, record: CustomerRow) -> SafeString | str:
        if record.urgent_ends_at is None:
            return "–"
        last_minute_at = record.urgent_ends_at - wording.MINUTE
        said = wording.day_label(last_minute_at, record.urgent_zone, self.now)
        return two_lines(format_html('<span class="num">{}</span>', said), wording.zone_name(record.urgent_zone))

    def render_state(self, value: str) -> SafeString:
        return pill(value)

    def render_time_zone(self, value: str, record: CustomerRow) -> str:
        return " · ".join(part for part in (wording.zone_name(value), wording.country_name(record.country)) if part)

    def order_next_minute(self, customers: QuerySet[Customer], is_descending: bool) -> tuple[QuerySet[Customer], bool]:
        """What has passed first, then what comes; customers for whom nothing runs always last."""
        ends_at = F("urgent_ends_at")
        order = ends_at.desc(nulls_last=True) if is_descending else ends_at.asc(nulls_last=True)
        return customers.order_by(order, "pk"), True

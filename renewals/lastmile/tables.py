"""The rows behind a figure of the last mile."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import django_tables2 as tables
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts import wording
from accounts.tables.cells import NUMBER, of_whom, two_lines, way_to
from accounts.tables.files import Column, utc
from renewals.lastmile import words
from renewals.lastmile.definitions import Told

WAYS = {"in_time": "in-time", "buffer": "buffer", "late": "late", "lost": "lost", "open": "open"}


def went(one: Any) -> str:
    """How the end went."""
    return str(words.FIGURES[WAYS[one.way]])


def contacted(one: Any) -> str:
    """When the first real contact came."""
    return str(words.FIGURES[f"contact-{one.contact}"])


def proved(one: Any) -> str:
    """The strongest evidence."""
    return str(words.FIGURES[f"proof-{one.proof}"])


def leaks(one: Any) -> list[str]:
    """Which steps before the end were missed."""
    missed = {
        "not-explained": not one.explained,
        "not-reviewed": not one.reviewed,
        "not-week": one.week == Told.NO,
        "not-day": one.day == Told.NO,
        "taken": one.taken,
    }
    return [str(words.FIGURES[key]) for key, is_missed in missed.items() if is_missed]


class RowsTable(tables.Table):
    """Renewals: the minute, who, how it went, what was missed before, what it was worth, whose."""

    last_minute = tables.Column(verbose_name=_("Last minute"), order_by=("ends_at", "pk"), empty_values=())
    customer = tables.Column(
        verbose_name=_("Customer"), accessor="contract__customer", order_by=("contract__customer__name", "pk")
    )
    went = tables.Column(verbose_name=_("How it went"), empty_values=(), orderable=False)
    leaks = tables.Column(verbose_name=_("Leaks before the end"), empty_values=(), orderable=False)
    contact = tables.Column(verbose_name=_("First real contact"), order_by=("contact", "pk"))
    was = tables.Column(verbose_name=_("Amount"), accessor="amount_now", attrs=NUMBER, default="–", orderable=False)
    csm = tables.Column(
        verbose_name=_("CSM"), accessor="contract__owner", order_by=("contract__owner__name", "pk"), default="–"
    )

    class Meta:
        template_name = "tables/list.html"
        empty_text = _("No renewal is in this figure.")

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now

    def render_last_minute(self, record: Any) -> SafeString:
        at, zone = record.ends_at - wording.MINUTE, record.term.time_zone
        linked = way_to(record.contract.get_absolute_url(), at, zone, now=self.now)
        return two_lines(linked, wording.zone_name(zone))

    def render_customer(self, record: Any) -> SafeString:
        return of_whom(record.contract)

    def render_went(self, record: Any) -> str:
        return went(record)

    def render_leaks(self, record: Any) -> str:
        return " · ".join(leaks(record)) or "–"

    def render_contact(self, record: Any) -> SafeString:
        return two_lines(contacted(record), proved(record))

    def render_was(self, record: Any) -> str:
        return wording.money(record.amount_now, record.currency_now)


def columns() -> Sequence[Column]:
    """The same as a file: every end to the minute with its zone, and as a UTC instant (rule 4)."""
    return [
        Column(heading=_("last minute"), cell=lambda one: one.term.last_minute.isoformat(sep=" ", timespec="minutes")),
        Column(heading=_("time zone"), cell=lambda one: one.term.time_zone),
        Column(heading=_("ends at (UTC)"), cell=lambda one: utc(one.ends_at)),
        Column(heading=_("customer"), cell=lambda one: one.contract.customer.name),
        Column(heading=_("product"), cell=lambda one: one.contract.product.name),
        Column(heading=_("number"), cell=lambda one: one.contract.number),
        Column(heading=_("how it went"), cell=went),
        Column(heading=_("leaks before the end"), cell=lambda one: "; ".join(leaks(one))),
        Column(heading=_("first real contact"), cell=contacted),
        Column(heading=_("strongest evidence"), cell=proved),
        Column(heading=_("amount now"), cell=lambda one: one.amount_now),
        Column(heading=_("currency"), cell=lambda one: one.currency_now),
        Column(heading=_("owner"), cell=lambda one: one.contract.owner.email if one.contract.owner else ""),
    ]

"""The letters of a week: what left, when, about whose contract, to whom, of which kind; and the same as a file."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import django_tables2 as tables
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts import wording
from accounts.models import User
from accounts.tables.cells import two_lines, way_to
from accounts.tables.files import Column, utc
from renewals.touches.models import Delivery, SendingQuerySet


def with_whom(letters: SendingQuerySet) -> SendingQuerySet:
    """With what a row says of each, in the order in which they left; their words stay where they are."""
    related = ("contract__customer", "contract__product", "contract__owner", "contact__customer")
    read = letters.select_related(*(f"touch__{one}" for one in related)).defer("body")
    return read.order_by("over_at", "pk")


class LetterTable(tables.Table):
    """Letters, one line each: when it left, for which customer, to whom, what it was, what became of it."""

    over_at = tables.Column(verbose_name=_("Went out"), order_by=("over_at", "pk"))
    customer = tables.Column(
        verbose_name=_("Customer"),
        accessor="touch__contract__customer",
        order_by=("touch__contract__customer__name", "pk"),
    )
    contact = tables.Column(
        verbose_name=_("To whom"), accessor="touch__contact", order_by=("touch__contact__name", "pk")
    )
    kind = tables.Column(verbose_name=_("Kind"), accessor="touch__kind", order_by=("touch__kind", "over_at", "pk"))
    outcome = tables.Column(verbose_name=_("What came of it"), order_by=("outcome", "over_at", "pk"))

    class Meta:
        template_name = "tables/list.html"
        empty_text = _("No letter.")

    def __init__(self, *args: Any, now: datetime, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now, self.reader = now, reader

    def render_over_at(self, record: Delivery, value: datetime) -> SafeString:
        zone = record.touch.contact.zone
        own = wording.beside(value, zone, self.reader.time_zone)
        said = way_to(record.touch.contract.get_absolute_url(), value, zone, now=self.now)
        return two_lines(said, " · ".join(part for part in (wording.zone_name(zone), own) if part))

    def render_customer(self, record: Delivery) -> SafeString:
        contract = record.touch.contract
        return two_lines(contract.customer.name, f"{contract.number} · {contract.product.name}")

    def render_contact(self, record: Delivery) -> SafeString:
        return two_lines(record.touch.contact.name, record.recipient)

    def render_kind(self, record: Delivery) -> SafeString:
        return two_lines(record.touch.get_kind_display(), record.subject)

    def render_outcome(self, record: Delivery) -> str:
        return record.get_outcome_display()


LETTER_COLUMNS = [
    Column(heading=_("went out at (UTC)"), cell=lambda one: utc(one.over_at)),
    Column(heading=_("time zone"), cell=lambda one: one.touch.contact.zone),
    Column(heading=_("number"), cell=lambda one: one.touch.contract.number),
    Column(heading=_("customer"), cell=lambda one: one.touch.contract.customer.name),
    Column(heading=_("product"), cell=lambda one: one.touch.contract.product.name),
    Column(heading=_("to whom"), cell=lambda one: one.touch.contact.name),
    Column(heading=_("e-mail"), cell=lambda one: one.recipient),
    Column(heading=_("kind"), cell=lambda one: one.touch.get_kind_display()),
    Column(heading=_("subject"), cell=lambda one: one.subject),
    Column(heading=_("what came of it"), cell=lambda one: one.get_outcome_display()),
    Column(heading=_("owner"), cell=lambda one: one.touch.contract.owner.email if one.touch.contract.owner else ""),
]

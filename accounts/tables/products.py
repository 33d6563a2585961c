"""The list of products."""

from __future__ import annotations

from datetime import timedelta

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts import wording
from accounts.models import Product
from accounts.tables.files import Column


class ProductTable(tables.Table):
    """Products: name, code, when they lock on their own, how many contracts they have."""

    name = tables.Column(verbose_name=_("Product"), order_by=("name", "pk"))
    code = tables.Column(verbose_name=_("Code"))
    lock_convention = tables.Column(verbose_name=_("Locks on its own at"), order_by=("lock_convention", "name"))
    contract_count = tables.Column(verbose_name=_("Contracts"), attrs={"th": {"class": "num"}, "td": {"class": "num"}})

    class Meta:
        template_name = "tables/list.html"
        order_by = ("name",)
        empty_text = _("No product yet. A ledger brings them along, or add one.")

    def render_name(self, record: Product) -> SafeString:
        url = reverse("accounts:product_edit", args=[record.pk])
        return format_html('<a class="row-link" href="{}"><strong>{}</strong></a>', url, record.name)

    def render_lock_convention(self, record: Product) -> SafeString | str:
        """When it locks, and where a convention of its own may take time, the way to what it takes."""
        words = record.get_lock_convention_display()
        if record.lock_convention == Product.LockConvention.AS_PROMISED:
            return words
        own = _("each customer's own time")
        parts = [clocked(record), wording.zone_name(record.lock_zone) if record.lock_zone else own]
        parts += [wording.stretch(timedelta(hours=hours)) for hours in [record.lock_grace_hours] if hours]
        link = format_html('<a href="{}?product={}">{}</a>', reverse("gaps:gaps"), record.pk, _("what it takes"))
        return format_html("{} · {}", " · ".join(map(str, parts)), link)


def clocked(product: Product) -> str:
    """The convention in words, with its clock time where it has one."""
    at_a_clock_time = product.lock_convention == Product.LockConvention.LAST_DAY_AT and product.lock_clock
    words = str(product.get_lock_convention_display())
    return f"{words} ({product.lock_clock:%H:%M})" if at_a_clock_time else words


PRODUCT_COLUMNS = [
    Column(heading=_("product"), cell=lambda product: product.name),
    Column(heading=_("code"), cell=lambda product: product.code),
    Column(heading=_("locks on its own at"), cell=clocked),
    Column(heading=_("in the zone"), cell=lambda product: product.lock_zone),
    Column(heading=_("hours it waits"), cell=lambda product: product.lock_grace_hours),
    Column(heading=_("contracts"), cell=lambda product: product.contract_count),
]

"""The list of products."""

from __future__ import annotations

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

    def render_lock_convention(self, record: Product) -> str:
        words = record.get_lock_convention_display()
        if record.lock_convention == Product.LockConvention.AS_PROMISED:
            return words
        own = _("each customer's own time")
        return f"{words} · {wording.zone_name(record.lock_zone) if record.lock_zone else own}"


PRODUCT_COLUMNS = [
    Column(heading=_("product"), cell=lambda product: product.name),
    Column(heading=_("code"), cell=lambda product: product.code),
    Column(heading=_("locks on its own at"), cell=lambda product: product.get_lock_convention_display()),
    Column(heading=_("in the zone"), cell=lambda product: product.lock_zone),
    Column(heading=_("contracts"), cell=lambda product: product.contract_count),
]

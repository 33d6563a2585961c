"""The list of playbooks."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import Q, QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts import wording
from accounts.filters import ListFilter
from accounts.models import Contract, Product, User
from accounts.tables.files import Column, utc
from renewals.playbooks.gates import Row
from renewals.playbooks.models import Playbook

NUMBER = {"th": {"class": "num"}, "td": {"class": "num"}}


class PlaybookTable(tables.Table):
    """Playbooks: for whom, in which version, and how many running plans follow them."""

    name = tables.Column(verbose_name=_("Playbook"), empty_values=(), order_by=("name", "pk"))
    for_whom = tables.Column(verbose_name=_("For whom"), orderable=False)
    number = tables.Column(verbose_name=_("Version"), order_by=("number", "pk"), attrs=NUMBER)
    made_at = tables.Column(verbose_name=_("Made at"), order_by=("made_at", "pk"))
    running = tables.Column(verbose_name=_("Running plans"), order_by=("running", "pk"), attrs=NUMBER)

    class Meta:
        template_name = "tables/list.html"
        order_by = ("name",)
        empty_text = _("No playbook yet. The usual one is made with the first tick, within a minute.")

    def __init__(self, *args: Any, now: datetime, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now, self.reader = now, reader

    def render_name(self, record: Row) -> SafeString:
        return format_html(
            '<a class="row-link" href="{}"><strong>{}</strong></a>', record.get_absolute_url(), str(record)
        )

    def render_made_at(self, value: datetime) -> SafeString:
        zone = self.reader.time_zone
        return format_html('<time datetime="{}">{}</time>', value.isoformat(), wording.day_label(value, zone, self.now))


class PlaybookFilter(ListFilter):
    """Playbooks by name or segment, product and kind."""

    q = django_filters.CharFilter(label=_("Name or segment"), method="called")
    product = django_filters.ModelChoiceFilter(label=_("Product"), queryset=Product.objects.all(), empty_label=_("any"))
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=Contract.Kind.choices, empty_label=_("any"))

    class Meta:
        model = Playbook
        fields: list[str] = []

    def called(self, found: QuerySet, _name: str, text: str) -> QuerySet:
        return found.filter(Q(name__icontains=text.strip()) | Q(segment__icontains=text.strip()))


PLAYBOOK_COLUMNS = [
    Column(heading=_("playbook"), cell=str),
    Column(heading=_("product"), cell=lambda one: one.product.name if one.product else ""),
    Column(heading=_("segment"), cell=lambda one: one.segment),
    Column(heading=_("kind"), cell=lambda one: one.get_kind_display()),
    Column(heading=_("version"), cell=lambda one: one.number),
    Column(heading=_("made at (UTC)"), cell=lambda one: utc(one.made_at)),
    Column(heading=_("running plans"), cell=lambda one: one.running),
]

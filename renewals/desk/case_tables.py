"""The list of interventions: what a row shows, what narrows it, and the same as a file."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import F, Q
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts import wording
from accounts.filters import MINE, TEAM, ListFilter
from accounts.models import User
from accounts.models.customers import name_key
from accounts.tables.cells import NUMBER, two_lines, way_to
from accounts.tables.files import Column, utc
from renewals.desk.cases import Row, holder, is_open, minutes, person_of, state_of
from renewals.interventions.models import Intervention, InterventionQuerySet

OPEN, OVER = "open", "over"
WHO = [(MINE, _("me")), (TEAM, _("my team"))]


class CaseTable(tables.Table):
    """Interventions, one line each: since when, who, whom to call, who has it, how it stands."""

    locked_at = tables.Column(verbose_name=_("Locked since"), order_by=("locked_at", "pk"))
    customer = tables.Column(
        verbose_name=_("Customer"), accessor="contract__customer", order_by=("contract__customer__name", "pk")
    )
    call = tables.Column(verbose_name=_("Whom to call"), orderable=False, empty_values=())
    holder = tables.Column(verbose_name=_("Who has it"), orderable=False, empty_values=())
    state = tables.Column(verbose_name=_("State"), orderable=False, empty_values=())
    contact = tables.Column(
        verbose_name=_("First contact"), accessor="contacted_at", attrs=NUMBER, default="–", order_by=("wait", "pk")
    )

    class Meta:
        template_name = "tables/list.html"
        empty_text = _("No intervention. Each soft lock opens one.")

    def __init__(self, *args: Any, now: datetime, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now, self.reader = now, reader

    def render_locked_at(self, record: Row) -> SafeString:
        zone = record.term.time_zone
        own = wording.beside(record.locked_at, zone, self.reader.time_zone)
        said = way_to(reverse("desk:intervention", args=[record.pk]), record.locked_at, zone, now=self.now)
        return two_lines(said, " · ".join(part for part in (wording.zone_name(zone), own) if part))

    def render_customer(self, record: Row) -> SafeString:
        return two_lines(record.contract.customer.name, f"{record.contract.number} · {record.contract.product.name}")

    def render_call(self, record: Row) -> SafeString | str:
        person = person_of(record)
        if person is None:
            return "–"
        link = format_html('<a href="tel:{}">{}</a>', "".join(person.phone.split()), person.phone)
        return two_lines(person.salutation or person.name, link)

    def render_holder(self, record: Row) -> str:
        return str(holder(record) or "–")

    def render_state(self, record: Row) -> SafeString:
        look = " soft_locked" if is_open(record) else ""
        return format_html('<span class="pill{}">{}</span>', look, state_of(record))

    def render_contact(self, record: Row) -> str:
        assert record.contacted_at is not None
        return wording.stretch(record.contacted_at - record.locked_at)


class CaseFilter(ListFilter):
    """Interventions by number or customer, by whether they are open, and by who has them."""

    q = django_filters.CharFilter(label=_("Number or customer"), method="called")
    state = django_filters.ChoiceFilter(
        label=_("State"), choices=[(OPEN, _("open")), (OVER, _("over"))], empty_label=_("any"), method="in_state"
    )
    who = django_filters.ChoiceFilter(
        label=_("Who has it"),
        choices=WHO,
        empty_label=_("anybody"),
        method="had_by",
    )

    class Meta:
        model = Intervention
        fields: list[str] = []

    def called(self, found: InterventionQuerySet, _name: str, text: str) -> InterventionQuerySet:
        key = Q(contract__customer__key__contains=name_key(text))
        return found.filter(Q(contract__number__icontains=text.strip()) | key)

    def in_state(self, found: InterventionQuerySet, _name: str, state: str) -> InterventionQuerySet:
        is_open = Q(closed_at=None, stands=True)
        return found.filter(is_open if state == OPEN else ~is_open)

    def had_by(self, found: InterventionQuerySet, _name: str, who: str) -> InterventionQuerySet:
        return found.held_by(self.request.user, team=who == TEAM)


def sortable(found: InterventionQuerySet) -> InterventionQuerySet:
    """With how long it took to reach somebody, to sort by."""
    return found.annotate(wait=F("contacted_at") - F("locked_at"))


def email(user: User | None) -> str:
    """A colleague as a file names them."""
    return user.email if user else ""


def contact_minutes(one: Row) -> int | None:
    """Minutes from the lock to the first contact."""
    return minutes(one.contacted_at - one.locked_at) if one.contacted_at else None


CASE_COLUMNS = [
    Column(heading=_("number"), cell=lambda one: one.contract.number),
    Column(heading=_("customer"), cell=lambda one: one.contract.customer.name),
    Column(heading=_("product"), cell=lambda one: one.contract.product.name),
    Column(heading=_("last minute"), cell=lambda one: one.term.last_minute.isoformat(sep=" ", timespec="minutes")),
    Column(heading=_("time zone"), cell=lambda one: one.term.time_zone),
    Column(heading=_("locked at (UTC)"), cell=lambda one: utc(one.locked_at)),
    Column(heading=_("who has it"), cell=lambda one: email(holder(one))),
    Column(heading=_("state"), cell=state_of),
    Column(heading=_("first contact at (UTC)"), cell=lambda one: utc(one.contacted_at)),
    Column(heading=_("minutes to first contact"), cell=contact_minutes),
    Column(heading=_("owner"), cell=lambda one: email(one.contract.owner)),
]

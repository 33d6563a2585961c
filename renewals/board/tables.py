"""The table of the pipeline: what a row shows, and by what it can be sorted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

import django_tables2 as tables
from django.db.models import F
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import wording
from accounts.models import User
from accounts.peaks import rhythms_of
from accounts.rhythm import Rhythm
from accounts.tables.cells import NUMBER, of_whom, two_lines, way_to
from renewals.board import words
from renewals.board.rows import Risks, Row, clock_of
from renewals.desk.rows import dots
from renewals.desk.tables import pill
from renewals.health.services import today_here
from renewals.health.words import called
from renewals.locking.peaks import around
from renewals.pipeline.models import Category
from renewals.pipeline.models.renewals import RenewalQuerySet
from renewals.risk.words import because
from renewals.templatetags.ribbon import ribbon

Sorted = tuple[RenewalQuerySet, bool]


class PipelineTable(tables.Table):
    """Renewals, one line each: the minute and what is left, who, the stage, the money, what comes next, whose."""

    chosen = tables.Column(
        verbose_name=_("Tick"), empty_values=(), orderable=False, attrs={"td": {"class": "no-print"}}
    )
    last_minute = tables.Column(verbose_name=_("Last minute"), order_by=("ends_at", "pk"), empty_values=())
    customer = tables.Column(
        verbose_name=_("Customer"), accessor="contract__customer", order_by=("contract__customer__name", "pk")
    )
    stage = tables.Column(verbose_name=_("Stage"), order_by=("stage__place", "ends_at", "pk"))
    amount = tables.Column(verbose_name=_("Amount"), attrs=NUMBER, default="–")
    category = tables.Column(verbose_name=_("Forecast"), order_by=("probability", "ends_at", "pk"))
    next_step = tables.Column(verbose_name=_("Next step"), empty_values=())
    ribbon = tables.Column(verbose_name=_("Last stretch"), empty_values=(), orderable=False)
    health = tables.Column(verbose_name=_("Health"), orderable=False, default="–", attrs=NUMBER)
    risk = tables.Column(verbose_name=_("Risk"), empty_values=(), orderable=False, attrs=NUMBER)
    csm = tables.Column(
        verbose_name=_("CSM"), accessor="contract__owner", order_by=("contract__owner__name", "pk"), default="–"
    )
    edit = tables.Column(
        verbose_name=_("Change"), empty_values=(), orderable=False, attrs={"td": {"class": "no-print"}}
    )

    class Meta:
        template_name = "tables/list.html"
        attrs = {"class": "table pipeline"}
        empty_text = _("No renewal fits. Take a filter away; a renewal opens when its contract’s plan begins.")

    def __init__(self, *args: Any, now: datetime, reader: User, address: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now, self.reader, self.address = now, reader, address
        self.rhythms: Mapping[int, Rhythm] = {}
        self.risks = Risks(now=now)

    def before_render(self, _request: HttpRequest) -> None:
        """What the page's rows show besides: their customers' rhythms, their risk."""
        shown = [row.record for row in self.paginated_rows]
        if "ribbon" in self.columns:
            self.rhythms = rhythms_of({one.contract.customer_id for one in shown})
        if "risk" in self.columns:
            self.risks.read(shown)

    @property
    def today(self) -> date:
        return today_here(self.now)

    def render_chosen(self, record: Row) -> SafeString:
        """A tick for the change of many."""
        box = '<input class="form-check-input" type="checkbox" name="chosen" value="{}" form="many" aria-label="{}">'
        return format_html(box, record.pk, gettext("Tick %(name)s") % {"name": record.contract.customer.name})

    def render_edit(self, record: Row) -> SafeString:
        """The row becomes fields where it stands; without JavaScript, the page of the renewal opens."""
        after = f"?{urlencode({'next': self.address})}"
        return format_html(
            '<a class="btn btn-sm btn-outline-secondary" href="{}" hx-get="{}" hx-target="closest tr" '
            'hx-swap="outerHTML">{}<span class="visually-hidden"> {}</span></a>',
            reverse("board:renewal", args=[record.pk]) + after,
            reverse("board:line", args=[record.pk]) + after,
            _("Change"),
            record.contract.customer.name,
        )

    def render_last_minute(self, record: Row) -> SafeString:
        """The minute with its zone, and how much time is left until it."""
        at, zone = record.ends_at - wording.MINUTE, record.term.time_zone
        own = wording.beside(at, zone, self.reader.time_zone)
        minute = way_to(record.contract.get_absolute_url(), at, zone, now=self.now)
        beneath = format_html(
            '{}<span class="d-block">{}</span>', self.zone_line(zone, own), words.left(record, now=self.now)
        )
        return two_lines(minute, beneath)

    def zone_line(self, zone: str, own: str) -> str:
        return " · ".join(part for part in (wording.zone_name(zone), own) if part)

    def render_customer(self, record: Row) -> SafeString:
        return of_whom(record.contract)

    def render_stage(self, record: Row) -> SafeString:
        clock = clock_of(record)
        if record.outcome == "lost":
            return two_lines(record.stage, record.loss_reason)
        return two_lines(record.stage, pill(clock.state) if clock else "")

    def render_amount(self, record: Row) -> SafeString:
        return two_lines(wording.money(record.amount, record.currency), words.change(record))

    def render_category(self, record: Row) -> SafeString:
        percent = format_html('<span class="num">{}%</span>', record.probability)
        return two_lines(Category(record.category).label, percent)

    def render_next_step(self, record: Row) -> SafeString | str:
        if not record.next_step:
            return format_html('<span class="muted">{}</span>', _("none yet")) if record.is_open else "–"
        by = words.step_by(record.next_step_on, today=self.today)
        late = record.is_open and record.next_step_on is not None and record.next_step_on < self.today
        return two_lines(record.next_step, format_html('<span class="pill risk">{}</span>', by) if late else by)

    def render_ribbon(self, record: Row) -> SafeString | str:
        clock = clock_of(record)
        if clock is None:
            return "–"
        peaks = around(clock, self.rhythms)
        drawn = ribbon(
            clock.windows, now=self.now, zone=record.term.time_zone, size="row", touches=dots(clock), peaks=peaks
        )
        return render_to_string("ribbon/_ribbon.html", drawn)

    def render_health(self, value: int) -> SafeString:
        return two_lines(value, called(value))

    def render_risk(self, record: Row) -> SafeString | str:
        """The points and what they come to; why, for whoever points at it or has it read aloud."""
        risk = self.risks.of(record)
        if risk is None:
            return "–"
        reasons = because(risk.reasons)
        said = format_html(
            '<span title="{}">{}<span class="visually-hidden"> {}</span></span>', reasons, risk.points, reasons
        )
        return two_lines(said if reasons else risk.points, risk.pill)

    def order_amount(self, renewals: RenewalQuerySet, is_descending: bool) -> Sorted:
        """By currency, then amount; those without one always last."""
        amount = F("amount")
        order = amount.desc(nulls_last=True) if is_descending else amount.asc(nulls_last=True)
        return renewals.order_by("currency", order, "pk"), True

    def order_next_step(self, renewals: RenewalQuerySet, is_descending: bool) -> Sorted:
        """By its day; those without one always last."""
        on = F("next_step_on")
        return renewals.order_by(on.desc(nulls_last=True) if is_descending else on.asc(nulls_last=True), "pk"), True

"""The minutes in their order, each with its strip and the last chance to call; and the same as a file."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import django_tables2 as tables
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import wording
from accounts.models import ContractTerm, User
from accounts.tables.cells import NUMBER, of_whom, two_lines, way_to
from accounts.tables.files import Column, utc
from renewals.desk.export import last_minute, owner
from renewals.desk.rows import Row, is_untold, is_urgent, last_minute_at
from renewals.desk.tables import pill
from renewals.desk.words import STATES, beneath_the_minute, told
from renewals.minutes.past import came
from renewals.minutes.reading import last_chance
from renewals.minutes.strip import SIZES, strip
from renewals.minutes.words import CAME, sentence, strip_day
from renewals.ribbon.shapes import Interval


class MinutesTable(tables.Table):
    """What ends, the next first: minute, who, the strip, the last chance to call, who was told, for how much."""

    last_minute = tables.Column(verbose_name=gettext_lazy("Last minute"), empty_values=())
    customer = tables.Column(verbose_name=gettext_lazy("Customer"), accessor="contract__customer")
    strip = tables.Column(
        verbose_name=gettext_lazy("Their days and nights"), empty_values=(), attrs={"th": {"class": "strip-column"}}
    )
    chance = tables.Column(verbose_name=gettext_lazy("Last working minute before"), empty_values=())
    told = tables.Column(verbose_name=gettext_lazy("Told"), empty_values=())
    owner = tables.Column(verbose_name=gettext_lazy("Owner"), accessor="contract__owner", default="–")
    value = tables.Column(verbose_name=gettext_lazy("Value"), accessor="term__value", attrs=NUMBER, default="–")

    class Meta:
        template_name = "tables/list.html"
        orderable = False

    def __init__(self, *args: Any, now: datetime, shows: Interval, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now, self.shows, self.reader = now, shows, reader
        self.empty_text = _("Nothing ends here. Take a filter away, or look at another day.")

    def render_last_minute(self, record: Row) -> SafeString:
        at = last_minute_at(record)
        linked = way_to(record.contract.get_absolute_url(), at, record.term.time_zone, now=self.now)
        return two_lines(linked, beneath_the_minute(record, now=self.now, reader_zone=self.reader.time_zone))

    def render_customer(self, record: Row) -> SafeString:
        named = of_whom(record.contract)
        return named if record.state == "active" else format_html("{} {}", named, pill(record.state))

    def render_strip(self, record: Row) -> SafeString:
        customer, at = record.contract.customer, last_minute_at(record)
        zone, hours = customer.time_zone, customer.calendar.hours()
        drawings = [
            strip(record.windows, shows=self.shows, now=self.now, zone=zone, hours=hours, day=strip_day, size=size)
            for size in SIZES
        ]
        context = {"drawings": drawings, "sentence": sentence(at, zone, hours)}
        return render_to_string("minutes/_strip.html", context)

    def render_chance(self, record: Row) -> SafeString | str:
        at, zone = last_chance(record), record.contract.customer.time_zone
        if at is None:
            return "–"
        label, where = wording.day_label(at, zone, self.now), wording.zone_name(zone)
        if record.ends_at > self.now > at:
            passed = format_html('<span class="pill risk">{}</span>', _("has passed"))
            return two_lines(passed, f"{label} · {where}")
        return two_lines(format_html('<span class="num">{}</span>', label), where)

    def render_told(self, record: Row) -> SafeString | str:
        if record.term.evidence_list:
            return told(record.term.evidence_list)
        if is_urgent(record, now=self.now):
            return format_html('<span class="pill risk">{}</span>', _("nobody yet"))
        return format_html('<span class="muted">{}</span>', _("nobody yet")) if is_untold(record) else "–"

    def render_value(self, record: Row) -> str:
        return wording.money(record.term.value, record.term.currency)


class EndedTable(tables.Table):
    """What ended on a day: minute, who, what came of it, whose, for how much."""

    last_minute = tables.Column(verbose_name=gettext_lazy("Last minute"), empty_values=())
    customer = tables.Column(verbose_name=gettext_lazy("Customer"), accessor="contract__customer")
    came = tables.Column(verbose_name=gettext_lazy("What came of it"), empty_values=())
    owner = tables.Column(verbose_name=gettext_lazy("Owner"), accessor="contract__owner", default="–")
    value = tables.Column(verbose_name=gettext_lazy("Value"), attrs=NUMBER, default="–")

    class Meta:
        template_name = "tables/list.html"
        orderable = False

    def __init__(self, *args: Any, now: datetime, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now, self.reader = now, reader
        self.empty_text = _("Nothing ended here. Take a filter away, or look at another day.")

    def render_last_minute(self, record: ContractTerm) -> SafeString:
        at = record.ends_at - wording.MINUTE
        linked = way_to(record.contract.get_absolute_url(), at, record.time_zone, now=self.now)
        return two_lines(linked, wording.zone_name(record.time_zone))

    def render_customer(self, record: ContractTerm) -> SafeString:
        return of_whom(record.contract)

    def render_came(self, record: ContractTerm) -> str:
        return str(CAME[came(record)])

    def render_value(self, record: ContractTerm) -> str:
        return wording.money(record.value, record.currency)


ENDED_COLUMNS = [
    Column(heading=gettext_lazy("last minute"), cell=lambda term: f"{term.last_minute:%Y-%m-%d %H:%M}"),
    Column(heading=gettext_lazy("time zone"), cell=lambda term: term.time_zone),
    Column(heading=gettext_lazy("ends at (UTC)"), cell=lambda term: utc(term.ends_at)),
    Column(heading=gettext_lazy("customer"), cell=lambda term: term.contract.customer.name),
    Column(heading=gettext_lazy("number"), cell=lambda term: term.contract.number),
    Column(heading=gettext_lazy("product"), cell=lambda term: term.contract.product.name),
    Column(heading=gettext_lazy("what came of it"), cell=lambda term: str(CAME[came(term)])),
    Column(heading=gettext_lazy("value"), cell=lambda term: term.value),
    Column(heading=gettext_lazy("currency"), cell=lambda term: term.currency),
    Column(heading=gettext_lazy("owner"), cell=owner),
]
MINUTES_COLUMNS = [
    Column(heading=gettext_lazy("last minute"), cell=last_minute),
    Column(heading=gettext_lazy("time zone"), cell=lambda clock: clock.term.time_zone),
    Column(heading=gettext_lazy("ends at (UTC)"), cell=lambda clock: utc(clock.ends_at)),
    Column(heading=gettext_lazy("last working minute before (UTC)"), cell=lambda clock: utc(last_chance(clock))),
    Column(heading=gettext_lazy("customer"), cell=lambda clock: clock.contract.customer.name),
    Column(heading=gettext_lazy("number"), cell=lambda clock: clock.contract.number),
    Column(heading=gettext_lazy("product"), cell=lambda clock: clock.contract.product.name),
    Column(heading=gettext_lazy("state"), cell=lambda clock: str(STATES[clock.state])),
    Column(heading=gettext_lazy("told"), cell=lambda clock: told(clock.term.evidence_list)),
    Column(heading=gettext_lazy("value"), cell=lambda clock: clock.term.value),
    Column(heading=gettext_lazy("currency"), cell=lambda clock: clock.term.currency),
    Column(heading=gettext_lazy("owner"), cell=owner),
]

"""The lists of endpoints and of calls: what a row shows, by what it can be sorted, and the same rows as files."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts import wording
from accounts.models import User
from accounts.tables.files import Column, utc
from renewals.callbacks.models import Call, Endpoint

NUMBER = {"th": {"class": "num"}, "td": {"class": "num"}}
PILLS = {"active": _("works"), "failing": _("failing"), "paused": _("paused"), "fresh": _("not called yet")}
LOOKS = {"active": "active", "failing": "buffer", "paused": "soft_locked", "fresh": ""}
"""A health as a colour second: none of them is money at risk."""


def health(endpoint: Endpoint) -> str:
    """How an endpoint fares, in one word of `PILLS`."""
    if endpoint.paused_at is not None:
        return "paused"
    if endpoint.failing_since is not None:
        return "failing"
    return "active" if endpoint.accepted_at is not None else "fresh"


def health_pill(endpoint: Endpoint) -> SafeString:
    found = health(endpoint)
    return format_html('<span class="pill {}">{}</span>', LOOKS[found], PILLS[found])


def stands_pill(call: Call) -> SafeString:
    """How a call stands, as a word and as a colour second."""
    look = {Call.Outcome.ACCEPTED.value: "active", Call.Outcome.GIVEN_UP.value: "soft_locked"}
    return format_html('<span class="pill {}">{}</span>', look.get(call.outcome, "buffer"), stands(call))


def stands(call: Call) -> str:
    return str(call.get_outcome_display() if call.outcome else _("waiting"))


class Dated(tables.Table):
    """A list that shows instants to its reader, in their own zone."""

    def __init__(self, *args: Any, now: datetime, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now, self.reader = now, reader

    def day(self, at: datetime) -> SafeString:
        said = wording.day_label(at, self.reader.time_zone, self.now)
        return format_html('<time class="num" datetime="{}">{}</time>', at.isoformat(timespec="seconds"), said)


class EndpointTable(Dated):
    """Endpoints: which, how they fare, what waits for them and what was given up."""

    name = tables.Column(verbose_name=_("Endpoint"), order_by=("name", "pk"))
    health = tables.Column(verbose_name=_("Health"), empty_values=(), orderable=False)
    accepted_at = tables.Column(verbose_name=_("Last accepted"), order_by=("accepted_at", "pk"), default="–")
    waiting = tables.Column(verbose_name=_("Waiting"), attrs=NUMBER, order_by=("waiting", "pk"))
    given_up = tables.Column(verbose_name=_("Given up"), attrs=NUMBER, order_by=("given_up", "pk"))

    class Meta:
        template_name = "tables/list.html"
        order_by = ("name",)
        empty_text = _("No endpoint yet. Add the first one, and your systems hear of every end, lock and renewal.")

    def render_name(self, record: Endpoint) -> SafeString:
        link = '<a class="row-link" href="{}"><strong>{}</strong></a>'
        named = format_html(link, record.get_absolute_url(), record.name)
        return format_html('{}<span class="d-block muted small text-break">{}</span>', named, record.url)

    def render_health(self, record: Endpoint) -> SafeString:
        return health_pill(record)

    def render_accepted_at(self, value: datetime) -> SafeString:
        return self.day(value)


class CallTable(Dated):
    """The calls of one endpoint, the newest first."""

    type = tables.Column(verbose_name=_("Event"), order_by=("type", "pk"))
    contract = tables.Column(verbose_name=_("Contract"), order_by=("contract__number", "pk"), default="–")
    occurred_at = tables.Column(verbose_name=_("Occurred"), order_by=("occurred_at", "pk"))
    stands = tables.Column(verbose_name=_("Stands"), empty_values=(), orderable=False)
    answer = tables.Column(verbose_name=_("Last answer"), orderable=False, default="–")
    attempts = tables.Column(verbose_name=_("Attempts"), attrs=NUMBER, order_by=("attempts", "pk"))

    class Meta:
        template_name = "tables/list.html"
        order_by = ("-occurred_at",)
        empty_text = _("No call fits. What happens from now on shows here.")

    def render_type(self, record: Call) -> SafeString:
        link = format_html(
            '<a class="row-link" href="{}"><strong>{}</strong></a>', record.get_absolute_url(), record.type
        )
        if record.before is None:
            return link
        return format_html('{}<span class="d-block muted small">{}</span>', link, wording.stretch(record.before))

    def render_contract(self, record: Call) -> SafeString:
        assert record.contract is not None
        customer = record.contract.customer.name
        return format_html('{}<span class="d-block muted small">{}</span>', record.contract.number, customer)

    def render_occurred_at(self, value: datetime) -> SafeString:
        return self.day(value)

    def render_stands(self, record: Call) -> SafeString:
        pill = stands_pill(record)
        if record.outcome or not record.attempts:
            return pill
        return format_html(
            '{}<span class="d-block muted small">{} {}</span>', pill, _("next try"), self.day(record.next_try_at)
        )


ENDPOINT_COLUMNS = [
    Column(heading=_("endpoint"), cell=lambda endpoint: endpoint.name),
    Column(heading=_("address"), cell=lambda endpoint: endpoint.url),
    Column(heading=_("events"), cell=lambda endpoint: ", ".join(endpoint.types)),
    Column(heading=_("health"), cell=lambda endpoint: str(PILLS[health(endpoint)])),
    Column(heading=_("last accepted at (UTC)"), cell=lambda endpoint: utc(endpoint.accepted_at)),
    Column(heading=_("waiting"), cell=lambda endpoint: endpoint.waiting),
    Column(heading=_("given up"), cell=lambda endpoint: endpoint.given_up),
]

CALL_COLUMNS = [
    Column(heading=_("webhook-id"), cell=lambda call: str(call.uid)),
    Column(heading=_("event"), cell=lambda call: call.type),
    Column(heading=_("number"), cell=lambda call: call.contract.number if call.contract else ""),
    Column(heading=_("customer"), cell=lambda call: call.contract.customer.name if call.contract else ""),
    Column(heading=_("occurred at (UTC)"), cell=lambda call: utc(call.occurred_at)),
    Column(heading=_("stands"), cell=stands),
    Column(heading=_("attempts"), cell=lambda call: call.attempts),
    Column(heading=_("last answer"), cell=lambda call: call.answer),
    Column(heading=_("next try at (UTC)"), cell=lambda call: "" if call.outcome else utc(call.next_try_at)),
]

"""The two lists: what conventions would take, and what locks took."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import django_tables2 as tables
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts import wording
from accounts.models import User
from accounts.tables.cells import NUMBER, of_whom, two_lines, way_to
from accounts.tables.files import Column, utc
from renewals.gaps import words
from renewals.gaps.observing import Answer, Observed, Verdict
from renewals.gaps.simulating import Conventions, Simulated, gap_of
from renewals.locking.granting import whole_days

MINUTE = timedelta(minutes=1)


class GapTable(tables.Table):
    """Contracts: the promise, when the product would lock, how much that takes, from which rules."""

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
    locks = tables.Column(verbose_name=_("Would lock"), orderable=False, empty_values=())
    taken = tables.Column(verbose_name=_("Taken"), attrs=NUMBER, order_by=("taken", "pk"))
    owner = tables.Column(
        verbose_name=_("Owner"), accessor="contract__owner", order_by=("contract__owner__name", "pk"), default="–"
    )

    class Meta:
        template_name = "tables/list.html"
        empty_text = _("No contract fits. Take a filter away.")

    def __init__(self, *args: Any, conventions: Conventions, now: datetime, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.conventions, self.now, self.reader = conventions, now, reader

    def render_last_minute(self, record: Simulated) -> SafeString:
        """The minute with its zone, and the reader's own time beside it."""
        at, zone = record.ends_at - MINUTE, record.term.time_zone
        own = wording.beside(at, zone, self.reader.time_zone)
        return two_lines(
            way_to(record.contract.get_absolute_url(), at, zone, now=self.now),
            " · ".join(part for part in (wording.zone_name(zone), own) if part),
        )

    def render_customer(self, record: Simulated) -> SafeString:
        return two_lines(record.contract.customer.name, record.contract.product.name)

    def render_locks(self, record: Simulated) -> SafeString | str:
        """When, on the customer's clock, and which rules of time that breaks."""
        found = gap_of(record, self.conventions)
        if found is None:
            return _now("when the portal says so")
        at = wording.day_label(found.locks_at, record.term.time_zone, self.now)
        return two_lines(format_html('<span class="num">{}</span>', at), words.broken(found.rules))

    def render_taken(self, value: timedelta) -> SafeString | str:
        return two_lines(words.minutes(value), words.stretch(value)) if value else "–"


def gap_columns(conventions: Conventions) -> list[Column]:
    """The same rows as a file: every instant with its zone, and in UTC."""

    def locks_at(clock: Simulated) -> str:
        found = gap_of(clock, conventions)
        return utc(found.locks_at) if found else ""

    def rules(clock: Simulated) -> str:
        found = gap_of(clock, conventions)
        return words.broken(found.rules) if found else ""

    return [
        Column(heading=_("number"), cell=lambda clock: clock.contract.number),
        Column(heading=_("customer"), cell=lambda clock: clock.contract.customer.name),
        Column(heading=_("product"), cell=lambda clock: clock.contract.product.name),
        Column(
            heading=_("last minute"),
            cell=lambda clock: clock.term.last_minute.isoformat(sep=" ", timespec="minutes"),
        ),
        Column(heading=_("time zone"), cell=lambda clock: clock.term.time_zone),
        Column(heading=_("ends at (UTC)"), cell=lambda clock: utc(clock.ends_at)),
        Column(heading=_("would lock at (UTC)"), cell=locks_at),
        Column(heading=_("minutes taken"), cell=lambda clock: clock.taken // MINUTE),
        Column(heading=_("rules broken"), cell=rules),
        Column(heading=_("owner"), cell=lambda clock: clock.contract.owner.email if clock.contract.owner else ""),
    ]


class ObservedTable(tables.Table):
    """Observed locks: when, against which promise, what that took, and giving it back."""

    locked_at = tables.Column(verbose_name=_("Locked"), order_by=("locked_at", "pk"))
    customer = tables.Column(
        verbose_name=_("Customer"), accessor="contract__customer", order_by=("contract__customer__name", "pk")
    )
    promised = tables.Column(verbose_name=_("Promised until"), order_by=("ends_at", "pk"), empty_values=())
    verdict = tables.Column(verbose_name=_("The lock"), orderable=False)
    taken = tables.Column(verbose_name=_("Taken"), attrs=NUMBER, order_by=("taken", "pk"))
    answer = tables.Column(verbose_name=_("Given back"), orderable=False)

    class Meta:
        template_name = "tables/list.html"
        order_by = ("-locked_at",)
        empty_text = _("No lock was reported. The product reports each one by the API.")

    def __init__(self, *args: Any, now: datetime, reader: User, address: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now, self.reader, self.address = now, reader, address

    def render_locked_at(self, record: Observed) -> SafeString:
        """On the customer's clock, with the reader's own time beside it."""
        at, zone = record.locked_at, record.time_zone
        own = wording.beside(at, zone, self.reader.time_zone)
        return two_lines(
            way_to(record.contract.get_absolute_url(), at, zone, now=self.now, timespec="seconds"),
            " · ".join(part for part in (wording.zone_name(zone), own) if part),
        )

    def render_customer(self, record: Observed) -> SafeString:
        return of_whom(record.contract)

    def render_promised(self, record: Observed) -> SafeString:
        at = record.ends_at - MINUTE
        said = format_html('<span class="num">{}</span>', wording.day_label(at, record.time_zone, self.now))
        return two_lines(said, wording.zone_name(record.time_zone))

    def render_verdict(self, value: str) -> str:
        return str(Verdict(value).label)

    def render_taken(self, value: timedelta) -> SafeString | str:
        return two_lines(words.minutes(value), words.stretch(value)) if value else "–"

    def render_answer(self, record: Observed) -> SafeString | str:
        """The button where it can be given back, else why not."""
        if record.answer == Answer.PROPOSED:
            context = {"observed": record, "time": whole_days(record.taken), "address": self.address}
            return render_to_string("gaps/_give_back.html", context, request=getattr(self, "request", None))
        if record.answer == Answer.GIVEN:
            given = record.given_back
            return two_lines(wording.stretch(given.gives), given.by or "")
        return format_html('<span class="muted">{}</span>', Answer(record.answer).label)


def given_days(observed: Observed) -> int | None:
    """How many days were given back."""
    return observed.given_back.gives.days if observed.answer == Answer.GIVEN else None


OBSERVED_COLUMNS = [
    Column(heading=_("number"), cell=lambda one: one.contract.number),
    Column(heading=_("customer"), cell=lambda one: one.contract.customer.name),
    Column(heading=_("product"), cell=lambda one: one.contract.product.name),
    Column(heading=_("locked at (UTC)"), cell=lambda one: utc(one.locked_at)),
    Column(heading=_("last minute"), cell=lambda one: one.last_minute.isoformat(sep=" ", timespec="minutes")),
    Column(heading=_("time zone"), cell=lambda one: one.time_zone),
    Column(heading=_("ends at (UTC)"), cell=lambda one: utc(one.ends_at)),
    Column(heading=_("locks at (UTC)"), cell=lambda one: utc(one.lock_at)),
    Column(heading=_("minutes taken"), cell=lambda one: one.taken // MINUTE),
    Column(heading=_("the lock"), cell=lambda one: str(Verdict(one.verdict).label)),
    Column(heading=_("given back"), cell=lambda one: str(Answer(one.answer).label)),
    Column(heading=_("days given back"), cell=given_days),
]

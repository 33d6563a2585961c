"""Two of the forecast's charts: what a week changed, and how much is kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from renewals.charts import Cell, Chart, Kind, Line, Series
from renewals.forecast import words
from renewals.forecast.movement import Move
from renewals.forecast.periods import Period
from renewals.forecast.retention import Retention


def movement(
    period: Period, moved: Mapping[Move, tuple[int, Decimal]], *, still_open: Decimal, href: Callable[..., str]
) -> Chart:
    """What changed the open forecast of a period since a week ago."""
    series = [Series(name=_("Moved by")), Series(name=_("Renewals"), is_aside=True)]
    lines = []
    for move, (count, delta) in moved.items():
        rows = href(moved=str(move))
        cells = [Cell(delta, words.signed_money(delta), rows), Cell(count, str(count), rows)]
        lines.append(Line(name=str(words.MOVES[move]), cells=cells, series=series))
    was = still_open - sum((delta for _count, delta in moved.values()), Decimal(0))
    said = {"period": words.period(period), "was": words.money(was), "now": words.money(still_open)}
    return Chart(
        kind=Kind.BARS,
        title=_("Since a week ago"),
        first=_("What happened"),
        series=series,
        lines=lines,
        note=_("Open in %(period)s a week ago: %(was)s; now: %(now)s.") % said,
    )


def retention(period: Period, found: Mapping[date | None, Retention], *, href: Callable[[Period], str]) -> Chart:
    """How much of what is decided is kept, by month and in the period."""
    shares = (_("GRR"), _("NRR"), _("Customers kept whole"), _("Customers kept"))
    series = [Series(name=name) for name in shares]
    series += [Series(name=_("Ended"), is_aside=True), Series(name=_("Customers"), is_aside=True)]
    spans = [*((month, month.first) for month in period.each_month), (period, None)]
    return Chart(
        kind=Kind.BARS,
        title=_("What is kept"),
        first=_("Period"),
        series=series,
        lines=[kept(span, found.get(key) or Retention(), series, href(span)) for span, key in spans],
        note=_("Of what is signed or lost so far. GRR leaves growth out, NRR counts it."),
        is_share=True,
    )


def kept(span: Period, one: Retention, series: Sequence[Series], href: str) -> Line:
    """One period's retention."""
    shares = (one.gross, one.net, one.gross_customers, one.net_customers)
    cells = [Cell(share and round(share, 4), words.percent(share), href) for share in shares]
    cells += [Cell(one.ended, words.money(one.ended), href), Cell(one.customers, str(one.customers), href)]
    return Line(name=words.period(span), cells=cells, series=series, short=words.short(span))

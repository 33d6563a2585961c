"""What the pipeline's pages say of a renewal in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from accounts import wording
from renewals.pipeline.models import Renewal
from renewals.pipeline.rates import Rates, Sums, Totals, home

POINT = Decimal("0.1")


def step_by(on: date | None, *, today: date) -> str:
    """Until which day a next step is to be done: it is a day's work, and no end."""
    if on is None:
        return ""
    day = wording.days(on, on, this_year=today.year)
    return _("overdue since %(day)s") % {"day": day} if on < today else _("by %(day)s") % {"day": day}


def left(renewal: Renewal, *, now: datetime) -> str:
    """How much time is left until the end, or how long ago it passed."""
    rest = renewal.ends_at - now
    if rest.total_seconds() > 0:
        return _("%(left)s left") % {"left": wording.stretch(rest)}
    return _("passed %(time)s ago") % {"time": wording.stretch(-rest)}


def change(renewal: Renewal) -> str:
    """How the expected amount differs from today's, in per cent: "+5%", "−12.5%"; "" where it does not."""
    now, then = renewal.amount_now, renewal.amount
    if not now or then is None or now == then or renewal.currency != renewal.currency_now:
        return ""
    percent = ((then - now) * 100 / now).quantize(POINT).normalize()
    return f"{'+' if percent > 0 else '−'}{abs(percent):f}%"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """The sums of one currency in words; `home` is "" for the home currency itself, and where there is no rate."""

    currency: str
    count: int
    expected: str
    weighted: str
    home: str


def line(sums: Sums, rates: Rates) -> Line:
    """One currency's sums, and what they are in the home currency."""
    converted = rates.into_home(sums.expected, sums.currency)
    return Line(
        currency=sums.currency,
        count=sums.count,
        expected=wording.money(sums.expected.quantize(Decimal(1)), sums.currency),
        weighted=wording.money(sums.weighted.quantize(Decimal(1)), sums.currency),
        home="" if converted is None or sums.currency == home() else in_home(converted),
    )


def in_home(amount: Decimal) -> str:
    """A sum in the home currency, to whole units: what many rates are in has no cents."""
    return wording.money(amount.quantize(Decimal(1)), home())


def in_other_currencies(totals: Totals) -> str:
    """At which rates it was added up, and what is not in the sum; "" where nothing had to be converted."""
    if totals.without_rate:
        currencies = ", ".join(totals.without_rate)
        return _("Not in this sum, because nobody entered a rate: %(currencies)s.") % {"currencies": currencies}
    others = [one.currency for one in totals.priced if one.currency != home()]
    if not others:
        return ""
    day = wording.days(totals.rates.on, totals.rates.on)
    return _("At the rates of %(day)s.") % {"day": day}

"""What the last mile says in words."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts import wording
from renewals.pipeline.rates import Rates, home

FIGURES: dict[str, Promise] = {
    "ended": _("Ends that have passed"),
    "explained": _("Explained at onboarding"),
    "not-explained": _("Not explained at onboarding"),
    "reviewed": _("Value reviewed"),
    "not-reviewed": _("Value not reviewed"),
    "week": _("Told a week ahead"),
    "not-week": _("Not told a week ahead"),
    "day": _("Told the day before"),
    "not-day": _("Not told the day before"),
    "in-time": _("Renewed in time"),
    "not-in-time": _("Not renewed in time: used the buffer"),
    "buffer": _("Saved in the buffer"),
    "not-buffer": _("Not saved in the buffer"),
    "late": _("Saved after the lock"),
    "not-late": _("Not saved after the lock"),
    "lost": _("Lost"),
    "open": _("Still open"),
    "taken": _("Locked too early by the product"),
    "locked": _("Soft-locked"),
    "contact-0": _("Before T-30"),
    "contact-1": _("Before T-7"),
    "contact-2": _("Before T-1"),
    "contact-3": _("On the last day"),
    "contact-4": _("After the end"),
    "contact-5": _("No real contact"),
    "waited-0": _("Within an hour"),
    "waited-1": _("Within 4 hours"),
    "waited-2": _("Within 24 hours"),
    "waited-3": _("Later"),
    "waited-4": _("Nobody yet"),
    "proof-0": _("Told by a person"),
    "proof-1": _("Acknowledged"),
    "proof-2": _("Answered the letter"),
    "proof-3": _("Opened the page"),
    "proof-4": _("Delivered"),
    "proof-5": _("Told that it renews by itself"),
    "proof-6": _("No evidence"),
    "letter-0": pgettext_lazy("a letter written for one customer", "Personal"),
    "letter-1": pgettext_lazy("a notice that nobody wrote", "Plain"),
    "letter-2": pgettext_lazy("a plain notice that came late", "Plain and late"),
    "letter-3": _("No letter"),
}
PARTS: dict[str, Promise] = {"csm": _("CSM"), "team": _("Team"), "product": _("Product"), "month": _("Month")}


def percent(part: int, whole: int) -> str:
    """A share as "94.5%"; a dash of nothing."""
    if not whole:
        return "–"
    return f"{(Decimal(part * 100) / whole).quantize(Decimal('0.1')).normalize():f}%"


def in_home(amounts: Mapping[str, Decimal], rates: Rates) -> Decimal:
    """The amounts together in the home currency; what has no rate is left out."""
    return sum((rates.into_home(amount, currency) or Decimal(0) for currency, amount in amounts.items()), Decimal(0))


def money(amounts: Mapping[str, Decimal], rates: Rates) -> str:
    """The sum in the home currency, to whole units."""
    return wording.money(in_home(amounts, rates).quantize(Decimal(1)), home()) if amounts else "–"


def each(amounts: Mapping[str, Decimal], rates: Rates) -> str:
    """The amounts one by one, what is worth most first."""
    listed = sorted(amounts.items(), key=lambda one: rates.into_home(one[1], one[0]) or Decimal(-1), reverse=True)
    return " · ".join(wording.money(amount.quantize(Decimal(1)), currency) for currency, amount in listed) or "–"


def home_note(amounts: Mapping[str, Decimal], rates: Rates) -> str:
    """In which currency the sums are, and what is missing in them."""
    said = _now("Sums in %(currency)s, at today’s rates.") % {"currency": home()}
    without = sorted(currency for currency, amount in amounts.items() if rates.into_home(amount, currency) is None)
    if not without:
        return said
    missing = _now("Not in it, because nobody entered a rate: %(currencies)s.") % {"currencies": ", ".join(without)}
    return f"{said} {missing}"

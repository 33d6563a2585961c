"""What a forecast says in words."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts import wording
from renewals.forecast.movement import Move
from renewals.forecast.periods import Period
from renewals.pipeline.rates import home

BUCKETS: dict[str, Promise] = {
    "signed": _("Signed"),
    "commit": _("Commit"),
    "best_case": _("Best case"),
    "pipeline": _("In the pipeline"),
    "omitted": _("Left out"),
    "lost": _("Lost"),
}
GROUPS: dict[str, Promise] = {
    "forecast": _("Signed, commit, best case and pipeline"),
    "open": _("Still open"),
    "decided": _("Signed or lost"),
}
MOVES: dict[Move, Promise] = {
    Move.CAME_IN: _("came in"),
    Move.SLIPPED: _("slipped into another period"),
    Move.SIGNED: _("signed"),
    Move.LOST: _("lost"),
    Move.REOPENED: _("opened again"),
    Move.MORE: _("worth more"),
    Move.LESS: _("worth less"),
    Move.SURER: _("surer"),
    Move.LESS_SURE: _("less sure"),
}
PARTS: dict[str, Promise] = {"csm": _("CSM"), "team": _("Team"), "product": _("Product"), "segment": _("Segment")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number in words, and the rows it came from."""

    name: str
    text: str
    href: str = ""
    beneath: str = ""


def period(one: Period) -> str:
    """「2026年第4季度」, "Q4 2026"; a month as everywhere."""
    if not one.is_quarter:
        return wording.month(one.first)
    number = (one.first.month + 2) // 3
    return (
        f"{one.first.year}年第{number}季度"
        if (get_language() or "").startswith("zh")
        else f"Q{number} {one.first.year}"
    )


def short(one: Period) -> str:
    """As an axis says it: "Dec", 「12月」."""
    if one.is_quarter:
        return period(one)
    return f"{one.first.month}月" if (get_language() or "").startswith("zh") else wording.MONTHS[one.first.month][:3]


def money(amount: Decimal | None) -> str:
    """A sum in the home currency, to whole units; a dash for none."""
    return "–" if amount is None else wording.money(amount.quantize(Decimal(1)), home())


def signed_money(amount: Decimal) -> str:
    """A change of a sum: "+¥ 1,200", "−¥ 300"."""
    whole = amount.quantize(Decimal(1))
    sign = "+" if whole > 0 else "−" if whole < 0 else ""
    return sign + wording.money(abs(whole), home())


def percent(share: Decimal | None) -> str:
    """A share as "94.5%"; a dash for none."""
    return "–" if share is None else f"{(share * 100).quantize(Decimal('0.1')).normalize():f}%"


def home_note(without: list[str]) -> str:
    """In which currency all is, and what is missing in it."""
    said = _now("All in %(currency)s, at today’s rates.") % {"currency": home()}
    if not without:
        return said
    missing = _now("Not in it, because nobody entered a rate: %(currencies)s.") % {"currencies": ", ".join(without)}
    return f"{said} {missing}"

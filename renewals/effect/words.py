"""Shares, intervals and differences in words; never more than the counts bear out."""

from __future__ import annotations

from django.utils.translation import gettext as _

from renewals.effect.intervals import FEWEST, Difference, Share


def percent(value: float) -> str:
    return f"{value * 100:.0f} %"


def share(one: Share) -> str:
    """As in "74 %"; nothing of nothing."""
    return "–" if one.value is None else percent(one.value)


def interval(one: Share) -> str:
    """As in "61–84 %": between which shares the true one lies."""
    low, high = one.interval
    return f"{low * 100:.0f}–{percent(high)}" if one.of else "–"


def points(value: float) -> str:
    """A difference in percentage points, with its sign."""
    return f"{value * 100:+.0f}".replace("-", "−")


def difference(one: Difference) -> str:
    """As in "+12 (−3 to +27)", in percentage points."""
    if one.value is None:
        return "–"
    low, high = (points(value) for value in one.interval)
    return _("%(value)s (%(low)s to %(high)s)") % {"value": points(one.value), "low": low, "high": high}


def verdict(one: Difference) -> str:
    """What may be said of it."""
    if not one.is_enough:
        return _("fewer than %(n)d on one side: too few to compare") % {"n": FEWEST}
    if not one.is_clear:
        return _("may be chance")
    if one.interval[0] > 0:
        return _("renewed more often with it than chance explains")
    return _("renewed less often with it than chance explains")

"""When somebody's work peaks, for templates: {% load rhythm %}{{ peak.pattern|pattern }}, {{ stretch|days }}."""

from __future__ import annotations

from django import template

from accounts import rhythm_words, wording
from accounts.rhythm import Pattern, Stretch

register = template.Library()


@register.filter
def pattern(said: Pattern) -> str:
    """As in "the last 3 working days of each month"."""
    return rhythm_words.pattern(said)


@register.filter
def days(stretch: Stretch) -> str:
    """The days of one peak, with their year."""
    return wording.days(stretch.first_day, stretch.last_day)

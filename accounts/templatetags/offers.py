"""What fields offer while one types: {% load offers %}{% offers %} once on a page with such fields."""

from __future__ import annotations

from typing import Any

from babel import Locale
from django import template
from django.utils.translation import get_language

from accounts.models.fields import countries
from accounts.terms import zone_names

register = template.Library()

CURRENCIES = ("CNY", "USD", "EUR", "JPY", "HKD", "TWD", "GBP", "SGD", "AUD", "CAD", "CHF", "KRW", "INR", "AED")
"""Those that are sold in most; any other can be typed."""


@register.inclusion_tag("accounts/_offers.html")
def offers() -> dict[str, Any]:
    """Zones by name; currencies and countries by code, countries with their name in the reader's language."""
    chinese = (get_language() or "").startswith("zh")
    named = Locale.parse("zh_Hans" if chinese else "en").territories
    known = sorted((code, named.get(code, code)) for code in countries())
    return {"zones": sorted(zone_names()), "currencies": CURRENCIES, "countries": known}

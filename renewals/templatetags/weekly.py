"""What a weekly review says in its templates."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import ngettext

from accounts import wording

register = template.Library()


@register.simple_tag
def amounts(found: Sequence[tuple[Decimal, str]]) -> str:
    """{% amounts one.amounts %}: money of several currencies, side by side."""
    return " · ".join(wording.money(amount, currency) for amount, currency in found) or "–"


@register.simple_tag
def week_days(week: Any) -> str:
    """{% week_days review.week %}: the week's number and its days on the leader's calendar."""
    return f"{week} · {wording.days(week.monday, week.sunday)} ({wording.zone_name(week.zone)})"


@register.simple_tag
def more(count: int, shown: Sequence[object]) -> str:
    """{% more review.ahead_count review.ahead %}: how many are not listed; nothing where all are."""
    left = count - len(shown)
    return ngettext("and %(n)d more", "and %(n)d more", left) % {"n": left} if left > 0 else ""


@register.simple_tag
def opens(rows: str, figure: str, count: int) -> SafeString | str:
    """{% opens rows "plain" review.letters.plain as plain %}: a count as the way to its rows; 0 has none."""
    return format_html('<a href="{}&amp;figure={}">{}</a>', rows, figure, count) if count else str(count)

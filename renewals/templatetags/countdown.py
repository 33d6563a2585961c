"""The time that is left, counted on in the browser in the very words of `accounts.wording`."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from django import template

from accounts.wording import stretch

register = template.Library()

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


@register.inclusion_tag("_countdown.html")
def countdown(until_at: datetime, *, now: datetime) -> dict[str, Any]:
    """{% countdown window.ends_at now=now %}: from the server's instant, so that no wrong clock can mislead."""
    left = until_at - now
    words = json.dumps(patterns(), ensure_ascii=False)
    return {"left": left, "seconds": int(left.total_seconds()), "until": until_at.isoformat(), "words": words}


def patterns() -> dict[str, list[str] | str]:
    """How the active language counts each unit, for one and for more, "#" standing for the number.

    `rest` is a minute after something larger, which Chinese says shorter than a minute alone.
    """
    return {
        "day": [counted(DAY), counted(2 * DAY)],
        "hour": [counted(HOUR), counted(2 * HOUR)],
        "minute": [counted(MINUTE), counted(2 * MINUTE)],
        "rest": [counted(MINUTE, after=HOUR), counted(2 * MINUTE, after=HOUR)],
        "none": stretch(timedelta(0)),
    }


def counted(delta: timedelta, *, after: timedelta | None = None) -> str:
    """One unit in words, its number left open."""
    words = stretch(delta) if after is None else stretch(after + delta).removeprefix(stretch(after)).strip()
    return words.replace("1", "#").replace("2", "#")

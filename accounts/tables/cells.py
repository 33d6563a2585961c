"""What stands in the cells of many lists alike."""

from __future__ import annotations

from datetime import datetime

from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts import wording
from accounts.models import Contract

NUMBER = {"th": {"class": "num"}, "td": {"class": "num"}}
"""A column of numbers, which stand one below the other."""


def two_lines(first: object, second: object) -> SafeString:
    """A cell with what matters above and what explains it below, small."""
    return format_html('{}<span class="d-block muted small">{}</span>' if second else "{}", first, second)


def of_whom(contract: Contract) -> SafeString:
    """A contract's customer; below its product and number."""
    return two_lines(contract.customer.name, f"{contract.product.name} · {contract.number}")


def way_to(href: str, at: datetime, zone: str, *, now: datetime, timespec: str = "minutes") -> SafeString:
    """The way to what a row is about, on an instant as a clock in `zone` shows it."""
    return format_html(
        '<a class="row-link" href="{}"><strong class="num"><time datetime="{}">{}</time></strong></a>',
        href,
        at.isoformat(timespec=timespec),
        wording.day_label(at, zone, now),
    )

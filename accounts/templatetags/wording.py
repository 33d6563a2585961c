"""`accounts.wording` for templates, in the reader's language: {% load wording %}.

What names a minute is a <time> element, so that machines and screen readers get the instant too.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts import wording
from accounts.terms import Term
from accounts.terms import zone as zone_info

register = template.Library()


def _time(at: datetime, words: str) -> SafeString:
    return format_html('<time datetime="{}">{}</time>', at.isoformat(timespec="minutes"), words)


def _last(last_minute: datetime, zone: str) -> datetime:
    """The instant of a last minute: the later one where the wall time comes twice (rule 2)."""
    return last_minute.replace(tzinfo=zone_info(zone), fold=1)


def _own(at: datetime, zone: str, reader_zone: str, words: str) -> str:
    return wording.with_own(words, wording.beside(at, zone, reader_zone)) if reader_zone else words


@register.simple_tag
def minute(last_minute: datetime, zone: str, reader_zone: str = "") -> SafeString:
    """{% minute contract.last_minute contract.time_zone %}; with a reader's zone their own time stands beside it."""
    at = _last(last_minute, zone)
    return _time(at, _own(at, zone, reader_zone, wording.minute(last_minute, zone)))


@register.simple_tag
def large_minute(last_minute: datetime, zone: str) -> SafeString:
    """{% large_minute term.last_minute term.time_zone %}: set large, and broken between day and time alone.

    Its zone has to stand beside it (rule 4).
    """
    at = _last(last_minute, zone).isoformat(timespec="minutes")
    return format_html(
        '<time datetime="{}"><span>{}</span> <span>{}</span></time>', at, *wording.day_and_clock(last_minute)
    )


@register.simple_tag
def until(last_minute: datetime, zone: str, reader_zone: str = "") -> SafeString:
    """{% until contract.last_minute contract.time_zone %}; with a reader's zone their own time stands beside it."""
    at = _last(last_minute, zone)
    return _time(at, _own(at, zone, reader_zone, wording.until(last_minute, zone)))


@register.simple_tag
def instant(at: datetime | None, zone: str, reader_zone: str = "") -> SafeString | str:
    """{% instant lock_at contract.time_zone %}: nothing for an instant that is not known yet.

    With a reader's zone their own time stands beside it.
    """
    if at is None:
        return ""
    return _time(at.astimezone(zone_info(zone)), _own(at, zone, reader_zone, wording.instant(at, zone)))


@register.simple_tag
def instant_text(at: datetime, zone: str) -> str:
    """{% instant_text evidence.at term.time_zone %}: the same as plain text, for mails."""
    return wording.instant(at, zone)


@register.simple_tag
def day_label(at: datetime | None, zone: str, now: datetime) -> SafeString | str:
    """{% day_label ends_at contract.time_zone request.now %}"""
    return _time(at.astimezone(zone_info(zone)), wording.day_label(at, zone, now)) if at else ""


@register.simple_tag
def beside(at: datetime | None, zone: str, reader_zone: str) -> SafeString | str:
    """{% beside ends_at contract.time_zone request.user.time_zone %}: nothing where it would say the same."""
    words = wording.beside(at, zone, reader_zone) if at else ""
    return _time(at.astimezone(zone_info(reader_zone)), words) if at and words else ""


@register.simple_tag
def money(amount: Decimal | None, currency: str) -> str:
    """{% money term.value term.currency %}"""
    return wording.money(amount, currency)


@register.filter
def day(on: date) -> str:
    """{{ step.on|day }}: a day for some work, 「2026年11月25日」. An end is never said so (rule 4)."""
    return wording.days(on, on)


@register.filter
def stretch(delta: timedelta | None) -> str:
    """{{ left|stretch }}"""
    return wording.stretch(delta) if delta is not None else ""


@register.filter
def wall(at: datetime, zone: str) -> str:
    """{{ at|wall:contract.time_zone }}: the minute as a field for date and time takes it."""
    return wording.local(at, zone).strftime("%Y-%m-%dT%H:%M")


@register.filter
def zone_name(zone: str) -> str:
    """{{ contract.time_zone|zone_name }}"""
    return wording.zone_name(zone)


@register.filter
def country_name(code: str) -> str:
    """{{ customer.country|country_name }}"""
    return wording.country_name(code)


@register.filter
def term(sold: Term) -> str:
    """{{ sold|term }}"""
    return wording.term(sold)

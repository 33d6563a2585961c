"""How many wrong keys one address may show: counted by each window of time, for all web processes together."""

from __future__ import annotations

from datetime import datetime

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest

WINDOW = 300
"""Seconds."""
MOST = 30
"""Wrong keys of one address in a window; the next one is told to wait. Right ones are never counted."""


def seconds_to_wait(request: HttpRequest, *, now: datetime) -> int:
    """Count one wrong key; 0 while there were few, else how many seconds until the next window."""
    window, passed = divmod(int(now.timestamp()), WINDOW)
    name = f"diary:wrong:{window}:{get_adapter(request).get_client_ip(request)}"
    shown = cache.get(name, 0) + 1
    cache.set(name, shown, timeout=WINDOW)
    return WINDOW - passed if shown > MOST else 0

"""Instants as machines write them (RFC 3339): always with their offset, for a wall time alone names no instant."""

from __future__ import annotations

import re
from datetime import UTC, datetime

SHAPE = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?P<offset>[Zz]|[+-]\d\d:\d\d)?", re.ASCII)
EXAMPLES = "Write one such as 2026-11-27T16:00:00Z or 2026-11-28T00:00:00+08:00."


def read_instant(text: str) -> datetime:
    """The instant that a text names, in UTC. ValueError, with the way out, for anything else."""
    found = SHAPE.fullmatch(text)
    if not found:
        hint = " In an address, + is written %2B." if " " in text[11:] else ""
        raise ValueError(f"“{text[:80]}” is not an instant. {EXAMPLES}{hint}")
    if found["offset"] is None:
        raise ValueError(f"“{text}” has no offset, so it names another instant in each zone. {EXAMPLES}")
    try:
        return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(f"“{text}” names a date, time or offset that does not exist. {EXAMPLES}") from None

"""What one line of a contract's story is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import lazy


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the story. `planned`: it has not come yet, and may still change. Texts follow the active language."""

    at: datetime
    kind: str
    planned: bool
    title: str
    detail: str = ""
    actor: str = ""
    href: str = ""
    """Where the whole of it stands, for the staff; "" where this line is all."""


def later(make: Callable[[], str]) -> str:
    """A text that is made when it is shown, in the language that is active then."""
    return lazy(make, str)()

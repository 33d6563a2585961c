"""The places in a letter where the exact minute and the renewal page go: they come in by themselves (rule 4).

Plain Python: no Django, no database, no clock.
"""

from __future__ import annotations

import re

MINUTE, LINK = ("{minute}", "{最后可用分钟}"), ("{link}", "{续约页}")
"""How each place is written, in English and in Chinese; a letter may use either."""
PLACE = {name: re.compile("|".join(re.escape(form) for form in forms)) for name, forms in
         (("minute", MINUTE), ("link", LINK))}  # fmt: skip


def tokens(language: str) -> tuple[str, str]:
    """How the places of the minute and of the page are written in a letter of this language."""
    which = 1 if language.lower().startswith("zh") else 0
    return MINUTE[which], LINK[which]


def holds_minute(text: str) -> bool:
    """Whether the exact minute has its place in a text."""
    return bool(PLACE["minute"].search(text))


def holds_link(text: str) -> bool:
    """Whether the renewal page has its place in a text."""
    return bool(PLACE["link"].search(text))


def filled(text: str, *, minute: str, link: str) -> str:
    """The text with the minute and the address in their places."""
    return PLACE["link"].sub(lambda _found: link, PLACE["minute"].sub(lambda _found: minute, text))

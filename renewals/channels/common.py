"""What the adapters have in common: harmless text that fits, and answers that carry a code."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from renewals.channels.answers import Answer, Verdict

SLOW_DOWN = 429
KEPT = 300
"""Bytes of an answer that nobody can read which are kept, to be looked at."""
HARMLESS = str.maketrans({"@": "＠", "<": "＜", ">": "＞", "[": "［", "]": "］"})
"""What calls people or hides an address, by its wide twin: `@all`, `<!channel>` and `[…](…)` in a name do nothing."""


@dataclass(frozen=True, slots=True)
class Post:
    """One request: the whole address, and the JSON that goes there."""

    url: str
    body: bytes


def as_json(said: dict[str, Any]) -> bytes:
    return json.dumps(said, ensure_ascii=False).encode()


def signature(key: str, message: str) -> str:
    """HMAC-SHA256 in base64."""
    return base64.b64encode(hmac.new(key.encode(), message.encode(), hashlib.sha256).digest()).decode()


def fitted(text: str, link: str, *, most: int) -> str:
    """A text that calls nobody, with its link on the last line, in `most` bytes: what is too long loses its end."""
    kept, tail = text.translate(HARMLESS).strip().encode(), f"\n{link}".encode()
    room = most - len(tail)
    if len(kept) > room:
        kept = kept[: room - len("…".encode())].decode(errors="ignore").encode() + "…".encode()
    return (kept + tail).decode()


def is_for_now(status: int) -> bool:
    """Whether a status alone says that it is worth another try."""
    return status == SLOW_DOWN or status >= 500


def is_for_good(status: int) -> bool:
    """Whether a status alone says that it never will be: gone elsewhere, or refused."""
    return 300 <= status < 500 and status != SLOW_DOWN


def plain(body: bytes) -> str:
    """The beginning of an answer's body as text."""
    return body[:KEPT].decode(errors="replace").strip()


def read_json(body: bytes) -> dict[str, Any]:
    """The members of an answer; none where it is no JSON object."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def first_code(said: dict[str, Any], names: Collection[str]) -> int | None:
    """The first of these members that is a number; None for an answer without one."""
    values = (said.get(name) for name in names)
    return next((value for value in values if isinstance(value, int) and not isinstance(value, bool)), None)


def by_code(
    status: int, body: bytes, *, codes: Collection[str], texts: Collection[str], later: Collection[int]
) -> Answer:
    """The verdict of an answer whose body holds a code: 0 is a yes, whatever the status says a no.

    An answer without a code is none of this service's: something stands in between, so there is another try, unless
    the status is a refusal.
    """
    said = read_json(body)
    code = first_code(said, codes)
    if code is None:
        return Answer(Verdict.REFUSED if is_for_good(status) else Verdict.LATER, f"{status} {plain(body)}".strip())
    words = next((str(said[name]) for name in texts if said.get(name)), "")
    text = f"{code} {words}".strip()
    if is_for_now(status) or code in later:
        return Answer(Verdict.LATER, text)
    return Answer(Verdict.ACCEPTED if code == 0 and 200 <= status < 300 else Verdict.REFUSED, text)

"""Feishu (飞书) and Lark custom bots: signed in the body; errors come as `code`, in old answers as `StatusCode`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from renewals.channels.answers import Answer
from renewals.channels.common import Post, as_json, by_code, fitted, signature

HOSTS = ("open.feishu.cn", "open.larksuite.com")
PATH = "/open-apis/bot/v2/hook/"
KEY = ""
SIGNS = True
MOST = 18_000
"""Bytes of a text; the whole request may have 20 kB."""
TOO_MANY = 11232
"""More than 5 a second, or 100 a minute."""
REFUSED_OR_TOO_MANY = 9499
"""One code for a request that is wrong and for one too many: the words tell which."""


def build(url: str, *, secret: str, text: str, link: str, at: datetime) -> Post:
    """A text message, signed for the instant `at` where there is a secret."""
    said: dict[str, Any] = {"msg_type": "text", "content": {"text": fitted(text, link, most=MOST)}}
    return Post(url, as_json((signed(secret, at=at) if secret else {}) | said))


def signed(secret: str, *, at: datetime) -> dict[str, str]:
    """What the body gains: the instant in seconds, and its signature, over nothing, by a key that both make."""
    seconds = str(int(at.timestamp()))
    return {"timestamp": seconds, "sign": signature(f"{seconds}\n{secret}", "")}


def read(status: int, body: bytes) -> Answer:
    """What an answer means."""
    later = {TOO_MANY, REFUSED_OR_TOO_MANY} if b"too many" in body.lower() else {TOO_MANY}
    return by_code(status, body, codes=("code", "StatusCode"), texts=("msg", "StatusMessage"), later=later)

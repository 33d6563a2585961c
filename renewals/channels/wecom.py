"""WeCom (企业微信) group bots: the address is the key; errors come in a 200's `errcode`."""

from __future__ import annotations

from datetime import datetime

from renewals.channels.answers import Answer
from renewals.channels.common import Post, as_json, by_code, fitted

HOSTS = ("qyapi.weixin.qq.com",)
PATH = "/cgi-bin/webhook/send"
KEY = "key"
SIGNS = False
MOST = 2048
"""Bytes of a text message; Markdown may have 4,096, but calls people by `<@…>`."""
LATER = (-1, 45009, 45033)
"""Busy; too many messages, of which a bot may send 20 a minute; too many at once."""


def build(url: str, *, secret: str, text: str, link: str, at: datetime) -> Post:
    """A text message. `secret` and `at` are for the others."""
    return Post(url, as_json({"msgtype": "text", "text": {"content": fitted(text, link, most=MOST)}}))


def read(status: int, body: bytes) -> Answer:
    """What an answer means."""
    return by_code(status, body, codes=("errcode",), texts=("errmsg",), later=LATER)

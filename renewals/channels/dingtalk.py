"""DingTalk (钉钉) custom robots: signed in the query; errors come in a 200's `errcode`."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlencode, urlsplit

from renewals.channels.answers import Answer
from renewals.channels.common import Post, as_json, by_code, fitted, signature

HOSTS = ("oapi.dingtalk.com",)
PATH = "/robot/send"
KEY = "access_token"
SIGNS = True
MOST = 18_000
"""Bytes of a text; the whole request may have 20,000."""
LATER = (-1, 130101, 410100)
"""Busy; more than 20 a minute, which silences the robot for ten; too fast."""


def build(url: str, *, secret: str, text: str, link: str, at: datetime) -> Post:
    """A text message, signed for the instant `at` where there is a secret; it calls nobody."""
    said = {"msgtype": "text", "text": {"content": fitted(text, link, most=MOST)}, "at": {"isAtAll": False}}
    return Post(signed(url, secret, at=at) if secret else url, as_json(said))


def signed(url: str, secret: str, *, at: datetime) -> str:
    """The address with the instant in milliseconds and its signature in the query."""
    milliseconds = str(int(at.timestamp() * 1000))
    added = urlencode({"timestamp": milliseconds, "sign": signature(secret, f"{milliseconds}\n{secret}")})
    parts = urlsplit(url)
    return parts._replace(query=f"{parts.query}&{added}".lstrip("&"), fragment="").geturl()


def read(status: int, body: bytes) -> Answer:
    """What an answer means."""
    return by_code(status, body, codes=("errcode",), texts=("errmsg",), later=LATER)

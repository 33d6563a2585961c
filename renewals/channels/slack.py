"""Slack incoming webhooks: the address is the key; the answer is the word `ok`, or a status with the reason."""

from __future__ import annotations

from datetime import datetime

from renewals.channels.answers import Answer, Verdict
from renewals.channels.common import Post, as_json, fitted, is_for_good, plain

HOSTS = ("hooks.slack.com",)
PATH = "/services/"
KEY = ""
SIGNS = False
MOST = 12_000
"""Bytes of a text: Slack cuts at 40,000 characters, and advises 4,000."""


def build(url: str, *, secret: str, text: str, link: str, at: datetime) -> Post:
    """A plain text, without Slack's own markup. `secret` and `at` are for the others."""
    escaped = fitted(text, link, most=MOST).replace("&", "&amp;")
    return Post(url, as_json({"text": escaped, "mrkdwn": False, "unfurl_links": False, "link_names": False}))


def read(status: int, body: bytes) -> Answer:
    """What an answer means."""
    text = plain(body)
    if status == 200 and text == "ok":
        return Answer(Verdict.ACCEPTED, text)
    return Answer(Verdict.REFUSED if is_for_good(status) else Verdict.LATER, f"{status} {text}".strip())

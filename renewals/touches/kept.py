"""The mails that the local mail server of `make run` kept, one file each, read for the portal's own page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

NAME = re.compile(r"(\d{8}T\d{6})[\w-]*\.eml", re.ASCII)
"""How the server names a file: the UTC time it came in, and something random. Nothing else is ever opened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One mail that was kept. `got_at` is when the server got it; `dated` is what its own header says."""

    name: str
    message_id: str
    got_at: datetime
    subject: str
    sender: str
    recipients: Sequence[str]
    dated: str
    text: str


def names(folder: Path) -> list[str]:
    """The names of all kept mails, the newest first."""
    if not folder.is_dir():
        return []
    return sorted((entry.name for entry in folder.iterdir() if NAME.fullmatch(entry.name)), reverse=True)


def read(folder: Path, name: str) -> Mail | None:
    """One kept mail; None where no such file was kept. A name that is a path opens nothing."""
    named = NAME.fullmatch(name)
    if named is None:
        return None
    try:
        message = message_from_bytes((folder / name).read_bytes(), policy=policy.default)
    except FileNotFoundError:
        return None
    return Mail(
        name=name,
        message_id=str(message["Message-ID"] or ""),
        got_at=datetime.strptime(named[1], "%Y%m%dT%H%M%S").replace(tzinfo=UTC),
        subject=str(message["Subject"] or "").strip(),
        sender=str(message["From"] or ""),
        recipients=tuple(str(recipient) for recipient in message.get_all("X-Rcpt-To", [])),
        dated=str(message["Date"] or ""),
        text=text_of(message),
    )


def text_of(message: EmailMessage) -> str:
    """The plain text of a mail; "" where it has none, or none that can be read."""
    body = message.get_body(("plain",))
    try:
        return str(body.get_content()) if body is not None else ""
    except (LookupError, UnicodeError):  # a character set that nobody knows
        return ""

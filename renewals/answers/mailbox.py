"""The portal's mailbox: read by IMAP, each mail once, and changed in nothing but that a mail is marked as seen.

What is taken in is marked only after it is committed here. A process that dies in between takes the mail in again,
and its Message-ID says that it is known.
"""

from __future__ import annotations

import imaplib
import logging
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any

from django.db import Error

from renewals.answers.reading import LARGEST, parsed
from renewals.answers.services import take_in

logger = logging.getLogger(__name__)

WITHIN = 15.0
"""Seconds that the mail server has for each answer."""
AT_ONCE = 200
"""Mails of one round: what is left waits a minute."""
CAME_IN = re.compile(rb'INTERNALDATE "([^"]{20,40})"')


class Away(Exception):
    """The mailbox cannot be read now: its text is one line that says why."""


def fetch(mailbox: Mapping[str, Any], *, now: datetime) -> Counter[str]:
    """Take in what nobody has seen yet; how many mails of which kind. Raises `Away`, and what the database raises."""
    taken: Counter[str] = Counter()
    try:
        with opened(mailbox) as server:
            for uid in unseen(server):
                taken[take_one(server, uid, now=now)] += 1
    except (imaplib.IMAP4.error, OSError) as problem:
        raise Away(f"{type(problem).__name__}: {' '.join(str(problem).split())}") from None
    return taken


@contextmanager
def opened(mailbox: Mapping[str, Any]) -> Iterator[imaplib.IMAP4]:
    """The mailbox's folder, logged in and chosen; logged out whatever happens."""
    kind = imaplib.IMAP4_SSL if mailbox["secure"] else imaplib.IMAP4
    server = kind(mailbox["host"], mailbox["port"], timeout=WITHIN)
    try:
        server.login(mailbox["user"], mailbox["password"])
        answered(server.select(quoted(mailbox["folder"])))
        yield server
    finally:
        with suppress(imaplib.IMAP4.error, OSError):
            server.logout()


def quoted(folder: str) -> str:
    """A folder's name as IMAP writes it."""
    escaped = folder.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def answered(answer: tuple[str, list[Any]]) -> list[Any]:
    """What the server answered. Raises `imaplib.IMAP4.error` where it was not OK."""
    status, data = answer
    if status != "OK":
        raise imaplib.IMAP4.error(data[0].decode(errors="replace") if data and isinstance(data[0], bytes) else status)
    return data


def unseen(server: imaplib.IMAP4) -> list[str]:
    """The UIDs of the mails that nobody has seen, the oldest first."""
    found = answered(server.uid("SEARCH", "UNSEEN"))
    return [uid.decode() for line in found if line for uid in line.split()][:AT_ONCE]


def take_one(server: imaplib.IMAP4, uid: str, *, now: datetime) -> str:
    """Take in one mail and mark it; what it was. One that cannot be taken in is flagged and stops no other."""
    data = answered(server.uid("FETCH", uid, f"(INTERNALDATE BODY.PEEK[]<0.{LARGEST}>)"))
    whole = next((part for part in data if isinstance(part, tuple)), None)
    if whole is None:  # somebody deleted it just now
        return "gone"
    about, raw = whole
    flags = r"(\Seen)"
    try:
        kind = str(take_in(parsed(raw), received_at=came_in_at(about, now), now=now))
    except Error:  # the database's, not the mail's
        raise
    except Exception:  # a fault of ours: the mail stays in the mailbox, to be found
        logger.exception("A mail could not be taken in; it is flagged in the mailbox (UID %s)", uid)
        kind, flags = "unreadable", r"(\Seen \Flagged)"
    answered(server.uid("STORE", uid, "+FLAGS.SILENT", flags))
    return kind


def came_in_at(about: bytes, now: datetime) -> datetime:
    """When the server got it; its own Date says what its sender likes."""
    found = CAME_IN.search(about)
    try:
        at = datetime.strptime(found[1].decode().strip(), "%d-%b-%Y %H:%M:%S %z") if found else now
    except ValueError:
        return now
    return min(at.astimezone(UTC), now)

"""A mail that says what became of another one: a delivery status notification (RFC 3464), or an older kind of bounce.

Plain Python: no Django, no database, no clock.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message

from renewals.answers.reading import clean, every_part, header, ids, parts

ACTIONS = ("failed", "delayed", "delivered")


@dataclass(frozen=True, slots=True)
class Notice:
    """What became of one letter: `action` as RFC 3464 has it, and the ids by which the notice may mean one of ours."""

    action: str
    said: str
    names: tuple[str, ...]


def notice_in(message: Message) -> Notice | None:
    """What a mail says about another one; None where it is no such mail."""
    if message.get_content_type() == "multipart/report" and is_about_delivery(message):
        fields = list(status_fields(message))
        failed = sorted((one for one in fields if one[0] in ACTIONS), key=lambda one: ACTIONS.index(one[0]))
        if failed:
            return Notice(*failed[0], tuple(names_in(message)))
    if header(message, "X-Failed-Recipients"):
        return Notice("failed", first_words(message), tuple(names_in(message)))
    return None


def is_about_delivery(message: Message) -> bool:
    return str(message.get_param("report-type", "")).lower() in ("delivery-status", "")


def status_fields(message: Message) -> Iterator[tuple[str, str]]:
    """For each recipient, what became of the letter and what the last server said."""
    for block in blocks(message):
        if block["Action"]:
            said = header(block, "Diagnostic-Code").removeprefix("smtp;").strip() or header(block, "Status")
            yield header(block, "Action").split(";")[0].strip().lower(), said


def blocks(message: Message) -> Iterator[Message]:
    """The groups of fields in the part that machines read."""
    for part in every_part(message):
        if part.get_content_type() == "message/delivery-status" and isinstance(part.get_payload(), list):
            yield from (block for block in part.get_payload() if isinstance(block, Message))


def names_in(message: Message) -> Iterator[str]:
    """By which ids it may mean a letter: what it was sent under, and the Message-ID in what came back of it."""
    for block in blocks(message):
        if said := header(block, "Original-Envelope-Id"):
            yield said
    for part in every_part(message):
        if part.get_content_type() == "message/rfc822" and isinstance(part.get_payload(), list):
            returned = [inner for inner in part.get_payload() if isinstance(inner, Message)]
            yield from (name for inner in returned for name in ids(header(inner, "Message-ID")))
    for text in (*parts(message, "text/rfc822-headers"), *parts(message, "text/plain")):
        yield from ids(text)
    yield from ids(header(message, "In-Reply-To") + header(message, "References"))


def first_words(message: Message) -> str:
    """The beginning of what a bounce says in words."""
    return clean(next(parts(message, "text/plain"), ""))[:300]

"""A mail as it came in, read without trusting it: who, what, to which letter, and whether a person wrote it at all.

Plain Python: no Django, no database, no clock. Nothing here raises for what a mail may hold.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage, Message
from email.parser import BytesHeaderParser
from email.utils import getaddresses

from renewals.answers.quoting import reduced, told_apart

LARGEST = 1_000_000
"""Bytes of a mail that are read: words come first in it, and the rest of a larger one is attachments."""
LONGEST = 100_000
"""Characters of a text that are kept."""
IDS = re.compile(r"<([^<>\s]{3,250})>")
BY_ITSELF = re.compile(
    r"^\s*(?:automatic reply|auto(?:matic)?[- ]?(?:reply|response)|out of (?:the )?office|自动回复|自動回覆|自动答复)",
    re.I,
)
MACHINES = ("X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-Auto-Reply", "X-Mail-Autoreply")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """What a mail says. `names` are the ids of the letters that it answers, the nearest first, without brackets."""

    message_id: str
    sender: str
    address: str
    recipients: Sequence[str]
    subject: str
    text: str
    history: str
    names: Sequence[str]
    attachments: Sequence[str]
    is_automatic: bool


def parsed(raw: bytes) -> EmailMessage:
    """The bytes of a mail as a message. What is beyond the limit is not looked at, nor parts in parts without end."""
    try:
        return message_from_bytes(raw[:LARGEST], policy=policy.default)
    except RecursionError:
        return BytesHeaderParser(policy=policy.default).parsebytes(raw[:LARGEST])


def every_part(message: Message) -> Iterator[Message]:
    """A message and all that is in it, in order, as `walk` gives it, however deep."""
    left = [message]
    while left:
        part = left.pop()
        yield part
        inside = part.get_payload()
        if part.is_multipart() and isinstance(inside, list):
            left += [one for one in reversed(inside) if isinstance(one, Message)]


def read(message: Message) -> Mail:
    """What a mail says, as far as it can be read."""
    sender, address = next(iter(addresses(message, "From")), ("", ""))
    text, history = told_apart(words_of(message)[:LONGEST])
    return Mail(
        message_id=id_of(message),
        sender=(sender or address)[:200],
        address=address[:254].lower(),
        recipients=[said for _name, said in addresses(message, "To", "Cc", "Delivered-To", "X-Original-To")],
        subject=header(message, "Subject")[:300],
        text=text,
        history=history,
        names=[*ids(header(message, "In-Reply-To")), *reversed(ids(header(message, "References")))],
        attachments=list(attached(message))[:50],
        is_automatic=was_written_by_a_machine(message),
    )


def header(message: Message, name: str) -> str:
    """One header on one line, decoded; "" where there is none, or none that can be read."""
    try:
        return clean(str(message[name] or ""))
    except Exception:  # what the package itself stumbles over in a broken header is not one kind of error
        return clean(raw_header(message, name))


def raw_header(message: Message, name: str) -> str:
    """A header that the package cannot take apart: as it stands, decoded where that is possible."""
    said = next((str(value) for key, value in message.raw_items() if key.lower() == name.lower()), "")
    try:
        return str(make_header(decode_header(said)))
    except (LookupError, ValueError):
        return said


def clean(text: str) -> str:
    """Text that any page and the database can take, on one line."""
    readable = text.encode("utf-8", "replace").decode("utf-8").replace("\x00", "")
    return " ".join(readable.split())


def addresses(message: Message, *names: str) -> list[tuple[str, str]]:
    """The names and addresses in these headers; what is none is left out."""
    said = [header(message, name) for name in names]
    return [(clean(name), address) for name, address in getaddresses([one for one in said if one]) if "@" in address]


def id_of(message: Message) -> str:
    """What makes it the same mail: its Message-ID, or where it has none, its headers and words."""
    found = ids(header(message, "Message-ID"))
    if found:
        return found[0]
    said = [f"{name}: {value}" for name, value in message.raw_items()] + [words_of(message)]
    digest = hashlib.sha256("\n".join(said).encode(errors="replace")).hexdigest()
    return f"{digest}@no-id"


def ids(said: str) -> list[str]:
    return IDS.findall(said)


def words_of(message: Message) -> str:
    """The text of a mail: its plain part, else its page reduced to words."""
    plain = next((text for text in parts(message, "text/plain") if text.strip()), "")
    return plain or "\n".join(reduced(page) for page in parts(message, "text/html"))


def parts(message: Message, kind: str) -> Iterator[str]:
    """The parts of a kind that are no attachments, decoded however badly they are labelled."""
    for part in every_part(message):
        if part.get_content_type() == kind and not is_attached(part):
            content = part.get_payload(decode=True)
            if isinstance(content, bytes):
                yield decoded(content, part.get_content_charset() or "utf-8")


def decoded(content: bytes, charset: str) -> str:
    """Bytes as text: by their own word, else as UTF-8 or the Chinese that covers all older ones, else with marks."""
    for name in (charset, "utf-8", "gb18030"):
        try:
            return content.decode(name).replace("\x00", "")
        except (LookupError, ValueError):
            continue
    return content.decode("utf-8", "replace").replace("\x00", "")


def is_attached(part: Message) -> bool:
    return part.get_content_disposition() == "attachment"


def attached(message: Message) -> Iterator[str]:
    """The names of what was attached: the files themselves are not kept."""
    for part in every_part(message):
        if not part.is_multipart() and (is_attached(part) or part.get_content_maintype() not in ("text", "message")):
            yield clean(part.get_filename() or part.get_content_type())[:200]


def was_written_by_a_machine(message: Message) -> bool:
    """Whether nobody wrote it: an absence note or a receipt (RFC 3834), or what calls itself one."""
    submitted = header(message, "Auto-Submitted").split(";")[0].strip().lower()
    if submitted and submitted != "no":
        return True
    if header(message, "Precedence").lower() in ("auto_reply", "bulk", "junk"):
        return True
    named = any(header(message, name) for name in MACHINES)
    return named or header(message, "Return-Path") == "<>" or bool(BY_ITSELF.match(header(message, "Subject")))

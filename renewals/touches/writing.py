"""The words of a plain notice: short, honest, exact, signed by the owner (rules 4, 8 and 15)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime, formataddr, parseaddr
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation

from accounts import terms, wording
from accounts.models import Contact, Contract, ContractTerm, User
from renewals.entitlement import Windows
from renewals.links.services import address_of, links_for_number
from renewals.touches import places
from renewals.touches.models import Besides, Script

MINUTE = timedelta(minutes=1)
BY_THE_PORTAL = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "OOF, NRN, AutoReply, RN"}
"""Said of what nobody wrote (RFC 3834); a letter from a person may be answered by whoever is away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What one person is told about one promised minute, as things stand at `now`."""

    contract: Contract
    term: ContractTerm
    contact: Contact
    window: Windows
    lock_at: datetime
    now: datetime
    joins_at: datetime | None = None
    """For a contract that will renew by itself: the instant from which a “no” comes too late."""
    moved_from: datetime | None = None
    """For an end that was moved earlier: the last minute (wall time) that had been promised before (rule 5)."""
    taken_back: bool = False
    """Whether extra time that they were given was taken back: the lock comes earlier than they were told."""
    is_receipt: bool = False
    """Whether it thanks for a renewal: `term` is the one that was agreed."""
    script: Script | None = None
    """What somebody wrote for them, where it is a letter and no notice (rule 14)."""
    revision: int = 0
    """How often what was agreed has been put on record or changed: a calendar entry with a higher one is newer."""

    @property
    def folder(self) -> str:
        """Where its words are."""
        if self.is_receipt:
            return "emails/renewed"
        return "emails/notice" if self.joins_at is None else "emails/renews_itself"

    @property
    def owner(self) -> User | None:
        """Who signs: the contract's owner while they work here, else the vendor as a whole."""
        owner = self.contract.owner
        return owner if owner is not None and owner.is_active else None

    @property
    def in_buffer(self) -> bool:
        return self.now >= self.window.ends_at


@dataclass(frozen=True, slots=True)
class Letter:
    """A notice in words, as plain text and as simple HTML."""

    subject: str
    text: str
    html: str


def write(notice: Notice) -> Letter:
    """The letter in the language that the recipient reads. Makes the recipient's renewal links where there are none."""
    return in_words(notice, link=address_of(links_for_number(notice.contract, notice.contact, now=notice.now)))


def in_words(notice: Notice, *, link: str) -> Letter:
    """The letter with the address of the renewal page that it leads to. Reads only."""
    with translation.override(notice.contact.reads):
        words = {**facts(notice), "link": link}
        if notice.script is not None:
            return as_written(notice.script, words)
        subject = one_line(render_to_string(f"{notice.folder}/subject.txt", words))
        text = paragraphs(render_to_string(f"{notice.folder}/body.txt", words))
        return Letter(subject, text, html=render_to_string("emails/notice/body.html", {**words, "text": text}))


def as_written(script: Script, words: dict[str, Any]) -> Letter:
    """What somebody wrote, the exact minute and the address in their places; both are there, wherever they stand."""
    minute = wording.with_own(words["last_minute"], words["own_last_minute"])
    said = {
        **words,
        "said": places.filled(script.text, minute=minute, link=words["link"]).strip(),
        "has_minute": places.holds_minute(script.text) or words["last_minute"] in script.text,
        "has_link": places.holds_link(script.text),
        "besides": [besides_in_words(one.term) for one in told_besides(script)],
    }
    text = paragraphs(render_to_string("emails/letter/body.txt", said))
    html = render_to_string("emails/letter/body.html", {**said, "text": text})
    return Letter(one_line(places.filled(script.subject, minute=minute, link="")), text, html)


def told_besides(script: Script) -> Sequence[Besides]:
    """The other minutes that a letter tells; none of one that is not approved yet."""
    return list(script.besides.select_related("term__contract__product")) if script.pk else []


def besides_in_words(term: ContractTerm) -> dict[str, str]:
    """Another contract's minute, for the list at a letter's end."""
    return {
        "product": one_line(term.contract.product.name),
        "number": one_line(term.contract.number),
        "until": wording.until(term.last_minute, term.time_zone),
    }


def paragraphs(text: str) -> str:
    """A text without the empty lines that a template leaves behind, and without a space between Chinese sentences."""
    return re.sub(r"(?<=[。！？）]) +", "", re.sub(r"\n{3,}", "\n\n", text.strip())) + "\n"


def facts(notice: Notice) -> dict[str, Any]:
    """What the templates of a letter may say, in the active language. Every name is made harmless for a header."""
    zone = notice.term.time_zone
    last_at = notice.term.ends_at - MINUTE
    owner = notice.owner
    return {
        **by_itself(notice),
        **(agreed(notice.term) if notice.is_receipt else {}),
        "language": translation.get_language(),
        "greeting": one_line(notice.contact.greeting),
        "product": one_line(notice.contract.product.name),
        "number": one_line(notice.contract.number),
        "last_minute": wording.minute(notice.term.last_minute, zone),
        "moved_from": wording.minute(notice.moved_from, zone) if notice.moved_from else "",
        "own_last_minute": own_minute(last_at, zone, notice.contact.zone),
        "lock_minute": wording.instant(notice.lock_at, zone),
        "own_lock_minute": own_minute(notice.lock_at, zone, notice.contact.zone),
        "taken_back": notice.taken_back,
        "in_buffer": notice.in_buffer,
        "declined": notice.contract.declined_at is not None,
        "vendor": settings.CSPORTAL_VENDOR_NAME,
        "owner_name": one_line(owner.name) if owner else "",
        "owner_phone": one_line(owner.phone) if owner else "",
        "owner_email": owner.email if owner else "",
    }


def by_itself(notice: Notice) -> dict[str, str]:
    """What is said of a contract that renews by itself: for how long, and the last minute to say no (rule 12)."""
    if notice.joins_at is None:
        return {}
    zone, last_at = notice.term.time_zone, notice.joins_at - MINUTE
    return {
        "renews_for": wording.term(terms.parse_term(notice.contract.renews_for)),
        "say_no_minute": wording.instant(last_at, zone),
        "own_say_no_minute": own_minute(last_at, zone, notice.contact.zone),
    }


def agreed(term: ContractTerm) -> dict[str, Any]:
    """What was agreed with a term: from when, for how long, for how many, for how much where that is known."""
    return {
        "starts": wording.instant(term.starts_at, term.time_zone),
        "length": wording.term(terms.parse_term(term.sold_as)),
        "seats": term.seats,
        "price": wording.money(term.value, term.currency),
    }


def own_minute(at: datetime, zone: str, reader_zone: str) -> str:
    """The reader's own time for an instant, to stand beside the customer's; "" where their clocks show the same."""
    return wording.instant(at, reader_zone) if wording.beside(at, zone, reader_zone) else ""


def envelope(letter: Letter, notice: Notice, *, delivery_id: UUID) -> EmailMultiAlternatives:
    """The letter as a message: from its owner by the portal's address, under an id that every repeat carries."""
    _name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    owner = notice.owner
    signed = f"{one_line(owner.name)} · {settings.CSPORTAL_VENDOR_NAME}" if owner else settings.CSPORTAL_VENDOR_NAME
    message = EmailMultiAlternatives(
        subject=letter.subject,
        body=letter.text,
        from_email=formataddr((signed, address)),
        to=[notice.contact.email],
        reply_to=answers_go_to(owner, delivery_id),
        headers={
            "Message-ID": f"<{delivery_id}@{address.rpartition('@')[2]}>",
            "Date": format_datetime(notice.now),
            **({} if notice.script else BY_THE_PORTAL),
        },
    )
    message.attach_alternative(letter.html, "text/html")
    return message


def answers_go_to(owner: User | None, delivery_id: UUID) -> list[str]:
    """Where an answer goes: to the owner, and to the portal where it takes answers in, which names this letter then.

    Both, for a portal that is away keeps no answer from its owner. The portal first: some providers take one address.
    """
    portal = settings.CSPORTAL_REPLY_TO.replace("{id}", delivery_id.hex)
    return [address for address in (portal, owner.email if owner else "") if address]


def one_line(text: str) -> str:
    """A name on one line, without control characters: what somebody typed cannot add a header to a mail."""
    printable = "".join(" " if unicodedata.category(char) in ("Cc", "Zl", "Zp") else char for char in text)
    return " ".join(printable.split())

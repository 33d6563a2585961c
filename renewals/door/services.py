"""Asks for a code, checks it, sends a new link, passes one on: always to an address on record, so many an hour."""

from __future__ import annotations

import copy
import unicodedata
from contextlib import suppress
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils.crypto import constant_time_compare
from django.utils.translation import get_language

from accounts.models import Contact
from accounts.worktime import next_working_moment
from renewals.door.models import DoorMail
from renewals.links.models import RenewalLink
from renewals.macs import mac
from renewals.touches.outbox import put_back, put_on_queue

SEND = "renewals.door.tasks.send"
CODE_LASTS = timedelta(minutes=10)
LINK_MAIL_LASTS = timedelta(hours=1)
AN_HOUR, MOST_AN_HOUR = timedelta(hours=1), 6
AT_ONCE = timedelta(seconds=30)
"""How soon after one mail another is the same: a second click, an impatient one."""
BATCH = 100


class TooMany(Exception):
    """So many were asked for in this person's name within the hour that no more go out for now."""


def code_of(mail: DoorMail) -> str:
    """The six digits: they follow from the mail's nonce and the portal's secret, and stand in no table."""
    return f"{int.from_bytes(mac('renewals.door.code', f'{mail.pk}:{bytes(mail.nonce).hex()}')[:8]) % 1_000_000:06}"


def people_at(link: RenewalLink) -> list[Contact]:
    """Who may be behind a link: its own person; behind the product's link whoever there can be written to."""
    if link.contact is not None:
        return [link.contact] if link.contact.email else []
    return [person for person in link.contract.customer.contacts.order_by("pk") if person.email]


def signers_at(link: RenewalLink) -> list[Contact]:
    """Who of them may sign for the company."""
    return [person for person in people_at(link) if person.may_sign]


def signers_beside(link: RenewalLink) -> list[Contact]:
    """To whom the page can be passed on: who signs there, can be written to, and does not hold this link."""
    people = link.contract.customer.contacts.filter(may_sign=True).exclude(email="").order_by("pk")
    return [person for person in people if person.pk != link.contact_id]


def pass_on(link: RenewalLink, to: Contact, *, now: datetime) -> datetime:
    """Send one of `signers_beside` a link of their own, in their hours (rule 16); when it goes. Raises `TooMany`.

    They did not ask for it themselves, as who stands at the door does; the buffer leaves them the time.
    """
    again = DoorMail.objects.lately(to, now=now, within=AT_ONCE).filter(kind=DoorMail.Kind.PASS, link=link).first()
    if again is not None:
        return again.next_try_at or now
    goes_at = now if to.any_hour else next_working_moment(now, to.zone, to.customer.calendar.hours())
    put(DoorMail.Kind.PASS, link, to, lasts=LINK_MAIL_LASTS, now=now, goes_at=goes_at, language=to.reads)
    return goes_at


def ask_for_code(link: RenewalLink, contact: Contact, *, now: datetime) -> DoorMail:
    """Send a code to one of `people_at`: their newest one counts. Raises `TooMany`."""
    last = DoorMail.objects.codes().filter(link=link, contact=contact).order_by("-made_at", "-pk").first()
    if last is not None and last.stands(now=now) and last.made_at > now - AT_ONCE:
        return last
    return put(DoorMail.Kind.CODE, link, contact, lasts=CODE_LASTS, now=now)


def ask_for_link(link: RenewalLink, *, now: datetime) -> None:
    """Send the person of a link that opens nothing any more a new one, where they are still on record.

    Whoever asks learns nothing from it. Raises `TooMany` after as many tries, whether there is somebody or not.
    """
    contact = link.contact
    if contact is None or not contact.email:
        return
    again = DoorMail.objects.lately(contact, now=now, within=AT_ONCE).filter(kind=DoorMail.Kind.LINK)
    if not again.exists():
        put(DoorMail.Kind.LINK, link, contact, lasts=LINK_MAIL_LASTS, now=now, language=contact.reads)


def ask_for_link_at(email: str, *, now: datetime) -> None:
    """The same for who has only a broken link left and types their address: the newest page of each who has it."""
    typed = email.strip().replace("\0", "")
    theirs = RenewalLink.objects.filter(contact__email__iexact=typed).exclude(contact__email="")
    newest = theirs.select_related("contact").order_by("contact_id", "-made_at").distinct("contact_id")
    for link in newest[:MOST_AN_HOUR]:
        with suppress(TooMany):
            ask_for_link(link, now=now)


@transaction.atomic
def put(
    kind: DoorMail.Kind,
    link: RenewalLink,
    contact: Contact,
    *,
    lasts: timedelta,
    now: datetime,
    goes_at: datetime | None = None,
    language: str = "",
) -> DoorMail:
    """One mail, on its way at once, since who waits at the door waits for it, or at a later moment. Raises `TooMany`.

    It is in the language of the page that it was asked for on, unless another is said.
    """
    waits = goes_at is not None and goes_at > now
    Contact.objects.select_for_update().get(pk=contact.pk)
    if DoorMail.objects.lately(contact, now=now, within=AN_HOUR).filter(kind=kind).count() >= MOST_AN_HOUR:
        raise TooMany  # of its kind: who asks for links in somebody's name must not keep them from their codes
    mail = DoorMail.objects.create(
        kind=kind,
        link=link,
        contact=contact,
        language=language or get_language() or "en",
        made_at=now,
        expires_at=(goes_at or now) + lasts,
        next_try_at=goes_at or now,
        queued_at=None if waits else now,
    )
    if not waits:
        put_on_queue(SEND, [mail.pk], now=now)
    return mail


@transaction.atomic
def is_right(link: RenewalLink, contact: Contact, said: str, *, now: datetime) -> bool:
    """Whether these are the digits of the newest code that stands; a try counts whether they are or not."""
    sent = DoorMail.objects.codes().filter(link=link, contact=contact).order_by("-made_at", "-pk")
    mail = sent.select_for_update(of=("self",)).first()
    if mail is None or not mail.stands(now=now):
        return False
    right = constant_time_compare(digits_in(said), code_of(mail))
    DoorMail.objects.filter(pk=mail.pk).update(tries=F("tries") + 1, used_at=now if right else None)
    return right


def digits_in(said: str) -> str:
    """The digits of what was typed, however they are spaced and however wide."""
    return "".join(char for char in unicodedata.normalize("NFKC", said) if char in "0123456789")


def acting_as(link: RenewalLink, contact: Contact) -> RenewalLink:
    """The link, in the name of the person who has shown who they are."""
    theirs = copy.copy(link)
    theirs.contact = contact
    return theirs


def put_back_left(*, now: datetime) -> int:
    """Wake the workers for mails that none of them took; how many."""
    with transaction.atomic():
        return put_back(SEND, DoorMail.objects.all(), now=now, limit=BATCH)


def masked(email: str) -> str:
    """An address as its owner knows it again, and nobody else learns it: l…n@lantu.test."""
    name, at, host = email.partition("@")
    return f"{name[:1]}…{name[-1:]}{at}{host}" if len(name) > 2 else f"…{at}{host}"

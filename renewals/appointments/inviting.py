"""The invitations to a call: its mails and calendar entries, in their readers' words and zones (rules 4 and 20)."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from email.mime.text import MIMEText
from email.utils import format_datetime, formataddr, parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from accounts import wording
from accounts.bulk import insert_new
from accounts.models import Contact, User
from renewals.appointments.invitation import Invited, Person, as_file
from renewals.appointments.models import Appointment, Invitation
from renewals.links.services import address_of, link_for
from renewals.locking.services import all_hours
from renewals.touches.outbox import put_on_queue
from renewals.touches.planning import hours_of
from renewals.touches.writing import BY_THE_PORTAL, one_line, paragraphs

SEND = "renewals.appointments.tasks.send"
NAMESPACE = uuid.UUID("5f1d6a7c-6a0e-5b0f-8f60-2359002359a3")
"""Ours alone: the ids made under it are the same whoever makes them."""
FILE_NAME = "call.ics"
IN_TIME = timedelta(hours=1)
"""A change by one of ours reaches the customer in their hours, unless that were so close before the call, or after."""
Method = Invitation.Method


def invite(
    call: Appointment,
    *,
    by_customer: bool,
    now: datetime,
    method: Method = Method.REQUEST,
    no_longer: User | None = None,
) -> None:
    """Put the mails about a change on their way to the two who take part. `no_longer`: of ours, who had it before."""
    contact = call.contact
    rows = [made(call, method, user=call.user, at=now)]
    if contact is not None and contact.email:
        rows.append(made(call, method, at=now if by_customer else their_hour(call, contact, now=now), contact=contact))
    if no_longer is not None:
        rows.append(made(call, Method.CANCEL, user=no_longer, at=now))
    for row in rows:
        row.queued_at = now if row.next_try_at <= now else None
    insert_new(rows)
    put_on_queue(SEND, [row.pk for row in rows if row.queued_at], now=now)


def made(
    call: Appointment, method: Method, *, at: datetime, user: User | None = None, contact: Contact | None = None
) -> Invitation:
    """One invitation, not saved, under an id that follows from what makes it the same one."""
    person = user or contact
    assert person is not None
    said = f"{call.pk}:{call.sequence}:{person.email}"
    return Invitation(
        id=uuid.uuid5(NAMESPACE, said), appointment=call, sequence=call.sequence, method=method, user=user,
        recipient=person.email, next_try_at=at,
    )  # fmt: skip


def their_hour(call: Appointment, contact: Contact, *, now: datetime) -> datetime:
    """When somebody at the customer is written to of what they did not do themselves (rule 16)."""
    contact.customer = call.contract.customer
    opens_at = hours_of(contact, all_hours()).next(now)
    return opens_at if opens_at + IN_TIME <= call.starts_at else now


def envelope(invitation: Invitation, *, now: datetime) -> EmailMultiAlternatives:
    """The mail: words for people and the same as a calendar program reads it, under an id that every repeat carries."""
    call, user = invitation.appointment, invitation.user
    _name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    with translation.override(language_of(invitation)):
        words = words_of(call, user, now=now) | {"is_off": invitation.method == Method.CANCEL}
        words["is_moved"] = invitation.sequence > 0 and not words["is_off"]
        folder = "emails/call/colleague" if user else "emails/call/customer"
        subject = one_line(render_to_string(f"{folder}/subject.txt", words))
        text = paragraphs(render_to_string(f"{folder}/body.txt", words))
        entry = calendar_entry(call, user, method=invitation.method, sequence=invitation.sequence, now=now)
    signed = f"{words['caller']} · {settings.CSPORTAL_VENDOR_NAME}" if user is None else settings.CSPORTAL_VENDOR_NAME
    message = EmailMultiAlternatives(
        subject=subject,
        body=text,
        from_email=formataddr((signed, address)),
        to=[invitation.recipient],
        reply_to=[call.user.email] if user is None else None,
        headers={
            "Message-ID": f"<call.{invitation.pk}@{address.rpartition('@')[2]}>",
            "Date": format_datetime(now),
            **BY_THE_PORTAL,
        },
    )
    message.attach_alternative(entry.decode(), f"text/calendar; method={invitation.method}")
    message.attach(enclosed(entry, method=invitation.method))
    return message


def enclosed(entry: bytes, *, method: str) -> MIMEText:
    """The entry as a file too: some programs show it only so."""
    part = MIMEText(entry.decode(), "calendar", "utf-8")
    part.set_param("method", method)
    part.add_header("Content-Disposition", "attachment", filename=FILE_NAME)
    return part


def language_of(invitation: Invitation) -> str:
    """What its reader reads."""
    if invitation.user is not None:
        return invitation.user.language or settings.LANGUAGE_CODE
    contact = invitation.appointment.contact
    return contact.reads if contact else invitation.appointment.contract.customer.language


def words_of(call: Appointment, user: User | None, *, now: datetime) -> dict[str, Any]:
    """What a mail and an entry about a call may say, in the active language: its minute first in the reader's zone."""
    zone, other = zones_of(call, user)
    contract = call.contract
    return {
        "minute": wording.with_own(wording.instant(call.starts_at, zone), wording.beside(call.starts_at, zone, other)),
        "greeting": one_line(call.contact.greeting if call.contact else contract.customer.name),
        "asker": one_line(call.asked_by),
        "phone": one_line(call.reached_at),
        "caller": one_line(call.user.name),
        "caller_phone": one_line(call.user.phone),
        "caller_email": call.user.email,
        "customer": one_line(contract.customer.name),
        "product": one_line(contract.product.name),
        "number": one_line(contract.number),
        "vendor": settings.CSPORTAL_VENDOR_NAME,
        "link": settings.CSPORTAL_BASE_URL + contract.get_absolute_url() if user else page_of(call, now=now),
    }


def page_of(call: Appointment, *, now: datetime) -> str:
    """Where the customer moves it or calls it off."""
    return address_of(link_for(call.contract, call.contact, now=now))


def zones_of(call: Appointment, user: User | None) -> tuple[str, str]:
    """The reader's own zone, and that of the other side."""
    return (user.time_zone, call.time_zone) if user else (call.time_zone, call.user.time_zone)


def calendar_entry(call: Appointment, user: User | None, *, method: str, sequence: int, now: datetime) -> bytes:
    """The call as a calendar reads it, in the active language and the zone of its reader: one of ours, or who asked."""
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    zone, _other = zones_of(call, user)
    words = words_of(call, user, now=now)
    asker = call.contact
    people = [Person(address=asker.email, name=asker.name)] if asker and asker.email else []
    return as_file(
        Invited(
            uid=f"{uuid.uuid5(NAMESPACE, f'call:{call.pk}')}@{address.rpartition('@')[2]}",
            sequence=sequence,
            method=method,
            stamped_at=now,
            starts_at=call.starts_at,
            ends_at=call.ends_at,
            zone=zone,
            summary=_("%(caller)s calls %(asker)s (%(customer)s)") % words,
            description="\n".join(line for line in description(words) if line),
            organizer=Person(address=address, name=settings.CSPORTAL_VENDOR_NAME or name),
            attendees=[*people, Person(address=call.user.email, name=call.user.name)],
        )
    )


def description(words: dict[str, Any]) -> list[str]:
    """What one reads who opens the entry: the minute in both zones, who calls whom under which number, about what."""
    return [
        words["minute"],
        _("%(caller)s calls %(phone)s") % words if words["phone"] else "",
        _("About %(product)s, contract %(number)s") % words,
        " · ".join(part for part in (words["caller"], words["caller_phone"], words["caller_email"]) if part),
    ]

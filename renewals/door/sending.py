"""Carries out one mail of the door: at once, at any hour, since somebody stands there and asked for it (rule 16)."""

from __future__ import annotations

import uuid
from datetime import datetime
from email.utils import format_datetime, formataddr, parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation

from renewals.channels.answers import Verdict
from renewals.door.models import DoorMail
from renewals.door.services import code_of
from renewals.links.services import address_of, links_for_number
from renewals.touches.leasing import FREE, WAITS, claim, held, shortened, try_later
from renewals.touches.mail import send
from renewals.touches.writing import BY_THE_PORTAL, one_line, paragraphs

TOO_LATE = "nobody waits for it any more"


def carry_out(mail_id: uuid.UUID, *, now: datetime) -> str:
    """Send one mail if it is due and nobody else has it; what became of it, in a word."""
    lease = claim(DoorMail.objects.all(), mail_id, now=now)
    if lease is None:
        return "not due"
    mail = DoorMail.objects.select_related("contact", "link__contract__product").get(pk=mail_id, lease=lease)
    if now >= mail.expires_at:
        return finish(mail, DoorMail.Outcome.DROPPED, TOO_LATE, now=now)
    message = letter(mail, now=now)
    answer = send(message)
    if answer.verdict is Verdict.ACCEPTED:
        return finish(mail, DoorMail.Outcome.SENT, answer.said, now=now)
    if answer.verdict is Verdict.REFUSED or mail.attempts > len(WAITS):
        return finish(mail, DoorMail.Outcome.FAILED, answer.said, now=now)
    return try_later(mail, answer.said, now=now)


def letter(mail: DoorMail, *, now: datetime) -> EmailMultiAlternatives:
    """The mail, under an id that every repeat carries."""
    folder = f"emails/door/{mail.kind}"
    with translation.override(mail.language):
        known = said_in(mail, now=now)
        subject = one_line(render_to_string(f"{folder}/subject.txt", known))
        text = paragraphs(render_to_string(f"{folder}/body.txt", known))
    host = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    return EmailMultiAlternatives(
        subject=subject,
        body=text,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[formataddr((one_line(mail.contact.name), mail.contact.email))],
        headers={"Message-ID": f"<door.{mail.pk}@{host}>", "Date": format_datetime(now), **BY_THE_PORTAL},
    )


def said_in(mail: DoorMail, *, now: datetime) -> dict[str, str]:
    """What the templates may say: the code, or the new link, which is made now."""
    contract = mail.link.contract
    known = {
        "greeting": mail.contact.greeting,
        "product": contract.product.name,
        "vendor": settings.CSPORTAL_VENDOR_NAME,
    }
    if mail.kind == DoorMail.Kind.CODE:
        return known | {"code": code_of(mail)}
    return known | {"link": address_of(links_for_number(contract, mail.contact, now=now))}


def finish(mail: DoorMail, outcome: str, answer: str, *, now: datetime) -> str:
    """End it. Its subject and text are not kept: they hold what opens the door."""
    held(mail).update(over_at=now, outcome=outcome, answer=shortened(answer), **FREE)
    return outcome

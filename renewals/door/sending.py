"""Carries out one mail of the door: at once, at any hour, since somebody stands there and asked for it (rule 16)."""

from __future__ import annotations

import uuid
from datetime import datetime
from email.utils import format_datetime, formataddr, parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation

from accounts import wording
from renewals.channels.answers import Verdict
from renewals.door.models import DoorMail
from renewals.door.services import code_of
from renewals.links.services import address_of, links_for_number
from renewals.locking.models import Clock
from renewals.offers.signing import reader_name
from renewals.touches.leasing import FREE, WAITS, claim, held, shortened, try_later
from renewals.touches.mail import send
from renewals.touches.writing import BY_THE_PORTAL, one_line, paragraphs

TOO_LATE = "nobody waits for it any more"


def carry_out(mail_id: uuid.UUID, *, now: datetime) -> str:
    """Send one mail if it is due and nobody else has it; what became of it, in a word."""
    lease = claim(DoorMail.objects.all(), mail_id, now=now)
    if lease is None:
        return "not due"
    mail = DoorMail.objects.select_related("contact__customer", "link__contract__product", "link__contact").get(
        pk=mail_id, lease=lease
    )
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
    known |= {"link": address_of(links_for_number(contract, mail.contact, now=now))}
    if mail.kind == DoorMail.Kind.PASS:
        return known | {"colleague": reader_name(mail.link), "last_minute": minute_for(mail, now=now)}
    return known


def minute_for(mail: DoorMail, *, now: datetime) -> str:
    """The promised minute, with the reader's own time beside it (rule 4)."""
    term = Clock.objects.counting(at=now).select_related("term").get(contract=mail.link.contract_id).term
    own = wording.beside(term.ends_at - wording.MINUTE, term.time_zone, mail.contact.zone)
    return wording.with_own(wording.minute(term.last_minute, term.time_zone), own)


def finish(mail: DoorMail, outcome: str, answer: str, *, now: datetime) -> str:
    """End it. Its subject and text are not kept: they hold what opens the door."""
    held(mail).update(over_at=now, outcome=outcome, answer=shortened(answer), **FREE)
    return outcome

"""The mail to whoever has an intervention: it has all that a call needs, in their own language (rules 4 and 13)."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.utils import format_datetime, parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from accounts import wording
from accounts.models import User
from renewals.interventions.facts import facts_of
from renewals.interventions.models import Intervention, Message
from renewals.touches.writing import one_line, own_minute, paragraphs

MINUTE = timedelta(minutes=1)
TEMPLATES = "emails/intervention"


def address_of(one: Intervention) -> str:
    """The whole address of an intervention's page."""
    return settings.CSPORTAL_BASE_URL + reverse("desk:intervention", args=[one.pk])


def envelope(message: Message, *, now: datetime) -> EmailMultiAlternatives:
    """The mail about one turn, under an id that every repeat carries."""
    turn = message.hand_over
    with translation.override(turn.user.language or settings.LANGUAGE_CODE):
        words = said_of(turn.intervention, reader=turn.user, now=now) | {"turn": turn}
        words["works_later"] = (
            wording.instant(turn.works_from, turn.user.time_zone) if turn.works_from > turn.at else ""
        )
        words["passes_on"] = wording.instant(turn.passes_on_at, turn.user.time_zone) if turn.passes_on_at else ""
        subject = one_line(render_to_string(f"{TEMPLATES}/subject.txt", words))
        text = paragraphs(render_to_string(f"{TEMPLATES}/body.txt", words))
    _name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return EmailMultiAlternatives(
        subject=subject,
        body=text,
        to=[turn.user.email],
        headers={
            "Message-ID": f"<intervention.{message.pk}@{address.rpartition('@')[2]}>",
            "Date": format_datetime(now),
            "Auto-Submitted": "auto-generated",
        },
    )


def said_of(one: Intervention, *, reader: User, now: datetime) -> dict[str, Any]:
    """What a message about an intervention may say, in the active language, minutes in the reader's zone too."""
    term, contract = one.term, one.contract
    last_at = term.ends_at - MINUTE
    return {
        "customer": one_line(contract.customer.name),
        "number": contract.number,
        "product": one_line(contract.product.name),
        "last_minute": wording.minute(term.last_minute, term.time_zone),
        "own_last_minute": own_minute(last_at, term.time_zone, reader.time_zone),
        "locked": wording.instant(one.locked_at, term.time_zone),
        "own_locked": own_minute(one.locked_at, term.time_zone, reader.time_zone),
        "facts": facts_of(one, now=now),
        "zone": term.time_zone,
        "link": address_of(one),
    }

"""Carries out one morning mail: leased, looked at again, sent, marked (rules 16 and 20)."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from email.utils import format_datetime, parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from accounts import wording
from accounts.models import User
from accounts.worktime import next_working_moment
from renewals.channels.answers import Answer, Verdict
from renewals.mornings.making import is_wanted_by, look_round, readers
from renewals.mornings.models import Morning
from renewals.mornings.saying import Said, gets_a_review, minutes_to_come, say, things_that_wait
from renewals.papers import NoPapers
from renewals.touches.asking import local_day, staff_hours
from renewals.touches.leasing import FREE, NEVER_FINISHED, WAITS, claim, held, postpone, shortened, try_later
from renewals.touches.mail import send
from renewals.touches.writing import one_line, paragraphs
from renewals.weekly.paper import review_paper
from renewals.weekly.weeks import Week

logger = logging.getLogger(__name__)

TEMPLATES = "emails/morning"


def carry_out(morning_id: uuid.UUID, *, now: datetime) -> str:
    """Send one morning mail if it is due and nobody else has it; what became of it, in a word."""
    lease = claim(Morning.objects.all(), morning_id, now=now)
    if lease is None:
        return "not due"
    morning = Morning.objects.select_related("user").get(pk=morning_id, lease=lease)
    gone = reason_gone(morning, now=now)
    if gone is not None:
        return finish(morning, Morning.Outcome.DROPPED, gone.value, now=now)
    user = morning.user
    opens_at = next_working_moment(now, user.time_zone, staff_hours([user])[user.pk])
    if opens_at > now:
        return postpone(morning, opens_at)
    if morning.attempts > len(WAITS) + 1:
        return finish(morning, Morning.Outcome.FAILED, morning.answer or NEVER_FINISHED, now=now)
    return send_it(morning, now=now)


def send_round(*, now: datetime) -> int:
    """For a simulation: make the mails of this instant and carry out, here, all that are due; how many were made."""
    made = look_round(now=now, queued=False)
    for pk in list(Morning.objects.due(now=now).values_list("pk", flat=True)):
        carry_out(pk, now=now)
    return made


def send_it(morning: Morning, *, now: datetime) -> str:
    """Write it from what waits at this instant, and send it, unless nothing does."""
    try:
        message = letter(morning, now=now)
    except Exception as problem:  # a fault of ours, to be mended: as patient with it as with a server that is away
        logger.exception("The morning mail %s could not be written", morning.pk)
        return settle(morning, Answer(Verdict.LATER, f"{type(problem).__name__}: {problem}"), now=now)
    if message is None:
        return finish(morning, Morning.Outcome.DROPPED, Morning.Dropped.NOTHING.value, now=now)
    return settle(morning, send(message), message, now=now)


def reason_gone(morning: Morning, *, now: datetime) -> Morning.Dropped | None:
    """Why it is not to be sent any more, just before it would be; None while it is."""
    if not readers().filter(pk=morning.user_id).exists():
        return Morning.Dropped.AWAY
    if not is_wanted_by(morning.user):
        return Morning.Dropped.UNWANTED
    return Morning.Dropped.DAY_OVER if local_day(morning.user, now) != morning.on else None


def in_words(user: User, *, now: datetime) -> tuple[str, str] | None:
    """Subject and text of what a morning says to somebody, in their language; None where nothing waits."""
    with translation.override(user.language or settings.LANGUAGE_CODE):
        said = say(user, now=now)
        if said.is_nothing:
            return None
        known = said_in(said, user, now=now)
        subject = one_line(render_to_string(f"{TEMPLATES}/subject.txt", known))
        return subject, paragraphs(render_to_string(f"{TEMPLATES}/body.txt", known))


def said_in(said: Said, user: User, *, now: datetime) -> dict[str, object]:
    """What the templates of the mail may say."""
    return {
        "greeting": one_line(user.name),
        "said": said,
        "counted": counted(said),
        "at": wording.instant(now, user.time_zone),
        "today": settings.CSPORTAL_BASE_URL + reverse("desk:today"),
        "settings": settings.CSPORTAL_BASE_URL + reverse("diary:page"),
    }


def counted(said: Said) -> str:
    """How much there is, without what there is not."""
    waits = things_that_wait(said.waits) if said.waits else ""
    minutes = minutes_to_come(said.minutes) if said.minutes else ""
    return " · ".join(part for part in (waits, minutes) if part) or gettext("the weekly review")


def letter(morning: Morning, *, now: datetime) -> EmailMultiAlternatives | None:
    """The mail, under an id that every repeat carries; None where nothing waits."""
    words = in_words(morning.user, now=now)
    if words is None:
        return None
    subject, text = words
    _name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    message = EmailMultiAlternatives(
        subject=subject,
        body=text,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[morning.user.email],
        headers={
            "Message-ID": f"<morning.{morning.pk}@{address.rpartition('@')[2]}>",
            "Date": format_datetime(now),
            "Auto-Submitted": "auto-generated",
        },
    )
    for name, content in enclosed(morning.user, now=now):
        message.attach(name, content, "application/pdf")
    return message


def enclosed(user: User, *, now: datetime) -> Iterator[tuple[str, bytes]]:
    """The review of last week as a paper, on the first working day of the week of somebody who leads.

    Where the machine sets no type the mail goes without it: its link leads to the same page.
    """
    if not gets_a_review(user, now=now):
        return
    week = Week.before(now, user.time_zone)
    with suppress(NoPapers):
        language = user.language or settings.LANGUAGE_CODE
        yield f"{week}.pdf", review_paper(user, week, team=None, language=language, now=now)


def settle(morning: Morning, answer: Answer, message: EmailMultiAlternatives | None = None, *, now: datetime) -> str:
    """What the server's answer means for the mail."""
    if answer.verdict is Verdict.ACCEPTED:
        return finish(morning, Morning.Outcome.SENT, answer.said, message, now=now)
    if answer.verdict is Verdict.REFUSED or morning.attempts > len(WAITS):
        return finish(morning, Morning.Outcome.FAILED, answer.said, message, now=now)
    return try_later(morning, answer.said, now=now)


def finish(
    morning: Morning, outcome: str, answer: str, message: EmailMultiAlternatives | None = None, *, now: datetime
) -> str:
    """End it, with what was said. Nothing where the lease was lost."""
    ended = held(morning).update(
        over_at=now,
        outcome=outcome,
        answer=shortened(answer),
        subject=str(message.subject)[:200] if message else "",
        body=str(message.body) if message else "",
        **FREE,
    )
    return outcome if ended else "lease lost"

"""Takes in mails that came back, each once: customers' answers, and what servers say of letters (rules 10, 23)."""

from __future__ import annotations

import re
import uuid
from datetime import datetime
from email.message import Message
from enum import StrEnum

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import Amendment, Contract, User
from accounts.services import NotAllowed
from renewals.answers.bounces import Notice, notice_in
from renewals.answers.matching import Whose, is_ours, letter_named, whose
from renewals.answers.models import Answer, AnswerQuerySet
from renewals.answers.reading import Mail, read
from renewals.locking.models import Evidence
from renewals.locking.telling import record_evidence
from renewals.timeline.models import Event
from renewals.timeline.services import record_event
from renewals.touches.models import Delivery, Report, Touch
from renewals.touches.reports import Heard, take_report

CHINESE_ENDS = re.compile(r"(?<=[。！？；，：）]) ")
"""Between Chinese sentences stands no space."""
FIRST_WORDS = 200
"""Characters of an answer that stand on the contract's timeline."""
KINDS = {"failed": Report.Kind.BOUNCED, "delayed": Report.Kind.DEFERRED, "delivered": Report.Kind.DELIVERED}


class Taken(StrEnum):
    """What a mail turned out to be."""

    ANSWER = "answer"
    AUTOMATIC = "automatic"
    KNOWN = "known"
    REPORT = "report"
    OURS = "ours"
    NOTHING = "nothing"


def take_in(message: Message, *, received_at: datetime, now: datetime) -> Taken:
    """Take in one mail; what it was. Twice, or by two at once, it counts once (rule 20)."""
    notice = notice_in(message)
    if notice is not None:
        return take_notice(notice, read(message).message_id, received_at=received_at, now=now)
    mail = read(message)
    if not mail.address:
        return Taken.NOTHING
    if is_ours(mail.address):
        return Taken.OURS
    return take_answer(mail, whose(mail), received_at=min(received_at, now), now=now)


def take_notice(notice: Notice, message_id: str, *, received_at: datetime, now: datetime) -> Taken:
    """What another server says of one of our letters; what is about no letter of ours is nothing to us."""
    delivery = letter_named(notice.names)
    if delivery is None:
        return Taken.NOTHING
    heard = Heard(
        delivery_id=delivery.pk, kind=KINDS[notice.action], at=received_at, said=notice.said, event_id=message_id
    )
    return Taken.REPORT if take_report(heard, now=now) else Taken.KNOWN


@transaction.atomic
def take_answer(mail: Mail, whose: Whose, *, received_at: datetime, now: datetime) -> Taken:
    """Put an answer on record, on the timeline, and as evidence where it answers a notice of the promised minute."""
    answer, is_new = Answer.objects.get_or_create(
        message_id=mail.message_id,
        defaults={
            "received_at": received_at,
            "recorded_at": now,
            "sender": mail.sender,
            "address": mail.address,
            "subject": mail.subject,
            "text": mail.text,
            "history": mail.history,
            "attachments": list(mail.attachments),
            "is_automatic": mail.is_automatic,
            "delivery": whose.delivery,
            "contract": whose.contract,
            "customer": whose.customer,
            "contact": whose.contact,
        },
    )
    if not is_new:
        return Taken.KNOWN
    if whose.contract is not None:
        tell_of(answer, whose.contract, now=now)
    if whose.delivery is not None and not mail.is_automatic:
        count_as_told(answer, whose.delivery, now=now)
    return Taken.AUTOMATIC if mail.is_automatic else Taken.ANSWER


def tell_of(answer: Answer, contract: Contract, *, now: datetime) -> None:
    """The answer on the contract's timeline, dated by when it came in."""
    record_event(
        contract,
        Event.Kind.ANSWERED,
        key=f"answer:{uuid.uuid5(uuid.NAMESPACE_URL, answer.message_id)}",
        occurred_at=answer.received_at,
        now=now,
        contact=answer.who,
        answer=first_words(answer),
        answer_id=answer.pk,
        automatic=answer.is_automatic,
    )


def first_words(answer: Answer) -> str:
    """The beginning of what was written, on one line; the subject where nothing was."""
    words = CHINESE_ENDS.sub("", " ".join(answer.text.split())) or answer.subject
    return words if len(words) <= FIRST_WORDS else f"{words[:FIRST_WORDS].rstrip()}…"


def count_as_told(answer: Answer, delivery: Delivery, *, now: datetime) -> None:
    """Who answers a notice has read it: evidence, of the minute that it told of, if that is the promised one still."""
    touch = delivery.touch
    if touch.kind == Touch.Kind.RENEWED or not still_promised(touch, delivery):
        return
    renews = touch.kind == Touch.Kind.RENEWS_ITSELF
    record_evidence(
        touch.term,
        kind=Evidence.Kind.RENEWS if renews else Evidence.Kind.ANSWERED,
        at=answer.received_at,
        now=now,
        contact=answer.contact,
        note=answer.address,
    )


def still_promised(touch: Touch, delivery: Delivery) -> bool:
    """Whether the minute that a letter told of is the promised one, and was not moved since the letter left."""
    if touch.last_minute != touch.term.last_minute:
        return False
    since = Q(at__gt=delivery.over_at) if delivery.over_at else Q()
    moved = Amendment.objects.filter(since, term=touch.term_id, kind__in=Amendment.MOVES)
    return not moved.exists()


def unread_answers(user: User, *, now: datetime) -> AnswerQuerySet:
    """What customers wrote that nobody has read yet, of what `user` may see, the oldest first."""
    found = Answer.objects.visible_to(user).unread().filter(received_at__lte=now)
    return found.select_related("contract", "customer", "contact").order_by("received_at", "pk")


def mark_read(answer: Answer, *, by: User, now: datetime) -> bool:
    """Note who read it and when: whoever was first stays; whether that was `by` just now."""
    return bool(Answer.objects.filter(pk=answer.pk, read_at=None).update(read_at=now, read_by=by))


@transaction.atomic
def file_under(answer: Answer, contract: Contract, *, by: User, now: datetime) -> None:
    """Say whose an answer is that nobody could tell. Raises `NotAllowed` where it is known already."""
    of_nobody = Answer.objects.filter(pk=answer.pk, contract=None)
    if answer.customer_id is not None:
        of_nobody = of_nobody.filter(customer=contract.customer_id)
    if not of_nobody.update(contract=contract, customer=contract.customer_id):
        raise NotAllowed(_("This answer belongs to another contract already."))
    answer.refresh_from_db()
    tell_of(answer, contract, now=now)

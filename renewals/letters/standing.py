"""How a letter stands: from its instants, its delivery, and what came back (rules 7 and 20)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from renewals.answers.models import Answer
from renewals.letters.models import Letter
from renewals.locking.models import Evidence
from renewals.locking.telling import acknowledged_key
from renewals.timeline.models import Event
from renewals.touches.models import Delivery, Report, Touch


class Stands(StrEnum):
    """What has become of a letter, the furthest that is known."""

    DRAFT = "draft"
    SHOWN = "shown"
    RETURNED = "returned"
    SCHEDULED = "scheduled"
    ON_ITS_WAY = "on_its_way"
    SENT = "sent"
    DELIVERED = "delivered"
    OPENED = "opened"
    ACKNOWLEDGED = "acknowledged"
    ANSWERED = "answered"
    BOUNCED = "bounced"
    FAILED = "failed"
    DROPPED = "dropped"
    WITHDRAWN = "withdrawn"


WORDS: dict[Stands, Promise] = {
    Stands.DRAFT: _("draft"),
    Stands.SHOWN: _("waits for the manager"),
    Stands.RETURNED: _("returned with a remark"),
    Stands.SCHEDULED: _("approved, goes out at its moment"),
    Stands.ON_ITS_WAY: _("on its way"),
    Stands.SENT: _("sent"),
    Stands.DELIVERED: _("delivered"),
    Stands.OPENED: _("opened the page"),
    Stands.ACKNOWLEDGED: _("acknowledged"),
    Stands.ANSWERED: _("answered"),
    Stands.BOUNCED: _("came back"),
    Stands.FAILED: _("could not be sent"),
    Stands.DROPPED: _("did not go out"),
    Stands.WITHDRAWN: _("withdrawn"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How it stands, since when, and what is said of it."""

    stands: Stands
    at: datetime
    said: str = ""

    @property
    def words(self) -> Promise:
        return WORDS[self.stands]

    @property
    def is_draft(self) -> bool:
        """Whether nobody has approved it yet."""
        return self.stands in (Stands.DRAFT, Stands.SHOWN, Stands.RETURNED)

    @property
    def is_over(self) -> bool:
        """Whether nothing more can be done about this text: it left, or it never will."""
        return self.stands not in OPEN


OPEN = (Stands.DRAFT, Stands.SHOWN, Stands.RETURNED, Stands.SCHEDULED, Stands.ON_ITS_WAY)
NEVER_CAME = (Stands.BOUNCED, Stands.FAILED, Stands.DROPPED)
"""What has to be written again, or to somebody else."""


def standing_of(letter: Letter, *, now: datetime) -> Standing:
    """How a letter stands at `now`."""
    if letter.withdrawn_at:
        return Standing(stands=Stands.WITHDRAWN, at=letter.withdrawn_at)
    if letter.script is None:
        return of_a_draft(letter)
    touch: Touch | None = getattr(letter.script, "touch", None)
    if touch is None:
        return Standing(stands=Stands.DROPPED, at=letter.approved_at or now)
    delivery = getattr(touch, "delivery", None)
    if delivery is None or delivery.over_at is None:
        waits = delivery is None or delivery.attempts == 0
        return Standing(
            stands=Stands.SCHEDULED if waits else Stands.ON_ITS_WAY,
            at=delivery.next_try_at if delivery else touch.due_at,
            said=delivery.answer if delivery else "",
        )
    return of_an_end(delivery) or of_what_came_after(touch, delivery)


def of_a_draft(letter: Letter) -> Standing:
    if letter.asked_at:
        return Standing(stands=Stands.SHOWN, at=letter.asked_at)
    if letter.returned_at:
        return Standing(stands=Stands.RETURNED, at=letter.returned_at, said=letter.remark)
    return Standing(stands=Stands.DRAFT, at=letter.saved_at)


def of_an_end(delivery: Delivery) -> Standing | None:
    """What is said of a letter that reached nobody; None for one that left."""
    ends = {
        Delivery.Outcome.BOUNCED: Stands.BOUNCED,
        Delivery.Outcome.FAILED: Stands.FAILED,
        Delivery.Outcome.DROPPED: Stands.DROPPED,
    }
    end = ends.get(Delivery.Outcome(delivery.outcome))
    if end is None or delivery.over_at is None:
        return None
    known = delivery.answer in Delivery.Dropped.values
    said = str(Delivery.Dropped(delivery.answer).label) if known else delivery.answer
    return Standing(stands=end, at=delivery.over_at, said=said)


def of_what_came_after(touch: Touch, delivery: Delivery) -> Standing:
    """The furthest that is known of a letter that left: what its reader did counts more than what a program says."""
    sent_at = delivery.over_at or touch.due_at
    answer = Answer.objects.filter(delivery=delivery, is_automatic=False).order_by("received_at").first()
    if answer is not None:
        return Standing(stands=Stands.ANSWERED, at=answer.received_at, said=Truncator(answer.text).chars(200))
    known = Event.objects.filter(contract=touch.contract_id, key=acknowledged_key(touch.term, touch.contact)).first()
    if known is not None and known.occurred_at >= sent_at:
        return Standing(stands=Stands.ACKNOWLEDGED, at=known.occurred_at)
    seen = Evidence.objects.filter(term=touch.term_id, contact=touch.contact_id, at__gte=sent_at)
    evidence = seen.filter(kind=Evidence.Kind.OPENED).order_by("at").first()
    if evidence is not None:
        return Standing(stands=Stands.OPENED, at=evidence.at)
    delivered = delivery.reports.filter(kind=Report.Kind.DELIVERED).order_by("at").first()
    if delivered is not None:
        return Standing(stands=Stands.DELIVERED, at=delivered.at, said=delivered.said)
    return Standing(stands=Stands.SENT, at=sent_at)

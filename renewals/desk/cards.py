"""What waits, as cards: who, why, and the one next thing to do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import wording
from accounts.models import Contact, User
from renewals.desk import words
from renewals.desk.peaks import Note, note
from renewals.desk.reasons import Said, Unanswered, Waits
from renewals.desk.rows import Row, last_minute_at
from renewals.history.titles import titled
from renewals.locking.granting import left_to_give_each
from renewals.locking.peaks import Met
from renewals.pipeline.models import LossReason
from renewals.timeline.models import Event
from renewals.touches.models import Delivery, Touch


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """Something to do, named by its outcome, and where."""

    label: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One thing that waits."""

    pill: str
    reason: str
    title: str
    about: str
    text: str
    contract: str
    action: Action
    other: Action | None


def cards(
    clocks: Iterable[Row],
    unanswered: Unanswered,
    met: Mapping[int, Met],
    *,
    now: datetime,
    may_change: set[int],
    reader: User,
) -> list[Card]:
    """A card for each waiting clock. `may_change`: the customers whose people the reader may change.

    `unanswered`: what their customers said; `met`: the peaks that clocks meet, by their key.
    """
    found = list(clocks)
    left = left_to_give_each([clock.term_id for clock in found if clock.waits == Waits.PEAK], by=reader)
    return [
        peak_card(clock, note(clock, met[clock.pk], left=left[clock.term_id], now=now), now=now)
        if clock.waits == Waits.PEAK
        else card(clock, said_of(clock, unanswered), now=now, may_change=clock.contract.customer_id in may_change)
        for clock in found
    ]


def said_of(clock: Row, unanswered: Unanswered) -> Said | None:
    """What the customer of a waiting clock said last, where that is why it waits."""
    return unanswered.said.get(Waits(clock.waits), {}).get(clock.contract_id)


def card(clock: Row, asked: Said | None, *, now: datetime, may_change: bool) -> Card:
    """What is said and offered depends on why it waits. `asked`: what they said on their page, where that is why."""
    zone = clock.term.time_zone
    customer = clock.contract.customer.name
    ends = wording.day_label(last_minute_at(clock), zone, now)
    note = Action(label=_("Note the call"), href=reverse("desk:told", args=[clock.contract_id]))
    first = reach(clock, may_change=may_change) or note
    pill, reason, title, text = "risk", _("nobody was told"), ends, told_nobody(clock, now)
    match clock.waits:
        case Waits.CALL:
            pill, reason, title, text = "buffer", _("asks for a call"), ends, call_wanted(clock, asked, now)
            first = call_back(asked) or first
        case Waits.CHANGE | Waits.SIGNER | Waits.DECLINED if asked:
            reason, text, step = said_on_the_page(clock, asked, may_change=may_change)
            pill, first = "risk" if clock.waits == Waits.DECLINED else "buffer", step or first
        case Waits.LOCKED if clock.lock_at:
            at = words.at_label(clock.lock_at, zone, now)
            pill, reason = "soft_locked", _("locked: step in")
            title, text = _("locked %(at)s") % {"at": at}, known_of(clock, now)
        case Waits.FAILED:
            touch = failed_touch(clock)
            reason, title, text = _("notice not delivered"), ends, not_delivered(touch)
            first = mend(touch, may_change=may_change) or first
        case Waits.PRICE:
            return price_card(clock, first, now=now)
    return Card(
        pill=pill,
        reason=reason,
        title=f"{customer} · {title}",
        about=about(clock),
        text=text,
        contract=clock.contract.get_absolute_url(),
        action=first,
        other=note if note != first else None,
    )


def peak_card(clock: Row, said: Note, *, now: datetime) -> Card:
    """An end that meets a peak of the customer's own work."""
    contract = clock.contract.get_absolute_url()
    leave = Action(label=_("Leave it as it is"), href=said.leave_url)
    return Card(
        pill="buffer",
        reason=_("meets a peak"),
        title=f"{clock.contract.customer.name} · {wording.day_label(last_minute_at(clock), clock.term.time_zone, now)}",
        about=about(clock),
        text=said.said,
        contract=contract,
        action=Action(label=said.give or _("Look at the contract"), href=said.give_url or contract),
        other=leave,
    )


def price_card(clock: Row, talk: Action, *, now: datetime) -> Card:
    """A renewal whose price nobody put on record yet."""
    href = reverse("accounts:contract_edit", args=[clock.contract_id])
    until = wording.until(clock.term.last_minute, clock.term.time_zone)
    return Card(
        pill="active",
        reason=_("agree the price"),
        title=f"{clock.contract.customer.name} · {clock.contract.number}",
        about=about(clock),
        text=_("It is renewed %(until)s, and no price is on record.") % {"until": until},
        contract=clock.contract.get_absolute_url(),
        action=Action(label=_("Put the price on record"), href=href),
        other=talk if talk.href.startswith(("tel:", "mailto:")) else None,
    )


def reach(clock: Row, *, may_change: bool) -> Action | None:
    """Call the person there who is told about ends, or write, or find out whom to talk to."""
    person = to_talk_to(clock)
    if person and person.phone:
        label = _("Call %(name)s · %(phone)s") % {"name": person.name, "phone": person.phone}
        return Action(label=label, href=f"tel:{''.join(person.phone.split())}")
    if person:
        return Action(label=_("Write to %(name)s") % {"name": person.name}, href=f"mailto:{person.email}")
    if may_change:
        return Action(
            label=_("Add a person there"), href=reverse("accounts:contact_add", args=[clock.contract.customer_id])
        )
    return None


def to_talk_to(clock: Row) -> Contact | None:
    """Who at the customer is reached best: those told about ends first, and of those one with a phone."""
    people = [person for person in clock.contract.customer.contacts.all() if person.phone or person.email]
    return max(people, key=lambda person: (person.gets_notices, bool(person.phone)), default=None)


def failed_touch(clock: Row) -> Touch | None:
    """The last notice of this end that failed for good or came back."""
    failed = [
        touch
        for touch in clock.term.touch_list
        if hasattr(touch, "delivery") and touch.delivery.outcome in Delivery.UNDELIVERED
    ]
    return max(failed, key=lambda touch: touch.due_at, default=None)


def mend(touch: Touch | None, *, may_change: bool) -> Action | None:
    """Correct the address that the mail did not reach."""
    if touch is None or not may_change:
        return None
    label = _("Change the address of %(name)s") % {"name": touch.contact.name}
    return Action(label=label, href=reverse("accounts:contact_edit", args=[touch.contact_id]))


def told_nobody(clock: Row, now: datetime) -> str:
    """That it does not lock, and whether a notice is on its way."""
    notices = [touch for touch in clock.term.touch_list if touch.kind != Touch.Kind.RENEWED]
    planned = [touch.due_at for touch in notices if not hasattr(touch, "delivery")]
    said = _("Nobody at the customer was told of this minute, so it does not lock.")
    if planned:
        at = words.at_label(min(planned), clock.term.time_zone, now)
        return words.sentences(said, _("A notice goes out %(at)s.") % {"at": at})
    return said


def call_wanted(clock: Row, asked: Said | None, now: datetime) -> str:
    """Who asked, and when, and what else is known."""
    if asked is None:
        return known_of(clock, now)
    name = str(asked.detail.get("contact") or clock.contract.customer.name)
    at = words.at_label(asked.occurred_at, clock.term.time_zone, now)
    said = _("%(name)s asked on the renewal page to be called, %(at)s.") % {"name": name, "at": at}
    return words.sentences(said, known_of(clock, now))


def call_back(asked: Said | None) -> Action | None:
    """Call who asked, under the number that they gave."""
    phone = str(asked.detail.get("phone", "")) if asked else ""
    if asked is None or not phone:
        return None
    label = _("Call %(name)s · %(phone)s") % {"name": asked.detail.get("contact", ""), "phone": phone}
    return Action(label=label, href=f"tel:{''.join(phone.split())}")


def said_on_the_page(clock: Row, said: Said, *, may_change: bool) -> tuple[str, str, Action | None]:
    """What a customer said on their page: in a word, in a sentence, and what to do about it."""
    detail = {"name": said.detail.get("contact", ""), "words": said.detail.get("words", "")}
    if said.kind == Event.Kind.CHANGE_REQUESTED:
        offer = Action(label=_("Make another offer"), href=reverse("desk:option_make", args=[clock.contract_id]))
        return _("asks for another offer"), _("%(name)s asks for another offer: “%(words)s”") % detail, offer
    if said.kind == Event.Kind.SIGNER_NAMED:
        people = Action(label=_("Say who signs"), href=reverse("desk:customer", args=[clock.contract.customer_id]))
        return _("says who signs"), titled(said.kind, said.detail), people if may_change else None
    why = detail | {"why": LossReason.Word(said.detail["reason"]).label}
    text = words.sentences(
        _("%(name)s says that they will not go on: %(why)s.") % why,
        _("“%(words)s”") % detail if detail["words"] else "",
    )
    return _("will not go on"), text, None


def known_of(clock: Row, now: datetime) -> str:
    """What they know already."""
    evidence = clock.term.evidence_list
    if not evidence:
        return _("Nobody there was told.")
    at = words.at_label(evidence[-1].at, clock.term.time_zone, now)
    return _("Last: %(said)s, %(at)s.") % {"said": words.told(evidence), "at": at}


def about(clock: Row) -> str:
    """In whose time the title's minute is, and what it is about."""
    said = (wording.zone_name(clock.term.time_zone), clock.contract.product.name, words.seats(clock.term))
    return " · ".join(part for part in said if part)


def not_delivered(touch: Touch | None) -> str:
    """Whom the notice did not reach, and what the mail server said."""
    if touch is None:
        return _("A notice could not be delivered.")
    said = {"address": touch.delivery.recipient, "answer": touch.delivery.answer}
    return _("The mail to %(address)s came back: %(answer)s") % said

"""One contract at any minute: the customer's page, the dialog, the mails and the product's answer (rule 24)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts import terms, wording
from accounts.models import Contact, Contract
from renewals.appointments.models import Appointment
from renewals.desk.words import STATES
from renewals.entitlement import LEADS, State, Windows, planned, state_at
from renewals.history.then import Then, then
from renewals.links.models import RenewalLink
from renewals.links.services import HIDDEN, address_of, hidden_address, without_keys
from renewals.locking.telling import acknowledged_key
from renewals.page.reading import Page, call_key
from renewals.product.dialog import banner
from renewals.product.schemas import Dialog, Entitlement, Text
from renewals.product.services import Beside, entitlement_of
from renewals.ribbon import Interval
from renewals.ribbon import Touch as Dot
from renewals.timeline.models import Event
from renewals.touches.models import Delivery
from renewals.touches.services import notice_of
from renewals.touches.writing import in_words

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
AROUND = timedelta(days=8)
"""How much of the time before the end the slider covers at least: the first notice is on it."""
FARTHEST = timedelta(days=36525)


@dataclass(frozen=True, kw_only=True)
class Mail:
    """One letter that had gone out, or is to go out, by the minute that is looked at."""

    at: datetime
    to: str
    subject: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Look:
    """A contract as one person at the customer meets it at an instant. Reads only."""

    found: Then
    contact: Contact | None

    @property
    def at(self) -> datetime:
        return self.found.at

    @property
    def state(self) -> State:
        return state_at(self.found.windows, self.at)

    @property
    def zone(self) -> str:
        return self.found.clock.term.time_zone

    @property
    def drawn(self) -> Windows:
        """The stretch for the ribbon: until its end, somebody is still going to be told."""
        return planned(self.found.windows, now=self.at)

    @property
    def shows(self) -> Interval:
        """The time that ribbon and slider cover: the same whatever minute of it is looked at."""
        window = self.drawn
        after = (window.lock_at or window.earliest_lock_at) - window.ends_at
        return window.ends_at - max(AROUND, 2 * after), window.ends_at + max(2 * after, after + DAY)

    @cached_property
    def page(self) -> Page:
        """What the customer's page shows."""
        return page_of(self.found, self.contact)

    @cached_property
    def answer(self) -> Entitlement:
        """What the product is answered."""
        beside = Beside(link=no_link(self.found.clock.contract), had_a_day=self.found.had_a_day)
        return entitlement_of(self.found.clock, at=self.at, now=self.at, beside=beside)

    @property
    def answer_text(self) -> str:
        """The answer as it is sent, its keys hidden."""
        values = {**self.answer.as_json(), "dialog_token": HIDDEN}
        text = json.dumps(values, ensure_ascii=False, indent=2)
        return text.replace(address_of(no_link(self.found.clock.contract)), hidden_address())

    @property
    def state_word(self) -> Promise:
        return STATES[self.state]

    @property
    def dialog(self) -> list[str]:
        """The product's dialog in the reader's language: title, text, and the ways on; empty while there is none."""
        dialog = self.answer.dialog
        return [in_reader_language(text) for text in (dialog.title, dialog.text, *ways(dialog))] if dialog else []

    @property
    def banner(self) -> str:
        """The slim line of the buffer in the reader's language; "" outside it."""
        if self.state is not State.BUFFER:
            return ""
        return in_reader_language(banner(self.found.clock, self.found.windows))

    @cached_property
    def mails(self) -> list[Mail]:
        """Every letter about this contract by then, the last first."""
        return sorted([*sent(self.found), *to_be_sent(self.found)], key=lambda mail: mail.at, reverse=True)

    @property
    def dots(self) -> list[Dot]:
        """The letters on the ribbon: those that went out, and those that are planned."""
        done = [Dot(mail.at, done=True) for mail in sent(self.found)]
        return [*done, *(Dot(touch.due_at, done=False) for touch in self.found.coming)]

    @cached_property
    def stops(self) -> list[tuple[str, datetime, bool]]:
        """Minutes worth looking at, in order, each with whether it is the one that is looked at."""
        return [(name, at, at == self.at) for name, at in sorted(stops(self.found), key=lambda stop: stop[1])]


def ways(dialog: Dialog) -> list[Text]:
    """What can be pressed in it, by name."""
    return [action.label for action in dialog.actions]


def in_reader_language(text: Text) -> str:
    """A text of the product in the language that is active."""
    return text.zh_hans if (get_language() or "").startswith("zh") else text.en


def look(contract: Contract, contact: Contact | None, *, at: datetime, now: datetime) -> Look | None:
    """The contract at an instant; None where the portal did not know it yet."""
    found = then(contract, at=at, now=now)
    return Look(found=found, contact=contact) if found else None


def page_of(found: Then, contact: Contact | None) -> Page:
    """The customer's page as it was, or is going to be. Links to their other products' pages are left out."""
    clock, at = found.clock, found.at
    called, known = call_key(clock.term, contact, now=at), acknowledged_key(clock.term, contact)
    events = Event.objects.filter(contract=clock.contract_id, key__in=[called, known], recorded_at__lte=at)
    said = set(events.values_list("key", flat=True))
    runs_out = state_at(clock.windows, at) in (State.BUFFER, State.SOFT_LOCKED) and clock.span.upper is None
    return Page(
        clock=clock,
        siblings=[],
        contact=contact,
        call_asked_for=called in said,
        acknowledged=known in said,
        calls=calls_known(clock.contract, at=at),
        can_take_a_day=runs_out and not found.had_a_day,
        told_of_renewing_at=found.told_of_renewing_at if clock.contract.renews_itself else None,
        now=at,
    )


def calls_known(contract: Contract, *, at: datetime) -> list[Appointment]:
    """The calls at a fixed time that were to come by then, about it or of whoever looks after it."""
    theirs = Q(contract=contract) | Q(user=contract.owner)
    return list(Appointment.objects.known(at=at).filter(theirs).select_related("contact", "user"))


def no_link(contract: Contract) -> RenewalLink:
    """Stands where a link would: it opens nothing."""
    return RenewalLink(pk=0, contract=contract, nonce=b"")


def sent(found: Then) -> Iterator[Mail]:
    """The letters that had gone out by then."""
    gone = Delivery.objects.filter(touch__contract=found.clock.contract_id, outcome__in=Delivery.LEFT)
    for delivery in gone.filter(over_at__lte=min(found.at, found.now)):
        if delivery.over_at is not None:
            text = without_keys(delivery.body)
            yield Mail(at=delivery.over_at, to=delivery.recipient, subject=delivery.subject, text=text)


def to_be_sent(found: Then) -> Iterator[Mail]:
    """The planned letters that are to have gone out by then, in the words that they have as things stand."""
    for touch in found.assumed:
        as_it_goes = then(touch.contract, at=touch.due_at, now=found.now)
        if as_it_goes is not None and touch.contact.email:
            letter = in_words(notice_of(touch, as_it_goes.clock, now=touch.due_at), link=hidden_address())
            yield Mail(at=touch.due_at, to=touch.contact.email, subject=letter.subject, text=letter.text)


def stops(found: Then) -> Iterator[tuple[str, datetime]]:
    """Where something changes, as far as it is known at the minute that is looked at; and the present."""
    window = planned(found.windows, now=found.at)
    yield _("now"), found.now
    for lead in LEADS:
        if window.ends_at - lead > window.starts_at:
            yield _("%(stretch)s before") % {"stretch": wording.stretch(lead)}, window.ends_at - lead
    yield _("the last minute"), window.ends_at - MINUTE
    if window.joins_at is not None:
        yield _("the next term"), window.ends_at
        return
    yield _("the buffer"), window.ends_at
    if window.lock_at is not None:
        yield _("just before the lock"), window.lock_at - MINUTE
        yield _("the soft lock"), window.lock_at
    if window.closes_at is not None:
        yield _("closed"), window.closes_at


def read_minute(said: str, *, zone: str, now: datetime) -> datetime:
    """The instant that somebody asks for: with its offset, or as a clock in `zone` shows it; now where nothing is said.

    Raises ValueError for anything else, and for what lies more than a lifetime away.
    """
    if not said.strip():
        return now
    date, separator, clock = said.strip().partition("T")
    at = datetime.fromisoformat(date + separator + clock.replace(" ", "+"))
    at = (at.replace(tzinfo=terms.zone(zone)) if at.tzinfo is None else at).astimezone(UTC)
    if abs(at - now) > FARTHEST:
        raise ValueError(said)
    return at


def people(contract: Contract) -> Sequence[Contact]:
    """Who may look: those who are told about ends first."""
    return sorted(contract.customer.contacts.all(), key=lambda person: (not person.gets_notices, person.pk))

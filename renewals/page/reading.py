"""The customer's page as a value: one contract as they see it at an instant. Reads, and writes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property

from accounts import terms, wording
from accounts.models import Contact, Contract, ContractTerm, User, WorkingCalendar
from accounts.rhythm import Rhythm, Stretch
from accounts.worktime import WorkingHours
from renewals.appointments.models import Appointment
from renewals.appointments.reading import about, ends_next, is_of, offered_besides, times_between, to_come_of
from renewals.appointments.slots import Offered
from renewals.entitlement import Windows, planned, renewal_starts_at
from renewals.links.services import token_of, working_links
from renewals.locking.granting import can_take_a_day
from renewals.locking.models import Clock
from renewals.locking.renewing import will_join_at
from renewals.locking.telling import acknowledged_key, minute_on_record
from renewals.offers.choices import Choice, choices_for
from renewals.offers.models import Agreement
from renewals.offers.usual import YEAR, lasts
from renewals.page.achieved import Figure, figures_of
from renewals.page.keeper import Keeper, calendars_of, keeper_of
from renewals.page.rhythm import Lies, foremost, spoken_of
from renewals.page.situations import Situation, asks_to_renew, situation_at
from renewals.payments.providers import Way, ways
from renewals.payments.standing import Bill
from renewals.timeline.models import Event

LEAVES = (Situation.ACTIVE, Situation.BUFFER, Situation.UNTOLD, Situation.SOFT_LOCKED)
"""Who has said no is told in these what is left to them."""
SPEAKS_OF_PEAKS = (Situation.ACTIVE, Situation.BUFFER)
SAYS_NOTHING_OF_THE_LOCK = (Situation.SCHEDULED, Situation.AGREED, Situation.BRIDGED)
TO_BE_KNOWN = (
    Situation.SCHEDULED,
    Situation.ACTIVE,
    Situation.RENEWS_ITSELF,
    Situation.BUFFER,
    Situation.UNTOLD,
)


@dataclass(frozen=True, kw_only=True)
class Page:
    """One contract as its customer sees it at `now`. Everything in it is read once; nothing is written."""

    clock: Clock
    siblings: list[tuple[Clock, str]]
    """The other products of the number, each with the reader's own link to its page, or "" where they have none."""
    contact: Contact | None
    call_asked_for: bool
    acknowledged: bool
    """Whether this reader has said that they know until when."""
    calls: Sequence[Appointment]
    """The calls at a fixed time that are to come: about this contract, and whatever else the person to talk to has."""
    can_take_a_day: bool
    told_of_renewing_at: datetime | None
    """When somebody there was first told that it renews by itself; None while nobody was."""
    now: datetime

    @cached_property
    def contract(self) -> Contract:
        return self.clock.contract

    @cached_property
    def term(self) -> ContractTerm:
        """The term that sets the end."""
        return self.clock.term

    @cached_property
    def window(self) -> Windows:
        """As planned while the end is ahead: somebody is going to be told, this page tells them (rule 10)."""
        return planned(self.clock.windows, now=self.now)

    @property
    def drawn(self) -> Windows:
        """The stretch for the ribbon: what renews by itself is drawn as going on, also where they read it here."""
        if self.situation is not Situation.RENEWS_ITSELF:
            return self.window
        return replace(self.window, lock_at=None, closes_at=None, joins_at=self.joins_at)

    @cached_property
    def situation(self) -> Situation:
        return situation_at(
            self.window,
            self.now,
            last_term_at=self.term.starts_at,
            renews_itself=self.joins_at is not None,
        )

    @property
    def can_be_acknowledged(self) -> bool:
        """Whether there is a minute to know: one that has not been renewed, and before anything is locked."""
        return self.situation in TO_BE_KNOWN

    @cached_property
    def if_left(self) -> Windows:
        """How the stretch goes on where nobody renews it, also where it would renew by itself."""
        return planned(replace(self.window, joins_at=None), now=self.now)

    @property
    def extra_if_left(self) -> timedelta | None:
        """How much time there is after the end then."""
        return self.if_left.lock_at - self.if_left.ends_at if self.if_left.lock_at else None

    @property
    def can_decline(self) -> bool:
        """Whether a “no” still changes something: it has not been said, and nothing is agreed or has joined."""
        if self.contract.declined_at is not None or self.window.until_at is not None or self.no_comes_too_late:
            return False
        return self.situation in (*LEAVES, Situation.RENEWS_ITSELF)

    @property
    def can_take_back(self) -> bool:
        """Whether they have said no, and can still go on."""
        return self.contract.declined_at is not None and self.situation in LEAVES

    @property
    def words(self) -> str:
        """The fragment that says what happens next: on the last day, and to who will not go on, other words."""
        if self.can_take_back:
            return "page/next/_declined.html"
        return f"page/next/_{'last_day' if self.is_last_day else self.situation}.html"

    @property
    def is_last_day(self) -> bool:
        """Whether these are the last 24 hours before the end, and nothing goes on by itself."""
        return self.situation is Situation.ACTIVE and self.window.ends_at - self.now <= wording.DAY

    @property
    def greeting(self) -> str:
        return self.contact.greeting if self.contact else self.contract.customer.name

    @property
    def last_minute_at(self) -> datetime:
        """When the last minute begins."""
        return self.window.ends_at - wording.MINUTE

    @property
    def own_zone(self) -> str:
        """The reader's own zone, for their time beside the contract's (rule 4)."""
        return zone_of(self.contact, self.contract)

    @property
    def reader_zone(self) -> str:
        """The reader's own zone, or "" where their clocks show the same minute."""
        zone = self.own_zone
        return zone if wording.beside(self.last_minute_at, self.term.time_zone, zone) else ""

    @property
    def owner(self) -> User | None:
        """The person to talk to, while they work here."""
        owner = self.contract.owner
        return owner if owner and owner.is_active else None

    @cached_property
    def hours(self) -> WorkingHours:
        return self.calendars[0].hours()

    @cached_property
    def keeper(self) -> Keeper | None:
        """When the person to talk to is at work."""
        if self.owner is None:
            return None
        return keeper_of(self.owner, self.calendars[1], reader_zone=self.own_zone, now=self.now)

    @cached_property
    def calendars(self) -> tuple[WorkingCalendar, WorkingCalendar | None]:
        """The customer's own, and that of the person to talk to."""
        return calendars_of(self.contract)

    @cached_property
    def call(self) -> Appointment | None:
        """The call that they have chosen a time for, while it is not over."""
        return about(self.contract, self.calls)

    @property
    def own_call(self) -> Appointment | None:
        """The same where this reader asked for it, or whoever works in the product: they alone change it."""
        return self.call if self.call and is_of(self.call, self.contact) else None

    @property
    def others_call(self) -> Appointment | None:
        """The same where somebody else there asked for it: its minute is told, and nothing of theirs."""
        return self.call if self.own_call is None else None

    @cached_property
    def offered(self) -> Offered | None:
        """The times at which they can be called; what they have already is not among them. None: nobody to call."""
        if self.keeper is None or self.others_call is not None:
            return None
        times = times_between(
            self.keeper.candidate,
            self.calls,
            contract=self.contract,
            zone=self.own_zone,
            hours=self.hours,
            before=ends_next(self.window, now=self.now),
            now=self.now,
        )
        return offered_besides(times, self.call)

    @cached_property
    def current(self) -> ContractTerm | None:
        """The term that runs or ran last: not one that is agreed and has not begun."""
        if self.term.starts_at <= self.now:
            return self.term
        return self.contract.terms.filter(starts_at__lte=self.now).order_by("-starts_at").first()

    @cached_property
    def figures(self) -> list[Figure]:
        """What they achieved in it."""
        return figures_of(self.contract, self.current, now=self.now) if self.current else []

    @property
    def is_their_year(self) -> bool:
        """Whether what was achieved was achieved in a term of a year."""
        return self.current is not None and lasts(self.current, YEAR)

    @cached_property
    def peaks(self) -> list[Stretch]:
        """The peaks of their own work around the end, where there is a lock ahead to speak of."""
        if self.window.lock_at is None or self.situation not in SPEAKS_OF_PEAKS:
            return []
        starts, ends = spoken_of(ends_at=self.window.ends_at, lock_at=self.window.lock_at)
        customer = self.contract.customer
        noted = [(peak.name, peak.pattern) for peak in customer.peaks.standing()]
        return Rhythm(peaks=noted, zone=customer.time_zone, hours=self.hours).stretches(starts=starts, ends=ends)

    @cached_property
    def peak(self) -> tuple[Lies, Stretch] | None:
        """The one peak to speak of, and how it lies to the last minute and the lock."""
        if not self.peaks or self.window.lock_at is None:
            return None
        return foremost(self.peaks, ends_at=self.window.ends_at, lock_at=self.window.lock_at, now=self.now)

    @property
    def extra(self) -> timedelta | None:
        """How much time there is after the end."""
        return self.window.lock_at - self.window.ends_at if self.window.lock_at else None

    @property
    def lock_waits(self) -> bool:
        """Whether the lock comes later than a plain 24 hours, for the customer's sake (rule 9)."""
        return self.window.lock_at is not None and self.window.lock_at > self.window.buffer_ends_at

    @cached_property
    def offers(self) -> list[Choice]:
        """What can be renewed into; nothing while the next term is agreed already."""
        if self.situation is Situation.AGREED or self.window.until_at is not None:
            return []
        starts_at = renewal_starts_at(self.window, now=self.now)
        return choices_for(self.contract, self.term, starts_at=starts_at, now=self.now)

    @cached_property
    def agreement(self) -> Agreement | None:
        """What was signed for the term that sets the end, where it was signed on this page."""
        return getattr(self.term, "agreement", None)

    @cached_property
    def bill(self) -> Bill | None:
        """What of it is to be paid by which day, or that it is paid."""
        if self.agreement is None:
            return None
        return Bill(agreement=self.agreement, records=list(self.agreement.paid.standing()), limit=0, now=self.now)

    @cached_property
    def ways(self) -> list[Way]:
        """How what is unpaid of it can be paid."""
        return ways(self.bill) if self.bill else []

    @property
    def starts_on_confirming(self) -> bool:
        """After the lock the next term begins when it is confirmed; before, it joins (rule 12)."""
        return self.window.reopened_at is not None or self.situation in (Situation.SOFT_LOCKED, Situation.CLOSED)

    @property
    def names_no_price(self) -> bool:
        return any(choice.price is None for choice in self.offers)

    @property
    def is_trial(self) -> bool:
        return self.contract.kind == Contract.Kind.TRIAL

    @property
    def asks(self) -> bool:
        """Whether the renewal stands open on the page; otherwise it is there, folded away."""
        if self.contract.declined_at or self.situation is Situation.RENEWS_ITSELF:
            return False
        return asks_to_renew(self.window, self.now, last_term_at=self.term.starts_at)

    @property
    def renews(self) -> str:
        """What the renewal form carries back: the minute that it goes on from."""
        return minute_on_record(self.term)

    @cached_property
    def joins_at(self) -> datetime | None:
        """When the next term joins by itself; they know of it at the latest since they read this (rule 12)."""
        return will_join_at(self.contract, self.term, told_at=self.told_of_renewing_at or self.now)

    @property
    def last_no_at(self) -> datetime | None:
        """When the last minute begins in which a “no” still counts."""
        return self.joins_at and self.joins_at - wording.MINUTE

    @property
    def no_comes_too_late(self) -> bool:
        return self.joins_at is not None and self.joins_at <= self.now

    @property
    def renews_for(self) -> terms.Term:
        return terms.parse_term(self.contract.renews_for)


def page_for(contract: Contract, contact: Contact | None, *, now: datetime) -> Page:
    """The page of a contract, for one person or for whoever works in the product."""
    clocks = list(
        Clock.objects.counting(at=now)
        .filter(contract__number=contract.number, contract__customer=contract.customer_id)
        .select_related(
            "contract__customer__calendar", "contract__product", "contract__owner__calendar", "term__agreement"
        )
        .order_by("contract__product__name", "contract")
    )
    own = next(clock for clock in clocks if clock.contract_id == contract.pk)
    if contact is not None:
        contact.customer = own.contract.customer
    others = [clock for clock in clocks if clock is not own]
    links = working_links([clock.contract_id for clock in others], contact, now=now)
    called, known = call_key(own.term, contact, now=now), acknowledged_key(own.term, contact)
    said = set(Event.objects.filter(contract=contract, key__in=[called, known]).values_list("key", flat=True))
    return Page(
        clock=own,
        siblings=[(one, token_of(links[one.contract_id]) if one.contract_id in links else "") for one in others],
        contact=contact,
        call_asked_for=called in said,
        acknowledged=known in said,
        calls=to_come_of(own.contract, own.contract.owner, now=now),
        can_take_a_day=can_take_a_day(own, now=now),
        told_of_renewing_at=told_of_renewing_at(own),
        now=now,
    )


def zone_of(contact: Contact | None, contract: Contract) -> str:
    """The zone of a reader: their own where it is known, else their company's."""
    return contact.zone if contact else contract.customer.time_zone


def told_of_renewing_at(clock: Clock) -> datetime | None:
    """When somebody there was first told that it renews by itself, where it does."""
    if not clock.contract.renews_itself:
        return None
    return clock.term.evidence.of_the_promise().of_renewing().first_at()


def call_key(term: ContractTerm, contact: Contact | None, *, now: datetime) -> str:
    """What makes two wishes for a call the same: who has it, on which day at the customer's."""
    who = contact.pk if contact else "product"
    return f"call_requested:{wording.local(now, term.time_zone):%Y-%m-%d}:{who}"

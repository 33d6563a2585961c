"""One number's contracts with all that their page tells: the minute, what comes next, who was told, the whole story."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from django.db.models import F, Prefetch
from django.urls import reverse
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import term_in_words
from accounts.models import Contact, Contract, ContractTerm, Customer, User
from accounts.peaks import rhythms_of
from accounts.rhythm import Stretch
from accounts.worktime import WorkingHours
from renewals.appointments.models import Appointment
from renewals.conversations.reading import Talks, talks_with
from renewals.desk.peaks import Note, notes_of
from renewals.desk.plans import PlanPage, plan_page, with_plans
from renewals.desk.rows import ReadTerm, Row, dots, is_urgent, last_minute_at, rows, with_touches
from renewals.desk.words import STATES, what_comes_next
from renewals.entitlement import State, renewal_starts_at
from renewals.gaps.conventions import gap
from renewals.gaps.simulating import convention_of, promise_of
from renewals.gaps.words import gap_sentence
from renewals.health.panel import Panel, panels
from renewals.history import Entry, timeline_of
from renewals.history.titles import STEP
from renewals.interventions.models import Intervention
from renewals.links.models import RenewalLink
from renewals.links.services import address_of
from renewals.locking.models import Evidence, Grant
from renewals.locking.peaks import around
from renewals.offers.choices import Choice, options_shown
from renewals.offers.models import Option
from renewals.payments.standing import Bill, bills, records
from renewals.pipeline.models import Renewal
from renewals.ribbon import Touch as Dot
from renewals.risk.panel import Risk, risks
from renewals.touches.models import Asked, Reminder


@dataclass(frozen=True, kw_only=True)
class Story:
    """A contract as its page tells it at one instant. Everything is read already: a template asks nothing more."""

    clock: Row
    now: datetime
    peaks: Sequence[Stretch]
    """The peaks of the customer's work around the end, as the ribbon draws them."""
    peak: Note | None
    """What is said of a peak that the end meets."""
    talks: Talks
    panel: Panel
    risk: Risk | None
    """Why its renewal is at risk; None where none is on its way."""

    @property
    def contract(self) -> Contract:
        return self.clock.contract

    @property
    def customer(self) -> Customer:
        return self.contract.customer

    @property
    def term(self) -> ReadTerm:
        """The term whose last minute counts."""
        return self.clock.term

    @property
    def state(self) -> Promise:
        """The state as a word."""
        return STATES[self.clock.state]

    @property
    def last_minute_at(self) -> datetime:
        return last_minute_at(self.clock)

    @property
    def left(self) -> timedelta | None:
        """How long everything still works as promised; None before the start and after the end."""
        return self.clock.ends_at - self.now if self.clock.state == State.ACTIVE else None

    @property
    def next(self) -> list[str]:
        """What comes next, sentence by sentence."""
        return what_comes_next(self.clock, now=self.now)

    @property
    def gap(self) -> str:
        """What the product's own convention would take from this promise; nothing where it takes nothing (rule 21)."""
        convention = convention_of(self.contract.product)
        found = gap(convention, promise_of(self.clock)) if convention else None
        if convention is None or found is None or not found.taken:
            return ""
        return gap_sentence(convention, found, product=self.contract.product.name, zone=self.term.time_zone)

    @property
    def dots(self) -> list[Dot]:
        """The touches on the ribbon, and the steps of the plan that are to come."""
        coming = [Dot(line.step.goes_at, done=False) for line in self.plan.lines if line.is_open]
        calls = [Dot(call.starts_at, done=False) for call in self.calls]
        return [*dots(self.clock), *(dot for dot in [*coming, *calls] if dot.at > self.now)]

    @property
    def calls(self) -> list[Appointment]:
        """The calls that they chose a time for, and of which nobody has said yet what came of them."""
        return list(self.contract.appointments.all())

    @cached_property
    def plan(self) -> PlanPage:
        """What is planned for this end, step by step."""
        return plan_page(self.clock, now=self.now)

    @property
    def hours(self) -> WorkingHours:
        """When the customer works: the lock waits for it."""
        return self.customer.calendar.hours()

    @property
    def renewal(self) -> Renewal | None:
        """How far going on after this term has come; None before its plan begins."""
        return getattr(self.term, "renewal", None)

    @property
    def evidence(self) -> list[Evidence]:
        """Who was told of this end, in order."""
        return self.term.evidence_list

    @property
    def asked(self) -> list[Reminder]:
        """The mails by which the portal asked somebody here to tell the customer of this minute, the last first."""
        same = [one for one in self.term.asked.all() if one.last_minute == self.term.last_minute]
        sent = [one.reminder for one in same if one.reminder.outcome == Reminder.Outcome.SENT]
        return sorted(sent, key=lambda reminder: (reminder.over_at, reminder.pk), reverse=True)

    @property
    def grants(self) -> list[Grant]:
        """The extra time that was given after this end, the last first."""
        return list(reversed(self.term.grants.all()))

    @property
    def contacts(self) -> list[Contact]:
        return list(self.customer.contacts.all())

    @property
    def terms(self) -> list[tuple[ContractTerm, str]]:
        """The chain of terms, the last first, each with what was sold in words."""
        return [(term, term_in_words(term.sold_as, term.time_zone)) for term in reversed(self.contract.terms.all())]

    @cached_property
    def entries(self) -> list[Entry]:
        """Everything on record and everything computed, the oldest first."""
        return timeline_of(self.contract, now=self.now)

    @cached_property
    def offers(self) -> list[tuple[Option, Choice, bool]]:
        """What a colleague offers after this end, and whether it can still be had."""
        return options_shown(self.term, starts_at=renewal_starts_at(self.clock.windows, now=self.now), now=self.now)

    @cached_property
    def agreements(self) -> list[Bill]:
        """What was signed on their page, the last first, each with its payment.

        `file_name` is that of a purchase order that came along, or None.
        """
        signed = self.contract.agreements.select_related("term").annotate(file_name=F("file__name")).defer("text")
        return bills(signed.prefetch_related(records()), now=self.now)

    @property
    def to_come(self) -> list[Entry]:
        """What is planned, the next first. The steps of the plan stand in the plan."""
        return [entry for entry in self.entries if entry.planned and entry.kind != STEP]

    @property
    def so_far(self) -> list[Entry]:
        """What happened, the last first."""
        return [entry for entry in reversed(self.entries) if not entry.planned]

    @property
    def links(self) -> list[tuple[RenewalLink, str]]:
        """The links that open the renewal page now, each with its address."""
        return [
            (link, address_of(link))
            for link in self.contract.links.all()
            if link.revoked_at is None and link.expires_at > self.now
        ]

    @property
    def intervention(self) -> Intervention | None:
        """The intervention about the lock that the contract is in."""
        return next((one for one in self.contract.interventions.all() if one.locked_at == self.clock.lock_at), None)

    @property
    def main_action(self) -> tuple[str, Promise]:
        """The one next thing to do, named by its outcome, and where it is done."""
        if is_urgent(self.clock, now=self.now):
            return reverse("desk:told", args=[self.contract.pk]), _("Note who was told")
        return reverse("desk:renew", args=[self.contract.pk]), _("Renew this contract")


def stories(number: str, user: User, *, now: datetime) -> list[Story]:
    """The contracts of one number that `user` may see, the next end first, in a constant number of queries."""
    clocks = (
        with_touches(rows(user, now=now))
        .filter(contract__number=number)
        .select_related("contract__customer__calendar", "contract__customer__owner")
        .select_related("term__renewal__stage", "term__renewal__loss_reason")
        .prefetch_related(
            "contract__terms",
            "contract__interventions",
            Prefetch("term__grants", Grant.objects.select_related("by", "contact", "undone_by")),
            Prefetch("term__asked", Asked.objects.select_related("reminder__user")),
            "contract__customer__contacts",
            "contract__customer__calendar__days",
            "term__renewal__deciders",
            *with_plans(user),
            Prefetch("contract__appointments", Appointment.objects.open().select_related("contact", "user")),
            Prefetch("contract__links", RenewalLink.objects.select_related("contact")),
        )
        .order_by("ends_at", "pk")
    )
    found = list(cast("Iterable[Row]", clocks))
    if not found:
        return []
    rhythms = rhythms_of(clock.contract.customer_id for clock in found)
    notes = notes_of(found, rhythms=rhythms, reader=user, now=now)
    talks = talks_with(found[0].contract.customer, user, now=now)
    shown = panels((clock.contract for clock in found), now=now)
    at_risk = risks((clock.contract_id for clock in found), now=now)
    return [
        Story(
            clock=one,
            now=now,
            peaks=around(one, rhythms),
            peak=notes.get(one.pk),
            talks=talks.about(one.contract),
            panel=shown[one.contract_id],
            risk=at_risk.get(one.contract_id),
        )
        for one in found
    ]

"""How a contract stood at an instant that is past, or is going to stand at one to come (rule 24).

The past is what was on record then: what was renewed, moved, told or given later is left out. What is to come follows
from what is on record now, and from the notices that are planned, as if each reaches its reader. Reads only.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from accounts.models import Amendment, Contract, ContractTerm
from renewals.entitlement import AFTER_EVIDENCE, Facts, Given, Held, Windows, told_from, window_at, windows
from renewals.hearsay import Seen, told_of
from renewals.history.rewinding import contract_at, terms_at
from renewals.locking.models import Clock, Evidence, Grant
from renewals.locking.renewing import will_join_at
from renewals.locking.services import all_hours
from renewals.touches.by_itself import told_in_time
from renewals.touches.models import Touch
from renewals.touches.planning import hours_of, is_over, recipients_of, to_come


@dataclass(frozen=True, kw_only=True)
class Then:
    """A contract at `at`, seen from `now`. The clock, its contract and its term are as they were, and not saved."""

    clock: Clock
    at: datetime
    now: datetime
    grants: Sequence[Grant]
    told_of_renewing_at: datetime | None
    coming: Sequence[Touch]
    """The notices that are planned, in order; of an instant past, none."""

    @property
    def is_past(self) -> bool:
        return self.at < self.now

    @property
    def windows(self) -> Windows:
        return self.clock.windows

    @property
    def had_a_day(self) -> bool:
        """Whether the customer had taken their 24 hours."""
        return any(one.source == Grant.Source.CUSTOMER for one in self.grants)

    @property
    def assumed(self) -> list[Touch]:
        """The planned notices that are taken to have been read by then."""
        return [touch for touch in self.coming if touch.due_at <= self.at]


def then(contract: Contract, *, at: datetime, now: datetime) -> Then | None:
    """The contract at an instant; None where the portal did not know it yet. A constant number of queries."""
    known_at = min(at, now)
    amendments = list(contract.amendments.all())
    was = contract_at(contract, amendments, at=known_at)
    terms = terms_at(was, amendments, at=known_at)
    if not terms:
        return None
    evidence = [one for one in evidence_of(terms) if one.recorded_at <= known_at]
    grants = [one for one in Grant.objects.filter(term__in=terms).order_by("at", "pk") if one.at <= known_at]
    coming = notices_to_come(contract, now=now) if at > now else []
    told = Told(terms, amendments, evidence, [touch for touch in coming if touch.due_at <= at], known_at)
    customer = was.customer
    facts = Facts(
        terms=[told.held(was, term, [one for one in grants if one.term_id == term.pk], at=at) for term in terms],
        zone=customer.time_zone,
        hours=all_hours()[customer.calendar_id],
    )
    window = window_at(windows(facts), at)
    term = terms[window.term]
    return Then(
        clock=clock_from(window, was, term),
        at=at,
        now=now,
        grants=[one for one in grants if one.term_id == term.pk],
        told_of_renewing_at=told.of_renewing(term),
        coming=coming,
    )


def evidence_of(terms: Iterable[ContractTerm]) -> list[Evidence]:
    """All evidence about these terms, in order."""
    return list(Evidence.objects.filter(term__in=list(terms)).order_by("at"))


@dataclass(frozen=True)
class Told:
    """Who knew of which end, by what was on record and by the notices that are to come."""

    terms: Sequence[ContractTerm]
    amendments: Sequence[Amendment]
    evidence: Sequence[Evidence]
    coming: Sequence[Touch]
    known_at: datetime

    def held(self, contract: Contract, term: ContractTerm, grants: Iterable[Grant], *, at: datetime) -> Held:
        """A term as the entitlement sees it."""
        renewing = self.of_renewing(term)
        told_at, disproved = told_of(self.seen(term, renewing=False))
        return Held(
            starts_at=term.starts_at,
            ends_at=term.ends_at,
            recorded_at=term.recorded_at,
            told_at=told_at,
            disproved=disproved,
            given=[Given(at=one.at, until=counts_until(one, known_at=self.known_at)) for one in grants],
            joins_at=renewing and will_join_at(contract, term, told_at=renewing),
        )

    def of_renewing(self, term: ContractTerm) -> datetime | None:
        """When somebody was first told that it renews by itself, as it counts."""
        return min((at for at, disproved_at in self.seen(term, renewing=True) if disproved_at is None), default=None)

    def seen(self, term: ContractTerm, *, renewing: bool) -> list[Seen]:
        """The evidence of this promise, each from when it counts, and when it turned out to be none, if by then."""
        since = self.promised_at(term)
        seen = [
            (told_from(one.at, recorded_at=one.recorded_at), self.by_then(one.disproved_at))
            for one in self.evidence
            if one.term_id == term.pk
            and one.last_minute == term.last_minute
            and (one.kind == Evidence.Kind.RENEWS) == renewing
            and (since is None or one.at >= since)
        ]
        seen += [
            (touch.due_at, None)
            for touch in self.coming
            if touch.term_id == term.pk and (touch.kind == Touch.Kind.RENEWS_ITSELF) == renewing
        ]
        return seen

    def by_then(self, at: datetime | None) -> datetime | None:
        """An instant, if it had come by the one that is looked at."""
        return at if at is not None and at <= self.known_at else None

    def promised_at(self, term: ContractTerm) -> datetime | None:
        """When this minute was promised last, by a move or a renewal here; None where it was so from the beginning."""
        first_recorded_at = min(one.recorded_at for one in self.terms)
        made = [
            one.at
            for one in self.amendments
            if one.term_id == term.pk
            and one.at <= self.known_at
            and (one.kind in Amendment.MOVES or (one.kind == Amendment.Kind.RENEWED and first_recorded_at < one.at))
        ]
        return max(made, default=None)


def counts_until(grant: Grant, *, known_at: datetime) -> datetime:
    """Until when extra time counted: one that was taken back, for a day more at the most."""
    if grant.undone_at is None or grant.undone_at > known_at:
        return grant.until
    return min(grant.until, grant.undone_at + AFTER_EVIDENCE)


def clock_from(window: Windows, contract: Contract, term: ContractTerm) -> Clock:
    """The windows as a clock, for whoever reads clocks: not saved."""
    return Clock(
        contract=contract,
        term=term,
        span=DateTimeTZRange(window.from_at, window.until_at),
        starts_at=window.starts_at,
        ends_at=window.ends_at,
        buffer_ends_at=window.buffer_ends_at,
        earliest_lock_at=window.earliest_lock_at,
        lock_at=window.lock_at,
        closes_at=window.closes_at,
        is_history=window.is_history,
        joins_at=window.joins_at,
    )


def notices_to_come(contract: Contract, *, now: datetime) -> list[Touch]:
    """What the customer is going to be sent as things stand: what is on the plan, and what will be put there."""
    clock = Clock.objects.counting(at=now).select_related("term", "contract__customer").get(contract=contract)
    promise = {"term": clock.term, "last_minute": clock.term.last_minute}
    known = list(Touch.objects.filter(**promise).select_related("contact__customer", "delivery"))
    planned = [touch for touch in known if not is_over(touch) and touch.kind != Touch.Kind.RENEWED]
    if clock.joins_at is None:
        planned += by_itself(clock, known, now=now) or to_come(clock, now=now)
    for touch in planned:
        touch.contract, touch.term = clock.contract, clock.term
    return sorted(planned, key=lambda touch: touch.due_at)


def by_itself(clock: Clock, known: Sequence[Touch], *, now: datetime) -> list[Touch]:
    """The notices that it renews by itself which will be planned in time (rule 12); none where they are planned."""
    contract = clock.contract
    planned = any(touch.kind == Touch.Kind.RENEWS_ITSELF for touch in known)
    if planned or not contract.renews_itself or contract.declined_at is not None or clock.span.upper is not None:
        return []
    calendars = all_hours()
    found = (
        told_in_time(clock, contact, hours_of(contact, calendars), now=now)
        for contact in recipients_of([contract.customer_id])[contract.customer_id]
    )
    return [touch for touch in found if touch is not None]

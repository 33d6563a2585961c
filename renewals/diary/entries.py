"""What stands in somebody's calendar: last minutes, locks, and the touches that are still to come (rules 4, 8, 17)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, cast

from django.conf import settings
from django.db.models import Count, F, Max, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from accounts import wording
from accounts.filters import owned
from accounts.models import Amendment, User
from renewals.desk import words
from renewals.desk.rows import Row as DeskRow
from renewals.desk.rows import last_minute_at, rows
from renewals.entitlement import State
from renewals.letters.waiting import on_their_way
from renewals.locking.models import Evidence, Grant
from renewals.playbooks.models import PlanStep, Writer
from renewals.touches.models import Touch

AHEAD = timedelta(days=400)
"""How far ahead an end stands in the calendar: a year's contract, from the day it is signed."""
BEHIND = timedelta(days=30)
"""How long an end that has passed stays in it."""
MOST = 1000
"""Contracts of one feed, those that end next first: calendar programs refuse what is too large."""

if TYPE_CHECKING:

    class Row(DeskRow):
        """A clock as `contracts_of` reads it: when its contract last changed, and how often its end and lock moved."""

        changed_at: datetime | None
        told_at: datetime | None
        granted_at: datetime | None
        moves: int
        grants: int

else:
    Row = DeskRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One minute in somebody's calendar. `at` is the instant at which it begins, `zone` whose clocks show it."""

    uid: str
    """The same for the same thing, however often its minute moves."""
    at: datetime
    zone: str
    title: str
    text: str
    link: str
    changed_at: datetime
    sequence: int = 0
    """How often its minute has moved."""


def gather(user: User, *, whose: str, now: datetime) -> list[Entry]:
    """Everything that stands in the calendar of `user`, in order of time. A constant number of queries.

    What else shall stand there is one more function in this list.
    """
    clocks = contracts_of(user, whose=whose, now=now)
    found = [
        *last_minutes(clocks, user=user, now=now),
        *locks(clocks, user=user, now=now),
        *touches(clocks, now=now),
        *to_write(clocks, now=now),
    ]
    return sorted(found, key=lambda entry: (entry.at, entry.uid))


def contracts_of(user: User, *, whose: str, now: datetime) -> Sequence[Row]:
    """The contracts whose ends stand there: those of `user`, or of their team as far as they may see it."""
    near = rows(user, now=now).filter(ends_at__gt=now - BEHIND, ends_at__lte=now + AHEAD)
    changes = Amendment.objects.filter(contract=OuterRef("contract")).order_by()
    moves = Amendment.objects.filter(term=OuterRef("term"), kind__in=(*Amendment.MOVES, Amendment.Kind.RECONCILED))
    granted = Grant.objects.filter(term=OuterRef("term")).order_by()
    told = Evidence.objects.of_the_promise().of_the_end().filter(term=OuterRef("term")).order_by()
    related = owned(near, "contract__owner", whose, user).annotate(
        changed_at=Subquery(changes.values("contract").annotate(last=Max("at")).values("last")),
        told_at=Subquery(told.order_by("recorded_at").values("recorded_at")[:1]),
        granted_at=Subquery(
            granted.values("term").annotate(last=Max(Coalesce(F("undone_at"), F("at")))).values("last")
        ),
        moves=Coalesce(Subquery(moves.order_by().values("term").annotate(n=Count("pk")).values("n")), 0),
        grants=Coalesce(Subquery(granted.values("term").annotate(n=Count("pk") + Count("undone_at")).values("n")), 0),
    )
    return cast("Sequence[Row]", list(related.order_by("ends_at", "pk")[:MOST]))


def last_minutes(clocks: Iterable[Row], *, user: User, now: datetime) -> Iterator[Entry]:
    """The last minute of each contract, as the customer's clocks show it: the promise."""
    for clock in clocks:
        zone, at = clock.term.time_zone, last_minute_at(clock)
        promise = wording.until(clock.term.last_minute, zone)
        yield Entry(
            uid=f"last-minute-{clock.term_id}",
            at=at,
            zone=zone,
            title=titled(clock, f"{clock.term.last_minute:%H:%M}"),
            text=told(clock, wording.with_own(promise, wording.beside(at, zone, user.time_zone))),
            link=page_of(clock),
            changed_at=changed_at(clock, now=now),
            sequence=clock.moves,
        )


def locks(clocks: Iterable[Row], *, user: User, now: datetime) -> Iterator[Entry]:
    """The soft lock of each contract of which it is known: nothing locks while nobody was told (rule 10)."""
    for clock in clocks:
        if clock.lock_at is None:
            continue
        zone = clock.term.time_zone
        said = _("The soft lock begins %(minute)s.") % {"minute": wording.instant(clock.lock_at, zone)}
        yield Entry(
            uid=f"soft-lock-{clock.term_id}",
            at=clock.lock_at,
            zone=zone,
            title=titled(clock, _("soft lock %(time)s") % {"time": f"{wording.local(clock.lock_at, zone):%H:%M}"}),
            text=told(clock, wording.with_own(said, wording.beside(clock.lock_at, zone, user.time_zone))),
            link=page_of(clock),
            changed_at=changed_at(clock, now=now),
            sequence=clock.moves + clock.grants,
        )


def touches(clocks: Iterable[Row], *, now: datetime) -> Iterator[Entry]:
    """The touches that are planned about these ends, at the minute in which each is due."""
    by_term = {clock.term_id: clock for clock in clocks}
    planned = Touch.objects.filter(
        term__in=by_term, handed_over_at=None, due_at__gt=now, last_minute=F("term__last_minute")
    )
    for touch in planned.select_related("contact"):
        clock = by_term[touch.term_id]
        what = _("%(kind)s for %(name)s") % {"kind": touch.get_kind_display(), "name": touch.contact.name}
        yield Entry(
            uid=f"touch-{touch.pk}",
            at=touch.due_at,
            zone=clock.term.time_zone,
            title=f"{what} · {clock.contract.customer.name}",
            text=told(clock, wording.until(clock.term.last_minute, clock.term.time_zone)),
            link=page_of(clock),
            changed_at=max(touch.planned_at, changed_at(clock, now=now)),
        )


def to_write(clocks: Iterable[Row], *, now: datetime) -> Iterator[Entry]:
    """The steps of these contracts' plans that somebody has to write or say, when it can be begun (rule 17)."""
    by_contract = {clock.contract_id: clock for clock in clocks}
    steps = PlanStep.objects.coming(at=now).filter(contract__in=by_contract, joins=None).exclude(on_their_way())
    for step in steps.exclude(writer=Writer.PORTAL).select_related("contact", "plan"):
        clock = by_contract[step.contract_id]
        name = step.contact.name if step.contact else clock.contract.customer.name
        begins = max(step.write_from, step.plan.laid_at)
        yield Entry(
            uid=f"step-{step.pk}",
            at=begins.replace(second=0, microsecond=0),
            zone=clock.term.time_zone,
            title=f"{step.name} · {name} · {clock.contract.customer.name}",
            text=told(clock, _("Goes out %(at)s") % {"at": wording.instant(step.goes_at, clock.term.time_zone)}),
            link=page_of(clock),
            changed_at=max(step.moved_at or step.plan.laid_at, changed_at(clock, now=now)),
        )


def titled(clock: Row, what: str) -> str:
    """The product, the minute, the customer: as much as fits into a calendar's box."""
    return f"{clock.contract.product.name} · {what} · {clock.contract.customer.name}"


def told(clock: Row, first: str) -> str:
    """What one reads who opens an entry: the exact minute, the contract, its state and what that means."""
    contract = clock.contract
    sold = (contract.number, contract.product.name, words.seats(clock.term))
    said = [first, " · ".join(part for part in sold if part)]
    said += [_("State: %(state)s") % {"state": words.STATES[clock.state]}, words.sentences(*words.of_the_state(clock))]
    if contract.declined_at is not None and clock.state != State.CLOSED:
        said.append(_("They said no: it is not going to be renewed. The buffer is theirs all the same."))
    return "\n".join(part for part in said if part)


def page_of(clock: Row) -> str:
    """The whole address of the contract's page."""
    return settings.CSPORTAL_BASE_URL + clock.contract.get_absolute_url()


def changed_at(clock: Row, *, now: datetime) -> datetime:
    """When what an entry says last became another: by what somebody did, or by the state that time brought."""
    done = (clock.changed_at, clock.told_at, clock.granted_at)
    came = (at for at in (clock.starts_at, clock.ends_at, clock.lock_at, clock.closes_at) if at and at <= now)
    return max(at for at in (clock.term.recorded_at, *done, *came) if at is not None)

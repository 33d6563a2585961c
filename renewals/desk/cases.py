"""Interventions as the desk shows them: a row of the list, a page, and how soon somebody calls (rules 13, 23)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import TYPE_CHECKING, Any, cast

from django.db.models import Case, CharField, Exists, F, OuterRef, Subquery, Value, When, prefetch_related_objects
from django.db.models.functions import Coalesce, NullIf
from django.utils.translation import gettext as _

from accounts.models import Contact, Customer, User
from accounts.worktime import worked
from renewals.interventions.facts import Facts, facts_of
from renewals.interventions.models import HandOver, Intervention, InterventionQuerySet
from renewals.locking.granting import can_take_a_day
from renewals.locking.models import Clock

SPANS = (timedelta(days=30), timedelta(days=90))
"""Over how much of the past the figure is shown."""

if TYPE_CHECKING:

    class Row(Intervention):
        """An intervention as `cases` reads it."""

        contacted_at: datetime | None
        holder_id: int | None
        stands: bool

else:
    Row = Intervention


def cases(user: User, *, at: datetime) -> InterventionQuerySet:
    """The interventions that `user` may see, open ones first, then the latest lock; with what a row shows."""
    found = Intervention.objects.visible_to(user).with_contact().with_holder()
    open_first = Case(When(closed_at=None, stands=True, then=Value(0)), default=Value(1))
    return (
        found.annotate(stands=Intervention.objects.lock_stands(at=at))
        .select_related("contract__customer", "contract__product", "contract__owner", "term", "taken_by")
        .prefetch_related("hand_overs__user", "contract__customer__contacts")
        .order_by(open_first, F("locked_at").desc(), "pk")
    )


def with_open_case(*, at: datetime) -> Exists:
    """Whether an outer clock's contract has an open intervention: it is shown as one, not as a card."""
    return Exists(Intervention.objects.open(at=at).filter(contract=OuterRef("contract")))


def is_open(one: Row) -> bool:
    """Whether somebody still has to act."""
    return one.closed_at is None and one.stands


def holder(one: Intervention) -> User | None:
    """Who took it, else whom it was handed to last."""
    turns = list(one.hand_overs.all())
    return one.taken_by or (turns[-1].user if turns else None)


def state_of(one: Row) -> str:
    """How it stands, in a word or two."""
    if one.outcome:
        return str(one.get_outcome_display())
    if not one.stands:
        return _("the lock is over")
    if one.contacted_at:
        return _("in touch")
    return _("being handled") if one.taken_by_id else _("nobody took it yet")


def person_of(one: Intervention) -> Contact | None:
    """Whom to call: somebody with a phone, those told about ends first."""
    people = [person for person in one.contract.customer.contacts.all() if person.phone]
    return max(people, key=lambda person: person.gets_notices, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """An open intervention as the first page shows it: whoever reads on of its people reads them with `with_people`."""

    one: Row
    holder: str
    """By name; "" where nobody has it."""
    state: str

    @property
    def person(self) -> Contact | None:
        return person_of(self.one)


def waiting_cases(user: User, *, mine: bool, at: datetime) -> list[Waiting]:
    """The open interventions that concern `user`, or all that they may see; the earliest lock first. One query."""
    found = cases(user, at=at).open(at=at).order_by("locked_at", "pk").prefetch_related(None)
    rows: Iterable[Any] = (found.concerning(user) if mine else found).annotate(holder_name=name_of("holder_id"))
    return [Waiting(one=one, holder=one.holder_name or "", state=state_of(one)) for one in rows]


def name_of(user: str) -> Subquery:
    """How the colleague in this column is called: `User.__str__` in sets."""
    named = Coalesce(NullIf("name", Value("")), "email", output_field=CharField())
    return Subquery(User.objects.filter(pk=OuterRef(user)).values(called=named))


def with_people(customers: Iterable[Customer]) -> None:
    """Read the people of all these customers, whatever they were read for. One query."""
    prefetch_related_objects(list(customers), "contacts")


def minutes(delta: timedelta) -> int:
    """Whole minutes, rounded down."""
    return delta // timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class Page:
    """One intervention with all that its page tells at one instant."""

    one: Row
    facts: Facts
    clock: Clock
    now: datetime

    @property
    def is_open(self) -> bool:
        return is_open(self.one)

    @property
    def state(self) -> str:
        return state_of(self.one)

    @property
    def holder(self) -> User | None:
        return holder(self.one)

    @property
    def turns(self) -> list[HandOver]:
        """Everybody who has had it, in order."""
        return list(self.one.hand_overs.all())

    @property
    def passes_on_at(self) -> datetime | None:
        """When it goes to the next; None where it stays."""
        return self.turns[-1].passes_on_at if self.turns else None

    @property
    def contact_after(self) -> tuple[int, int] | None:
        """Minutes from the lock to the first contact, and how many of them were the customer's working time."""
        if self.one.contacted_at is None:
            return None
        customer = self.one.contract.customer
        at_work = worked(self.one.locked_at, self.one.contacted_at, customer.time_zone, customer.calendar.hours())
        return minutes(self.one.contacted_at - self.one.locked_at), minutes(at_work)

    @property
    def may_take_a_day(self) -> bool:
        """Whether the customer can still give themselves 24 hours in the dialog."""
        return can_take_a_day(self.clock, now=self.now)


def page_of(one: Intervention, *, now: datetime) -> Page:
    """An intervention, read by its gate, as its page shows it. A constant number of queries."""
    row = cast("Row", one)
    clock = Clock.objects.select_related("term").get(contract=one.contract_id, span__contains=now)
    row.stands = clock.lock_at == one.locked_at and clock.closes_at is not None and clock.closes_at > now
    return Page(one=row, facts=facts_of(one, now=now), clock=clock, now=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """How soon a team reached somebody after a lock: the median in minutes by span, None where nobody was reached."""

    team: str
    medians: Sequence[int | None]
    locks: int
    reached: int


def figures(user: User, *, now: datetime) -> list[Figure]:
    """One figure for each team whose interventions `user` may see; locks of the longest span. One query."""
    lately = Intervention.objects.visible_to(user).filter(locked_at__gt=now - SPANS[-1], locked_at__lte=now)
    rows = lately.with_contact().select_related("contract__owner__team").order_by()
    teams: dict[str, list[tuple[datetime, datetime | None]]] = defaultdict(list)
    for one in cast("Iterable[Row]", rows):
        owner = one.contract.owner
        teams[owner.team.name if owner and owner.team else ""].append((one.locked_at, one.contacted_at))
    return [figure(team, locks, now=now) for team, locks in sorted(teams.items())]


def figure(team: str, locks: Sequence[tuple[datetime, datetime | None]], *, now: datetime) -> Figure:
    """The figure of one team from its locks and their first contacts."""
    return Figure(
        team=team,
        medians=[median_of((at, contact) for at, contact in locks if at > now - span) for span in SPANS],
        locks=len(locks),
        reached=sum(contact is not None for _at, contact in locks),
    )


def median_of(locks: Iterable[tuple[datetime, datetime | None]]) -> int | None:
    """The median of the minutes to the first contact; a lock after which nobody was reached has none."""
    found = [minutes(contact - at) for at, contact in locks if contact is not None]
    return int(median(found)) if found else None

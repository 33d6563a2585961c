"""What a story of the demo data is made of: a contract, the instants around it, and the steps of its past."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cached_property

from accounts import terms, wording
from accounts.models import Contact, Contract, Product, User
from accounts.services import Sold
from accounts.worktime import WorkingHours, last_working_moment
from renewals.demo.cast import CHEN
from renewals.entitlement import State

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Present:
    """The instant that everything is told around."""

    now: datetime

    def today(self, zone: str) -> date:
        """The local day."""
        return wording.local(self.now, zone).date()

    def last_opening_day(self, zone: str, hours: WorkingHours, *, days_ago: int = 0) -> date:
        """The last local day on which their working day has begun, as of so many days ago."""
        last_at = last_working_moment(self.now - days_ago * DAY, zone, hours)
        return wording.local(last_at, zone).date()


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One contract: what was sold to whom, what has happened since, and in which state that leaves it today.

    `sold` says from when for how long the last term runs; `years` of terms went before it.
    """

    number: str
    company: str
    product: str
    sold: Callable[[Present, str, WorkingHours], tuple[date | datetime, terms.Term]]
    seats: int
    value: int | None
    currency: str = "CNY"
    owner: str | None = CHEN
    kind: Contract.Kind = Contract.Kind.PAID
    years: int = 0
    notice_days: int | None = None
    steps: tuple[Step, ...] = ()
    care: int = 3
    """Of four steps that were planned for it so many were done."""
    state: State = State.ACTIVE

    @property
    def price(self) -> Sold:
        """Seats and money; a trial costs nothing and has no currency."""
        if self.value is None:
            return Sold(seats=self.seats)
        return Sold(seats=self.seats, value=Decimal(self.value), currency=self.currency)


@dataclass(kw_only=True)
class Life:
    """One contract on its way through the past that its story gives it."""

    story: Story
    product: Product
    colleagues: Mapping[str, User]
    people: list[Contact]
    hours: WorkingHours
    present: Present
    contract: Contract = field(init=False)
    first_start: date | datetime = field(init=False)

    @cached_property
    def zone(self) -> str:
        return self.person.customer.time_zone

    @cached_property
    def sold(self) -> tuple[date | datetime, terms.Term]:
        """The start and the length of the last term."""
        return self.story.sold(self.present, self.zone, self.hours)

    @cached_property
    def reckoned(self) -> terms.Reckoned:
        """The last term as it was sold, before anybody moved its end."""
        return terms.reckon(*self.sold, self.zone)

    @cached_property
    def person(self) -> Contact:
        """Who speaks for the customer."""
        return self.people[0]

    @property
    def owner(self) -> User | None:
        return self.colleagues[self.story.owner] if self.story.owner else None

    @property
    def colleague(self) -> User:
        """Who acts for the vendor: its owner, or who stands in where it has none."""
        return self.owner or self.colleagues[CHEN]

    @property
    def last_day(self) -> date:
        return self.reckoned.last_minute.date()

    def wall(self, day: date, wall: str) -> datetime:
        """A wall time at the customer's, as an instant."""
        return terms.start_instant(datetime.combine(day, time.fromisoformat(wall)), self.zone)

    def at_work(self, at: datetime) -> datetime:
        """Some time into their last working day that had begun by an instant."""
        day = wording.local(last_working_moment(at, self.zone, self.hours), self.zone).date()
        return self.wall(day, f"{10 + self.story.seats % 7}:{self.story.seats % 60:02}")

    def say(self, *, zh: str, en: str) -> str:
        """Words that a colleague wrote down, in the language that they and the customer share."""
        return zh if self.person.customer.language.startswith("zh") else en


When = Callable[[Life], datetime]
Act = Callable[[Life, datetime], object]


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened, and when."""

    when: When
    act: Act


def months_before(day: date, months: int) -> date:
    """The corresponding day so many months earlier; in a month that is too short its last day."""
    year, month0 = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month0 + 1, min(day.day, monthrange(year, month0 + 1)[1]))


def a_year_or_through(start: date, last_day: date) -> terms.Term:
    """A year where one leads exactly to that last day, else through that day."""
    year = terms.Term.years(1)
    return year if terms.reckon(start, year, "UTC").last_minute.date() == last_day else terms.Term.through(last_day)

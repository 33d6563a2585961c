"""Ends of October and November at T, each of which went another way, in two teams and two currencies."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from accounts import terms
from accounts.models import User
from accounts.services import Sold
from renewals.conversations.models import Conversation
from renewals.conversations.services import note_conversation
from renewals.interventions.models import Intervention, PhoneCall
from renewals.locking.models import Clock, Evidence, LockObservation
from renewals.locking.renewing import renew
from renewals.locking.telling import record_evidence
from renewals.pipeline.models import Renewal
from renewals.pipeline.rates import enter_rates
from renewals.pipeline.usual import ensure, not_known
from renewals.playbooks.laying import ensure_usual, lay
from renewals.playbooks.models import PlanStep
from tests.renewals import cast
from tests.renewals.cast import T
from tests.renewals.desk.conftest import enter, house

__all__ = ["enter", "house"]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
EARLY = T - 80 * DAY


def add(number: str, *, through: str, owner: User, worth: int | None = 1000, currency: str = "CNY") -> Renewal:
    """A renewal that was opened 80 days ago, with its plan."""
    customer = cast.lan_tu(name=f"Customer {number}", owner=owner)
    contact = cast.lin(customer)
    sold = Sold(seats=1, value=None if worth is None else Decimal(worth), currency="" if worth is None else currency)
    contract = cast.contract(customer, number=number, through=through, sold=sold, now=EARLY)
    lay([contract.pk], now=EARLY)
    found = Renewal.objects.select_related("term", "contract__customer").get(contract=contract)
    found.contact = contact
    return found


def tell(one: Renewal, kind: str, at: datetime) -> None:
    by = one.contract.owner if kind == "told" else None
    record_evidence(one.term, kind=Evidence.Kind(kind), at=at, now=at, contact=one.contact, by=by)


def do(one: Renewal, purpose: str, at: datetime, **said: object) -> None:
    PlanStep.objects.filter(plan__term=one.term, purpose=purpose).update(done_at=at, **said)


def goes_on(one: Renewal, at: datetime) -> None:
    renew(one.contract, after=one.ends_at, term=terms.parse_term("1 year"), by=one.contract.owner, now=at)


def talk(one: Renewal, at: datetime, *, about: bool = True) -> None:
    note_conversation(
        one.contract.customer, channel=Conversation.Channel.CALL, at=at, time_zone="Asia/Shanghai", said="Spoke",
        by=one.contract.owner, now=at, contract=one.contract if about else None,
    )  # fmt: skip


def lock_of(one: Renewal) -> datetime:
    return Clock.objects.filter(term=one.term).latest("span").lock_at


@pytest.fixture
def miles(house) -> dict[str, Renewal]:
    """By number: in time, in the buffer, after the lock, lost, still open, and one that is yet to end."""
    ensure()
    ensure_usual(now=EARLY)
    chen, otto = house["chen"], house["otto"]
    enter_rates([("USD", date(2026, 1, 1), Decimal("7.10"))], by=house["ada"], now=T)
    said = [
        ("A", "2026-11-20", chen, 1000, "CNY"), ("B", "2026-10-20", chen, 2000, "CNY"),
        ("C", "2026-11-09", otto, 300, "USD"), ("D", "2026-11-09", otto, 50, "GBP"),
        ("E", "2026-11-16", chen, None, "CNY"), ("F", "2026-11-16", otto, 700, "CNY"),
        ("G", "2026-11-30", chen, 900, "CNY"),
    ]  # fmt: skip
    found = {
        number: add(number, through=through, owner=owner, worth=worth, currency=currency)
        for number, through, owner, worth, currency in said
    }
    for one in found.values():
        if one.contract.number not in ("D", "G"):
            tell(one, "delivered", one.ends_at - 25 * DAY)
    happen(found)
    return {number: Renewal.objects.select_related("term", "contract").get(pk=one.pk) for number, one in found.items()}


def happen(found: dict[str, Renewal]) -> None:
    """A: everything as it should be. B: told on the last day. C: called after the lock. E: its end was taken early."""
    a, b, c, e, f = (found[number] for number in "ABCEF")
    do(a, "explain", a.ends_at - 60 * DAY)
    do(a, "value", a.ends_at - 40 * DAY, channel="call", done_by=a.contract.owner)
    tell(a, "told", a.ends_at - 3 * DAY)
    goes_on(a, a.ends_at - DAY - HOUR)
    talk(b, b.ends_at - 10 * HOUR)
    tell(b, "opened", b.ends_at - 10 * HOUR)
    goes_on(b, b.ends_at + HOUR)
    locked_at = lock_of(c)
    lock = Intervention.objects.create(contract=c.contract, term=c.term, locked_at=locked_at, opened_at=locked_at)
    PhoneCall.objects.create(intervention=lock, by=c.contract.owner, at=locked_at + 2 * HOUR, outcome="renews")
    goes_on(c, locked_at + 3 * HOUR)
    Renewal.objects.filter(pk=found["D"].pk).update(
        outcome="lost", closed_at=found["D"].ends_at - 9 * DAY, loss_reason=not_known()
    )
    seen = {"last_minute": e.term.last_minute, "time_zone": e.term.time_zone, "ends_at": e.ends_at}
    for early in (10 * HOUR, 4 * HOUR):
        LockObservation.objects.create(
            contract=e.contract, locked_at=e.ends_at - early, reported_at=T, earliest_lock_at=e.ends_at + DAY, **seen
        )
    talk(f, f.ends_at - 20 * DAY, about=False)
    locked_at = lock_of(f)
    Intervention.objects.create(contract=f.contract, term=f.term, locked_at=locked_at, opened_at=locked_at)

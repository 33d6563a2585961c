"""Lives through the past of the demo data: what people did, and what the portal would have done meanwhile."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from django.db.models import Min

from accounts import terms
from renewals.channels.answers import Answer, Verdict
from renewals.demo import plans
from renewals.demo.script import DAY, Act, Life, a_year_or_through, months_before
from renewals.demo.steps import renewed_for, signed
from renewals.interventions import sending
from renewals.interventions.models import HandOver, Message
from renewals.interventions.services import close_by_themselves, pass_on
from renewals.locking.models import Clock
from renewals.tick import BATCH, Done, iso, record_due
from renewals.touches import outbox
from renewals.touches.models import Delivery, Touch
from renewals.touches.reasons import reason_gone
from renewals.touches.services import finish, leased, notice_of, settle
from renewals.touches.writing import write

AHEAD = timedelta(days=20)
"""How long before its end a contract was renewed that nobody had to worry about."""
ACCEPTED = Answer(Verdict.ACCEPTED, "250 2.0.0 OK")
BOUNCED = Answer(Verdict.REFUSED, "550 5.1.1 The e-mail account does not exist")


def live(lives: Iterable[Life], *, bouncing: frozenset[str], now: datetime) -> None:
    """Everything that happened to these contracts until `now`, in the order of time, each at its own instant."""
    known = list(lives)
    care = {(life.story.number, life.story.product): life.story.care for life in known}
    script = sorted(((at, life, act) for life in known for at, act in past_of(life)), key=lambda step: step[0])
    since = script[0][0]
    for at, life, act in script:
        catch_up(bouncing=bouncing, now=at)
        plans.carry_out(care, since=since, now=at)
        since = at
        act(life, at)
        close_by_themselves(now=at, limit=BATCH)
        plans.lay(now=at)
    catch_up(bouncing=bouncing, now=now)
    plans.lay(now=now)
    plans.carry_out(care, since=since, now=now)
    plans.change(now=now)


def past_of(life: Life) -> Iterator[tuple[datetime, Act]]:
    """What people did about a contract, with the instants, from its signature on."""
    terms_sold = list(chain(life))
    life.first_start = terms_sold[0][0]
    yield signing_at(life), signed(terms_sold[0][1])
    for start, term in terms_sold[1:]:
        yield life.at_work(terms.start_instant(start, life.zone) - AHEAD), renewed_for(term)
    for step in life.story.steps:
        yield step.when(life), step.act


def chain(life: Life) -> Iterator[tuple[date | datetime, terms.Term]]:
    """The terms of a contract from the first to the last: whole years, then the one that its story tells."""
    start, term = life.sold
    for year in range(life.story.years, 0, -1) if not isinstance(start, datetime) else ():
        first, following = months_before(start, 12 * year), months_before(start, 12 * year - 12)
        yield first, a_year_or_through(first, following - DAY)
    yield start, term


def signing_at(life: Life) -> datetime:
    """An afternoon some days before it starts, but not later than yesterday; a trial begins as it is switched on."""
    start = life.first_start
    if isinstance(start, datetime):
        return terms.start_instant(start, life.zone)
    return min(life.wall(start - 6 * DAY, "15:20"), life.present.now - DAY)


def catch_up(*, bouncing: frozenset[str], now: datetime) -> None:
    """What the ticker and the workers would have done until `now`, each thing at the instant when it came due."""
    while (at := next_due()) is not None and at <= now:
        if at == plans.next_to_lay():
            plans.lay(now=at)
        record_due(Done(at=iso(at)), now=at)
        outbox.hand_over(now=at, limit=BATCH, queued=False)
        for pk in list(Delivery.objects.due(now=at).values_list("pk", flat=True)):
            deliver(pk, bouncing=bouncing, now=at)
        pass_on(now=at, limit=BATCH)
        for pk in list(Message.objects.due(now=at).values_list("pk", flat=True)):
            mail = sending.leased(pk, now=at)
            assert mail is not None
            sending.settle(mail, ACCEPTED, now=at)


def next_due() -> datetime | None:
    """The next instant at which there is something to record, to hand over or to deliver."""
    instants = (
        Clock.objects.aggregate(at=Min("next_event_at"))["at"],
        Touch.objects.filter(handed_over_at=None).aggregate(at=Min("due_at"))["at"],
        Delivery.objects.open().aggregate(at=Min("next_try_at"))["at"],
        HandOver.objects.aggregate(at=Min("passes_on_at"))["at"],
        Message.objects.open().aggregate(at=Min("next_try_at"))["at"],
        plans.next_to_lay(),
    )
    return min((at for at in instants if at is not None), default=None)


def deliver(delivery_id: uuid.UUID, *, bouncing: frozenset[str], now: datetime) -> None:
    """What `touches.services.deliver` does in the recipient's hours, with an answer of long ago for a mail server's."""
    delivery = leased(delivery_id, now=now)
    assert delivery is not None
    clock = Clock.objects.counting(at=now).get(contract=delivery.touch.contract_id)
    gone = reason_gone(delivery.touch, clock, now=now)
    if gone is not None:
        finish(delivery, Delivery.Outcome.DROPPED, gone.value, now=now)
    else:
        letter = write(notice_of(delivery.touch, clock, now=now))
        settle(delivery, BOUNCED if delivery.recipient in bouncing else ACCEPTED, letter, now=now)

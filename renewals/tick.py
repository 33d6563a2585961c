"""What one tick does: puts on record what has come, plans who is told, hands over what is due (rules 7, 15, 19, 20).

Nothing depends on it being on time: what a contract allows follows from its windows, and what is recorded here is
dated by the computed moment. Several tickers share the work: rows that one has, the others skip.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from functools import partial
from typing import Any

from django.db import connection, transaction

from accounts import terms
from accounts.models import ContractTerm
from accounts.services import NotAllowed
from renewals.answers.asking import ask_for_answers
from renewals.appointments import inviting, passing
from renewals.appointments.models import Invitation
from renewals.appointments.sending import carry_out_due as invite_to_calls
from renewals.callbacks import ends, queue
from renewals.due import what_is_due
from renewals.entitlement import HISTORY, LEADS, Due, Moment
from renewals.health.services import keep_scores
from renewals.interventions import sending
from renewals.interventions.models import Message
from renewals.interventions.services import close_by_themselves, open_for, pass_on
from renewals.letters import silence
from renewals.letters.models import Nudge
from renewals.letters.settling import settle_sent
from renewals.locking.models import Clock, ClockQuerySet
from renewals.locking.renewing import renew_by_itself, renewing_by_itself
from renewals.locking.services import unrecorded
from renewals.payments.providers import learn
from renewals.payments.services import note_late
from renewals.pipeline import following
from renewals.playbooks import laying
from renewals.timeline.models import Event
from renewals.timeline.services import due_key, record_events, recorded_keys
from renewals.touches import asking, outbox
from renewals.touches.by_itself import plan_by_themselves
from renewals.touches.models import Delivery, Reminder
from renewals.touches.planning import Occasion, occasion, plan
from renewals.touches.reminding import remind
from renewals.touches.services import deliver
from renewals.touches.unreached import plan_late

logger = logging.getLogger(__name__)

BATCH = 500
"""Rows of one transaction: short enough to get in nobody's way, long enough that its queries hardly count."""
MOST = 20
"""Batches of one kind in one tick: what is left waits for the next, so that a tick's memory is bounded."""


@dataclass(slots=True)
class Done:
    """What one tick did, ready for JSON."""

    at: str
    events: list[dict[str, Any]] = field(default_factory=list)
    renewed: list[str] = field(default_factory=list)
    touches: int = 0
    deliveries: int = 0
    queued_again: int = 0
    reminders: int = 0
    silences: int = 0
    calls: int = 0
    interventions: int = 0
    handed_on: int = 0
    scores: int = 0
    carried_out: list[dict[str, Any]] = field(default_factory=list)
    more: bool = False

    def batch_by_batch(self, work: Callable[[], int]) -> int:
        """Do one kind of work until there is none left, or enough for one tick; how many rows."""
        done = 0
        for _batch in range(MOST):
            taken = work()
            done += taken
            if taken < BATCH:
                return done
        self.more = True
        return done


def tick(*, now: datetime, in_process: bool = False, thorough: bool = True) -> dict[str, Any]:
    """Do what is due at `now`, once; what it did, for JSON. `more` says that some is left for the next tick.

    With `in_process` the deliveries are carried out here and at that instant, for simulations: workers live in
    the present. `thorough` looks after the contracts that renew by themselves as well, and after whoever can be
    told only now: nothing of that waits for a second, so once a minute is often enough.
    """
    done = Done(at=iso(now))
    if thorough:
        done.renewed = renew_by_themselves(now=now)
        done.touches += plan_by_themselves(now=now, limit=BATCH) + plan_late(now=now, limit=BATCH)
        laying.watch(now=now)
        following.watch(now=now)
        ends.look_on(now=now)
        look_at_money(now=now)
        done.batch_by_batch(partial(close_by_themselves, now=now, limit=BATCH))
        passing.pass_on(now=now, limit=BATCH)
    if in_process:
        relive(done, now=now)
    kinds = what_is_due(now=now)
    done.calls = call_back(kinds, now=now, queued=not in_process)
    record(done, kinds, now=now, queued=not in_process)
    if in_process:
        carry_out(done, now=now)
    else:
        put_back(done, kinds, now=now)
    if thorough:
        remind_colleagues(done, now=now, in_process=in_process)
    if thorough and not in_process:
        done.scores = keep_scores(now=now)
        ask_for_answers()
    return {column.name: getattr(done, column.name) for column in fields(done)}


def look_at_money(*, now: datetime) -> None:
    """What became of online payments, and what is unpaid for too long: on record, and no end is moved by it."""
    learn(now=now, limit=BATCH)
    note_late(now=now, limit=BATCH)


def record(done: Done, kinds: set[str], *, now: datetime, queued: bool) -> None:
    """Moments that have come, what they start, and the plans of contracts whose facts have changed."""
    if "clock" in kinds:
        done.batch_by_batch(partial(record_due, done, now=now))
    if "clock" in kinds or "touch" in kinds:
        done.deliveries = done.batch_by_batch(partial(outbox.hand_over, now=now, limit=BATCH, queued=queued))
    if "hand_over" in kinds:
        done.handed_on = done.batch_by_batch(partial(pass_on, now=now, limit=BATCH))
    if "to_plan" in kinds:
        done.batch_by_batch(partial(laying.lay_due, now=now, limit=BATCH))


def call_back(kinds: set[str], *, now: datetime, queued: bool) -> int:
    """Make the calls about ends that come near, and wake the workers for calls that were left lying; how many calls.

    Before anything else is recorded: that an end comes near is told before it has come, also after a long pause.
    """
    calls = ends.announce(now=now) if "lead" in kinds else 0
    if queued and "endpoint" in kinds:
        queue.put_back(now=now)
    return calls


def put_back(done: Done, kinds: set[str], *, now: datetime) -> None:
    """Put what lies for the workers on their queue (again)."""
    if "delivery" in kinds:
        left = partial(outbox.put_back, outbox.DELIVER, Delivery.objects.all(), now=now, limit=BATCH)
        done.queued_again = done.batch_by_batch(left)
    if "message" in kinds or done.interventions or done.handed_on:
        done.batch_by_batch(partial(outbox.put_back, sending.SEND, Message.objects.all(), now=now, limit=BATCH))
    if "invitation" in kinds:
        done.batch_by_batch(partial(outbox.put_back, inviting.SEND, Invitation.objects.all(), now=now, limit=BATCH))


def remind_colleagues(done: Done, *, now: datetime, in_process: bool) -> None:
    """Ask the vendor's own people to tell customers of whom nobody was told (rule 10), after the notices went out.

    And tell managers what nobody has written (rule 15).
    """
    done.reminders = asking.ask(now=now, queued=not in_process)
    settle_sent(now=now, limit=BATCH)
    done.silences = silence.tell_managers(now=now, queued=not in_process)
    for task, mails, carry_out_one in (
        (asking.REMIND, Reminder.objects.all(), remind),
        (silence.NUDGE, Nudge.objects.all(), silence.carry_out),
    ):
        if not in_process:
            outbox.put_back(task, mails, now=now, limit=BATCH)
            continue
        for pk in list(mails.due(now=now).values_list("pk", flat=True)):
            carry_out_one(pk, now=now)


def renew_by_themselves(*, now: datetime) -> list[str]:
    """Join the next term to contracts whose last minute to say no has passed (rule 12); their numbers.

    One that cannot be renewed, because somebody just did or because its next term cannot be read, stops no other.
    """
    renewed = []
    for clock in list(renewing_by_itself(now=now)):
        number = clock.contract.number
        try:
            renew_by_itself(clock, now=now)
        except (NotAllowed, terms.TermError) as problem:
            logger.warning("Contract %s did not renew by itself: %s", number, problem)
        else:
            renewed.append(number)
    return renewed


@transaction.atomic
def record_due(done: Done, *, now: datetime) -> int:
    """One batch of contracts with moments that have come: events, the next moment, and the plan; how many clocks.

    Locks the contract with its clock and waits for nobody: who is changing a contract's facts right now has its
    clocks computed anew, and the next tick finds those.
    """
    clocks = locked_clocks(Clock.objects.due(now=now)[:BATCH])
    record_clocks(done, clocks, now=now)
    return len(clocks)


def record_clocks(done: Done, clocks: Sequence[Clock], *, now: datetime) -> None:
    """What has come of these clocks, which the caller has locked: events, the next moment, and the plan."""
    recorded = recorded_keys([clock.contract_id for clock in clocks])
    events: list[Event] = []
    occasions: list[Occasion] = []
    locks: list[tuple[Clock, datetime]] = []
    for clock in clocks:
        left = unrecorded(clock.windows, clock.term, recorded.get(clock.contract_id, set()))
        fresh = [due for due in left if due.at <= now]
        later = (due.at for due in left if due.at > now and not clock.is_history)
        clock.next_event_at = next(later, None)
        events += [event_of(clock, due) for due in fresh]
        if told := occasion(clock, fresh, now=now):
            occasions.append(told)
        locks += [(clock, due.at) for due in fresh if due.moment is Moment.SOFT_LOCKED]
        done.events += [told_of(clock, due) for due in fresh]
    record_events(events, now=now)
    set_next(clocks)
    done.touches += plan(occasions, now=now)
    if locks:
        done.interventions += open_for(locks, now=now)


def relive(done: Done, *, now: datetime) -> None:
    """For a simulated instant: what is history today was not history then, and is recorded as it would have been."""
    alive = Clock.objects.counting(at=now).filter(
        is_history=True, ends_at__lte=now + LEADS[0], earliest_lock_at__gt=now - HISTORY
    )
    ids = list(alive.order_by("ends_at", "pk").values_list("pk", flat=True))
    for first in range(0, len(ids), BATCH):
        with transaction.atomic():
            clocks = locked_clocks(Clock.objects.filter(pk__in=ids[first : first + BATCH]))
            record_clocks(done, clocks, now=now)


def locked_clocks(clocks: ClockQuerySet) -> list[Clock]:
    """These clocks, locked with their contracts; those that somebody else has are left to them."""
    return list(
        clocks.select_related("term", "contract__product").select_for_update(
            of=("self", "contract"), skip_locked=True, no_key=True
        )
    )


def set_next(clocks: Sequence[Clock]) -> None:
    """Store when each of these clocks is due again: one statement whose text does not grow with them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE renewals_clock SET next_event_at = fresh.next_event_at "
            "FROM unnest(%s::bigint[], %s::timestamptz[]) AS fresh (id, next_event_at) "
            "WHERE renewals_clock.id = fresh.id",
            [[clock.pk for clock in clocks], [clock.next_event_at for clock in clocks]],
        )


def event_of(clock: Clock, due: Due) -> Event:
    """A due moment as an event, not saved, dated by the computed instant."""
    return Event(
        contract=clock.contract,
        kind=Event.Kind(due.moment),
        key=due_key(due, clock.term),
        occurred_at=due.at,
        detail=promised(clock.term) | ({"lead_days": due.lead.days} if due.lead else {}),
    )


def promised(term: ContractTerm) -> dict[str, str]:
    """The promise that an event is about, as it was then."""
    return {"last_minute": term.last_minute.isoformat(timespec="minutes"), "time_zone": term.time_zone}


def told_of(clock: Clock, due: Due) -> dict[str, Any]:
    """A due moment as the tick reports it."""
    return {
        "contract": clock.contract.number,
        "product": clock.contract.product.code,
        "kind": str(due.moment),
        "lead_days": due.lead.days,
        "occurred_at": iso(due.at),
    }


def carry_out(done: Done, *, now: datetime) -> None:
    """Carry out every delivery that is due at `now`, here. Each ends, or gets a later next try."""
    due = Delivery.objects.due(now=now).select_related("touch__contract").order_by("next_try_at", "pk")
    while some := list(due[:BATCH]):
        for delivery in some:
            outcome = deliver(delivery.pk, now=now)
            number = delivery.touch.contract.number
            done.carried_out.append({"contract": number, "to": delivery.recipient, "outcome": outcome})
    mails = Message.objects.due(now=now).select_related("hand_over__intervention__contract")
    while waiting := list(mails[:BATCH]):
        for mail in waiting:
            outcome = sending.carry_out(mail.pk, now=now)
            number = mail.hand_over.intervention.contract.number
            done.carried_out.append({"contract": number, "to": mail.recipient, "outcome": outcome})
    done.carried_out += invite_to_calls(now=now)


def iso(at: datetime) -> str:
    """An instant as the interfaces write it: UTC, with a Z."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")

"""Opens, hands over, takes and closes interventions: each once, each on record (rules 13 and 20)."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import NotAllowed
from renewals.interventions import duty
from renewals.interventions.models import Absence, Channel, HandOver, Intervention, Message, PhoneCall
from renewals.interventions.rota import Rota
from renewals.locking.models import Clock
from renewals.timeline.models import Event
from renewals.timeline.services import record_event, record_events

NAMESPACE = uuid.UUID("6b0c2f6e-5d0a-5c59-9a55-2359002359a2")
"""Ours alone: the ids made under it are the same whoever makes them."""
Lock = tuple[Clock, datetime]
"""A clock, with its contract, and the instant at which it locked."""


def open_for(locks: Sequence[Lock], *, now: datetime) -> int:
    """Open an intervention for each of these locks and hand it to whoever is on duty then; how many are new.

    A constant number of queries. The caller holds the contracts' rows, in the transaction that records the locks.
    """
    known = set(Intervention.objects.filter(contract__in=[clock.contract_id for clock, _at in locks])
                .values_list("contract", "locked_at"))  # fmt: skip
    fresh = Intervention.objects.bulk_create(
        Intervention(contract_id=clock.contract_id, term_id=clock.term_id, locked_at=at, opened_at=now)
        for clock, at in locks
        if (clock.contract_id, at) not in known
    )
    if fresh:
        hand_out(read([one.pk for one in fresh]), rota=Rota(now=now), now=now)
    return len(fresh)


def read(ids: Iterable[int]) -> list[Intervention]:
    """Interventions with what handing them over reads."""
    rows = Intervention.objects.filter(pk__in=list(ids)).select_related("contract__customer")
    return list(rows.prefetch_related("hand_overs"))


def hand_out(interventions: Sequence[Intervention], *, rota: Rota, now: datetime) -> int:
    """Give each of these, which have just been opened, to the first who is on duty; how many found somebody."""
    turns = []
    events = []
    for one in interventions:
        turn = duty.on_duty(rota.for_contract(one.contract), one.locked_at)
        if turn:
            turns.append((one, HandOver(intervention=one, place=0, user_id=turn.user_id, at=one.locked_at,
                                        works_from=turn.begins_at)))  # fmt: skip
        detail = {"to": rota.user(turn.user_id).name} if turn else {}
        key = f"intervention_opened:{one.locked_at:%Y-%m-%dT%H:%MZ}"
        kind = Event.Kind.INTERVENTION_OPENED
        events.append(Event(contract=one.contract, kind=kind, key=key, occurred_at=one.locked_at, detail=detail))
    record_events(events, now=now)
    return give(turns, rota=rota, now=now)


@transaction.atomic
def pass_on(*, now: datetime, limit: int) -> int:
    """Hand up to `limit` interventions that nobody took to whoever comes next; how many were looked at.

    Who is away by now is passed over; where nobody is left, it stays. Two who do it at once share the work.
    """
    due = HandOver.objects.filter(passes_on_at__lte=now).select_for_update(
        of=("self", "intervention"), skip_locked=True
    )
    last = list(due.select_related("intervention").order_by("passes_on_at", "pk")[:limit])
    if not last:
        return 0
    rota, turns, events = Rota(now=now), [], []
    found = {one.pk: one for one in read(row.intervention_id for row in last)}
    for row in last:
        one = found[row.intervention_id]
        had = [each.user_id for each in one.hand_overs.all()]
        rest = [each for each in rota.for_contract(one.contract) if each.user_id not in had]
        turn = duty.on_duty(rest, row.passes_on_at)  # type: ignore[arg-type]
        row.passes_on_at = turn.begins_at if turn and turn.begins_at > now else None
        if turn and row.passes_on_at is None:
            turns.append((one, HandOver(intervention=one, place=len(had), user_id=turn.user_id, at=turn.begins_at,
                                        works_from=turn.begins_at)))  # fmt: skip
            detail = {"to": rota.user(turn.user_id).name, "from": rota_name(rota, row.user_id)}
            key = f"handed_over:{one.pk}:{len(had)}"
            kind = Event.Kind.HANDED_OVER
            events.append(Event(contract=one.contract, kind=kind, key=key, occurred_at=turn.begins_at, detail=detail))
    HandOver.objects.bulk_update(last, ["passes_on_at"])
    record_events(events, now=now)
    give(turns, rota=rota, now=now)
    return len(last)


def rota_name(rota: Rota, user_id: int) -> str:
    """Who had it, by name; "" for who does not work here any more."""
    return next((one.name for one in rota.people if one.pk == user_id), "")


def give(turns: Sequence[tuple[Intervention, HandOver]], *, rota: Rota, now: datetime) -> int:
    """Store these turns, each with when it goes on and with what tells of it; how many.

    The minutes to answer count from the minute in which it was handed over: nobody is passed over for a time in
    which nothing was running.
    """
    for one, turn in turns:
        had = [*(each.user_id for each in one.hand_overs.all()), turn.user_id]
        since = max(turn.works_from, now.replace(second=0, microsecond=0))
        following = duty.passes_on(rota.for_contract(one.contract), had=had, holder=turn.user_id, since=since)
        turn.passes_on_at = following.begins_at if following else None
    made = HandOver.objects.bulk_create(turn for _one, turn in turns)
    Message.objects.bulk_create(messages_about(made, rota=rota, now=now))
    return len(made)


def messages_about(turns: Iterable[HandOver], *, rota: Rota, now: datetime) -> list[Message]:
    """The messages, not saved, that tell of these turns: a mail each, and a posting where their team has a channel."""
    channels = dict(Channel.objects.values_list("team", "kind"))
    found = []
    for turn in turns:
        user = rota.user(turn.user_id)
        ways = [(Message.Way.MAIL, user.email), (Message.Way.CHANNEL, channels.get(user.team_id or 0))]
        found += [
            Message(id=message_id(turn, way), hand_over=turn, way=way, recipient=recipient, next_try_at=now)
            for way, recipient in ways
            if recipient is not None
        ]
    return found


def message_id(turn: HandOver, way: Message.Way) -> uuid.UUID:
    """The stable id of one message about one turn."""
    said = f"{turn.intervention_id}:{turn.place}"
    return uuid.uuid5(NAMESPACE, said if way == Message.Way.MAIL else f"{said}:{way.value}")


def held(intervention: Intervention) -> Intervention:
    """The row, locked. Raises `NotAllowed` where it is closed already."""
    row = Intervention.objects.select_for_update(of=("self",)).select_related("contract").get(pk=intervention.pk)
    if row.closed_at is not None:
        raise NotAllowed(_("This intervention is closed already."))
    return row


def stop_passing_on(interventions: Iterable[Intervention]) -> None:
    """Nobody else is handed these any more."""
    turns = HandOver.objects.filter(intervention__in=[one.pk for one in interventions])
    turns.exclude(passes_on_at=None).update(passes_on_at=None)


@transaction.atomic
def take(intervention: Intervention, *, by: User, now: datetime) -> None:
    """Somebody says that they do it: from now on it goes to nobody else. Taken from a colleague, that is on record.

    Raises `NotAllowed` where it is closed.
    """
    row = held(intervention)
    if row.taken_by_id == by.pk:
        return
    row.taken_at, row.taken_by = now, by
    row.save(update_fields=["taken_at", "taken_by"])
    stop_passing_on([row])
    key = f"taken:{row.pk}:{now.isoformat()}"
    record_event(row.contract, Event.Kind.TAKEN, key=key, occurred_at=now, now=now, by=by.name)


@transaction.atomic
def record_call(
    intervention: Intervention,
    *,
    outcome: PhoneCall.Outcome,
    by: User,
    now: datetime,
    note: str = "",
    again_at: datetime | None = None,
) -> PhoneCall:
    """What came of a call. Who calls has taken it. It closes the intervention unless somebody is to call again.

    Raises `NotAllowed` where it is closed, and for a time to call again that is missing or has passed.
    """
    row = held(intervention)
    if outcome == PhoneCall.Outcome.AGAIN and again_at is None:
        raise NotAllowed(_("Say when to call again."))
    if again_at is not None and again_at <= now:
        raise NotAllowed(_("That time has passed. Say when to call again."))
    if row.taken_by_id is None:
        take(row, by=by, now=now)
    call = PhoneCall.objects.create(
        intervention=row, by=by, at=now, outcome=outcome, note=note.strip(), again_at=again_at
    )
    said = {"by": by.name, "outcome": outcome.value, "reason": call.note}
    record_event(row.contract, Event.Kind.CALLED, key=f"called:{call.pk}", occurred_at=now, now=now, **said)
    if again_at is None:
        close(row, Intervention.Outcome(outcome.value), by=by, at=now, now=now)
    return call


def close(row: Intervention, outcome: Intervention.Outcome, *, by: User | None, at: datetime, now: datetime) -> None:
    """Close a row that the caller has locked, on record, dated by the moment that it follows from."""
    Intervention.objects.filter(pk=row.pk).update(closed_at=at, closed_by=by, outcome=outcome)
    stop_passing_on([row])
    said = {"by": by.name} if by else {}
    key, kind = f"intervention_closed:{row.pk}", Event.Kind.INTERVENTION_CLOSED
    record_event(row.contract, kind, key=key, occurred_at=at, now=now, outcome=outcome.value, **said)


@transaction.atomic
def close_by_themselves(*, now: datetime, limit: int) -> int:
    """Close up to `limit` interventions whose lock does not stand any more; how many."""
    gone = Intervention.objects.unfinished().exclude(Intervention.objects.lock_stands(at=now))
    rows = list(gone.select_related("contract").select_for_update(of=("self",), skip_locked=True)[:limit])
    clocks = {
        one.contract_id: one
        for one in Clock.objects.counting(at=now).filter(contract__in=[r.contract_id for r in rows])
    }
    for row in rows:
        outcome, at = what_ended(row, clocks[row.contract_id], now=now)
        close(row, outcome, by=None, at=at, now=now)
    return len(rows)


def what_ended(row: Intervention, clock: Clock, *, now: datetime) -> tuple[Intervention.Outcome, datetime]:
    """Why a lock does not stand any more, and since when, from the clock that counts now."""
    if clock.lock_at == row.locked_at and clock.closes_at:
        return Intervention.Outcome.ENDED, clock.closes_at
    begun = clock.span.lower if clock.span.lower and clock.span.lower >= row.locked_at else now
    renewed = clock.term_id != row.term_id
    return (Intervention.Outcome.RENEWED if renewed else Intervention.Outcome.UNLOCKED), begun


@transaction.atomic
def be_away(user: User, *, from_at: datetime, until_at: datetime, now: datetime) -> Absence:
    """A colleague is away for a while; what they have and did not take is looked at again when that begins.

    Raises `NotAllowed` for an absence that is over or ends before it begins.
    """
    if until_at <= max(from_at, now):
        raise NotAllowed(_("An absence ends after it begins, and not in the past."))
    absence = Absence.objects.create(user=user, from_at=from_at, until_at=until_at)
    theirs: QuerySet[HandOver] = HandOver.objects.filter(user=user, passes_on_at__gt=max(from_at, now))
    theirs.update(passes_on_at=max(from_at, now))
    return absence


def working_now(people: Iterable[User], rota: Rota, *, now: datetime) -> list[tuple[User, datetime | None]]:
    """Each of these people with when they work next: `now` for who is at work, None for who never is."""
    turns = ((one, duty.on_duty([rota.candidate(one)], now)) for one in people)
    return [(one, turn.begins_at if turn else None) for one, turn in turns]

"""A call goes with its contract: to whoever looks after it now, or stands in while they are away (rules 13 and 20)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

from accounts.models import User
from renewals.appointments.inviting import invite
from renewals.appointments.models import Appointment, AppointmentQuerySet
from renewals.appointments.services import Taken, note, one_at_a_time
from renewals.interventions.duty import Candidate, present
from renewals.interventions.models import Absence
from renewals.interventions.rota import Rota
from renewals.timeline.models import Event


def adrift(*, now: datetime) -> AppointmentQuerySet:
    """Calls that have not begun and whose caller is away then, has left, or whose contract is another's by now."""
    away = Absence.objects.filter(
        user=OuterRef("user"), from_at__lt=OuterRef("during__endswith"), until_at__gt=OuterRef("during__startswith")
    )
    given_away = Q(contract__owner__isnull=False) & (~Q(owner=F("contract__owner")) | Q(owner=None))
    to_come = Appointment.objects.open().filter(during__startswith__gt=now)
    return to_come.filter(Exists(away) | Q(user__is_active=False) | given_away).order_by("during", "pk")


def pass_on(*, now: datetime, limit: int) -> int:
    """Give up to `limit` such calls to whoever makes them now; how many changed hands. It waits for nobody.

    Where nobody can, it stays with whom it is, and is looked at again in the next round.
    """
    return hand_over_some(now=now, limit=limit) if adrift(now=now).exists() else 0


@transaction.atomic
def hand_over_some(*, now: datetime, limit: int) -> int:
    """The same, once it is known that there are some."""
    waiting = adrift(now=now).select_related("contract__customer", "contract__product", "contract__owner", "user")
    calls = list(waiting.select_for_update(of=("self", "contract"), skip_locked=True)[:limit])
    rota = Rota(now=now) if calls else None
    return sum(rota is not None and hand_over(call, rota, now=now) for call in calls)


def hand_over(call: Appointment, rota: Rota, *, now: datetime) -> bool:
    """Give one call to the first who can make it, on record, and tell all three; whether it changed hands."""
    before = call.user
    for candidate in who_can(call, rota):
        if candidate.user_id == before.pk:
            break
        call.user, call.owner = rota.user(candidate.user_id), call.contract.owner
        call.sequence += 1
        try:
            with one_at_a_time():
                call.save(update_fields=["user", "owner", "sequence"])
        except Taken:  # they have another call then
            call.user, call.sequence = before, call.sequence - 1
            continue
        note(call, Event.Kind.CALL_PASSED_ON, now=now)
        invite(call, by_customer=False, now=now, no_longer=before)
        return True
    return keeps(call, before, now=now)


def keeps(call: Appointment, user: User, *, now: datetime) -> bool:
    """It stays with whom it is: no change of hands."""
    Appointment.objects.filter(pk=call.pk, user=user).update(owner=call.contract.owner)
    return False


def who_can(call: Appointment, rota: Rota) -> Iterator[Candidate]:
    """Who may make a call, in the order of duty: those at work all through it, and last whose contract it is."""
    called = rota.for_contract(call.contract)
    yield from (one for one in called if is_at_work(one, call))
    yield from (one for one in called[:1] if one.user_id == call.contract.owner_id and not is_away(one, call))


def is_at_work(candidate: Candidate, call: Appointment) -> bool:
    """Whether somebody works, and is not away, all through a call."""
    begins, ends = next(present(candidate, call.starts_at), (call.ends_at, call.ends_at))
    return begins <= call.starts_at and ends >= call.ends_at


def is_away(candidate: Candidate, call: Appointment) -> bool:
    return any(gone_at < call.ends_at and back_at > call.starts_at for gone_at, back_at in candidate.away)

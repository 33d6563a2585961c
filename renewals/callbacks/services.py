"""What people do with endpoints and calls: each verb is atomic, and sends nothing itself."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models.functions import Least
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import NotAllowed
from renewals.callbacks.models import Call, Endpoint, Lead, Type, fresh_nonce
from renewals.callbacks.payloads import payload
from renewals.callbacks.queue import put_on_queue


@transaction.atomic
def make_endpoint(
    *, name: str, url: str, types: Iterable[str], lead_days: Iterable[int], by: User, now: datetime
) -> Endpoint:
    """A new endpoint: it hears of what happens from `now` on."""
    endpoint = Endpoint.objects.create(name=name, url=url, types=list(types), made_at=now, made_by=by)
    set_leads(endpoint, lead_days, now=now)
    note(endpoint, ADDITION, url, by=by, now=now)
    return endpoint


@transaction.atomic
def change_endpoint(
    endpoint: Endpoint, *, name: str, url: str, types: Iterable[str], lead_days: Iterable[int], by: User, now: datetime
) -> None:
    """Another name, address or choice of events. What waits already goes to the new address."""
    endpoint.name, endpoint.url, endpoint.types = name, url, list(types)
    endpoint.save(update_fields=["name", "url", "types"])
    set_leads(endpoint, lead_days, now=now)
    note(endpoint, CHANGE, f"changed: {url}", by=by, now=now)


def set_leads(endpoint: Endpoint, lead_days: Iterable[int], *, now: datetime) -> None:
    """The leads at which it hears of an end; a new one begins to count at `now`. None without that event."""
    wanted = {timedelta(days=days) for days in lead_days} if Type.ENDING in endpoint.types else set()
    endpoint.leads.exclude(before__in=wanted).delete()
    fresh = [Lead(endpoint=endpoint, before=before, looked_until=now) for before in sorted(wanted)]
    Lead.objects.bulk_create(fresh, ignore_conflicts=True)


@transaction.atomic
def rotate_secret(endpoint: Endpoint, *, by: User, now: datetime) -> None:
    """A new secret. For a day calls are signed with both, so that the receiver can change without losing one."""
    held = Endpoint.objects.select_for_update(no_key=True).get(pk=endpoint.pk)
    held.nonce_before, held.nonce, held.rotated_at = held.nonce, fresh_nonce(), now
    held.save(update_fields=["nonce_before", "nonce", "rotated_at"])
    note(endpoint, CHANGE, "secret changed", by=by, now=now)


@transaction.atomic
def pause(endpoint: Endpoint, *, by: User, now: datetime) -> None:
    """Stop calling it. What happens meanwhile gathers."""
    free = Endpoint.objects.filter(pk=endpoint.pk, paused_at=None)
    if free.update(paused_at=now, paused_because=Endpoint.Paused.PERSON):
        note(endpoint, CHANGE, "paused", by=by, now=now)


@transaction.atomic
def go_on(endpoint: Endpoint, *, by: User, now: datetime) -> None:
    """Call it again: what has gathered goes out at once, in order, with all its attempts before it."""
    paused = Endpoint.objects.filter(pk=endpoint.pk, paused_at__isnull=False)
    if paused.update(paused_at=None, paused_because="", failing_since=None, rests_until=None, queued_at=now):
        waiting = Call.objects.open().filter(endpoint=endpoint)
        waiting.update(next_try_at=Least("next_try_at", now), attempts=0)
        put_on_queue([endpoint.pk], now=now)
        note(endpoint, CHANGE, "goes on", by=by, now=now)


@transaction.atomic
def delete_endpoint(endpoint: Endpoint, *, by: User, now: datetime) -> None:
    """Delete an endpoint with its calls and their answers; that it was there stays on record."""
    note(endpoint, DELETION, endpoint.url, by=by, now=now)
    endpoint.delete()


@transaction.atomic
def send_again(call: Call, *, now: datetime) -> None:
    """Send a call that is over once more, or one that waits right now, under the same id.

    Raises `NotAllowed` while its endpoint is paused.
    """
    refuse_paused(call.endpoint)
    Call.objects.filter(pk=call.pk).update(next_try_at=now, attempts=0, over_at=None, outcome="")
    wake(call.endpoint, now=now)


@transaction.atomic
def send_test(endpoint: Endpoint, *, now: datetime) -> Call:
    """A call that is about nothing, at once. Raises `NotAllowed` while the endpoint is paused."""
    refuse_paused(endpoint)
    body = payload(Type.TEST, {"endpoint": endpoint.name}, at=now)
    call = Call.objects.create(
        endpoint=endpoint, type=Type.TEST, occurred_at=now, made_at=now, payload=body, next_try_at=now
    )
    wake(endpoint, now=now)
    return call


def note(endpoint: Endpoint, flag: int, said: str, *, by: User, now: datetime) -> None:
    """Who did what to an endpoint, in the administration's own record, as for everything that administrators change."""
    LogEntry.objects.create(
        action_time=now,
        user=by,
        content_type=ContentType.objects.get_for_model(Endpoint),
        object_id=str(endpoint.pk),
        object_repr=endpoint.name,
        action_flag=flag,
        change_message=said,
    )


def refuse_paused(endpoint: Endpoint) -> None:
    if endpoint.paused_at is not None:
        raise NotAllowed(_("This endpoint is paused. Let it go on first."))


def wake(endpoint: Endpoint, *, now: datetime) -> None:
    """Have a worker look at it now, also where it was left alone for a while."""
    Endpoint.objects.filter(pk=endpoint.pk).update(rests_until=None)
    put_on_queue([endpoint.pk], now=now)

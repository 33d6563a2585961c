"""What the product really did, put on record beside what was promised then (rule 21)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from renewals.locking.models import Clock, LockObservation


@transaction.atomic
def observe_lock(clock: Clock, *, locked_at: datetime, now: datetime) -> None:
    """Keep that the product locked a contract at `locked_at`, once; `clock` is the one that counted then.

    The promise it is held against is that of the term in which it came, also where the next one joins already: a
    product that overlooks a renewal locks at the old end.
    """
    running = clock.contract.terms.filter(starts_at__lte=locked_at, ends_at__gt=locked_at).first()
    term = running or clock.term
    observed = LockObservation(
        contract=clock.contract,
        locked_at=locked_at,
        reported_at=now,
        last_minute=term.last_minute,
        time_zone=term.time_zone,
        ends_at=term.ends_at,
        earliest_lock_at=clock.earliest_lock_at,
        lock_at=clock.lock_at,
    )
    LockObservation.objects.bulk_create([observed], ignore_conflicts=True)

"""Puts on record who at a customer was told of an end, and how (rule 10)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Max, Q
from django.utils.translation import gettext as _

from accounts.models import Amendment, Contact, ContractTerm, User
from accounts.services import NotAllowed
from renewals.locking.models import Evidence
from renewals.locking.services import recompute_clocks

COUNTS_AHEAD = timedelta(days=90)
"""How long before an end somebody can be told of it: who heard or read of it earlier has long forgotten."""


def minute_on_record(term: ContractTerm) -> str:
    """A promised minute as a form carries it, so that what is sent back is about what was shown."""
    return f"{term.last_minute.isoformat(timespec='minutes')} {term.time_zone}"


def acknowledged_key(term: ContractTerm, contact: Contact | None) -> str:
    """What makes two acknowledgements the same: of this minute, by this reader."""
    return f"acknowledged:{term.pk}:{term.last_minute:%Y-%m-%dT%H:%M}:{contact.pk if contact else 'product'}"


def promised_since(term: ContractTerm) -> datetime | None:
    """When this minute was promised last, by a move or a renewal here; None where it was so from the beginning."""
    moved = Q(kind__in=Amendment.MOVES)
    renewed = Q(kind=Amendment.Kind.RENEWED, contract__terms__recorded_at__lt=F("at"))
    return term.amendments.filter(moved | renewed).aggregate(last=Max("at"))["last"]


@transaction.atomic
def record_evidence(
    term: ContractTerm,
    *,
    kind: Evidence.Kind,
    at: datetime,
    now: datetime,
    contact: Contact | None = None,
    by: User | None = None,
    note: str = "",
) -> Evidence:
    """Someone at the customer was told of this term's end at `at`: on record, and counted from then on (rule 10).

    Raises `NotAllowed` for an instant that has not come yet, and for a telling by a person who is not named.
    """
    if at > now:
        raise NotAllowed(_("Nobody can have been told in the future."))
    if kind == Evidence.Kind.TOLD and by is None:
        raise NotAllowed(_("Say who told them."))
    evidence = Evidence.objects.create(
        term=term,
        last_minute=term.last_minute,
        kind=kind,
        at=at,
        recorded_at=now,
        contact=contact,
        by=by,
        note=note,
    )
    recompute_clocks([term.contract_id], now=now)
    return evidence


@transaction.atomic
def disprove(term: ContractTerm, *, contact: Contact, told_at: datetime, now: datetime) -> bool:
    """The letter that counted as telling them at `told_at` came back: from now on it is no evidence (rule 10).

    It stays on record. A lock ahead that rests on it alone is gone, and one that has begun is opened again; whether
    there was such evidence.
    """
    letters = Evidence.objects.filter(term=term, contact=contact, at=told_at, kind__in=Evidence.BY_LETTER, by=None)
    if not letters.filter(disproved_at=None).update(disproved_at=now):
        return False
    recompute_clocks([term.contract_id], now=now)
    return True

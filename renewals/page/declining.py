"""“We will not go on”: politely, with a reason, and taken back as easily (rule 8)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import Contract
from accounts.services import change_details, locked
from renewals.links.models import RenewalLink
from renewals.locking.models import Evidence
from renewals.locking.telling import COUNTS_AHEAD, record_evidence
from renewals.offers.quoting import ChangedMeanwhile
from renewals.offers.signing import reader_name
from renewals.page.reading import Page, page_for
from renewals.timeline.models import Event
from renewals.timeline.services import record_event


@transaction.atomic
def decline(link: RenewalLink, *, shown: str, reason: str, words: str, now: datetime) -> None:
    """Put on record that the company of a signer will not go on, why, and that they know until when.

    `reason` is one of `LossReason.Word`. Their renewal is lost for it; the buffer stays theirs. Raises
    `ChangedMeanwhile` where another minute than `shown` is promised by now, or there is nothing to decline.
    """
    contract = locked(link.contract)
    page = page_for(contract, link.contact, now=now)
    if shown != page.renews or not page.can_decline:
        raise ChangedMeanwhile
    by = reader_name(link)
    if page.window.ends_at - now <= COUNTS_AHEAD:
        record_evidence(page.term, kind=Evidence.Kind.ACKNOWLEDGED, at=now, now=now, contact=link.contact)
    on_record(contract, Event.Kind.DECLINED, page, by, now=now, reason=reason, words=words)
    change_details(contract, declined_at=now, by=by, now=now)


@transaction.atomic
def take_back(link: RenewalLink, *, shown: str, now: datetime) -> None:
    """Put on record that they may go on after all: their renewal is open again. Raises `ChangedMeanwhile`."""
    contract = locked(link.contract)
    page = page_for(contract, link.contact, now=now)
    if shown != page.renews or not page.can_take_back:
        raise ChangedMeanwhile
    by = reader_name(link)
    change_details(contract, declined_at=None, by=by, now=now)
    on_record(contract, Event.Kind.UNDECLINED, page, by, now=now)


def on_record(contract: Contract, kind: Event.Kind, page: Page, by: str, *, now: datetime, **detail: str) -> None:
    record_event(
        contract,
        kind,
        key=f"{kind}:{page.term.pk}:{now.isoformat()}",
        occurred_at=now,
        now=now,
        contact=by,
        **detail,
    )

"""What a customer can do on their page: ask for a call, have read it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts import wording
from accounts.services import last_term, locked
from renewals.links.models import RenewalLink
from renewals.locking.models import Evidence
from renewals.locking.telling import COUNTS_AHEAD, minute_on_record, record_evidence
from renewals.offers.signing import reader_name
from renewals.page.reading import SAYS_NOTHING_OF_THE_LOCK, Page, call_key, page_for
from renewals.page.situations import Situation
from renewals.timeline.models import Event
from renewals.timeline.services import record_event


def ask_for_call(link: RenewalLink, *, now: datetime, phone: str = "") -> None:
    """Put on record that the customer wants to be called, under which number; once a day, however often they press."""
    record_event(
        link.contract,
        Event.Kind.CALL_REQUESTED,
        key=call_key(last_term(link.contract), link.contact, now=now),
        occurred_at=now,
        now=now,
        contact=reader_name(link),
        phone=phone,
    )


def told_by(page: Page) -> Evidence.Kind | None:
    """What somebody who reads the page knows of the end from it; None where it is about something else (rule 10)."""
    if page.situation is Situation.RENEWS_ITSELF:
        return Evidence.Kind.RENEWS
    if page.situation in SAYS_NOTHING_OF_THE_LOCK or page.window.ends_at - page.now > COUNTS_AHEAD:
        return None
    return Evidence.Kind.OPENED


@transaction.atomic
def record_opened(link: RenewalLink, *, shown: str, now: datetime) -> None:
    """Somebody had the page in front of them: evidence once a promise and person, on the timeline once a day.

    `shown` is the minute that they saw, as `minute_on_record` writes it: of another one they were not told.
    """
    contract = locked(link.contract)
    page = page_for(contract, link.contact, now=now)
    kind = told_by(page) if shown == minute_on_record(page.term) else None
    if kind is not None:
        known = Evidence.objects.of_the_promise().filter(term=page.term, kind=kind, contact=link.contact)
        if not known.exists():
            record_evidence(page.term, kind=kind, at=now, now=now, contact=link.contact)
    day = f"{wording.local(now, page.term.time_zone):%Y-%m-%d}"
    record_event(
        contract,
        Event.Kind.PAGE_OPENED,
        key=f"page_opened:{link.contact_id or 'product'}:{day}",
        occurred_at=now,
        now=now,
        contact=reader_name(link),
    )

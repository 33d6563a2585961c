"""What a customer can do on their page: renew, ask for a call, have read it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts import wording
from accounts.models import Contract, ContractTerm, User
from accounts.services import Sold, change_details, last_term, locked
from renewals.entitlement import renewal_starts_at
from renewals.links.models import RenewalLink
from renewals.locking.models import Clock, Evidence
from renewals.locking.renewing import renew
from renewals.locking.telling import COUNTS_AHEAD, minute_on_record, record_evidence
from renewals.offers.choices import choices_for
from renewals.page.reading import SAYS_NOTHING_OF_THE_LOCK, Page, call_key, page_for
from renewals.page.situations import Situation
from renewals.timeline.models import Event
from renewals.timeline.services import record_event
from renewals.touches.receipts import plan_receipts


class ChangedMeanwhile(Exception):
    """The contract does not run until the minute any more that the customer was shown: renewed, or moved."""


def reader_name(link: RenewalLink) -> str:
    """Who acts, on record: the person of the link, or their company."""
    return link.contact.name if link.contact else link.contract.customer.name


@transaction.atomic
def confirm_renewal(
    link: RenewalLink, *, choice: str, renews: str, now: datetime, staff: User | None = None
) -> ContractTerm:
    """Renew by one of the choices from where rule 12 says, once: the customer confirmed it on their page.

    `renews` is the minute that they were shown. Raises `ChangedMeanwhile` when the contract does not end there
    any more: a second click, a second tab, a colleague. A trial becomes a paid contract. When it was one of the
    vendor's own `staff`, they did it on record, and it is no evidence that anybody at the customer knows.
    """
    contract = locked(link.contract)
    old = last_term(contract)
    if minute_on_record(old) != renews:
        raise ChangedMeanwhile
    window = Clock.objects.get(contract=contract, span__contains=now).windows
    is_trial = contract.kind == Contract.Kind.TRIAL
    starts_at = renewal_starts_at(window, now=now)
    choices = {one.key: one for one in choices_for(contract, old, starts_at=starts_at, now=now)}
    if choice not in choices:
        raise ChangedMeanwhile
    chosen = choices[choice]
    value = chosen.amounts.net if chosen.amounts else None
    sold = Sold(seats=chosen.seats, value=value, currency=chosen.currency if value is not None else "")
    by = staff or reader_name(link)
    following = renew(contract, after=old.ends_at, term=chosen.term, by=by, now=now, sold=sold)
    if is_trial:
        change_details(contract, kind=Contract.Kind.PAID, by=by, now=now)
    if staff is None:
        record_evidence(old, kind=Evidence.Kind.ACKNOWLEDGED, at=now, now=now, contact=link.contact)
        plan_receipts(following, link.contact, now=now)
    return following


def ask_for_call(link: RenewalLink, *, now: datetime, phone: str = "") -> None:
    """Put on record that the customer wants to be called, under which number; once a day, however often they press."""
    record_event(
        link.contract,
        Event.Kind.CALL_REQUESTED,
        key=call_key(last_term(link.contract), now=now),
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

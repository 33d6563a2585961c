"""“I know until when”: one tap, which is evidence, and at onboarding the end of the explanation (rules 10 and 17)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.services import locked
from renewals.links.models import RenewalLink
from renewals.locking.models import Evidence
from renewals.locking.telling import acknowledged_key, minute_on_record, record_evidence
from renewals.offers.quoting import ChangedMeanwhile
from renewals.offers.signing import reader_name
from renewals.page.reading import Page, page_for
from renewals.page.services import told_by
from renewals.playbooks.services import explained
from renewals.timeline.models import Event
from renewals.timeline.services import record_event


@transaction.atomic
def acknowledge(link: RenewalLink, *, shown: str, now: datetime) -> None:
    """Put on record that the reader knows the minute that they were `shown`; once a minute and reader.

    It is evidence where the end is near enough to be remembered; earlier it stands on the timeline alone. Raises
    `ChangedMeanwhile` where another minute is promised by now: of that one they know nothing.
    """
    contract = locked(link.contract)
    page = page_for(contract, link.contact, now=now)
    if shown != minute_on_record(page.term):
        raise ChangedMeanwhile
    if page.acknowledged:
        return
    note_that_they_know(page, link, now=now)
    explained(page.term, by=reader_name(link), how=_("“I know until when”"), now=now)
    record_event(
        contract,
        Event.Kind.ACKNOWLEDGED,
        key=acknowledged_key(page.term, link.contact),
        occurred_at=now,
        now=now,
        contact=reader_name(link),
    )


def note_that_they_know(page: Page, link: RenewalLink, *, now: datetime) -> None:
    """Evidence that the reader knows of the end, by what they did on the page, where it is near enough."""
    told = told_by(page)
    if told is not None:
        kind = Evidence.Kind.ACKNOWLEDGED if told is Evidence.Kind.OPENED else told
        record_evidence(page.term, kind=kind, at=now, now=now, contact=link.contact)

"""Who renews on their page gets it in writing, in their hours, and it tells of no end (rules 4, 10 and 16)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts import terms
from accounts.models import Contact, ContractTerm
from accounts.services import move_end
from renewals.desk.services import part_with
from renewals.links.services import link_for
from renewals.locking.models import Evidence
from renewals.offers.quoting import quoted
from renewals.offers.signing import Signature, sign_renewal
from renewals.tick import tick
from renewals.timeline.models import Event
from renewals.touches.models import Delivery, Touch
from renewals.touches.unreached import reachable
from tests.renewals.cast import T, chen, clock_of, contract, lan_tu, lin, utc

pytestmark = pytest.mark.django_db

NIGHT, MORNING = utc("2026-11-23T15:00"), utc("2026-11-24T01:00")
RENEWS = "2026-11-27T23:59 Asia/Shanghai"


@pytest.fixture
def signed():
    company = lan_tu(language="en")
    lin(company, salutation="Ms Lin")
    found = contract(company)
    found.terms.update(seats=12, value="86400", currency="CNY")
    return found


def confirm(found, *, contact: Contact | None = None, now=T, **said):
    shown = quoted(found, key="12", now=now).fingerprint
    link = link_for(found, contact, now=now)
    return sign_renewal(link, Signature(name="林岚"), key="12", shown=shown, now=now, **said).term


def receipts() -> list[str]:
    return [touch.contact.name for touch in Touch.objects.filter(kind=Touch.Kind.RENEWED).order_by("pk")]


def test_whoever_confirmed_gets_the_receipt(signed):
    lin(signed.customer, name="Another", email="other@lantu.test")

    confirm(signed, contact=Contact.objects.get(name="林岚"))

    assert receipts() == ["林岚"]


def test_where_nobody_by_name_confirmed_all_get_it_who_are_told_about_ends(signed):
    lin(signed.customer, name="Another", email="other@lantu.test")
    lin(signed.customer, name="Not told", email="not@lantu.test", gets_notices=False)

    confirm(signed)

    assert receipts() == ["林岚", "Another"]


def test_one_of_the_vendors_people_who_confirms_sends_the_customer_no_thanks(signed):
    confirm(signed, staff=chen())

    assert receipts() == []


def test_it_says_what_was_agreed_to_the_minute(signed, mailbox):
    confirm(signed, contact=Contact.objects.get())

    tick(now=T, in_process=True)

    said = mailbox.text()
    assert "is renewed. You can use it until 27 November 2027, 23:59 (Asia/Shanghai), the whole" in said
    assert "The new term: 1 year, from 28 November 2026, 00:00 (Asia/Shanghai) on.\nFor 12 seats.\n" in said
    assert "The price: ¥ 86,400." in said


def test_without_a_known_price_it_says_who_agrees_it(signed, mailbox):
    ContractTerm.objects.update(value=None)
    confirm(signed, contact=Contact.objects.get())

    tick(now=T, in_process=True)

    assert "The price is agreed with you in person." in mailbox.text()


def test_at_night_it_waits_for_their_morning(signed, mailbox):
    confirm(signed, contact=Contact.objects.get(), now=NIGHT)

    tick(now=NIGHT, in_process=True)
    at_night = len(mailbox.mails)
    tick(now=MORNING, in_process=True)

    assert (at_night, len(mailbox.mails)) == (0, 1)


def test_it_is_no_evidence_of_the_end_to_come(signed, mailbox):
    following = confirm(signed, contact=Contact.objects.get())

    tick(now=T, in_process=True)

    assert Delivery.objects.get().outcome == Delivery.Outcome.SENT
    assert not Evidence.objects.filter(term=following).exists()


def test_who_got_one_can_still_be_told_of_the_end(signed, mailbox):
    following = confirm(signed, contact=Contact.objects.get())
    tick(now=T, in_process=True)

    clocks = type(clock_of(signed)).objects.filter(term=following).filter(pk=clock_of(signed).pk)

    assert [list(reachable_of(clock)) for clock in clocks] == [[Contact.objects.get()]]


def reachable_of(clock):
    from django.db.models import Exists

    found = type(clock).objects.filter(Exists(reachable()), pk=clock.pk)
    return Contact.objects.filter(customer__in=found.values("contract__customer"))


def test_an_end_that_was_moved_since_is_told_as_it_is_now(signed, mailbox):
    confirm(signed, contact=Contact.objects.get(), now=NIGHT)
    later = terms.parse_term("through 2027-12-31")
    move_end(signed, term=later, reason="A gift.", by=chen(), now=NIGHT + timedelta(hours=1))

    tick(now=MORNING, in_process=True)

    assert "until 31 December 2027, 23:59" in mailbox.text()


def test_who_was_removed_meanwhile_is_not_written_to(signed, mailbox):
    confirm(signed, contact=Contact.objects.get(), now=NIGHT)
    part_with(Contact.objects.get(), now=NIGHT)

    tick(now=MORNING, in_process=True)

    assert mailbox.mails == []


def test_on_the_timeline_it_is_called_what_it_is(signed, mailbox):
    confirm(signed, contact=Contact.objects.get())

    tick(now=T, in_process=True)

    assert Event.objects.get(kind=Event.Kind.NOTICE_SENT).detail["touch"] == "renewed"

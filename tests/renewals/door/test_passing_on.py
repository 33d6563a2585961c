"""Who may not sign passes the page on: one field, one click, and a mail to an address on record alone."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from accounts.models import Contact, Contract
from renewals.door.models import DoorMail
from renewals.door.passes import NAME, pass_of
from renewals.door.sending import carry_out
from renewals.links.models import RenewalLink
from renewals.links.services import link_for
from renewals.locking.models import Evidence
from renewals.page.asking import MOST_A_DAY
from renewals.timeline.models import Event
from tests.renewals.cast import T, lan_tu, utc
from tests.renewals.page.conftest import address, fingerprint, known

pytestmark = pytest.mark.django_db


@pytest.fixture
def lin(link: RenewalLink) -> Contact:
    """Lin, who holds the link and may not sign."""
    Contact.objects.update(may_sign=False)
    return Contact.objects.get()


@pytest.fixture
def qin(contract: Contract, lin: Contact) -> Contact:
    """Her director, who may."""
    return Contact.objects.create(
        customer=contract.customer, name="秦越", salutation="秦总", email="qin@lantu.test", language="en"
    )


@pytest.fixture
def post(client: Client, link: RenewalLink, set_clock):
    client.cookies["django_language"] = "en"
    set_clock(T)

    def send(name: str, **said: object):
        return client.post(address(link, name), said, follow=False)

    return send


def confirming(link: RenewalLink) -> dict[str, str]:
    return {"choice": "24", "shown": fingerprint(link, "24", T), "signer": "林岚"}


def test_who_may_not_sign_is_asked_who_does_and_gets_no_code(post, link, qin) -> None:
    answer = post("order", **confirming(link)).content.decode()

    assert "Pass it on to who signs" in answer
    assert "秦越" in answer
    assert "q…n@lantu.test" in answer
    assert not DoorMail.objects.exists()
    assert link.contract.terms.count() == 1


def test_the_step_with_the_price_offers_to_pass_it_on_instead_of_signing(client, post, link, qin) -> None:
    said = client.get(address(link, "order"), {"choice": "24"}).content.decode()
    assert "Who signs for 澜图设计?" in said
    assert ">Sign<" not in said


def test_a_code_of_who_may_not_sign_signs_nothing(client, post, link, lin, qin) -> None:
    known(client, link)
    assert "Pass it on to who signs" in post("order", **confirming(link)).content.decode()
    assert link.contract.terms.count() == 1


def test_one_click_sends_the_signer_a_page_of_their_own(client, post, link, qin, mailbox) -> None:
    assert post("pass_on", to=qin.pk).status_code == 302
    carry_out(DoorMail.objects.get().pk, now=T)

    assert mailbox.recipients == [["qin@lantu.test"]]
    path = re.search(r"/r/[0-9a-z]+-[0-9a-f]+/", mailbox.text())
    assert path is not None
    assert path[0] == address(link_for(link.contract, qin, now=T))
    assert path[0] != address(link)


def test_the_mail_says_who_asks_for_what_and_the_exact_minute(post, qin, mailbox) -> None:
    post("pass_on", to=qin.pk)
    carry_out(DoorMail.objects.get().pk, now=T)

    assert "林岚 asks for your signature: 协作专业版" in mailbox.mails[-1]["Subject"]
    assert "The last minute of the contract: 27 November 2026, 23:59 (Asia/Shanghai)." in " ".join(
        mailbox.text().split()
    )


def test_the_signer_signs_there(client, post, link, qin, set_clock) -> None:
    theirs = link_for(link.contract, qin, now=T)
    client.cookies[NAME] = pass_of(theirs, qin)
    client.post(address(theirs, "order"), confirming(theirs))
    assert link.contract.terms.count() == 2


def test_it_is_on_the_timeline_and_no_evidence(post, qin) -> None:
    post("pass_on", to=qin.pk)

    event = Event.objects.get(kind=Event.Kind.PASSED_ON)
    assert event.detail == {"contact": "林岚", "to": "秦越"}
    assert not Evidence.objects.exists()


def test_two_clicks_are_one_mail(post, qin) -> None:
    post("pass_on", to=qin.pk)
    post("pass_on", to=qin.pk)
    assert DoorMail.objects.count() == 1


def test_an_address_on_record_that_is_typed_is_the_same_person(post, qin) -> None:
    post("pass_on", email=" QIN@lantu.test ")
    assert DoorMail.objects.get().contact == qin


def test_an_address_that_nobody_knows_is_mailed_nothing_and_put_before_a_person(post, lin) -> None:
    assert post("pass_on", email="boss@elsewhere.test").status_code == 302

    assert not DoorMail.objects.exists()
    assert Event.objects.get(kind=Event.Kind.SIGNER_NAMED).detail["to"] == "boss@elsewhere.test"


@pytest.mark.parametrize("said", [{}, {"email": "no address"}, {"to": "999999"}, {"to": "x", "email": "a@"}])
def test_what_is_nobody_is_said_so_and_stays_typed(post, lin, said) -> None:
    answer = post("pass_on", **said)
    assert answer.status_code == 422
    assert "Choose who signs, or type their whole e-mail address." in answer.content.decode()
    assert said.get("email", "") in answer.content.decode()


def test_somebody_of_another_customer_is_nobody_here(post, lin) -> None:
    stranger = Contact.objects.create(customer=lan_tu(name="别家"), name="别人", email="x@other.test")
    assert post("pass_on", to=stranger.pk).status_code == 422


def test_naming_without_end_is_stopped_and_points_to_a_call(post, lin) -> None:
    for n in range(MOST_A_DAY):
        post("pass_on", email=f"boss{n}@lantu.test")
    answer = post("pass_on", email="another@lantu.test")

    assert answer.status_code == 429
    assert Event.objects.filter(kind=Event.Kind.SIGNER_NAMED).count() == MOST_A_DAY


def test_behind_the_products_link_only_who_may_sign_is_offered_a_code(client, contract, qin, set_clock) -> None:
    Contact.objects.create(customer=contract.customer, name="周敏", email="zhou@lantu.test")
    set_clock(T)
    product = link_for(contract, None, now=T)
    said = client.post(address(product, "order"), confirming(product)).content.decode()

    assert "秦越" in said
    assert "周敏" in said
    assert "林岚</" not in said
    assert "l…n@lantu.test" not in said


def test_what_was_sent_is_on_record_and_what_is_refused_was_not_sent(post, contract, lin) -> None:
    for n in range(MOST_A_DAY + 1):
        signer = Contact.objects.create(customer=contract.customer, name=f"s{n}", email=f"s{n}@lantu.test")
        answer = post("pass_on", to=signer.pk)

    assert answer.status_code == 429
    assert DoorMail.objects.count() == Event.objects.filter(kind=Event.Kind.PASSED_ON).count() == MOST_A_DAY


def test_one_of_ours_passes_nothing_on_in_their_name(post, client, contract, qin) -> None:
    client.force_login(contract.owner)
    assert post("pass_on", to=qin.pk).status_code == 403
    assert not DoorMail.objects.exists()


def test_at_night_it_waits_for_the_signers_working_day_and_says_so(client, link, qin, set_clock, mailbox) -> None:
    night = utc("2026-11-24T15:50")
    set_clock(night)
    client.cookies["django_language"] = "en"
    page = client.post(address(link, "pass_on"), {"to": qin.pk}, follow=True).content.decode()
    mail = DoorMail.objects.get()

    assert "as their working day begins, 25 November 2026, 09:00 (Asia/Shanghai)" in page
    assert carry_out(mail.pk, now=night) == "not due"
    carry_out(mail.pk, now=utc("2026-11-25T01:00"))
    assert mailbox.recipients == [["qin@lantu.test"]]


def test_who_may_be_written_to_at_any_hour_gets_it_at_once(client, link, qin, set_clock, mailbox) -> None:
    Contact.objects.filter(pk=qin.pk).update(any_hour=True)
    set_clock(utc("2026-11-24T15:50"))
    client.post(address(link, "pass_on"), {"to": qin.pk})
    carry_out(DoorMail.objects.get().pk, now=utc("2026-11-24T15:50"))
    assert mailbox.recipients == [["qin@lantu.test"]]

"""The order confirmation: made from what was signed and nothing else, for both sides, and by mail to both."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from accounts.models import User
from renewals import papers
from renewals.door.passes import NAME
from renewals.offers.models import Agreement
from renewals.offers.paper import confirmation
from renewals.tick import tick
from renewals.touches.models import Delivery
from renewals.touches.services import deliver
from tests.renewals.cast import chen, utc
from tests.renewals.offers.test_signing import sign
from tests.renewals.page.conftest import address, known

__all__ = ["sign"]
pytestmark = pytest.mark.django_db
IN_HOURS = utc("2026-11-23T06:00")


@pytest.fixture
def agreement(sign, contract) -> Agreement:
    """Lin signed for another year, with her own order number."""
    sign(order_number="PO-77")
    return Agreement.objects.get()


def text_of(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).replace("\n", "")


def test_it_says_in_chinese_what_was_signed_by_whom_and_its_hash(agreement) -> None:
    said = text_of(confirmation(agreement, language="zh-hans"))

    assert "至2027年11月27日23时59分(北京时间)" in said
    assert "Lin Lan" in said
    assert "PO-77" in said
    assert agreement.sha256 in said


def test_the_customer_saves_it_from_their_page(agreement, client, link) -> None:
    assert "confirmation.pdf" in client.get(address(link)).content.decode()
    answer = client.get(address(link, "confirmation"))
    assert b"".join(answer).startswith(b"%PDF")
    assert answer["Cache-Control"] == "no-store"


def test_who_holds_the_link_and_has_not_shown_who_they_are_gets_none(agreement, client, link) -> None:
    client.cookies.pop(NAME)
    assert "confirmation.pdf" not in client.get(address(link)).content.decode()
    assert client.get(address(link, "confirmation")).status_code == 403


def test_before_anything_is_signed_there_is_none(sign, client, link, contract) -> None:
    known(client, link)
    assert client.get(address(link, "confirmation")).status_code == 404


@pytest.mark.parametrize(("who", "status"), [("chen@vendor.test", 200), ("otto@vendor.test", 404)])
def test_of_the_staff_those_who_may_see_the_contract_save_it(agreement, who, status) -> None:
    User.objects.create_user("otto@vendor.test", name="Otto")
    client = Client()
    client.force_login(User.objects.get(email=who))
    assert client.get(reverse("desk:confirmation", args=[agreement.pk])).status_code == status


def sent(mailbox, now=IN_HOURS):
    tick(now=now)
    for pk in Delivery.objects.due(now=now).values_list("pk", flat=True):
        deliver(pk, now=now)
    return mailbox.mails[-1]


def test_it_lies_with_the_thanks_to_who_signed_and_to_their_csm(agreement, mailbox) -> None:
    mail = sent(mailbox)

    assert sorted(mailbox.recipients[-1]) == sorted([agreement.contract.customer.contacts.get().email, chen().email])
    [pdf] = [part for part in mail.iter_attachments() if part.get_content_type() == "application/pdf"]
    assert pdf.get_filename().endswith(".confirmation.pdf")
    assert "PO-77" in text_of(pdf.get_content())


def test_a_machine_that_sets_no_type_sends_the_thanks_alone(agreement, mailbox, monkeypatch) -> None:
    def lacking():
        raise papers.NoPapers("apt-get install libpango-1.0-0")

    monkeypatch.setattr(papers, "typesetter", lacking)
    mail = sent(mailbox)
    assert "application/pdf" not in [part.get_content_type() for part in mail.iter_attachments()]

"""Staff give more time on the contract's page, and take it back: with reasons, on record, and told (rules 5 and 11)."""

from __future__ import annotations

import pytest

from renewals.locking.models import Evidence, Grant
from renewals.locking.telling import record_evidence
from renewals.tick import tick
from renewals.touches.models import Touch
from tests.renewals.cast import T, clock_of, utc


@pytest.fixture
def told(lan_tu):
    at = utc("2026-11-20T02:00")
    record_evidence(lan_tu.terms.get(), kind=Evidence.Kind.DELIVERED, at=at, now=at)
    return lan_tu


@pytest.fixture
def staff(enter):
    return enter()


def give(staff, contract, **said: str):
    asked = {"days": "2", "reason": "Month-end close"} | said
    return staff.post(f"/contract/more/{contract.pk}/", asked, follow=True)


def test_given_time_moves_the_lock_and_is_told_on_the_page(staff, told) -> None:
    page = give(staff, told).content.decode()

    assert "the soft lock begins 2 December 2026, 09:00 (Asia/Shanghai)." in page
    assert "2 days</strong> · 陈舟" in page
    assert "Month-end close" in page
    assert "2026-11-27T23:59" in f"{told.terms.get().last_minute:%Y-%m-%dT%H:%M}"


@pytest.mark.parametrize("said", [{"days": "8"}, {"days": "0"}, {"days": "many"}, {"reason": " "}])
def test_what_cannot_be_given_is_said_beside_its_field_and_nothing_typed_is_lost(staff, told, said) -> None:
    response = give(staff, told, **said)

    assert response.context["form"].errors
    assert not Grant.objects.exists()


def test_taken_back_with_a_reason_everybody_there_is_sent_a_notice(staff, told) -> None:
    give(staff, told)

    page = staff.post(f"/contract/less/{Grant.objects.get().pk}/", {"reason": "Too long"}, follow=True)

    assert "The customer is sent a notice." in page.content.decode()
    assert Touch.objects.get(kind=Touch.Kind.TAKEN_BACK).contact.name == "林岚"
    assert clock_of(told).lock_at == utc("2026-11-30T01:00")


def test_time_of_a_customer_whom_nobody_can_write_to_is_not_taken_back(staff, told) -> None:
    give(staff, told)
    told.customer.contacts.update(gets_notices=False)

    response = staff.post(f"/contract/less/{Grant.objects.get().pk}/", {"reason": "Too long"})

    assert "can be sent the notice" in str(response.context["form"].errors)
    assert Grant.objects.get().undone_at is None


def test_the_pages_to_give_and_to_take_back_open(staff, told) -> None:
    assert staff.get(f"/contract/more/{told.pk}/").status_code == 200
    give(staff, told)
    assert staff.get(f"/contract/less/{Grant.objects.get().pk}/").status_code == 200


def test_somebody_elses_contract_is_not_found(enter, told) -> None:
    assert give(enter("otto"), told).status_code == 404


def test_the_notice_says_that_it_is_earlier_than_they_were_told(staff, told, mailbox) -> None:
    give(staff, told)
    staff.post(f"/contract/less/{Grant.objects.get().pk}/", {"reason": "Too long"})

    tick(now=T, in_process=True)

    assert "这比之前告诉您的时间要早。" in mailbox.text()

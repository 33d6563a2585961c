"""“24 hours more”: the customer takes them themselves, once, in the buffer or after the lock (rule 11)."""

from __future__ import annotations

import pytest

from renewals.locking.models import Grant
from renewals.product.services import answer
from tests.renewals.cast import T, chen, clock_of, utc
from tests.renewals.page.conftest import address
from tests.renewals.page.test_what_it_says import words

BUFFER, LOCKED = utc("2026-11-28T02:00"), utc("2026-11-30T03:00")
OFFER = "Keep everything on for 24 hours more"


@pytest.mark.parametrize(("now", "offered"), [(T, False), (BUFFER, True), (LOCKED, True)])
def test_it_is_offered_once_the_end_has_passed(visit, told, now, offered) -> None:
    assert (OFFER in words(visit(now=now))) is offered


def test_after_the_lock_one_click_brings_the_product_back(client, told, link, set_clock) -> None:
    set_clock(LOCKED)
    client.cookies["django_language"] = "en"

    response = client.post(address(link, "more_time"), follow=True)

    assert "24 hours more, and nothing stops until then" in words(response)
    assert OFFER not in words(response)
    assert answer("LT-2026-01", now=LOCKED)["state"] == "buffer"


def test_who_took_it_reads_until_when_it_goes_on_and_from_when_a_renewal_counts(visit, client, told, link) -> None:
    visit(now=LOCKED)
    client.post(address(link, "more_time"))

    said = words(visit(now=LOCKED))

    assert "Everything works again, and goes on until 1 December 2026, 11:00 (Asia/Shanghai)." in said
    assert "The new term begins at the moment you confirm" in said


def test_a_second_click_gives_nothing_and_says_so(client, told, link, set_clock) -> None:
    set_clock(BUFFER)
    client.post(address(link, "more_time"))

    response = client.post(address(link, "more_time"))

    assert response.status_code == 409
    assert Grant.objects.count() == 1


def test_one_of_the_vendors_people_does_not_take_it_for_them(client, told, link, set_clock) -> None:
    client.force_login(chen())
    set_clock(BUFFER)

    assert client.post(address(link, "more_time")).status_code == 403
    assert not Grant.objects.exists()


def test_a_renewal_in_the_time_that_was_taken_does_not_cost_the_locked_hours(client, told, confirm, link) -> None:
    later = utc("2026-11-30T05:00")
    client.cookies["django_language"] = "en"
    confirm(now=LOCKED, months=7)  # no such offer: it only sets the clock
    client.post(address(link, "more_time"))

    confirm(now=later)

    assert clock_of(told, at=later).contract.terms.last().starts_at == later

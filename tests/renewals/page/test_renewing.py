"""A signature makes the next term, once, from where rule 12 says."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client

from accounts.models import Amendment, Contract, ContractTerm, Team, User
from renewals.locking.models import Evidence
from renewals.offers.models import Agreement
from renewals.offers.quoting import ChangedMeanwhile, quoted
from renewals.offers.signing import Signature, sign_renewal
from renewals.product.services import answer
from renewals.timeline.models import Event
from tests.renewals.cast import T, chen, clock_of, utc
from tests.renewals.page.conftest import address, fingerprint
from tests.renewals.page.test_what_it_says import words

ENDS_AT, LOCK_AT = utc("2026-11-27T16:00"), utc("2026-11-30T01:00")


def terms_of(contract: Contract) -> list[tuple[str, str]]:
    return [
        (f"{term.starts_at:%Y-%m-%dT%H:%MZ}", f"{term.last_minute:%Y-%m-%dT%H:%M}") for term in contract.terms.all()
    ]


def test_renewed_in_time_the_next_term_joins(confirm, contract: Contract) -> None:
    response = confirm()

    assert response.status_code == 302
    assert terms_of(contract)[1] == ("2026-11-27T16:00Z", "2027-11-27T23:59")


def test_two_years_are_two_years(confirm, contract: Contract) -> None:
    confirm(months=24)

    assert terms_of(contract)[1][1] == "2028-11-27T23:59"


def test_a_price_that_no_term_can_hold_is_agreed_in_person(confirm, visit, contract: Contract) -> None:
    contract.terms.update(value=Decimal(600_000_000_000), currency="IDR")
    assert "The price is agreed with you in person." in words(visit())

    confirm(months=24)

    assert terms_of(contract)[1][1] == "2028-11-27T23:59"
    assert contract.terms.last().value is None


def test_from_a_time_without_whole_minutes_a_contract_is_renewed_all_the_same(visit, contract: Contract) -> None:
    contract.terms.update(starts_at=utc("1899-06-01T00:00"), value=Decimal(9), currency="CNY")

    assert visit().status_code == 200


def test_renewed_in_the_buffer_the_next_term_joins_too(confirm, told: Contract) -> None:
    confirm(now=LOCK_AT - timedelta(seconds=1))

    assert terms_of(told)[1] == ("2026-11-27T16:00Z", "2027-11-27T23:59")


def test_renewed_after_the_lock_the_next_term_begins_at_that_moment(confirm, told: Contract) -> None:
    confirm(now=LOCK_AT + timedelta(hours=2))

    assert terms_of(told)[1] == ("2026-11-30T03:00Z", "2027-11-30T23:59")
    assert answer(told.number, now=LOCK_AT + timedelta(hours=2))["state"] == "active"


def test_the_page_thanks_with_the_new_minute_and_shows_it(confirm, visit, contract: Contract) -> None:
    visit()
    confirm()

    said = words(visit())

    assert "Thank you, it is renewed. 协作专业版 is yours until 27 November 2027, 23:59 (Asia/Shanghai)." in said
    assert "can use 协作专业版 until 27 November 2027, 23:59" in said


def test_a_second_click_renews_nothing_and_says_so(confirm, contract: Contract) -> None:
    confirm()

    again = confirm()

    assert again.status_code == 409
    assert contract.terms.count() == 2


def test_after_the_contract_was_moved_a_page_that_shows_the_old_minute_renews_nothing(confirm, contract) -> None:
    response = confirm(shown="of another minute")

    assert (response.status_code, contract.terms.count()) == (409, 1)


def test_it_is_on_record_who_confirmed_and_that_they_knew(confirm, contract: Contract) -> None:
    confirm()

    assert Amendment.objects.get(kind=Amendment.Kind.RENEWED).by_name == "林岚"
    assert Evidence.objects.get(kind=Evidence.Kind.ACKNOWLEDGED).term == contract.terms.first()
    assert Event.objects.get(kind=Event.Kind.RENEWED).detail["by"] == "林岚"


def test_one_of_the_vendors_people_who_confirms_is_not_taken_for_the_customer(confirm, client, contract) -> None:
    client.force_login(chen())

    confirm()

    assert Amendment.objects.get(kind=Amendment.Kind.RENEWED).by_user == chen()
    assert not Evidence.objects.exists()


def test_what_one_of_the_vendors_people_enters_says_so_and_names_no_address(confirm, client, contract) -> None:
    client.force_login(chen())
    confirm()

    agreement = Agreement.objects.get()
    assert (agreement.address, agreement.entered_by) == ("", "陈舟")
    assert json.loads(agreement.text)["signature"]["address"] == ""


def test_one_of_the_vendors_people_finds_no_customers_name_typed_in(client, link, set_clock) -> None:
    client.force_login(chen())
    set_clock(T)
    assert 'value="林岚"' not in client.get(address(link, "order"), {"choice": "24"}).content.decode()


def test_who_may_not_see_a_contract_neither_signs_nor_reads_its_files(client, link, contract, set_clock) -> None:
    stranger = User.objects.create_user("mei@vendor.test", name="梅", team=Team.objects.create(name="Far away"))
    client.force_login(stranger)
    set_clock(T)
    said = {"choice": "24", "shown": fingerprint(link, "24", T), "signer": "林岚"}

    client.post(address(link, "order"), said)
    assert contract.terms.count() == 1
    assert client.get(address(link, "proof")).status_code == 403
    assert client.get(address(link, "files"), {"as": "json"}).headers["Content-Type"].startswith("text/html")


def test_seats_and_price_go_on_as_they_were_shown(confirm, contract: Contract) -> None:
    ContractTerm.objects.update(seats=120, value="86400", currency="CNY")

    confirm(months=24)

    new = contract.terms.last()
    assert (new.seats, new.value, new.currency) == (120, Decimal(172800), "CNY")


def test_a_price_that_was_not_shown_is_not_recorded(confirm, contract: Contract) -> None:
    ContractTerm.objects.update(value="100", currency="CNY", starts_at=utc("2026-05-27T16:00"))

    confirm()

    assert contract.terms.last().value is None


def test_a_trial_becomes_a_paid_contract_without_the_trials_price(confirm, contract: Contract) -> None:
    Contract.objects.update(kind=Contract.Kind.TRIAL)
    ContractTerm.objects.update(value="0", currency="CNY")

    confirm()

    contract.refresh_from_db()
    assert (contract.kind, contract.terms.last().value) == (Contract.Kind.PAID, None)


@pytest.mark.parametrize("months", ["", "x"])
def test_a_length_that_is_not_on_offer_is_refused_and_the_page_stays(confirm, contract, months: str) -> None:
    response = confirm(months=months)

    assert response.status_code == 422
    assert contract.terms.count() == 1


def test_a_form_of_another_site_renews_nothing(contract: Contract, link, set_clock) -> None:
    response = Client(enforce_csrf_checks=True).post(address(link, "order"), {"choice": 12})

    assert (response.status_code, contract.terms.count()) == (403, 1)


@pytest.mark.django_db(transaction=True)
def test_two_who_confirm_at_once_are_one_renewal(contract: Contract, link) -> None:
    shown = quoted(contract, key="12", now=T).fingerprint

    def press(_: int) -> str:
        try:
            sign_renewal(link, Signature(name="林岚"), key="12", shown=shown, now=T)
        except ChangedMeanwhile:
            return "refused"
        finally:
            connection.close()
        return "renewed"

    with ThreadPoolExecutor(4) as together:
        outcomes = sorted(together.map(press, range(4)))

    assert outcomes == ["refused", "refused", "refused", "renewed"]
    assert contract.terms.count() == 2
    assert clock_of(contract).ends_at == utc("2027-11-27T16:00")

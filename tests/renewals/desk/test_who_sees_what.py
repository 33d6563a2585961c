"""Own, team, nobody's: seen. Another team's: not there, by no address and no verb."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from accounts.models import Contact, Contract, Peak, User
from accounts.peaks import note_peak
from renewals.conversations.models import Promise
from renewals.conversations.services import Promised, note_promise
from renewals.links.services import fresh_link
from tests.renewals import cast
from tests.renewals.cast import T
from tests.renewals.desk.test_plan import lay_all

SEES = {
    "chen": {"chen", "shen", None},
    "shen": {"chen", "shen", None},
    "otto": {"otto", None},
    "ada": {"chen", "shen", "otto", None},
}
OWNERS = ("chen", "shen", "otto", None)


@pytest.fixture
def contracts(house) -> dict[str | None, Contract]:
    """One contract, with its customer, of each owner."""
    found = {}
    for owner in OWNERS:
        customer = cast.lan_tu(name=f"Customer of {owner}", owner=house.get(owner))
        cast.lin(customer)
        found[owner] = cast.contract(customer, number=f"N-{owner}", owner=house.get(owner))
    lay_all()
    return found


def pages_of(contract: Contract) -> list[str]:
    pk, customer = contract.pk, contract.customer_id
    contact = Contact.objects.get(customer=customer).pk
    step = contract.plan_steps.get(purpose="care").pk
    return [
        *(reverse(f"desk:plan_{name}", args=[step]) for name in ("move", "drop", "done", "address")),
        *(reverse(f"desk:plan_{name}", args=[pk]) for name in ("add", "version")),
        contract.get_absolute_url(),
        *(reverse(f"desk:{name}", args=[pk]) for name in ("renew", "move_end", "told")),
        reverse("accounts:contract_edit", args=[pk]),
        reverse("conversations:about_contract", args=[pk]),
        reverse("conversations:with_customer", args=[customer]),
        reverse("desk:customer", args=[customer]),
        reverse("accounts:customer_edit", args=[customer]),
        reverse("accounts:contact_add", args=[customer]),
        reverse("accounts:contact_edit", args=[contact]),
        reverse("accounts:peak_add", args=[customer]),
        reverse("accounts:peak_edit", args=[peak_of(contract).pk]),
        reverse("desk:give", args=[pk]),
        reverse("desk:leave_peak", args=[pk]),
    ]


def peak_of(contract: Contract) -> Peak:
    """A peak that the contract's end falls in."""
    days = {"begins_on": date(2026, 11, 26), "ends_on": date(2026, 11, 30)}
    return note_peak(contract.customer, by=cast.chen(), now=T, name="close", kind="once", **days)


def deeds_on(contract: Contract) -> list[str]:
    link = fresh_link(contract, None, now=T)
    contact = Contact.objects.get(customer=contract.customer_id)
    promised = Promised(side=Promise.Side.OURS, what="a list")
    owed = [note_promise(contract.customer, promised=promised, contract=about, by=User.objects.all()[0], now=T)
            for about in (contract, None)]  # fmt: skip
    return [
        *(reverse("conversations:settle", args=[one.pk]) for one in owed),
        reverse("desk:plan_again", args=[contract.plan_steps.get(purpose="care").pk]),
        reverse("desk:say_no", args=[contract.pk]),
        reverse("desk:make_link", args=[contract.pk]),
        reverse("desk:revoke_link", args=[link.pk]),
        reverse("desk:remove_contact", args=[contact.pk]),
        reverse("accounts:peak_remove", args=[peak_of(contract).pk]),
    ]


@pytest.mark.parametrize("owner", OWNERS)
@pytest.mark.parametrize("reader", SEES)
def test_a_page_is_there_for_whoever_may_see_it_and_for_nobody_else(enter, contracts, reader, owner) -> None:
    expected = 200 if owner in SEES[reader] else 404

    answers = {url: enter(reader).get(url).status_code for url in pages_of(contracts[owner])}

    assert answers == dict.fromkeys(answers, expected)


@pytest.mark.parametrize("owner", OWNERS)
@pytest.mark.parametrize("reader", SEES)
def test_a_deed_is_done_for_whoever_may_see_the_contract_and_for_nobody_else(enter, contracts, reader, owner) -> None:
    expected = 302 if owner in SEES[reader] else 404

    answers = {url: enter(reader).post(url).status_code for url in deeds_on(contracts[owner])}

    assert answers == dict.fromkeys(answers, expected)


@pytest.mark.parametrize("reader", SEES)
def test_lists_and_files_hold_what_the_reader_may_see(enter, contracts, reader) -> None:
    seen = {owner for owner in OWNERS if f"Customer of {owner}" in text(enter(reader), "desk:contracts")}
    named = {owner for owner in OWNERS if f"Customer of {owner}" in text(enter(reader), "desk:customers")}
    taken = {owner for owner in OWNERS if f"N-{owner}" in text(enter(reader), "desk:contracts", export="csv")}

    touched = {owner for owner in OWNERS if f"Customer of {owner}" in text(enter(reader), "desk:touches")}
    filed = {owner for owner in OWNERS if f"N-{owner}" in text(enter(reader), "desk:touches", export="csv")}

    assert seen == named == taken == touched == filed == SEES[reader]


@pytest.mark.parametrize("name", ["today", "contracts", "customers", "touches"])
def test_nobody_sees_a_page_before_they_log_in(client, db, name) -> None:
    response = client.get(reverse(f"desk:{name}"))

    assert response.url == f"/accounts/login/?next={reverse(f'desk:{name}')}"


@pytest.mark.parametrize("verb", ["say_no", "make_link", "revoke_link", "remove_contact"])
def test_what_changes_something_is_never_done_by_a_mere_look(enter, lan_tu, verb) -> None:
    assert enter().get(reverse(f"desk:{verb}", args=[lan_tu.pk])).status_code == 405


def text(client, name: str, **query: str) -> str:
    return client.get(reverse(name), query).getvalue().decode()

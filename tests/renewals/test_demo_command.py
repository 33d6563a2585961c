"""load_demo and what it leaves alone: it opens at every page, and replaces nothing that is somebody's."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client

from accounts.models import Contract, Customer, LedgerMapping, User
from renewals import demo
from renewals.demo.every import STORIES
from renewals.links.services import link_for, token_of
from tests.conftest import Present
from tests.renewals.cast import T, lan_tu_contract
from tests.renewals.test_demo import last_days

DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The demo data as loaded at T: once, since each load lives through half a year."""
    with django_db_blocker.unblock(), transaction.atomic():
        demo.load(now=T)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def today(loaded: None, clock: Present) -> Iterator[Present]:
    """The demo data at T, for one test to change."""
    with transaction.atomic():
        yield clock
        transaction.set_rollback(True)


def say(*arguments: str, **options: Any) -> str:
    said = StringIO()
    call_command(*arguments, stdout=said, **options)
    return said.getvalue()


def test_the_logins_that_are_promised_open_the_portal(today: Present) -> None:
    for email in ("csm@demo.test", "manager@demo.test", "admin@demo.test"):
        assert authenticate(username=email, password="demo-portal-1")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_of_it_opens(today: Present, client: Client, language: str) -> None:
    chen = User.objects.get(email="csm@demo.test")
    chen.language = language
    chen.save(update_fields=["language"])
    client.force_login(chen)
    shown = Contract.objects.visible_to(chen)
    pages = {contract.get_absolute_url() for contract in shown} | {"/", "/contracts/", "/customers/", "/products/"}
    pages |= {f"/r/{token_of(link_for(contract, None, now=today.now))}/" for contract in shown}

    opened = {page: client.get(page, headers={"accept-language": language}).status_code for page in pages}

    assert set(opened.values()) == {200}, opened


def test_loaded_again_it_stays_as_people_have_changed_it(today: Present) -> None:
    Customer.objects.filter(name="澜图科技").update(note="changed")

    assert "nothing was loaded" in say("load_demo")
    assert Customer.objects.get(name="澜图科技").note == "changed"


def test_replaced_it_is_built_around_the_new_day(today: Present) -> None:
    today.move(40 * DAY)

    say("load_demo", replace=True)

    assert {0, 1, 7} <= last_days(today.now)
    assert Contract.objects.count() == len(STORIES)


def test_beside_other_customers_it_is_not_replaced(today: Present) -> None:
    lan_tu_contract(number="REAL-1")

    with pytest.raises(CommandError, match="stay untouched"):
        say("load_demo", replace=True)

    assert Contract.objects.count() == len(STORIES) + 1


def test_beside_other_customers_it_is_not_loaded(db: None, clock: Present) -> None:
    lan_tu_contract()

    assert "nothing was loaded" in say("load_demo")
    with pytest.raises(demo.SomethingElseIsHere):
        demo.load(now=T)
    assert Customer.objects.count() == 1


def test_a_customer_of_the_demo_with_a_contract_of_its_own_is_somebodys(today: Present) -> None:
    customer = Customer.objects.get(name="澜图科技")
    Contract.objects.filter(customer=customer).update(number="REAL-1")

    with pytest.raises(CommandError, match="stay untouched"):
        say("load_demo", replace=True)


def test_what_is_not_a_customer_stays_when_it_is_replaced(today: Present) -> None:
    LedgerMapping.objects.create(name="monthly")

    demo.unload()

    assert not Customer.objects.exists()

    assert LedgerMapping.objects.count() == 1


@pytest.mark.parametrize("command", [["load_demo"], ["seed_scale", "--contracts", "5"]])
def test_production_has_neither_demo_nor_scale_data(
    db: None, clock: Present, settings: Any, command: list[str]
) -> None:
    settings.PRODUCTION = True

    with pytest.raises(CommandError, match=r"in production\.$"):
        say(*command)

    assert not User.objects.exists()

"""Paying in a real browser: the customer's page, the sandbox under the portal's own policy, and the house's pages."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.test import Client
from payments.core import PROVIDER_CACHE
from playwright.sync_api import Page, expect

from accounts.models import Contact, ContractTerm, Team, User
from renewals.door.passes import NAME, pass_of
from renewals.links.services import link_for
from renewals.offers.models import Agreement
from renewals.payments.models import Paid
from renewals.payments.services import mark_paid, set_terms, take_back
from tests.browser.conftest import PHONE, WIDE
from tests.renewals import cast
from tests.renewals.cast import T
from tests.renewals.page.conftest import address
from tests.renewals.payments.conftest import signed

SEEN = [(WIDE, "light", "en"), (PHONE, "dark", "zh-CN")]
LATER = T + timedelta(days=60)
WORDS = {"words_zh": "开户行：招商银行\n账号 6225 8800 " + "1" * 60, "words_en": "IBAN DE89 3704 0044 " + "1" * 60}


@pytest.fixture
def agreements(transactional_db, monkeypatch, settings, live_server) -> list[Agreement]:
    """Two customers signed at T; sixty days later one is unpaid, the other was paid, by mistake at first."""
    monkeypatch.setattr("csportal.clock.now", lambda: T)
    settings.CSPORTAL_BASE_URL = live_server.url
    PROVIDER_CACHE.clear()
    settings.PAYMENT_VARIANTS = {"online": ("payments.dummy.DummyProvider", {})}
    chen = cast.chen(role=User.Role.ADMIN, team=Team.objects.create(name="East"))
    set_terms(by=chen, now=T - timedelta(days=1), days=30, limit=7, **WORDS)
    made = []
    for number, name in (("LT-1", "澜图设计"), ("HL-2", "Harbor Labs and " + "unbroken" * 8)):
        customer = cast.lan_tu(name=name)
        person = cast.lin(customer, email=f"{number.lower()}@lantu.test")
        contract = cast.contract(customer, number=number)
        ContractTerm.objects.filter(contract=contract).update(seats=120, value="86400", currency="CNY")
        made.append(signed(contract, contact=person))
    wrong = mark_paid(made[1], paid_on=date(2026, 12, 1), reference="BANK " + "7" * 80, by=chen, now=T)
    take_back(wrong, why="the wrong customer", by=chen, now=T)
    mark_paid(made[1], paid_on=date(2026, 12, 2), by=chen, now=T)
    return made


@pytest.fixture
def at_the_desk(open_page, agreements, live_server, monkeypatch):
    """A page of the portal as Chen sees it sixty days later."""

    def opened(path: str, *, language: str = "en", **more: object) -> Page:
        monkeypatch.setattr("csportal.clock.now", lambda: LATER)
        User.objects.update(language="zh-hans" if language == "zh-CN" else "en")
        client = Client()
        client.force_login(User.objects.get())
        page = open_page(language=language, **more)
        session = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
        page.context.add_cookies([session])
        page.goto(path)
        return page

    return opened


@pytest.fixture
def lins(open_page, agreements, live_server):
    """The customer's page as Lin sees it in a browser that is known."""

    def opened(**more: object) -> Page:
        contract = agreements[0].contract
        link = link_for(contract, Contact.objects.get(email="lt-1@lantu.test"), now=T)
        page = open_page(**more)
        known = {"name": NAME, "value": pass_of(link, link.contact), "url": live_server.url}
        spoken = "zh-hans" if more.get("language") == "zh-CN" else "en"
        page.context.add_cookies([known, {"name": "django_language", "value": spoken, "url": live_server.url}])
        page.goto(address(link))
        return page

    return opened


def width(page: Page) -> int:
    return page.evaluate("document.documentElement.scrollWidth")


@pytest.mark.parametrize(("size", "scheme", "language"), SEEN)
def test_the_houses_pages_keep_nobody_out(at_the_desk, agreements, barriers, size, scheme, language) -> None:
    page = at_the_desk("/", size=size, scheme=scheme, language=language)
    wrong = []

    pages = ["/", "/unpaid/", "/unpaid/?show=late", "/unpaid/?show=paid", "/unpaid/terms/", "/contracts/HL-2/"]
    for path in [*pages, *(f"/unpaid/{one.pk}/" for one in agreements)]:
        page.goto(path)
        wrong += [f"{path}: {width(page)} wide"] if width(page) != size[0] else []
        wrong += [f"{path}: {barrier}" for barrier in barriers(page)]

    assert wrong == []


@pytest.mark.parametrize(("size", "scheme", "language"), SEEN)
def test_the_customers_pages_keep_nobody_out(lins, barriers, size, scheme, language) -> None:
    page = lins(size=size, scheme=scheme, language=language)
    wrong = [*barriers(page), *([f"{width(page)} wide"] if width(page) != size[0] else [])]

    page.locator("#payment button").click()
    page.locator("form select").first.wait_for()

    assert wrong + barriers(page) == []
    assert width(page) == size[0]


def test_lin_pays_online_and_comes_back(lins) -> None:
    page = lins(size=PHONE)

    page.get_by_role("button", name="Pay ¥ 86,400 online").click()
    page.locator("select[name=status]").select_option("confirmed")
    page.get_by_role("button", name="Pay now").click()

    expect(page.get_by_text("Paid on 23 Nov 2026. Thank you.")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/r/[^/]+/$"))


def test_a_card_that_is_refused_leaves_the_invoice(lins) -> None:
    page = lins()

    page.get_by_role("button", name="Pay ¥ 86,400 online").click()
    page.locator("select[name=status]").select_option("rejected")
    page.get_by_role("button", name="Pay now").click()

    expect(page.get_by_role("alert")).to_contain_text("or pay by invoice; your renewal stands")
    expect(page.get_by_text("IBAN DE89")).to_be_visible()


def test_a_providers_own_page_is_one_click_away_under_the_policy(lins, settings) -> None:
    PROVIDER_CACHE.clear()
    settings.PAYMENT_VARIANTS = {"online": ("tests.renewals.payments.stubs.Elsewhere", {})}
    page = lins()
    page.route("https://pay.test/**", lambda route: route.fulfill(body="the bank"))

    page.get_by_role("button", name="Pay ¥ 86,400 online").click()
    page.get_by_role("link", name="Go on to pay.test").click()

    expect(page.get_by_text("the bank")).to_be_visible()


@pytest.mark.parametrize("size", [WIDE, PHONE])
def test_in_the_list_it_is_paid_without_leaving_it(at_the_desk, agreements, size) -> None:
    page = at_the_desk("/unpaid/?show=late", size=size)

    page.get_by_text("Mark as paid").click()
    page.get_by_label("Reference (optional)").fill("BANK 7781")
    page.get_by_role("button", name="It is paid").click()

    expect(page.get_by_text("On record as paid: 澜图设计.")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/unpaid/\?show=late$"))
    assert Paid.objects.get(agreement=agreements[0]).reference == "BANK 7781"

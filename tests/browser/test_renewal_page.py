"""The customer's page in a real browser: renewing, the wish for a call, and what only a person sets off."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from accounts.models import Contact, ContractTerm
from renewals.appointments.services import book
from renewals.door.models import DoorMail
from renewals.door.services import code_of
from renewals.links.models import RenewalLink
from renewals.links.services import link_for
from renewals.locking.models import Evidence
from tests.renewals.cast import T, contract, lan_tu, lan_tu_contract, utc
from tests.renewals.page.conftest import address


@pytest.fixture(autouse=True)
def link(transactional_db, monkeypatch) -> RenewalLink:
    monkeypatch.setattr("csportal.clock.now", lambda: T)
    contract = lan_tu_contract()
    ContractTerm.objects.update(seats=120, value="86400", currency="CNY")
    Contact.objects.update(language="zh-hans")
    return link_for(contract, Contact.objects.get(), now=T)


@pytest.mark.parametrize("javascript", [True, False])
def test_a_customer_renews_with_one_button_and_a_code(open_page, link, javascript):
    page = open_page(address(link), java_script_enabled=javascript)
    page.get_by_role("button", name="English").click()

    page.get_by_label("2 years").check()
    page.get_by_role("button", name="Next: check and sign").click()
    page.get_by_role("button", name="Sign").click()
    page.get_by_label("The six digits from the mail").fill(code_of(DoorMail.objects.get()))
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Sign and renew").click()

    expect(page.get_by_role("status")).to_contain_text("until 27 November 2028, 23:59 (Asia/Shanghai)")
    expect(page.get_by_role("heading", level=1)).to_contain_text("27 November 2028, 23:59")


@pytest.mark.parametrize("javascript", [True, False])
def test_a_customer_chooses_a_time_for_a_call_and_calls_it_off(open_page, link, javascript):
    page = open_page(address(link), java_script_enabled=javascript)
    page.get_by_role("button", name="English").click()

    page.locator("summary", has_text="Ask 陈舟 to call me").click()
    page.get_by_label("Tomorrow 09:00").check()
    page.get_by_role("button", name="Ask for this call").click()

    expect(page.get_by_role("heading", name="Your call with 陈舟")).to_be_visible()
    expect(page.get_by_role("status")).to_contain_text("24 November 2026, 09:00 (Asia/Shanghai)")
    page.get_by_role("button", name="Call it off").click()
    expect(page.get_by_role("status")).to_contain_text("The call is off.")


def test_who_comes_second_finds_the_times_that_are_left_where_they_look(open_page, link):
    page = open_page(address(link))
    page.get_by_role("button", name="English").click()
    page.locator("summary", has_text="Ask 陈舟 to call me").click()
    page.get_by_label("Phone number").fill("138 0000 7777")
    other = contract(lan_tu(name="星河科技"), number="XH-1")
    book(link_for(other, None, now=T), at=utc("2026-11-24T01:00"), now=T)

    page.get_by_label("Tomorrow 09:00").check()
    page.get_by_role("button", name="Ask for this call").click()

    expect(page.get_by_role("alert")).to_be_in_viewport()
    expect(page.get_by_role("alert")).to_contain_text("These are still free.")
    expect(page.get_by_label("Phone number")).to_have_value("138 0000 7777")


def test_a_customer_asks_for_a_call_at_no_fixed_time(open_page, link):
    page = open_page(address(link))
    page.get_by_role("button", name="English").click()

    page.locator("summary", has_text="Ask 陈舟 to call me").click()
    page.get_by_label("No fixed time").check()
    page.get_by_role("button", name="Ask for this call").click()

    expect(page.get_by_text("You asked for a call today. 陈舟 knows.")).to_be_visible()


def test_a_page_in_front_of_a_person_is_evidence(open_page, link):
    page = open_page()

    with page.expect_response(lambda response: response.url.endswith("/opened")) as answered:
        page.goto(address(link))
        page.mouse.move(40, 40)

    assert answered.value.status == 204
    assert Evidence.objects.get().kind == Evidence.Kind.OPENED


def test_a_page_that_nobody_has_in_front_of_them_is_none(open_page, link):
    page, asked = open_page(), []
    page.on("request", lambda request: asked.append(request.url))
    page.clock.install()
    page.add_init_script("Object.defineProperty(document, 'visibilityState', {get: () => 'hidden'})")
    page.goto(address(link))

    page.clock.run_for(60_000)
    page.evaluate("fetch('/static/icon.svg?asked')")

    assert asked[-1].endswith("?asked")
    assert [url for url in asked if url.endswith("/opened")] == []


def test_a_page_that_nobody_touches_is_none(open_page, link):
    """What scans links may run a browser; it moves no mouse."""
    page, asked = open_page(), []
    page.on("request", lambda request: asked.append(request.url))
    page.clock.install()
    page.goto(address(link))

    page.clock.run_for(60_000)
    page.evaluate("fetch('/static/icon.svg?asked')")

    assert [url for url in asked if url.endswith("/opened")] == []


@pytest.mark.parametrize(
    ("zone", "language", "said"),
    [
        ("Europe/London", "en", "On your clock: 27 November 2026, 15:59 (Europe/London)"),
        ("America/Los_Angeles", "zh-hans", "您那边的时间： 2026年11月27日7时59分(北美太平洋时间)"),
    ],
)
def test_a_browser_in_another_zone_shows_its_own_time_beside_the_minute(open_page, link, zone, language, said):
    Contact.objects.update(language=language)

    page = open_page(address(link), timezone_id=zone)

    expect(page.locator("[data-own]")).to_have_text(said)
    expect(page.locator("h1 > time")).to_contain_text("2026")


def test_a_browser_whose_clocks_show_the_same_says_it_once(open_page, link):
    Contact.objects.update(time_zone="Europe/London")

    page = open_page(address(link), timezone_id="Asia/Hong_Kong")

    expect(page.locator("[data-own]")).to_be_hidden()


def test_after_the_machine_slept_the_countdown_asks_the_server_what_time_it_is(open_page, link):
    """Its own clock stood still, and the one on the wall may be wrong: an hour by the server's is an hour."""
    page = open_page(address(link))
    an_hour_on = {"Date": "Mon, 23 Nov 2026 05:07:00 GMT"}
    page.route("**/r/**", lambda route: route.fulfill(status=200, headers=an_hour_on, body=""))

    page.evaluate("""() => {
        const now = Date.now();
        Date.now = () => now + 5 * 3600 * 1000;
        document.dispatchEvent(new Event("visibilitychange"));
    }""")

    expect(page.locator("[data-countdown]")).to_have_text("4 天 10 小时 52 分")

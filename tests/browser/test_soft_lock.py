"""The soft lock around a product's editor, in a real browser: nobody loses a character, nothing locks in silence."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Page, Route, expect

from accounts import terms
from accounts.models import Contract, ContractTerm, User
from accounts.services import last_term
from renewals.locking.models import Evidence
from renewals.locking.renewing import renew
from renewals.locking.telling import record_evidence
from tests.browser.conftest import PHONE, WIDE
from tests.renewals.cast import chen, lan_tu_contract, utc

ENDS_AT, LOCK_AT = utc("2026-11-27T16:00"), utc("2026-11-30T01:00")
TYPED = "The last line, typed a second before the lock."
BANNER = "Everything goes on working until 30 November 2026, 09:00 (Asia/Shanghai)."


@pytest.fixture(autouse=True)
def contract(transactional_db, clock) -> Contract:
    found = lan_tu_contract()
    ContractTerm.objects.update(seats=120)
    told_at = utc("2026-11-20T02:00")
    record_evidence(found.terms.get(), kind=Evidence.Kind.DELIVERED, at=told_at, now=told_at)
    return found


@pytest.fixture
def log_in(client, live_server):
    """Logs somebody in, on a page that is open and has had its answers: no question of the last session comes late."""

    def on(page: Page, user: User) -> None:
        page.wait_for_load_state("networkidle")
        client.logout()
        client.force_login(user)
        cookie = client.cookies["sessionid"]
        page.context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": live_server.url}])

    return on


@pytest.fixture
def product(open_page, log_in, contract, clock):
    """The stand-in product with Lan Tu's contract at an instant, its page's clock under the test's hand."""

    def at(now, *, size=WIDE, scheme="light", language="en") -> Page:
        clock.set(now)
        user = chen()
        type(user).objects.filter(pk=user.pk).update(language=language)
        page = open_page(size=size, scheme=scheme, language=language)
        log_in(page, user)
        page.clock.install()
        page.goto(f"/demo/product/?contract={contract.pk}")
        return page

    return at


def dialog(page: Page):
    return page.get_by_role("dialog")


def later(page: Page, clock, by: timedelta) -> None:
    """Time goes on for the portal and, a second more, for the page, which asks again."""
    clock.move(by)
    page.clock.run_for((by + timedelta(seconds=1)).total_seconds() * 1000)


def test_while_the_contract_runs_nothing_is_shown(product):
    page = product(utc("2026-11-23T04:07"))

    expect(page.get_by_label("Monthly report")).to_be_editable()
    expect(dialog(page)).to_be_hidden()
    expect(page.get_by_text(BANNER)).to_be_hidden()


def test_in_the_buffer_a_slim_banner_says_until_when_and_can_be_put_away_for_the_day(product, clock, log_in):
    page = product(ENDS_AT)
    expect(page.get_by_text(BANNER)).to_be_visible()

    page.get_by_role("button", name="Hide until tomorrow").click()
    page.reload()
    expect(page.get_by_label("Monthly report")).to_be_editable()
    expect(page.get_by_text(BANNER)).to_be_hidden()

    clock.move(timedelta(days=1))
    log_in(page, User.objects.get())
    page.reload()
    expect(page.get_by_text(BANNER)).to_be_visible()


def test_when_the_lock_begins_the_text_stays_and_a_renewal_brings_the_editor_back_without_a_reload(
    product, contract, clock
):
    page = product(LOCK_AT - timedelta(seconds=10))
    editor = page.get_by_label("Monthly report")
    editor.fill(TYPED)
    expect(page.get_by_text(BANNER)).to_be_visible()

    later(page, clock, timedelta(seconds=11))
    expect(dialog(page)).to_be_visible()
    expect(editor).to_have_value(TYPED)
    expect(editor).not_to_be_editable()

    renew(contract, after=last_term(contract).ends_at, term=terms.Term.years(1), by="林岚", now=clock.now)
    page.clock.run_for(4_000)
    expect(dialog(page)).to_be_hidden()
    expect(editor).to_be_editable()
    expect(editor).to_have_value(TYPED)


def test_the_customer_takes_24_hours_more_in_the_dialog(product):
    page = product(LOCK_AT)

    dialog(page).get_by_role("button", name="Keep everything on for 24 hours more").click()

    expect(page.get_by_label("Monthly report")).to_be_editable()
    expect(dialog(page)).to_be_hidden()


def test_the_work_can_be_exported_while_it_is_locked(product):
    page = product(LOCK_AT)

    with page.expect_download() as download:
        dialog(page).get_by_role("button", name="Export my work").click()

    assert download.value.suggested_filename == "report.txt"


def test_renewing_opens_the_renewal_page_beside_the_product(product):
    page = product(LOCK_AT)

    link = dialog(page).get_by_role("link", name="Renew and go on")

    assert "/r/" in link.get_attribute("href")
    assert link.get_attribute("target") == "_blank"


def test_by_keyboard_it_is_put_aside_to_read_on_and_opened_again(product):
    page = product(LOCK_AT)
    expect(dialog(page)).to_be_focused()

    page.keyboard.press("Escape")
    expect(dialog(page)).to_be_hidden()
    page.keyboard.press("Enter")

    expect(dialog(page)).to_be_visible()


def test_without_an_answer_from_the_portal_nothing_locks(product, clock):
    page = product(LOCK_AT - timedelta(seconds=10))
    expect(page.get_by_text(BANNER)).to_be_visible()

    def silence(route: Route) -> None:
        route.fulfill(status=204)

    page.route("**/embed/v1/state", silence)
    later(page, clock, timedelta(seconds=11))

    expect(page.get_by_label("Monthly report")).to_be_editable()
    expect(dialog(page)).to_be_hidden()


@pytest.mark.parametrize(("size", "scheme"), [(WIDE, "light"), (PHONE, "dark")])
@pytest.mark.parametrize("now", [ENDS_AT, LOCK_AT])
def test_nobody_is_kept_out_by_how_it_looks(product, barriers, now, size, scheme):
    page = product(now, size=size, scheme=scheme)
    expect(dialog(page) if now == LOCK_AT else page.get_by_text(BANNER)).to_be_visible()

    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == size[0]


def test_it_speaks_the_language_of_the_page(product):
    page = product(LOCK_AT, language="zh-hans")

    expect(dialog(page)).to_contain_text("续约")

"""As a customer-success manager does it: from “today” to a letter in a real mail server, its page, and the evidence."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client, override_settings
from playwright.sync_api import Page, expect

from accounts.models import Contract, User
from renewals.letters.models import Letter
from renewals.locking.models import Evidence
from renewals.tick import tick
from tests.browser.conftest import PHONE, WIDE
from tests.renewals import cast
from tests.renewals.conftest import mailbox  # noqa: F401
from tests.renewals.letters.conftest import WRITING, told_us

MONDAY = cast.utc("2026-11-23T01:00")


@pytest.fixture
def present(monkeypatch: pytest.MonkeyPatch) -> Callable:
    def be(now) -> None:
        monkeypatch.setattr("csportal.clock.now", lambda: now)

    be(WRITING)
    return be


@pytest.fixture
def contract(transactional_db, present) -> Contract:
    found = cast.lan_tu_contract()
    told_us(found)
    tick(now=WRITING)
    User.objects.update(language="zh-hans")
    return found


@pytest.fixture
def today(open_page, live_server, contract) -> Callable[..., Page]:
    def opened(**more) -> Page:
        page = open_page(language="zh-CN", **more)
        log_in(page, live_server.url)
        page.goto("/")
        return page

    return opened


def log_in(page: Page, url: str) -> None:
    """Chen has just logged in: a login does not last over a weekend."""
    client = Client()
    client.force_login(cast.chen())
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": url}])


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_from_today_to_the_evidence(today, contract, present, mailbox, live_server, open_page, size):  # noqa: F811
    page = today(size=size)
    page.get_by_role("link", name="写给林女士").click()
    page.get_by_label("主题").fill("月结前，评审记录的导出已备好")
    text = page.get_by_label("正文")
    text.press("Control+Home")
    text.press("ArrowDown")
    text.press("ArrowDown")
    text.press_sequentially("上次您说")
    page.get_by_role("button", name="写进信里：月结前要导出全部评审记录").click()
    text.press_sequentially("。这一期您团队已完成 ")
    page.get_by_role("button", name="写进信里：3,418 份报告").click()
    text.press_sequentially("，都在账户里。")
    expect(page.locator("#checks")).to_contain_text("可以发出")
    page.get_by_role("button", name=re.compile("批准：发出于")).click()
    expect(page.get_by_role("status").or_(page.get_by_role("alert")).first).to_contain_text("已批准")

    present(MONDAY)
    with override_settings(CSPORTAL_BASE_URL=live_server.url):
        tick(now=MONDAY, in_process=True)

    (letter,) = mailbox.mails
    body = mailbox.text()
    assert letter["Subject"] == "月结前，评审记录的导出已备好"
    assert "2026年11月27日23时59分(北京时间)" in body

    customers = open_page(size=size, language="zh-CN")
    customers.goto(re.search(r"https?://\S+/r/\S+", body)[0])
    customers.get_by_role("button", name="我知道能用到何时").click()
    expect(customers.locator("main")).to_contain_text("您已告诉我们，您知道这一分钟")

    assert Evidence.objects.filter(term__contract=contract, kind=Evidence.Kind.ACKNOWLEDGED).exists()
    log_in(page, live_server.url)
    page.goto(f"/contracts/{contract.number}/")
    expect(page.locator("main")).to_contain_text("本人确认")
    page.goto("/")
    expect(page.get_by_role("link", name="写给林女士")).to_have_count(0)


def test_what_is_typed_is_kept_without_pressing_anything(today):
    page = today()
    page.get_by_role("link", name="写给林女士").click()

    page.get_by_label("正文").press_sequentially("您已经用了一年")
    expect(page.locator("#checks")).to_contain_text("保存于")

    assert "您已经用了一年" in Letter.objects.get().text


def test_the_last_words_before_leaving_are_kept(today):
    page = today()
    page.get_by_role("link", name="写给林女士").click()
    expect(page.locator("#checks")).to_be_visible()
    page.wait_for_load_state()

    page.get_by_label("正文").press_sequentially("您已经用了一年")
    page.goto("/")
    page.get_by_role("link", name="写给林女士").click()

    expect(page.get_by_label("正文")).to_have_value(re.compile("您已经用了一年"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_of_a_letter_keeps_nobody_out(today, barriers, scheme):
    page = today(scheme=scheme)
    page.get_by_role("link", name="写给林女士").click()

    assert barriers(page) == []

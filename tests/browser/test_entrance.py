"""The door in a real browser: both languages, both schemes, a desk's width and a phone's."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from playwright.sync_api import expect

from accounts.models import User
from tests.browser.conftest import PHONE, WIDE

INSIDE = "/accounts/login/?next=/accounts/password/change/"
PASSWORD = "a long enough phrase"


@pytest.fixture(autouse=True)
def chen(transactional_db) -> User:
    cache.clear()
    return User.objects.create_user("chen@example.com", PASSWORD, name="陈舟", time_zone="Asia/Shanghai")


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize(("size", "scheme"), [(WIDE, "light"), (PHONE, "dark")])
def test_nobody_is_kept_out_by_how_the_door_looks(open_page, barriers, language, size, scheme):
    page = open_page("/accounts/login/", size=size, scheme=scheme, language=language)

    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == size[0]


def test_the_switch_of_language_stays_on_the_page(open_page):
    page = open_page("/accounts/login/?next=/contracts/", language="zh-CN")

    page.get_by_role("button", name="English").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Log in")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert page.url.endswith("?next=/contracts/")


def enter(page) -> None:
    page.get_by_label("Email").fill("chen@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()


def test_the_door_opens_without_javascript(open_page):
    page = open_page(INSIDE, java_script_enabled=False)

    enter(page)

    expect(page.locator(".menu > summary")).to_contain_text("陈舟")


def test_the_menu_opens_without_javascript(open_page):
    page = open_page(INSIDE, java_script_enabled=False)
    enter(page)

    page.locator(".menu > summary").click()

    expect(page.get_by_role("button", name="Log out")).to_be_visible()


def test_escape_closes_the_menu_and_leaves_the_keyboard_on_it(open_page):
    page = open_page(INSIDE)
    enter(page)
    summary = page.locator(".menu > summary")

    summary.click()
    page.keyboard.press("Escape")

    expect(page.locator(".menu")).not_to_have_attribute("open", "")
    expect(summary).to_be_focused()


@pytest.mark.parametrize(("size", "scheme"), [(WIDE, "dark"), (PHONE, "light")])
def test_nobody_is_kept_out_by_how_a_page_inside_looks(open_page, barriers, size, scheme):
    page = open_page(INSIDE, size=size, scheme=scheme)

    enter(page)
    page.locator(".menu > summary").click()

    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == size[0]

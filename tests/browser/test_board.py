"""The board under a mouse, a finger and a keyboard."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from accounts.models import User
from renewals.pipeline.models import Renewal
from tests.browser.conftest import PHONE
from tests.browser.test_writing import log_in
from tests.renewals import cast
from tests.renewals.cast import T


@pytest.fixture
def board(transactional_db, monkeypatch, open_page, live_server) -> Callable[..., Page]:
    monkeypatch.setattr("csportal.clock.now", lambda: T)
    cast.contract(cast.lan_tu(), now=T)
    User.objects.update(language="en")

    def opened(**more) -> Page:
        page = open_page(**more)
        log_in(page, live_server.url)
        page.goto("/pipeline/board/")
        return page

    return opened


def column(page: Page, name: str) -> Locator:
    return page.locator(".stage").filter(has=page.get_by_role("heading", name=name, exact=True))


def card(page: Page) -> Locator:
    return page.locator(".deal[id]")


def stage() -> str:
    return Renewal.objects.get().stage.word


def test_a_mouse_takes_a_card_to_another_stage_and_the_heads_count_anew(board) -> None:
    page = board()
    to = column(page, "in contact")

    start, end = card(page).bounding_box(), to.bounding_box()
    page.mouse.move(start["x"] + 40, start["y"] + 60)
    page.mouse.down()
    page.mouse.move(end["x"] + 80, end["y"] + 90, steps=8)
    page.mouse.up()

    expect(to.locator("header")).to_contain_text("1 ·")
    expect(page.get_by_role("status")).to_contain_text("is in “in contact” now")
    assert stage() == "in_contact"


def test_a_keyboard_thinks_better_of_it_and_then_loses_a_renewal_with_its_reason(board) -> None:
    page = board()

    card(page).get_by_role("button").focus()
    for key in ("Space", "ArrowRight", "Escape"):
        page.keyboard.press(key)
    expect(page.get_by_role("status")).to_contain_text("stays where it was")
    assert stage() == "not_started"

    page.keyboard.press("Space")
    for _stage in range(6):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="It is lost").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("Why it is lost").select_option(label="too expensive")
    page.get_by_role("button", name="It is lost").click()

    expect(column(page, "lost")).to_contain_text("too expensive")
    expect(card(page).get_by_role("button")).to_be_focused()
    assert Renewal.objects.get().loss_reason.word == "price"


def test_a_finger_takes_a_card_by_its_handle(board) -> None:
    page = board(size=PHONE, has_touch=True)
    grip, to = card(page).get_by_role("button").bounding_box(), column(page, "in contact").bounding_box()
    touch = page.context.new_cdp_session(page)

    def at(kind: str, x: float, y: float) -> None:
        points = [] if kind == "touchEnd" else [{"x": x, "y": y}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    at("touchStart", grip["x"] + 10, grip["y"] + 10)
    for step in range(1, 7):
        at("touchMove", grip["x"] + (to["x"] + 15 - grip["x"]) * step / 6, grip["y"] + 20)
    at("touchEnd", 0, 0)

    expect(page.get_by_role("status")).to_contain_text("is in “in contact” now")
    assert stage() == "in_contact"

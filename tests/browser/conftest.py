"""A real Chromium, Debian's or the one that CHROMIUM names; `open_page` gives a page of a size, scheme and language."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

# Playwright keeps an event loop in the test's thread; the tests themselves talk to the database one after another.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

WIDE, PHONE = (1280, 900), (390, 844)
OpenPage = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(os.path.dirname(__file__)):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield browser
        browser.close()


def is_fault(message: ConsoleMessage) -> bool:
    """Whether the browser complains of something; that somebody else was faster (409) is an answer like another."""
    return message.type == "error" and "409 (Conflict)" not in message.text


@pytest.fixture
def open_page(chromium: Browser, live_server) -> Iterator[OpenPage]:
    """Open an address of the portal; at the end, nothing may have been refused or broken on any page opened."""
    contexts, complaints = [], []

    def open_it(path: str = "", *, size=WIDE, scheme="light", language="en", **more) -> Page:
        viewport = {"width": size[0], "height": size[1]}
        context = chromium.new_context(
            viewport=viewport, color_scheme=scheme, locale=language, base_url=live_server.url, **more
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: is_fault(message) and complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        if path:
            page.goto(path)
        return page

    yield open_it
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def barriers() -> Callable[[Page], list[str]]:
    """What axe finds on a page that keeps somebody out, one line each."""

    def found(page: Page) -> list[str]:
        violations = Axe().run(page).response["violations"]
        return [f"{one['id']}: {node['target']}" for one in violations for node in one["nodes"]]

    return found

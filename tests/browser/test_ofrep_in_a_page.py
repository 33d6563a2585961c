"""The official OpenFeature web provider in a page of the vendor's product, on another site than the portal."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from accounts.models import Contract
from renewals.locking.models import Evidence
from renewals.locking.telling import record_evidence
from renewals.product.keys import make_key
from renewals.product.tokens import fresh_token
from tests.renewals.cast import T, lan_tu_contract, utc

VENDOR = Path(__file__).parent / "vendor"
MODULES = {
    "@openfeature/core": "/openfeature-core/index.js",
    "@openfeature/web-sdk": "/openfeature-web-sdk/index.js",
    "@openfeature/ofrep-core": "/openfeature-ofrep-core/index.esm.js",
    "@openfeature/ofrep-web-provider": "/openfeature-ofrep-web-provider/index.esm.js",
}
PAGE = f"""<!doctype html><title>Product</title>
<script type="importmap">{json.dumps({"imports": MODULES})}</script>
<script type="module">
import {{ OpenFeature, ProviderEvents }} from "@openfeature/web-sdk";
import {{ OFREPWebProvider }} from "@openfeature/ofrep-web-provider";
window.begin = async (baseUrl, shown, contract, pollInterval) => {{
  window.changes = [];
  window.errors = [];
  OpenFeature.addHandler(ProviderEvents.ConfigurationChanged, (told) => window.changes.push(told.flagsChanged));
  OpenFeature.addHandler(ProviderEvents.Error, (told) => window.errors.push(told.message));
  await OpenFeature.setContext({{ targetingKey: contract }});
  const headers = [["Authorization", "Bearer " + shown]];
  const provider = new OFREPWebProvider({{ baseUrl, headers, pollInterval, cacheMode: "disabled" }});
  await OpenFeature.setProviderAndWait(provider).catch((problem) => window.errors.push(String(problem)));
  window.flags = OpenFeature.getClient();
  return window.flags.providerStatus;
}};
</script>"""
ENDS_AT, LOCK_AT = utc("2026-11-27T16:00"), utc("2026-11-30T01:00")
POLLS = 60_000

Begin = Callable[..., tuple[Page, str]]


@pytest.fixture
def contract(transactional_db, clock) -> Contract:
    found = lan_tu_contract()
    told_at = utc("2026-11-20T02:00")
    record_evidence(found.terms.get(), kind=Evidence.Kind.DELIVERED, at=told_at, now=told_at)
    return found


class Product(SimpleHTTPRequestHandler):
    """The vendor's site: one page, and the modules that it loads."""

    extensions_map = {".js": "text/javascript"}

    def do_GET(self) -> None:
        if self.path == "/":
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(PAGE.encode())
        else:
            super().do_GET()

    def log_message(self, *said: object) -> None:
        """In silence."""


@pytest.fixture(scope="module")
def product() -> Iterator[str]:
    """Where the product's page is: another site than the portal's."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Product, directory=VENDOR))
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def begin(chromium, live_server, product: str) -> Iterator[Begin]:
    """Opens the product's page and has it ask about a contract with a key or token; the page, and how the SDK is."""
    contexts = []

    def open_it(shown: str, number: str) -> tuple[Page, str]:
        contexts.append(chromium.new_context())
        page = contexts[-1].new_page()
        page.clock.install()
        page.goto(product)
        page.wait_for_function("'begin' in window")
        return page, page.evaluate("said => window.begin(...said)", [live_server.url, shown, number, POLLS])

    yield open_it
    for context in contexts:
        context.close()


@pytest.fixture
def asked(contract, begin) -> Page:
    """The product's page, with the token of its contract."""
    page, status = begin(fresh_token(contract.pk, now=T), contract.number)
    assert status == "READY"
    return page


def values(page: Page) -> list[Any]:
    """The three flags, by their code's defaults where the portal has nothing to say."""
    return page.evaluate(
        """[flags.getBooleanValue("contract-access", true), flags.getStringValue("contract-state", "nobody said"),
            flags.getObjectValue("contract-dialog", {})]"""
    )


def poll(page: Page) -> int:
    """Let the page's time come to its next question; the status of the answer."""
    with page.expect_response(lambda response: "/ofrep/" in response.url) as answer:
        page.clock.run_for(POLLS)
    return answer.value.status


def test_a_page_reads_the_flags_of_its_contract(asked: Page) -> None:
    assert values(asked) == [True, "active", {}]


def test_nothing_new_is_a_304_and_at_the_minute_the_state_is_another(asked: Page, contract, clock, begin) -> None:
    assert poll(asked) == 304
    assert asked.evaluate("changes") == []

    clock.set(LOCK_AT)
    page, _status = begin(fresh_token(contract.pk, now=LOCK_AT), contract.number)
    access, state, dialog = values(page)

    assert (access, state) == (False, "soft_locked")
    assert dialog["title"]["en"] == "Your time with 协作专业版 has ended"


def test_a_page_that_is_open_learns_of_the_end_at_its_next_question(contract, clock, begin) -> None:
    clock.set(utc("2026-11-27T15:59"))
    page, _status = begin(fresh_token(contract.pk, now=utc("2026-11-27T15:59")), contract.number)
    before = values(page)

    clock.set(ENDS_AT)
    assert poll(page) == 200
    page.wait_for_function("changes.length")

    assert (before[1], values(page)[1]) == ("active", "buffer")
    assert "contract-state" in page.evaluate("changes[0]")


def test_a_flag_that_nobody_knows_is_what_the_code_says(asked: Page) -> None:
    told = asked.evaluate('flags.getStringDetails("contract-colour", "blue")')

    assert (told["value"], told["errorCode"]) == ("blue", "FLAG_NOT_FOUND")


def test_of_a_number_that_nobody_knows_the_codes_defaults_hold(contract, begin) -> None:
    page, status = begin(make_key("the product", ["entitlements:read"], now=T), "NO-1")

    assert status == "READY"
    assert values(page) == [True, "nobody said", {}]


@pytest.mark.parametrize("shown", ["nonsense", "another contract's token"])
def test_with_a_wrong_key_the_sdk_says_so_and_the_codes_defaults_hold(shown: str, contract, begin) -> None:
    token = fresh_token(contract.pk + 1, now=T) if shown != "nonsense" else shown

    page, status = begin(token, contract.number)

    assert status == "FATAL"
    assert page.evaluate("errors") != []
    assert values(page) == [True, "nobody said", {}]


def test_a_page_asks_without_cookies_and_is_answered_whatever_its_site(asked: Page, product: str) -> None:
    with asked.expect_request("**/ofrep/**") as question:
        asked.clock.run_for(POLLS)

    headers = question.value.all_headers()
    assert headers["origin"] == product
    assert "cookie" not in headers

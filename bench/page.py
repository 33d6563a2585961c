"""The customer's page a second, and from “confirm” to an open product: `python bench/page.py [CONTRACTS]`.

Two gunicorn workers serve the portal; `wrk` asks for the pages of contracts drawn evenly from the whole database
(1,000,000 unless said; it is made once, minutes, and kept). Each of those has what a page can have: a year of use by
eight people, a peak, an owner with a calendar. Then soft-locked contracts are renewed on their pages, and the product's
API is asked without a pause until it says `active`.
"""

from __future__ import annotations

import http.client
import statistics
import sys
import tempfile
import time
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from database import with_contracts
from entitlements import ROUNDS, load, server

if TYPE_CHECKING:
    from accounts.models import Contract

SAMPLE, RENEWALS, PAGES = 2_000, 30, 200
USE = """
INSERT INTO renewals_usagesignal (contract_id, at, metric, value, who, received_at)
SELECT contract, %s::timestamptz - week * interval '7 days', 'reports', 5, md5(person::text), %s
FROM unnest(%s::bigint[]) contract, generate_series(0, 51) week, generate_series(1, 8) person
"""


class Fields(HTMLParser):
    """What a browser would send of a form as it stands."""

    def __init__(self, form: str) -> None:
        super().__init__()
        self.form = form
        self.found: dict[str, str] = {}
        self.inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag == "form":
            self.inside = said.get("id") == self.form
        chosen = said.get("type") != "radio" or "checked" in said
        if tag == "input" and self.inside and said.get("name") and chosen:
            self.found[said["name"]] = said.get("value") or ""


def prepare(count: int, folder: Path) -> tuple[str, list[tuple[str, str]]]:
    """A key of the API; number and address of contracts that are soft-locked. The pages to ask for are written down."""
    from accounts.models import Contract
    from csportal.clock import now as present
    from renewals.links.services import links_of_product, token_of
    from renewals.locking.models import Clock
    from renewals.product.keys import make_key

    now = present()
    keys = Contract.objects.order_by("pk").values_list("pk", flat=True)[:: max(count // SAMPLE, 1)]
    found = list(Contract.objects.filter(pk__in=list(keys)))
    links = links_of_product(found, now=now)
    (folder / "numbers").write_text("\n".join(token_of(links[one.pk]) for one in found))
    give_them_a_life(found, now=now)
    locked = Clock.objects.counting(at=now).filter(lock_at__lte=now, closes_at__gt=now, contract__renews_itself=False)
    chosen = [clock.contract for clock in locked.select_related("contract")[:RENEWALS]]
    theirs = links_of_product(chosen, now=now)
    key = make_key(f"bench {now}", ["entitlements:read"], now=now)
    return key, [(one.number, f"/r/{token_of(theirs[one.pk])}/") for one in chosen]


def give_them_a_life(found: list[Contract], *, now: datetime) -> None:
    """A year of use and a peak for each of these, once."""
    from django.db import connection

    from accounts.models import Customer, Peak, User
    from accounts.peaks import note_peak
    from renewals.usage.models import Metric, UsageSignal

    if UsageSignal.objects.exists():
        return
    with connection.cursor() as cursor:
        cursor.execute(USE, [now, now, [one.pk for one in found]])
        cursor.execute("VACUUM (ANALYZE) renewals_usagesignal")
    for product in {one.product_id for one in found}:
        words = {"one_en": "report", "many_en": "reports", "zh": "份报表"}
        Metric.objects.create(product_id=product, code="reports", changed_at=now, **words)
    somebody = User.objects.first()
    for customer in Customer.objects.filter(pk__in={one.customer_id for one in found}):
        note_peak(customer, by=somebody, now=now, name="Close", kind=Peak.Kind.MONTH_END, count=3)


def warm(address: str, page: str) -> None:
    """Each worker has answered before anything is counted: the first page of a process loads all that is behind it."""
    for _ in range(20):
        host, _, port = address.partition(":")
        asked(http.client.HTTPConnection(host, int(port)), "GET", page, {})


def cpu_ms() -> tuple[float, int]:
    """What one page costs in this process: ms of CPU, and queries. Median of `PAGES`."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from renewals.links.models import RenewalLink
    from renewals.links.services import token_of

    links = RenewalLink.objects.filter(contract__usage__isnull=False).distinct().order_by("pk")[:PAGES]
    addresses, client, took, queries = [f"/r/{token_of(link)}/" for link in links], Client(), [], []
    for address in addresses:
        began = time.process_time()
        assert client.get(address, HTTP_HOST="127.0.0.1").status_code == 200
        took.append((time.process_time() - began) * 1000)
        with CaptureQueriesContext(connection) as seen:
            client.get(address, HTTP_HOST="127.0.0.1")
        queries.append(len(seen))
    return statistics.median(took[20:]), max(queries)


def renewed_within(address: str, key: str, number: str, page: str) -> tuple[float, float]:
    """From pressing the button: ms until the page's answer, and until the API says that the contract is active."""
    host, _, port = address.partition(":")
    browser, product = (http.client.HTTPConnection(host, int(port)) for _ in range(2))
    body, cookies = asked(browser, "GET", page, {})
    choice = Fields("renewal")
    choice.feed(body)
    step = f"{page}order?{urlencode(choice.found)}"
    cookies = f"{cookies}; {shown_before(page)}"
    form = Fields("signing")
    form.feed(asked(browser, "GET", step, {"Cookie": cookies})[0])
    form.found |= {"signer": "Bench"}
    form.found.pop("order_file", None)
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Cookie": cookies,
        "Referer": f"http://{address}{page}",
    }
    began = time.perf_counter()
    asked(browser, "POST", f"{page}order", headers, urlencode(form.found))
    answered = (time.perf_counter() - began) * 1000
    while (
        '"active"' not in asked(product, "GET", f"/api/v1/entitlements/{number}", {"Authorization": f"Bearer {key}"})[0]
    ):
        assert time.perf_counter() - began < 30, "renewed, and still not active"
    return answered, (time.perf_counter() - began) * 1000


def shown_before(page: str) -> str:
    """The cookie of a browser in which this page's person has typed in their code before."""
    from accounts.models import Contact
    from renewals.door.passes import NAME, pass_of
    from renewals.links.services import find_link

    link = find_link(page.strip("/").partition("/")[2])
    assert link is not None
    person = link.contact or Contact.objects.filter(customer=link.contract.customer_id).exclude(email="").first()
    assert person is not None, "nobody there can be sent a code"
    return f"{NAME}={pass_of(link, person)}"


def asked(
    connection: http.client.HTTPConnection, method: str, path: str, headers: dict[str, str], body: str = ""
) -> tuple[str, str]:
    """What is answered, and the cookies that come with it."""
    connection.request(method, path, body or None, headers)
    response = connection.getresponse()
    text = response.read().decode()
    assert response.status in (200, 302), f"{response.status}: {text[:300]}"
    return text, "; ".join(one.partition(";")[0] for one in response.headers.get_all("Set-Cookie") or ())


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(int(len(values) * share), len(values) - 1)]


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with_contracts(count)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        key, locked = prepare(count, folder)
        cpu, queries = cpu_ms()
        with server() as address:
            warm(address, locked[0][1])
            rounds, constants = [], []
            for _round in range(ROUNDS):
                constants.append(load(address, "/bench/constant", key, folder, numbered=False)[0])
                rounds.append(load(address, "/r/", key, folder, numbered=True, ends="/"))
            renewals = [renewed_within(address, key, number, page) for number, page in locked]
    rates = [rate for rate, *_ in rounds]
    share = statistics.median(rate / constant for rate, constant in zip(rates, constants))
    p50, p99 = (statistics.median(each[place] for each in rounds) for place in (1, 2))
    print(f"| {count:,} contracts | figure |")
    print("| --- | --- |")
    print(f"| pages a second (min-max), p50, p99 | {statistics.median(rates):,.0f} ", end="")
    print(f"({min(rates):,.0f}-{max(rates):,.0f}), {p50:.0f} ms, {p99:.0f} ms |")
    print(f"| a view that returns a constant, in turn with it | {statistics.median(constants):,.0f} a second; ", end="")
    print(f"the page has {share:.3f} of it |")
    print(f"| one page | {cpu:.1f} ms of CPU, {queries} queries at most |")
    for place, words in enumerate(("until the page says so", "until the API says `active`")):
        took = [one[place] for one in renewals]
        print(f"| from “confirm” {words}, {len(took)} soft-locked contracts | ", end="")
        print(f"p50 {statistics.median(took):.0f} ms, p99 {percentile(took, 0.99):.0f} ms |")


if __name__ == "__main__":
    main()

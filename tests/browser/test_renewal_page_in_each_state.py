"""In each state of a contract the customer's page keeps nobody out, fits the smallest phone, and stands still."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from accounts.models import Contact, Contract, ContractTerm, Customer, Peak
from accounts.peaks import note_peak
from accounts.services import last_term
from accounts.terms import Term
from renewals.appointments.services import book
from renewals.links.services import link_for
from renewals.locking.models import Evidence
from renewals.locking.renewing import renew
from renewals.locking.telling import record_evidence
from renewals.page.reading import page_for
from tests.browser.conftest import WIDE
from tests.renewals.cast import T, chen, lan_tu, lin, utc
from tests.renewals.cast import contract as sign_contract
from tests.renewals.page.conftest import address

SMALLEST = (320, 640)
SHIFTS = """
    window.shifted = 0;
    new PerformanceObserver((list) => { for (const one of list.getEntries()) window.shifted += one.value; })
        .observe({ type: "layout-shift", buffered: true });
"""


def contracts() -> Iterator[tuple[Contract, list[tuple[str, str]]]]:
    """Each contract with the instants at which its page is looked at, and the words that it has then."""
    customer, colleague = lan_tu(), chen()
    lin(customer, language="zh-hans")
    note_peak(customer, by=colleague, now=T, name="月结", kind=Peak.Kind.MONTH_END, count=3)
    told = signed(customer, "LT-1")
    record_evidence(last_term(told), kind=Evidence.Kind.DELIVERED, at=T, now=T)
    states = ("scheduled", "2025-11-27T15:00"), ("active", "2026-11-23T04:07"), ("last_day", "2026-11-27T03:00")
    yield (
        told,
        [*states, ("buffer", "2026-11-28T03:00"), ("soft_locked", "2026-12-01T03:00"), ("closed", "2027-06-01T03:00")],
    )
    yield signed(customer, "LT-2"), [("untold", "2026-12-20T03:00")]
    renewed = signed(customer, "LT-3")
    renew(renewed, after=last_term(renewed).ends_at, term=Term.years(1), by="林岚", now=T)
    yield renewed, [("agreed", "2026-11-23T04:07")]
    yield signed(customer, "LT-4", renews_itself=True, notice_days=30), [("renews_itself", "2026-09-01T03:00")]
    declined = signed(customer, "LT-5")
    Contract.objects.filter(pk=declined.pk).update(declined_at=T)
    yield declined, [("declined", "2026-11-24T03:00")]


def signed(customer: Customer, number: str, **said: object) -> Contract:
    found = sign_contract(customer, number=number, **said)
    ContractTerm.objects.filter(contract=found).update(seats=120, value="86400", currency="CNY")
    return found


@pytest.mark.parametrize(("size", "scheme", "language"), [(WIDE, "light", "zh-hans"), (SMALLEST, "dark", "en")])
def test_in_each_state_it_keeps_nobody_out_and_nothing_jumps(
    open_page, barriers, transactional_db, monkeypatch, size, scheme, language
):
    clock = {"now": T}
    monkeypatch.setattr("csportal.clock.now", lambda: clock["now"])
    page = open_page(size=size, scheme=scheme, timezone_id="Europe/London")
    page.add_init_script(SHIFTS)
    wrong = []

    for contract, states in contracts():
        Contact.objects.update(language=language)
        person = Contact.objects.get()
        link = link_for(contract, person, now=T)
        for state, instant in states:
            clock["now"] = utc(instant)
            assert page_for(contract, person, now=clock["now"]).words == f"page/next/_{state}.html"
            page.goto(address(link))
            if (shifted := page.evaluate("window.shifted")) > 0:
                wrong.append(f"{state}: shifted by {shifted}")
            if (width := page.evaluate("document.documentElement.scrollWidth")) != size[0]:
                wrong.append(f"{state}: {width} wide")
            wrong += [f"{state}: {barrier}" for barrier in barriers(page)]

    assert wrong == []


STEPS = ("order?choice=24", "change", "decline", "files")


@pytest.mark.parametrize(("size", "scheme", "language"), [(WIDE, "light", "zh-hans"), (SMALLEST, "dark", "en")])
def test_each_step_beside_it_keeps_nobody_out(
    open_page, barriers, transactional_db, monkeypatch, size, scheme, language
):
    monkeypatch.setattr("csportal.clock.now", lambda: T)
    customer = lan_tu()
    person = lin(customer, language=language, may_sign=False)
    lin(customer, name="秦越", email="qin@lantu.test")
    page = open_page(size=size, scheme=scheme)
    link = link_for(signed(customer, "LT-1"), person, now=T)
    wrong = []

    for step in STEPS:
        page.goto(address(link) + step)
        if (width := page.evaluate("document.documentElement.scrollWidth")) != size[0]:
            wrong.append(f"{step}: {width} wide")
        wrong += [f"{step}: {barrier}" for barrier in barriers(page)]

    assert wrong == []


@pytest.mark.parametrize(("size", "scheme", "language"), [(WIDE, "light", "zh-hans"), (SMALLEST, "dark", "en")])
def test_a_call_with_its_times_or_booked_keeps_nobody_out(
    open_page, barriers, transactional_db, monkeypatch, size, scheme, language
):
    """Offered, with ours beside theirs; outside their hours, where none are shared; and booked, to be moved."""
    monkeypatch.setattr("csportal.clock.now", lambda: T)
    customer = lan_tu()
    person = lin(customer, language=language)
    page = open_page(size=size, scheme=scheme)
    contract = signed(customer, "LT-1")
    link = link_for(contract, person, now=T)
    wrong = []

    for zone in ("Europe/London", "America/New_York", "Asia/Shanghai"):
        Customer.objects.update(time_zone=zone)
        if zone == "Asia/Shanghai":
            book(link_for(Contract.objects.get(), person, now=T), at=utc("2026-11-24T01:00"), now=T)
        page.goto(address(link))
        page.locator("#call summary").click()
        if (width := page.evaluate("document.documentElement.scrollWidth")) != size[0]:
            wrong.append(f"{zone}: {width} wide")
        wrong += [f"{zone}: {barrier}" for barrier in barriers(page)]

    assert wrong == []

"""The staff's pages in a real browser: both languages, both schemes, a desk's width and a phone's."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from accounts.models import Contact, Contract, Customer, Peak, Product, Team, User
from accounts.peaks import note_peak
from renewals.answers.models import Answer
from renewals.answers.services import take_in
from renewals.appointments.services import book
from renewals.callbacks.models import Attempt, Call
from renewals.callbacks.services import make_endpoint
from renewals.conversations.models import Promise
from renewals.conversations.services import Promised, note_conversation
from renewals.health.models import Weighing
from renewals.health.services import keep_scores
from renewals.interventions.channel import set_channel
from renewals.interventions.models import Channel, Intervention
from renewals.links.services import fresh_link, link_for
from renewals.locking.models import Evidence, Grant
from renewals.locking.observing import observe_lock
from renewals.locking.telling import record_evidence
from renewals.playbooks.models import Playbook
from renewals.tick import tick
from renewals.timeline.models import Event
from renewals.timeline.services import record_event
from renewals.usage.files import look_at
from renewals.usage.models import UsageFile
from renewals.usage.services import Signal, take_signals
from tests.browser.conftest import PHONE, WIDE
from tests.renewals import cast
from tests.renewals.answers.conftest import mail
from tests.renewals.cast import T, utc

PAGES = [
    "/",
    "/?whose=team",
    "/customers/",
    "/customers/{customer}/",
    "/customers/new/",
    "/customers/{customer}/edit/",
    "/contacts/{contact}/",
    "/customers/{customer}/peaks/new/",
    "/peaks/{peak}/",
    "/contracts/",
    "/contracts/{number}/",
    "/contracts/{number}/as-customer/",
    "/contracts/{number}/as-customer/?at=2026-12-02T02:00:00Z",
    "/contract/talk/{contract}/",
    "/health/",
    "/usage/",
    "/usage/{file}/",
    "/products/{product}/metrics/",
    "/products/{product}/metrics/new/",
    "/contract/new/",
    "/contract/edit/{contract}/",
    "/contract/renew/{contract}/",
    "/contract/end/{contract}/",
    "/contract/told/{contract}/",
    "/contract/more/{contract}/?days=1&reason=close",
    "/contract/peak/{contract}/",
    "/calls/{call}/",
    "/calls/{had}/",
    "/touches/",
    "/touches/?state=any",
    "/plan/{step}/move/",
    "/plan/{step}/drop/",
    "/plan/{contract}/add/",
    "/plan/{contract}/version/",
    "/pipeline/",
    "/pipeline/{renewal}/",
    "/pipeline/board/",
    "/pipeline/arrange/",
    "/playbooks/",
    "/playbooks/{playbook}/",
    "/playbooks/{playbook}/change/",
    "/playbooks/{playbook}/move-all/",
    "/interventions/",
    "/intervention/{intervention}/",
    "/duty/",
    "/touch/{step}/",
    "/letters/",
    "/calendar/",
    "/teams/{team}/channel/",
    "/calendar/morning/",
    "/answers/",
    "/answers/?show=all",
    "/answers/{answer}/",
    "/answers/{stranger}/",
    "/products/",
    "/products/{product}/",
    "/pipeline/minutes/",
    "/pipeline/minutes/?on=2026-11-27",
    "/pipeline/month/?month=2026-11",
    "/forecast/?period=2026-Q4",
    "/forecast/?period=2026-Q4&commit=900&by=product",
    "/forecast/rows/?period=2026-Q4",
    "/forecast/targets/",
    "/last-mile/",
    "/last-mile/rows/?figure=not-day",
    "/risk/",
    "/risk/rules/",
    "/gaps/",
    "/gaps/?product={learning}&locks=last_day_at&clock=18:00&zone=UTC",
    "/gaps/?product={learning}&locks=last_day_at&zone=Asia/Shangai",
    "/gaps/observed/",
    "/gaps/observed/give-back/",
]
CALLBACKS = [
    "/callbacks/",
    "/callbacks/new/",
    "/callbacks/{endpoint}/",
    "/callbacks/{endpoint}/secret/",
    "/callbacks/{endpoint}/delete/",
    "/callbacks/calls/{call}/",
]
"""What administrators see beside."""
SEEN = [(WIDE, "light", "en"), (PHONE, "dark", "zh-CN")]
"""Both widths, both schemes, both languages."""


@pytest.fixture
def desk(transactional_db, monkeypatch: pytest.MonkeyPatch, settings, tmp_path) -> User:
    """Chen's desk at T: one contract that waits, one in its buffer, one locked, two products under one number."""
    monkeypatch.setattr("csportal.clock.now", lambda: T)
    settings.MEDIA_ROOT = tmp_path
    contract = cast.lan_tu_contract()
    close = {"name": "month-end close", "kind": "month_end", "count": 3, "working": True}
    note_peak(contract.customer, by=cast.chen(), now=T, **close)
    analytics = Product.objects.create(code="analytics", name="Analytics")
    cast.contract(contract.customer, product=analytics, until="2026-12-24T18:00")
    harbor = cast.lan_tu(name="Harbor Labs", zone="America/New_York", country="US")
    for number, through in [("HL-BUFFER", "2026-11-21"), ("HL-LOCKED", "2026-11-17")]:
        found = cast.contract(harbor, number=number, through=through)
        record_evidence(
            found.terms.get(), kind=Evidence.Kind.DELIVERED, at=utc("2026-11-10T15:00"), now=utc("2026-11-10T15:00")
        )
    heard_of(contract)
    fresh_link(contract, Contact.objects.get(), now=T)
    called_at(contract)
    locked_too_early(harbor)
    tick(now=T)
    written_back()
    User.objects.update(role=User.Role.MANAGER, team=Team.objects.create(name="East"))
    return with_a_channel(User.objects.get())


def called_at(contract: Contract) -> None:
    """A call that is to come, and one that is over and of which nobody noted what came of it."""
    link = link_for(contract, Contact.objects.get(), now=T)
    book(link, at=utc("2026-11-20T02:00"), phone="138 0000 7777", now=T - timedelta(days=5))
    book(link, at=utc("2026-11-24T01:00"), now=T)


def with_a_channel(lead: User) -> User:
    """Whose team is told on DingTalk; the address leads nowhere, and nothing is posted."""
    assert lead.team
    url = "https://oapi.dingtalk.com/robot/send?access_token=none"
    set_channel(lead.team, kind="dingtalk", url=url, secret="SECnone", by=lead, now=T)
    return lead


def heard_of(contract: Contract) -> None:
    """Signals of half a year, a conversation with promises, a file with a row that cannot be taken, weights changed."""
    weeks = [T - timedelta(days=1 + 7 * n) for n in range(26)]
    use = [Signal(contract_id=contract.pk, at=at, metric="reports", value=20, user=f"{at}") for at in weeks]
    take_signals(use, now=T)
    promised = [Promised(side=side, what="a batch export", due_on=date(2026, 11, 20)) for side in Promise.Side]
    said = {"channel": "call", "at": T - timedelta(days=2), "time_zone": "Asia/Shanghai", "said": "She asked twice."}
    chen = User.objects.get()
    note_conversation(contract.customer, by=chen, now=T, sentiment=-1, promises=promised, **said)
    look_at(b"contract,at,metric,value\nLT-9,2026-11-20,reports,3", "use.csv", by=chen, now=T)
    Weighing.objects.create(at=T, by=chen, trend=30, breadth=20, support=15, mood=20, contact=15)
    keep_scores(now=T - timedelta(days=28))


def written_back() -> None:
    """An answer of somebody known, with a long file name, and a mail of which nobody knows whose it is."""
    known = mail("We renew.\n\n> Dear Ms Lin,\n> " + "unbroken" * 40, subject="Re: " + "协作专业版" * 20)
    known.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="offer" * 20 + ".pdf")
    stranger = mail("https://vendor.test/" + "path" * 60, sender=f"{'x' * 60}@else.test", number=2)
    for message in (known, stranger):
        take_in(message, received_at=T, now=T)


def locked_too_early(customer: Customer) -> None:
    """A product that takes the last day, and a contract of it that was locked so."""
    learning = Product.objects.create(code="learning", name="Learning", lock_convention="last_day_begins")
    found = cast.contract(customer, number="HL-EARLY", through="2026-11-22", product=learning)
    record_evidence(found.terms.get(), kind=Evidence.Kind.DELIVERED, at=utc("2026-11-10T15:00"), now=T)
    observe_lock(cast.clock_of(found), locked_at=utc("2026-11-22T05:00"), now=T)


@pytest.fixture
def at_the_desk(open_page, live_server, desk: User) -> Callable[..., Page]:
    """A page that Chen has opened, logged in, reading the language given."""

    def opened(path: str, *, language: str = "en", **more) -> Page:
        User.objects.update(language="zh-hans" if language == "zh-CN" else "en")
        client = Client()
        client.force_login(desk)
        page = open_page(language=language, **more)
        session = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
        page.context.add_cookies([session])
        page.goto(path.format(**addressed()))
        return page

    return opened


def addressed() -> dict[str, object]:
    """What stands for the numbers in `PAGES`."""
    contract = Contract.objects.get(number="LT-2026-01", product__code="collab")
    people = Contact.objects.get(customer=contract.customer)
    found = {
        "intervention": Intervention.objects.first().pk,
        "team": Channel.objects.get().team_id,
        "answer": Answer.objects.exclude(customer=None).get().pk,
        "stranger": Answer.objects.get(customer=None).pk,
        "file": UsageFile.objects.get().pk,
        "contract": contract.pk,
        "call": contract.appointments.get(during__startswith__gt=T).pk,
        "had": contract.appointments.get(during__startswith__lt=T).pk,
        "renewal": contract.renewals.get().pk,
        "step": contract.plan_steps.get(purpose="care").pk,
        "customer": contract.customer_id,
        "contact": people.pk,
        "peak": Peak.objects.get().pk,
        "playbook": Playbook.objects.get().pk,
        "learning": Product.objects.get(code="learning").pk,
    }
    return found | {"number": contract.number, "product": contract.product_id}


def flaws(
    page: Page, paths: list[str], numbers: dict[str, object], barriers: Callable[[Page], list[str]]
) -> dict[str, list[str]]:
    """By path, what keeps somebody out of it or runs off it: one desk for all of them, since they are only read."""
    found = {}
    for path in paths:
        response = page.goto(path.format(**numbers))
        assert response is not None
        assert response.ok, path
        over = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        found[path] = barriers(page) + ([f"{over} px run off the page"] if over else [])
    return {path: wrong for path, wrong in found.items() if wrong}


@pytest.mark.parametrize(("size", "scheme", "language"), SEEN)
def test_nobody_is_kept_out_and_nothing_runs_off_the_page(at_the_desk, barriers, size, scheme, language) -> None:
    page = at_the_desk("/", size=size, scheme=scheme, language=language)

    assert flaws(page, PAGES, addressed(), barriers) == {}


@pytest.mark.parametrize(("size", "scheme", "language"), SEEN)
def test_an_address_that_is_shown_once_keeps_nobody_out(at_the_desk, barriers, size, scheme, language) -> None:
    page = at_the_desk("/calendar/", size=size, scheme=scheme, language=language)

    page.locator("form[action='/calendar/make/'] button").click()
    page.locator("#team-address").wait_for()

    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == size[0]


@pytest.fixture
def call(desk: User) -> Call:
    """A call that was answered twice, to an endpoint with a long address; Chen is an administrator for once."""
    User.objects.update(role=User.Role.ADMIN)
    said = {"types": ["contract.ending", "contract.renewed"], "lead_days": [90, 7]}
    endpoint = make_endpoint(name="CRM", url=f"https://crm.example/{'hooks' * 30}", by=desk, now=T, **said)
    renewed = {"key": "renewed:1", "occurred_at": T, "now": T, "term": "1 year", "by": "林岚"}
    record_event(Contract.objects.get(number="HL-LOCKED"), Event.Kind.RENEWED, **renewed)
    call = Call.objects.get(endpoint=endpoint, type="contract.renewed")
    Attempt.objects.create(call=call, at=T, status=500, took=0.31, answer="<html>" + "unbroken" * 60)
    Attempt.objects.create(call=call, at=T, took=15.0, reason="no whole answer within 15 s")
    return call


@pytest.mark.parametrize(("size", "scheme", "language"), SEEN)
def test_the_callbacks_keep_nobody_out_either(at_the_desk, call, barriers, size, scheme, language) -> None:
    page = at_the_desk("/", size=size, scheme=scheme, language=language)

    assert flaws(page, CALLBACKS, {"endpoint": call.endpoint_id, "call": call.uid}, barriers) == {}


@pytest.mark.parametrize("language", ["en", "zh-CN"])
@pytest.mark.parametrize("path", ["/contracts/", "/customers/"])
def test_on_a_phone_the_first_row_is_on_the_first_screen(at_the_desk, path: str, language: str) -> None:
    page = at_the_desk(path, size=PHONE, language=language)

    first = page.locator("tbody tr").first.bounding_box()

    assert first["y"] + first["height"] < PHONE[1]


def test_on_a_phone_more_filters_unfold_and_stay_while_they_narrow_the_list(at_the_desk) -> None:
    page = at_the_desk("/contracts/", size=PHONE)
    expect(page.get_by_label("State")).to_be_hidden()

    page.get_by_text("More filters").click()
    page.get_by_label("State").select_option("soft_locked")
    expect(page).to_have_url(re.compile("state=soft_locked"))
    page.reload()

    expect(page.get_by_label("State")).to_be_visible()


def test_on_a_desk_every_filter_is_in_the_line(at_the_desk) -> None:
    page = at_the_desk("/contracts/")

    expect(page.get_by_label("Ends until")).to_be_visible()
    expect(page.get_by_text("More filters")).to_be_hidden()


def test_a_filter_narrows_the_list_in_place_and_the_address_with_it(at_the_desk) -> None:
    page = at_the_desk("/contracts/?sort=number")

    page.get_by_label("Number or customer").fill("harbor")

    expect(page.locator("tbody tr")).to_have_count(3)
    expect(page).to_have_url(re.compile("q=harbor.*sort=number"))


def test_the_list_works_without_javascript(at_the_desk) -> None:
    page = at_the_desk("/contracts/", java_script_enabled=False)

    page.get_by_label("State").select_option("soft_locked")
    page.get_by_role("button", name="Show").click()

    expect(page.locator("tbody tr")).to_have_count(1)


def test_a_row_opens_on_a_click_anywhere_in_it(at_the_desk) -> None:
    page = at_the_desk("/contracts/")

    page.get_by_role("row").filter(has_text="HL-LOCKED").get_by_role("cell").nth(3).click()

    expect(page).to_have_url(re.compile("/contracts/HL-LOCKED/$"))


def test_the_exact_minute_is_explained_while_typing(at_the_desk) -> None:
    page = at_the_desk("/contract/new/")
    explained = page.locator("#explained")

    page.get_by_label("Customer").fill("harbor labs")
    page.get_by_label("Starts").fill("2026-03-01T00:00-05:00")
    page.get_by_label("Term", exact=False).first.fill("30 days")

    expect(explained.locator(".minute")).to_have_text("31 March 2026, 23:59")
    expect(explained).to_contain_text("719 hours, less than 30 × 24")


def test_what_is_wrong_is_explained_while_typing_too(at_the_desk) -> None:
    page = at_the_desk("/contract/end/{contract}/")

    page.get_by_label("New last minute").fill("2026-02-30")

    expect(page.locator("#explained")).to_contain_text("The date in “2026-02-30” does not exist.")


def test_the_minute_is_worked_out_without_javascript(at_the_desk) -> None:
    page = at_the_desk("/contract/end/{contract}/", java_script_enabled=False)

    page.get_by_label("New last minute").fill("2026-11-26")
    page.get_by_role("button", name="Only work out the minute").click()

    expect(page.locator("#explained")).to_contain_text("1 day earlier than promised")
    expect(page.get_by_label("New last minute")).to_have_value("2026-11-26")


def test_from_what_waits_to_what_is_on_record(at_the_desk) -> None:
    page = at_the_desk("/")

    page.locator(".card", has_text="nobody was told").get_by_role("link", name="Note the call").click()
    page.get_by_label("How, and what they said").fill("by phone, she will renew")
    page.get_by_role("button", name="Put it on record").click()

    expect(page.locator(".note.success")).to_have_text("It is on record who was told, and when.")
    assert Evidence.objects.get(kind=Evidence.Kind.TOLD).note == "by phone, she will renew"


def test_a_form_that_is_half_filled_stays_so_when_the_language_changes(at_the_desk) -> None:
    page = at_the_desk("/contract/new/")
    page.get_by_label("Number").fill("HL-9")
    page.get_by_label("Renews by itself").check()

    page.get_by_role("button", name="简体中文").click()

    expect(page.get_by_label("编号")).to_have_value("HL-9")
    expect(page.get_by_label("自动续约")).to_be_checked()


def test_what_was_kept_for_another_language_is_filled_in_once(at_the_desk) -> None:
    page = at_the_desk("/contract/new/")
    page.get_by_label("Number").fill("HL-9")
    page.get_by_role("button", name="简体中文").click()
    expect(page.get_by_label("编号")).to_have_value("HL-9")

    page.goto(page.url)

    expect(page.get_by_label("编号")).to_have_value("")


@pytest.mark.parametrize("path", ["/contract/renew/{contract}/", "/contract/end/{contract}/", "/contracts/{number}/"])
@pytest.mark.parametrize("width", [1280, 1000, 390, 320])
def test_the_minute_stays_inside_its_card(at_the_desk, path: str, width: int) -> None:
    page = at_the_desk(path, size=(width, 844))
    if "end" in path:
        page.get_by_label("New last minute").fill("2027-09-27")

    page.locator(".card .minute time").first.wait_for()

    inside = "time => time.getBoundingClientRect().right <= time.closest('.card-body').getBoundingClientRect().right"
    assert page.locator(".card .minute time").first.evaluate(inside)


def test_a_step_outside_their_hours_is_proposed_the_next_minute_of_work(at_the_desk) -> None:
    page = at_the_desk("/plan/{step}/move/", java_script_enabled=False)

    page.get_by_label("Goes out at").fill("2026-11-24T23:00")
    page.get_by_role("button", name="Move it there").click()

    expect(page.get_by_label("Goes out at")).to_have_value("2026-11-25T09:00")
    page.get_by_role("button", name="Move it there").click()
    expect(page.locator(".note.success")).to_contain_text("goes out 25 November 2026, 09:00 (Asia/Shanghai)")


def test_a_playbook_gets_a_step_more_without_javascript(at_the_desk) -> None:
    page = at_the_desk("/playbooks/{playbook}/change/", java_script_enabled=False)
    page.get_by_role("button", name="More rows").click()

    row = page.get_by_role("group", name="Step 13")
    row.get_by_label("Purpose").select_option("Value")
    row.get_by_label("Days").fill("45")
    page.get_by_role("button", name="Keep this version").click()

    expect(page.locator(".note.success")).to_contain_text("Version 2 is kept.")
    expect(page.get_by_text("New: 45 days before the last minute · Value")).to_be_visible()


def test_what_if_is_asked_without_javascript_and_its_address_can_be_shared(at_the_desk) -> None:
    page = at_the_desk("/gaps/", java_script_enabled=False)

    page.get_by_label("Product").select_option("Learning")
    page.get_by_text("What if a product locked otherwise?").click()
    page.get_by_label("If it locked at").select_option("last_day_ends")
    page.get_by_role("button", name="Hold it against every contract").click()

    expect(page.locator(".note.warning")).to_contain_text("It would go from 1,440 min from 1 contract to nothing.")
    expect(page).to_have_url(re.compile("product=.*locks=last_day_ends"))


def test_what_a_lock_took_is_given_back_by_one_click(at_the_desk) -> None:
    page = at_the_desk("/gaps/observed/?verdict=paid")

    page.get_by_role("button", name="Give back 1 day").click()

    expect(page.locator(".note.success")).to_have_text("Given back to Harbor Labs: 1 day.")
    expect(page).to_have_url(re.compile("verdict=paid$"))
    assert Grant.objects.get().source == Grant.Source.RULE

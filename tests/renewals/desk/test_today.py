"""Today: what waits with its one next action, what is ahead, the minutes that come next."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from accounts import terms
from accounts.models import Contact
from accounts.services import Sold, change_details, change_sold
from renewals.desk.reasons import unanswered, why_they_wait
from renewals.desk.rows import rows
from renewals.locking.models import Evidence
from renewals.locking.renewing import renew
from renewals.locking.telling import record_evidence
from renewals.offers.models import Option
from renewals.timeline.models import Event
from renewals.timeline.services import record_event
from renewals.touches.models import Delivery, Touch
from tests.renewals import cast
from tests.renewals.cast import T, utc

HOUR = timedelta(hours=1)
YEAR = terms.parse_term("1 year")
TOLD_AT = utc("2026-11-20T02:00")


def tell(contract, *, kind=Evidence.Kind.DELIVERED, at=TOLD_AT, by=None) -> None:
    record_evidence(contract.terms.get(), kind=kind, at=at, now=max(at, T), by=by)


def reasons(client, query: str = "") -> list[str]:
    return [card.reason for card in client.get(f"/{query}").context["cards"]]


def call_them(contract, at) -> None:
    tell(contract, kind=Evidence.Kind.TOLD, at=at, by=contract.owner)


def test_an_end_within_a_week_of_which_nobody_was_told_waits(enter, lan_tu) -> None:
    assert reasons(enter()) == ["nobody was told"]


def test_it_waits_no_longer_once_somebody_is_told(enter, lan_tu) -> None:
    tell(lan_tu)

    assert reasons(enter()) == []


@pytest.mark.parametrize(("now", "waits"), [("2026-11-20T15:59:59", []), ("2026-11-20T16:00", ["nobody was told"])])
def test_an_end_further_off_than_a_week_does_not_wait_yet(enter, set_clock, lan_tu, now, waits) -> None:
    set_clock(utc(now))

    assert reasons(enter()) == waits


def test_an_untold_contract_goes_on_waiting_in_its_buffer(enter, set_clock, lan_tu) -> None:
    set_clock(utc("2026-12-24T02:00"))

    assert reasons(enter()) == ["nobody was told"]


@pytest.mark.parametrize(
    ("now", "waits"),
    [
        ("2026-11-30T00:59:59", []),
        ("2026-11-30T01:00", ["locked: step in"]),
        ("2026-12-03T00:59:59", ["locked: step in"]),
        ("2026-12-03T01:00", []),
    ],
)
def test_a_lock_waits_for_three_days(enter, set_clock, lan_tu, now, waits) -> None:
    tell(lan_tu)
    set_clock(utc(now))

    assert reasons(enter()) == waits


def test_a_lock_waits_no_longer_once_somebody_talked_to_them(enter, set_clock, lan_tu) -> None:
    tell(lan_tu)
    set_clock(utc("2026-11-30T04:00"))
    call_them(lan_tu, utc("2026-11-30T03:00"))

    assert reasons(enter()) == []


def test_a_wish_for_a_call_waits_until_the_call_is_noted(enter, lan_tu) -> None:
    tell(lan_tu)
    record_event(lan_tu, Event.Kind.CALL_REQUESTED, key="call", occurred_at=T - 2 * HOUR, now=T)
    before = reasons(enter())
    call_them(lan_tu, T - HOUR)

    assert (before, reasons(enter())) == (["asks for a call"], [])


def test_who_asked_for_a_call_when_and_under_which_number_is_on_the_card(enter, lan_tu) -> None:
    said = {"contact": "林岚", "phone": "138 0000 7777"}
    record_event(lan_tu, Event.Kind.CALL_REQUESTED, key="call", occurred_at=T - 2 * HOUR, now=T, **said)

    card = enter().get("/").context["cards"][0]

    assert card.text.startswith("林岚 asked on the renewal page to be called, today 10:07.")
    assert (card.action.label, card.action.href) == ("Call 林岚 · 138 0000 7777", "tel:13800007777")


def said_on_the_page(contract, kind, **detail) -> None:
    record_event(contract, kind, key="said", occurred_at=T - 2 * HOUR, now=T, contact="林岚", **detail)


def test_a_wish_for_another_offer_waits_word_for_word_until_one_is_made(enter, lan_tu) -> None:
    tell(lan_tu)
    said_on_the_page(lan_tu, Event.Kind.CHANGE_REQUESTED, words="Nine seats, please.")
    card = enter().get("/").context["cards"][0]

    assert (card.reason, card.text) == (
        "asks for another offer",
        "林岚 asks for another offer: “Nine seats, please.”",
    )
    assert (card.action.label, card.action.href) == ("Make another offer", f"/contract/offer/{lan_tu.pk}/")


def test_it_waits_no_longer_once_another_offer_is_made(enter, lan_tu) -> None:
    tell(lan_tu)
    said_on_the_page(lan_tu, Event.Kind.CHANGE_REQUESTED, words="Nine seats, please.")
    offer = {"sold_as": "1 year", "unit": 100, "currency": "CNY", "seats": 9, "made_by": lan_tu.owner}
    Option.objects.create(contract=lan_tu, after=lan_tu.terms.get(), made_at=T - HOUR, **offer)

    assert reasons(enter()) == []


def test_who_signs_waits_until_they_may(enter, lan_tu) -> None:
    tell(lan_tu)
    said_on_the_page(lan_tu, Event.Kind.SIGNER_NAMED, to="qin@lantu.test")
    before = reasons(enter())
    Contact.objects.create(customer=lan_tu.customer, name="秦越", email="Qin@lantu.test", may_sign=True)

    assert (before, reasons(enter())) == (["says who signs"], [])


def test_a_no_on_the_page_waits_for_a_talk_with_its_reason(enter, lan_tu) -> None:
    tell(lan_tu)
    change_details(lan_tu, declined_at=T - 2 * HOUR, by="林岚", now=T - 2 * HOUR)
    said_on_the_page(lan_tu, Event.Kind.DECLINED, reason="price", words="We tried.")
    card = enter().get("/").context["cards"][0]
    call_them(lan_tu, T - HOUR)

    assert card.text == "林岚 says that they will not go on: too expensive. “We tried.”"
    assert reasons(enter()) == []


def test_a_no_that_was_taken_back_waits_for_nobody(enter, lan_tu) -> None:
    tell(lan_tu)
    said_on_the_page(lan_tu, Event.Kind.DECLINED, reason="price", words="")

    assert reasons(enter()) == []


def failed_notice(contract) -> Touch:
    term, contact = contract.terms.get(), contract.customer.contacts.get()
    promise = {"term": term, "last_minute": term.last_minute, "lead": timedelta(days=7)}
    touch = Touch.objects.create(contract=contract, contact=contact, due_at=T, planned_at=T, **promise)
    over = {"over_at": T - HOUR, "outcome": Delivery.Outcome.FAILED, "answer": "550 no such user"}
    Delivery.objects.create(touch=touch, recipient=contact.email, next_try_at=T, **over)
    return touch


def test_a_notice_that_failed_waits_with_the_address_to_mend(enter, lan_tu) -> None:
    touch = failed_notice(lan_tu)

    card = enter().get("/").context["cards"][0]

    assert (card.reason, card.text) == (
        "notice not delivered",
        "The mail to lin@lantu.test came back: 550 no such user",
    )
    assert card.action.href == f"/contacts/{touch.contact_id}/"


def test_a_notice_that_came_back_later_waits_as_well(enter, lan_tu) -> None:
    touch = failed_notice(lan_tu)
    tell(lan_tu, at=touch.delivery.over_at)
    Evidence.objects.update(disproved_at=T, contact=touch.contact)
    Delivery.objects.update(outcome="bounced")

    card = enter().get("/").context["cards"][0]

    assert (card.reason, card.text) == (
        "notice not delivered",
        "The mail to lin@lantu.test came back: 550 no such user",
    )


def test_a_contract_waits_once_for_its_most_pressing_reason(enter, lan_tu) -> None:
    failed_notice(lan_tu)
    record_event(lan_tu, Event.Kind.CALL_REQUESTED, key="call", occurred_at=T - HOUR, now=T)

    assert reasons(enter()) == ["asks for a call"]


@pytest.mark.parametrize(
    ("contact", "label"),
    [
        ({"phone": "138 0000 2201"}, "Call 林岚 · 138 0000 2201"),
        ({}, "Write to 林岚"),
        ({"email": ""}, "Add a person there"),
    ],
)
def test_the_next_thing_to_do_is_what_can_be_done(enter, house, contact, label) -> None:
    customer = cast.lan_tu()
    cast.lin(customer, **contact)
    cast.contract(customer)

    assert enter().get("/").context["cards"][0].action.label == label


def renew_it(contract, *, by="林岚", value=None):
    sold = Sold(value=value, currency="CNY" if value else "")
    return renew(contract, after=contract.terms.get().ends_at, term=YEAR, by=by, now=T, sold=sold)


def test_what_was_renewed_is_news_for_three_days(enter, set_clock, lan_tu) -> None:
    renew_it(lan_tu)
    client = enter()

    def news(at):
        set_clock(at)
        return [(one.by, one.clock.contract) for one in client.get("/").context["renewed"]]

    assert news(T + timedelta(days=3) - HOUR) == [("林岚", lan_tu)]
    assert news(T + timedelta(days=3)) == []


def test_the_news_says_until_when_it_runs_now(enter, lan_tu) -> None:
    renew_it(lan_tu)

    assert "until 27 November 2027, 23:59 (Asia/Shanghai)" in enter().get("/").content.decode()


def test_a_renewal_without_a_price_waits_until_one_is_on_record(enter, lan_tu) -> None:
    renew_it(lan_tu)
    before = reasons(enter())
    change_sold(lan_tu, sold=Sold(value=Decimal(9), currency="CNY"), by=cast.chen(), now=T)

    assert (before, reasons(enter())) == (["agree the price"], [])


def test_the_price_is_put_on_record_where_the_card_leads(enter, lan_tu) -> None:
    renew_it(lan_tu)

    assert enter().get("/").context["cards"][0].action.href == f"/contract/edit/{lan_tu.pk}/"


def test_a_renewal_with_its_price_waits_for_nobody(enter, lan_tu) -> None:
    renew_it(lan_tu, value=Decimal(9))

    assert reasons(enter()) == []


def test_mine_are_mine_and_the_team_is_the_team(enter, house, lan_tu) -> None:
    cast.contract(lan_tu.customer, number="S-1", owner=house["shen"])

    assert [len(reasons(enter(), query)) for query in ("?whose=mine", "?whose=team")] == [1, 2]


def test_a_manager_begins_with_the_team_and_a_csm_with_what_is_theirs(enter, house, lan_tu) -> None:
    assert [enter(name).get("/").context["whose"] for name in ("shen", "chen")] == ["team", "mine"]


def test_the_next_72_hours_are_counted_and_summed_by_currency(enter, house) -> None:
    customer = cast.lan_tu()
    sums = [("2026-11-23", 100, "CNY"), ("2026-11-24", 50, "CNY"), ("2026-11-25", 7, "USD"), ("2026-11-27", 9, "USD")]
    for through, value, currency in sums:
        sold = Sold(value=Decimal(value), currency=currency)
        cast.contract(customer, number=through, through=through, sold=sold)

    ahead = enter().get("/").context["ahead"]

    assert (ahead.count, ahead.amounts) == (3, [(Decimal(150), "CNY"), (Decimal(7), "USD")])


def test_the_next_minutes_come_first_and_those_that_passed_after(enter, house) -> None:
    customer = cast.lan_tu()
    for through in ("2026-11-22", "2026-11-26", "2026-11-24", "2026-12-24"):
        tell(cast.contract(customer, number=through, through=through))

    rows = enter().get("/").context["table"].rows

    assert [row.record.contract.number for row in rows] == ["2026-11-24", "2026-11-26", "2026-11-22"]


def test_before_there_is_a_contract_it_says_what_to_do(enter, house) -> None:
    assert b"Load your ledger" in enter().get("/").content


def test_with_nothing_to_do_it_is_calm(enter, house) -> None:
    cast.contract(cast.lan_tu(), through="2027-06-30")

    text = enter().get("/").content.decode()

    assert "Nothing waits for you" in text
    assert "Nothing ends in the next seven days." in text


def test_more_than_six_things_are_counted_and_shown_when_asked(enter, house) -> None:
    for place in range(8):
        cast.contract(cast.lan_tu(name=f"C {place}"), number=f"N {place}")

    few, all_of_them = enter().get("/").context, enter().get("/?all=1").context

    assert (len(few["cards"]), few["count"]) == (6, 8)
    assert len(all_of_them["cards"]) == 8


@pytest.mark.parametrize(
    ("name", "now", "years"),
    [
        ("ada", "2026-11-01T02:00", [2027]),
        ("shen", "2026-11-01T02:00", [2027]),
        ("chen", "2026-11-01T02:00", []),
        ("ada", "2026-10-31T02:00", []),
        ("ada", "2027-01-02T02:00", [2027]),
    ],
)
def test_from_november_managers_and_admins_see_which_days_off_are_missing(
    enter, set_clock, lan_tu, monkeypatch, name, now, years
) -> None:
    monkeypatch.setattr("renewals.desk.unpublished.year_is_published", lambda year, country: year < 2027)
    set_clock(utc(now))

    assert [one.year for one in enter(name).get("/").context["unpublished"]] == years


def test_days_off_that_an_admin_has_put_in_are_not_missing(enter, lan_tu, monkeypatch) -> None:
    monkeypatch.setattr("renewals.desk.unpublished.year_is_published", lambda year, country: year < 2027)
    lan_tu.customer.calendar.days.create(on="2027-02-20", is_working=True)

    assert enter("ada").get("/").context["unpublished"] == []


def test_beyond_a_thousand_it_says_that_there_are_more(enter, house, monkeypatch) -> None:
    monkeypatch.setattr("renewals.desk.views.today.MOST_COUNTED", 7)
    for place in range(8):
        cast.contract(cast.lan_tu(name=f"C {place}"), number=f"N {place}")

    response = enter().get("/")

    assert (len(response.context["cards"]), response.context["more"]) == (6, True)
    assert "7 things and more wait for you today" in response.content.decode()


@pytest.mark.parametrize("most", [1, 2, 3, 4])
def test_the_first_that_wait_are_the_same_where_no_more_are_looked_at(house, most) -> None:
    for place in range(4):
        contract = cast.contract(cast.lan_tu(name=f"C {place}"), number=f"N {place}", through=f"2026-11-2{5 + place}")
        if place % 2:
            record_event(contract, Event.Kind.CALL_REQUESTED, key="call", occurred_at=T - HOUR, now=T)
    clocks, seen = rows(house["ada"], now=T), unanswered(now=T)

    every = list(why_they_wait(clocks, seen, now=T).items())

    assert [why for _pk, why in every] == ["call", "call", "untold", "untold"]
    assert list(why_they_wait(clocks, seen, now=T, most=most).items()) == every[:most]

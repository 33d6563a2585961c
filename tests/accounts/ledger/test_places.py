"""Whose clock, which country, which language: for each row by itself, whatever stands above it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from accounts.ledger import places
from accounts.models import Contract, ContractTerm, Customer
from tests.accounts.ledger.conftest import HEADINGS, codes, refused, take, text

pytestmark = pytest.mark.django_db

DATES = ("云笔", "2026-01-01", "2026-12-31")


def zones():
    return dict(ContractTerm.objects.values_list("contract__number", "time_zone"))


def said(draft, code):
    return [row for found in draft.findings.assumptions if found.code == code for row in found.rows]


def test_a_zone_learnt_from_a_refused_row_is_the_customers_ever_after():
    data = text(
        ("甲公司", "HT-1", *DATES, "东京"),
        ("乙公司", "HT-1", *DATES, "东京"),
        ("甲公司", "HT-2", *DATES, "纽约"),
        ("甲公司", "HT-3", *DATES, ""),
        headings=(*HEADINGS, "时区"),
    )
    take(data)
    first = zones()

    take(data)

    assert zones() == first == {"HT-2": "America/New_York", "HT-3": "Asia/Tokyo"}
    assert Customer.objects.get().time_zone == "Asia/Tokyo"


@pytest.mark.parametrize("backwards", [False, True])
def test_the_order_of_the_rows_does_not_settle_their_zone(backwards):
    rows = [("甲", "HT-1", *DATES, ""), ("甲", "HT-2", *DATES, "日本")]

    draft = take(text(*(reversed(rows) if backwards else rows), headings=(*HEADINGS, "国家")))

    assert set(zones().values()) == {"Asia/Tokyo"}
    assert len(said(draft, "zone_of_country")) == len(said(draft, "zone_of_customer")) == 1


def test_the_default_zone_is_not_said_to_be_the_customers():
    draft = take(text(("甲", "HT-1", *DATES), ("甲", "HT-2", *DATES)))

    assert (said(draft, "zone_default"), said(draft, "zone_of_customer")) == ([2, 3], [])


def test_a_rows_own_country_comes_before_a_zone_that_another_row_names():
    take(text(("A", "1", *DATES, "Tokyo", ""), ("A", "2", *DATES, "", "Germany"), headings=(*HEADINGS, "时区", "国家")))

    assert zones() == {"1": "Asia/Tokyo", "2": "Europe/Berlin"}


@pytest.mark.parametrize(("country", "state", "zone"), [("Italy", "MI", "Europe/Rome"), ("", "NY", "America/New_York")])
def test_a_state_counts_only_in_the_united_states(country, state, zone):
    others = [(f"C{n}", f"N{n}", *DATES, "USA", "CA") for n in range(3)]

    take(text(("A", "1", *DATES, country, state), *others, headings=(*HEADINGS, "Country", "State")))

    assert zones()["1"] == zone


def test_a_state_elsewhere_gives_no_american_clock():
    draft = take(text(("A", "1", *DATES, "Australia", "WA"), headings=(*HEADINGS, "Country", "State")))

    assert refused(draft) == [(2, "country_of_many_zones")]


def test_a_state_of_two_zones_is_said_where_it_decides_and_only_there():
    data = text(("A", "1", *DATES, "USA", "TX"), headings=(*HEADINGS, "Country", "State"))

    assert said(take(data, zone="America/Chicago"), "state_of_two_zones") == []
    Contract.objects.all().delete()
    Customer.objects.all().delete()
    assert said(take(data), "state_of_two_zones") == [2]


def test_a_zone_for_the_whole_ledger_says_which_places_it_overrules():
    data = text(("A", "1", *DATES, "Germany"), ("B", "2", *DATES, "China"), headings=(*HEADINGS, "Country"))

    assert said(take(data, zone="Asia/Shanghai"), "zone_overrules_place") == [2]


def test_without_a_start_today_is_the_customers_today():
    take(
        text(("A", "1", "云笔", "", "2027-12-31", "America/Los_Angeles"), headings=(*HEADINGS, "时区")),
        now=datetime(2026, 5, 4, 17, 11, tzinfo=UTC),
    )

    assert ContractTerm.objects.get().sold_from == "2026-05-04"


@pytest.mark.parametrize(
    ("zone", "country"),
    [("Asia/Calcutta", "IN"), ("Japan", "JP"), ("US/Pacific", "US"), ("Europe/Kiev", "UA"), ("Etc/GMT+5", "")],
)
def test_a_zone_by_any_of_its_names_lies_in_its_country(zone, country):
    assert places.zone_country(zone) == country


@pytest.mark.parametrize(("name", "language"), [("Acme", "en"), ("云启", "zh-hans")])
def test_a_customer_of_no_known_country_reads_the_language_of_its_name(name, language):
    take(text((name, "1", *DATES, "UTC-5"), headings=(*HEADINGS, "时区")))

    assert (Customer.objects.get().country, Customer.objects.get().language) == ("", language)


@pytest.mark.parametrize(
    ("end", "last_minute"),
    [
        ("2026-12-31T00:00:00Z", "2026-12-31T23:59"),
        ("2026-12-31T00:00:00+08:00", "2026-12-31T23:59"),
        ("2026-12-30T16:00:00Z", "2026-12-31T23:59"),
    ],
)
def test_an_end_at_midnight_with_an_offset_is_through_that_day(end, last_minute):
    draft = take(text(("A", "1", *DATES[:2], end)))

    term = ContractTerm.objects.get()
    assert (term.last_minute.isoformat(timespec="minutes"), term.whole_day) == (last_minute, True)
    assert "midnight_is_no_time" in codes(draft)


def test_an_offset_that_is_converted_is_said():
    draft = take(text(("A", "1", *DATES[:2], "2026-12-31T18:00:00Z")))

    (found,) = (found for found in draft.findings.assumptions if found.code == "offset_converted")
    assert (found.examples[0].value, found.examples[0].read) == ("2026-12-31T18:00+00:00", "2027-01-01 02:00")


@pytest.mark.parametrize(
    ("said_so", "zone"),
    [
        ("Pacific Standard Time", "America/Los_Angeles"),
        ("China Standard Time", "Asia/Shanghai"),
        ("(UTC+08:00) Beijing, Chongqing, Hong Kong, Urumqi", "Asia/Shanghai"),
        ("(UTC-08:00) Pacific Time (US & Canada)", "America/Los_Angeles"),
    ],
)
def test_a_zone_is_known_by_what_windows_calls_it(said_so, zone):
    assert places.zone_named(said_so) == zone


@pytest.mark.parametrize("remark", ["Fr", "Sa", "Mo", "de"])
def test_two_letters_in_brackets_behind_a_date_are_no_country(remark):
    assert places.zone_in_brackets(remark) == ""

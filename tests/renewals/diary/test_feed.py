"""The feed that calendar programs read: each end at the customer's own minute, in the reader's language (rule 4)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

from accounts import terms
from accounts.models import User
from accounts.services import move_end
from renewals.diary.entries import Entry
from renewals.diary.feed import feed
from renewals.locking.models import Evidence
from renewals.locking.telling import record_evidence
from renewals.tick import tick
from renewals.touches.models import Touch
from tests.renewals import cast
from tests.renewals.cast import T, utc
from tests.renewals.diary.conftest import fresh_key, of

pytestmark = pytest.mark.django_db

DAY, MINUTE, SECOND = timedelta(days=1), timedelta(minutes=1), timedelta(seconds=1)


@pytest.fixture
def lan_tu(chen):
    return cast.lan_tu_contract()


def told(contract, at: str = "2026-11-20T02:00") -> None:
    record_evidence(contract.terms.get(), kind=Evidence.Kind.DELIVERED, at=utc(at), now=utc(at))


def test_the_last_minute_stands_at_the_customers_own_minute_and_lasts_for_it(lan_tu, chen, subscribed) -> None:
    (event,) = of(subscribed(chen), "last-minute")

    assert event.start == datetime(2026, 11, 27, 23, 59, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert event["DTSTART"].params["TZID"] == "Asia/Shanghai"
    assert event.end - event.start == MINUTE


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("zh-hans", ["至2026年11月27日23时59分(北京时间)", "状态：使用中"]),
        ("en", ["until 27 November 2026, 23:59 (Asia/Shanghai)", "State: in use"]),
    ],
)
def test_it_says_the_exact_minute_and_the_state_in_the_readers_language(lan_tu, chen, subscribed, language, said):
    User.objects.filter(pk=chen.pk).update(language=language)

    (event,) = of(subscribed(User.objects.get(pk=chen.pk)), "last-minute")

    assert event["SUMMARY"] == "协作专业版 · 23:59 · 澜图设计"
    assert all(part in event["DESCRIPTION"] for part in said)
    assert event["DESCRIPTION"].endswith("/contracts/LT-2026-01/")


def test_the_readers_own_time_stands_beside_the_customers(lan_tu, chen, subscribed) -> None:
    chen.time_zone = "Europe/London"
    chen.save(update_fields=["time_zone"])

    (event,) = of(subscribed(chen), "last-minute")

    assert "(北京时间；伦敦时间 周五 15:59)" in event["DESCRIPTION"]


def test_the_lock_stands_there_once_somebody_was_told(lan_tu, chen, subscribed) -> None:
    assert of(subscribed(chen), "soft-lock") == []

    told(lan_tu)

    (event,) = of(subscribed(chen), "soft-lock")
    assert event.start.astimezone(UTC) == cast.clock_of(lan_tu).lock_at
    assert event["SUMMARY"] == "协作专业版 · 软锁 09:00 · 澜图设计"


def test_planned_notices_stand_there_until_they_are_handed_over(lan_tu, chen, subscribed, clock) -> None:
    clock.set(utc("2026-11-21T02:00"))
    tick(now=clock.now)
    touches = list(Touch.objects.order_by("due_at"))

    events = of(subscribed(chen), "touch")

    assert [event.start.astimezone(UTC) for event in events] == [touch.due_at for touch in touches]
    assert events[0]["SUMMARY"] == "告知：林岚 · 澜图设计"
    clock.set(touches[-1].due_at)
    assert of(subscribed(chen), "touch") == []


@pytest.mark.parametrize(
    ("through", "stands"),
    [("2026-10-23", False), ("2026-10-24", True), ("2027-12-27", True), ("2027-12-28", False)],
)
def test_ends_of_the_last_30_and_the_next_400_days_stand_there(chen, subscribed, through, stands) -> None:
    cast.contract(cast.lan_tu(), start="2025-01-01", through=through)

    assert bool(of(subscribed(chen), "last-minute")) is stands


def test_an_end_that_moves_stays_the_same_entry(lan_tu, chen, subscribed, clock) -> None:
    (before,) = of(subscribed(chen), "last-minute")
    clock.move(DAY)
    move_end(lan_tu, term=terms.parse_term("until 2026-12-01T18:00"), reason="", by=chen, now=clock.now)

    (after,) = of(subscribed(chen), "last-minute")

    assert after["UID"] == before["UID"]
    assert (before["SEQUENCE"], after["SEQUENCE"]) == (0, 1)
    assert after["LAST-MODIFIED"].dt == clock.now
    assert f"{after.start:%d %H:%M}" == "01 18:00"


def test_what_time_has_changed_since_was_changed_when_it_came(lan_tu, chen, subscribed, clock) -> None:
    told(lan_tu)
    clock.set(utc("2026-11-28T03:00"))

    (event,) = of(subscribed(chen), "last-minute")

    assert event["LAST-MODIFIED"].dt == utc("2026-11-27T16:00")
    assert "状态：缓冲中" in event["DESCRIPTION"]


def test_on_a_night_that_shows_the_minute_twice_the_later_one_is_meant() -> None:
    end = terms.readings(datetime(2026, 10, 25, 2, 30), "Europe/Berlin")[1]

    (event,) = Calendar.from_ical(feed([entry(at=end, zone="Europe/Berlin")], name="x", zone="UTC")).walk("VEVENT")

    assert event["DTSTART"].to_ical() == b"20261025T013000Z"


def entry(**said) -> Entry:
    known = {"uid": "last-minute-1", "zone": "Asia/Shanghai", "title": "x", "text": "y", "link": "http://z/"}
    return Entry(**{"at": T, "changed_at": T, **known, **said})


def test_each_zone_is_described_for_the_years_that_are_spoken_of() -> None:
    zones = ["Europe/Berlin", "Africa/Cairo", "Asia/Kathmandu"]

    calendar = Calendar.from_ical(feed([entry(zone=zone) for zone in zones], name="x", zone="UTC"))

    assert [str(found["TZID"]) for found in calendar.walk("VTIMEZONE")] == sorted(zones)
    assert calendar.get_missing_tzids() == set()


def changes_told(zone: str) -> list[tuple[datetime, timedelta, timedelta]]:
    """Each change of clocks as a feed describes it: the instant, and the offsets before and after."""
    calendar = Calendar.from_ical(feed([entry(zone=zone)], name="x", zone="UTC"))
    found = []
    for rule in calendar.walk("STANDARD") + calendar.walk("DAYLIGHT"):
        before, after = rule["TZOFFSETFROM"].td, rule["TZOFFSETTO"].td
        begins = [rule["DTSTART"].dt, *([one.dt for one in rule["RDATE"].dts] if "RDATE" in rule else [])]
        found += [((wall - before).replace(tzinfo=UTC), before, after) for wall in begins if before != after]
    return found


@pytest.mark.parametrize(
    "zone",
    [
        "Europe/Berlin", "America/New_York", "Africa/Cairo", "Asia/Beirut", "Australia/Sydney", "Australia/Lord_Howe",
        "America/Santiago", "Atlantic/Azores", "Africa/Casablanca", "Antarctica/Troll", "America/Havana",
    ],
)  # fmt: skip
def test_clocks_change_at_the_very_instant_that_the_feed_says(zone) -> None:
    tz, told = ZoneInfo(zone), changes_told(zone)

    assert len(told) >= 4
    for at, before, after in told:
        assert (at - SECOND).astimezone(tz).utcoffset() == before, at
        assert at.astimezone(tz).utcoffset() == after, at


def test_a_program_is_asked_to_come_by_every_hour(lan_tu, chen, clock) -> None:
    body = Client().get("/calendar.ics", {"key": fresh_key(chen)}).content.decode()

    assert "REFRESH-INTERVAL;VALUE=DURATION:PT1H\r\n" in body
    assert "X-PUBLISHED-TTL:PT1H\r\n" in body
    assert "METHOD:PUBLISH\r\n" in body
    assert "X-WR-CALNAME:23:59 · 陈舟\r\n" in body


def test_who_has_it_as_it_is_gets_304(lan_tu, chen, clock) -> None:
    query = {"key": fresh_key(chen)}
    first = Client().get("/calendar.ics", query)
    clock.move(MINUTE)

    by_tag = Client().get("/calendar.ics", query, headers={"if-none-match": first["ETag"]})
    by_time = Client().get("/calendar.ics", query, headers={"if-modified-since": first["Last-Modified"]})

    assert (by_tag.status_code, by_time.status_code) == (304, 304)
    assert by_tag["ETag"] == first["ETag"]
    assert first["Cache-Control"].startswith("private")


def test_who_has_it_as_it_was_gets_it_anew_also_where_something_is_gone(lan_tu, chen, clock) -> None:
    query = {"key": fresh_key(chen)}
    first = Client().get("/calendar.ics", query)
    clock.move(DAY)
    lan_tu.owner = None
    lan_tu.save(update_fields=["owner"])

    by_tag = Client().get("/calendar.ics", query, headers={"if-none-match": first["ETag"]})
    by_time = Client().get("/calendar.ics", query, headers={"if-modified-since": first["Last-Modified"]})

    assert (by_tag.status_code, by_time.status_code) == (200, 200)
    assert b"VEVENT" not in by_time.content


def test_a_thousand_contracts_take_as_many_queries_as_one(lan_tu, chen, clock) -> None:
    told(lan_tu)
    query = {"key": fresh_key(chen)}
    Client().get("/calendar.ics", query)
    with CaptureQueriesContext(connection) as one:
        Client().get("/calendar.ics", query)
    for number in range(7):
        told(cast.contract(lan_tu.customer, number=f"LT-{number}"))
    Client().get("/calendar.ics", query)

    with CaptureQueriesContext(connection) as many:
        Client().get("/calendar.ics", query)

    assert len(many) == len(one)

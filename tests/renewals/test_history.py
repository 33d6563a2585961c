"""A contract's story, past and to come (rule 24)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import translation

from accounts import terms
from accounts.services import Sold, change_details, change_sold, move_end
from renewals.desk.services import move_end as move_end_and_tell
from renewals.history import timeline_of
from renewals.locking.models import Evidence
from renewals.locking.telling import record_evidence
from renewals.tick import tick
from renewals.timeline.models import Event
from renewals.timeline.services import record_event
from tests.renewals.cast import T, chen, lan_tu_contract, utc

pytestmark = pytest.mark.django_db


def story(contract, *, at=T):
    return [(entry.kind, entry.planned, entry.at) for entry in timeline_of(contract, now=at)]


def test_before_anything_is_announced_the_story_tells_all_that_is_to_come():
    contract = lan_tu_contract()

    assert story(contract, at=utc("2026-11-01T00:00")) == [
        ("starts", False, utc("2025-11-27T16:00")),
        ("signed", False, utc("2025-11-28T02:00")),
        ("ending", True, utc("2026-11-20T16:00")),
        ("notice", True, utc("2026-11-23T01:00")),
        ("ending", True, utc("2026-11-26T16:00")),
        ("notice", True, utc("2026-11-27T01:00")),
        ("buffer_started", True, utc("2026-11-27T16:00")),
        ("buffer_ends", True, utc("2026-11-28T16:00")),
        ("soft_locked", True, utc("2026-11-30T01:00")),
        ("closed", True, utc("2027-02-28T01:00")),
    ]


def test_what_was_recorded_and_sent_stands_in_the_story_once():
    contract = lan_tu_contract()

    tick(now=T, in_process=True)

    assert [(kind, planned) for kind, planned, _at in story(contract)] == [
        ("starts", False),
        ("signed", False),
        ("ending", False),
        ("notice_sent", False),
        ("ending", True),
        ("notice", True),
        ("step", True),
        ("buffer_started", True),
        ("buffer_ends", True),
        ("step", True),
        ("step", True),
        ("soft_locked", True),
        ("step", True),
        ("closed", True),
    ]


def test_without_evidence_no_lock_is_told_once_the_end_has_come():
    contract = lan_tu_contract()

    kinds = [kind for kind, _planned, _at in story(contract, at=utc("2026-11-29T00:00"))]

    assert "soft_locked" not in kinds


def test_a_moved_end_says_what_it_was_before_in_the_readers_language():
    contract = lan_tu_contract()
    move_end(contract, term=terms.parse_term("through 2026-11-30"), reason="Asked for by Lin.", by=chen(), now=T)

    entry = next(entry for entry in timeline_of(contract, now=T) if entry.kind == "extended")

    with translation.override("en"):
        assert str(entry.title) == "Extended: until 30 November 2026, 23:59 (Asia/Shanghai)"
        assert str(entry.detail) == "Asked for by Lin. Before: until 27 November 2026, 23:59 (Asia/Shanghai)."
    with translation.override("zh-hans"):
        assert "2026年11月30日23时59分" in str(entry.title)
    assert entry.actor == "陈舟"


def said(contract, *, at=T, language="en") -> list[str]:
    """The lines of the story: title and detail."""
    with translation.override(language):
        return [f"{entry.title} | {entry.detail}" for entry in timeline_of(contract, now=at)]


def test_a_changed_price_is_said_as_money_and_what_stayed_is_not_said():
    contract = lan_tu_contract(sold=Sold(seats=12, value=Decimal(14400), currency="AUD"))
    change_sold(contract, sold=Sold(seats=12, value=Decimal("15000.5"), currency="AUD"), by=chen(), now=T)

    assert "Changed | Value: A$ 14,400 → A$ 15,000.50" in said(contract)


def test_seats_that_changed_are_said_without_the_price_that_did_not():
    contract = lan_tu_contract(sold=Sold(seats=12, value=Decimal(14400), currency="AUD"))
    change_sold(contract, sold=Sold(seats=13, value=Decimal(14400), currency="AUD"), by=chen(), now=T)

    assert "Changed | Seats: 12 → 13" in said(contract)


def test_renewing_by_itself_is_yes_or_no():
    contract = lan_tu_contract()
    change_details(contract, renews_itself=True, notice_days=30, by=chen(), now=T)

    assert "变更 | 提前通知天数: – → 30 · 自动续约: 否 → 是" in said(contract, language="zh-hans")


def test_a_no_is_said_to_the_minute_with_its_zone():
    contract = lan_tu_contract()
    change_details(contract, declined_at=T + timedelta(seconds=22), by=chen(), now=T)

    assert "Changed | Said no at: – → 23 November 2026, 12:07 (Asia/Shanghai)" in said(contract)


def test_under_a_notice_that_was_sent_no_mail_server_speaks():
    contract = lan_tu_contract()
    record_event(contract, Event.Kind.NOTICE_SENT, key="x", occurred_at=T, now=T, contact="林岚", answer="250 2.0.0 OK")

    assert "Notice sent to 林岚 | " in said(contract)


def test_nobody_told_the_lock_stands_in_the_story_under_a_condition():
    contract = lan_tu_contract()

    assert "Told in time, they are soft-locked from here on | " in said(contract)


def test_what_renews_by_itself_has_no_buffer_and_no_lock_to_come():
    contract = lan_tu_contract(through="2027-02-28", renews_itself=True, notice_days=30)
    record_evidence(contract.terms.get(), kind=Evidence.Kind.RENEWS, at=T, now=T)

    assert [(kind, at) for kind, is_planned, at in story(contract) if is_planned] == [
        ("last_no", utc("2027-01-29T15:59")),
        ("joins", utc("2027-02-28T16:00")),
    ]


def test_a_minute_that_was_promised_later_was_not_announced_before():
    contract = lan_tu_contract(through="2027-03-31")
    move_end_and_tell(contract, term=terms.parse_term("through 2026-11-27"), reason="Asked for.", by=chen(), now=T)
    tick(now=T + timedelta(minutes=1))

    assert ("ending", False, utc("2026-11-20T16:00")) not in story(contract)


def test_an_earlier_end_is_told_now_and_its_usual_notices_are_still_to_come():
    contract = lan_tu_contract(through="2027-03-31")
    move_end_and_tell(contract, term=terms.parse_term("through 2027-01-29"), reason="Asked for.", by=chen(), now=T)

    notices = [entry for entry in timeline_of(contract, now=T) if entry.kind == "notice"]

    with translation.override("en"):
        details = [str(entry.detail) for entry in notices]
    assert details == ["notice of an earlier end", "7 days to the last minute", "1 day to the last minute"]


def test_the_story_takes_a_constant_number_of_queries(django_assert_max_num_queries):
    contract = lan_tu_contract()

    with django_assert_max_num_queries(11):
        timeline_of(contract, now=T)

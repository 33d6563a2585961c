"""A contract's story, past and to come (rule 24)."""

from __future__ import annotations

import pytest
from django.utils import translation

from accounts import terms
from accounts.services import move_end
from renewals.desk.services import move_end as move_end_and_tell
from renewals.history import timeline_of
from renewals.tick import tick
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
        ("buffer_started", True),
        ("buffer_ends", True),
        ("soft_locked", True),
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


def test_an_earlier_end_is_told_now_and_its_usual_notices_are_still_to_come():
    contract = lan_tu_contract(through="2027-03-31")
    move_end_and_tell(contract, term=terms.parse_term("through 2027-01-29"), reason="Asked for.", by=chen(), now=T)

    notices = [entry for entry in timeline_of(contract, now=T) if entry.kind == "notice"]

    with translation.override("en"):
        details = [str(entry.detail) for entry in notices]
    assert details == ["notice of an earlier end", "7 days to the last minute", "1 day to the last minute"]


def test_the_story_takes_a_constant_number_of_queries(django_assert_max_num_queries):
    contract = lan_tu_contract()

    with django_assert_max_num_queries(9):
        timeline_of(contract, now=T)

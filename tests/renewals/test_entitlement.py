"""From facts to windows to the state at an instant (rules 7 to 12), every boundary straddled."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume
from hypothesis import given as drawn
from hypothesis import strategies as st

from accounts import terms
from accounts.worktime import WorkingHours, is_working_moment
from renewals.entitlement import (
    AFTER_EVIDENCE,
    BUFFER,
    STAYS_LOCKED,
    Facts,
    Given,
    Held,
    Moment,
    State,
    Windows,
    moments,
    next_change_at,
    planned,
    renewal_starts_at,
    state_at,
    told_from,
    window_at,
    windows,
)

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def wall(text: str, zone: str) -> datetime:
    """A wall time as an instant, told apart from the code under test."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def held(starts_at: str, ends_at: str, *, told_at: str = "", recorded_at: str = "2020-01-01") -> Held:
    return Held(
        starts_at=utc(starts_at),
        ends_at=utc(ends_at),
        recorded_at=utc(recorded_at),
        told_at=utc(told_at) if told_at else None,
    )


def facts(*terms: Held, zone: str = "Asia/Shanghai", country: str = "CN") -> Facts:
    return Facts(terms=terms, zone=zone, hours=WorkingHours(country=country))


def the_window(one: Facts) -> Windows:
    (window,) = windows(one)
    return window


TOLD = held("2025-11-27T16:00", "2026-11-27T16:00", told_at="2026-11-20T02:00")
UNTOLD = replace(TOLD, told_at=None)

EXAMPLES = [
    # zone, country, last minute, whole day, first evidence, buffer ends, lock
    ("Asia/Shanghai", "CN", "2026-11-26T23:59", True, "2026-11-20T10:00", "2026-11-28T00:00", "2026-11-30T09:00"),
    ("Asia/Shanghai", "CN", "2026-11-27T23:59", True, "2026-11-29T16:00", "2026-11-29T00:00", "2026-11-30T16:00"),
    ("Asia/Shanghai", "CN", "2026-11-27T23:59", True, None, "2026-11-29T00:00", None),
    ("Asia/Shanghai", "CN", "2026-09-30T23:59", True, "2026-09-23T10:00", "2026-10-02T00:00", "2026-10-08T09:00"),
    ("Asia/Shanghai", "CN", "2026-02-12T23:59", True, "2026-02-05T10:00", "2026-02-14T00:00", "2026-02-14T09:00"),
    ("Asia/Shanghai", "CN", "2026-02-13T23:59", True, "2026-02-09T10:00", "2026-02-15T00:00", "2026-02-24T09:00"),
    ("America/New_York", "US", "2026-11-25T18:00", False, "2026-11-18T10:00", "2026-11-26T18:01", "2026-11-27T09:00"),
    ("America/New_York", "US", "2026-10-31T23:59", True, "2026-10-20T10:00", "2026-11-01T23:00", "2026-11-02T09:00"),
    ("Asia/Dubai", "AE", "2026-12-10T23:59", True, "2026-12-03T10:00", "2026-12-12T00:00", "2026-12-14T09:00"),
    ("Europe/London", "GB", "2026-12-23T23:59", True, "2026-12-15T10:00", "2026-12-25T00:00", "2026-12-29T09:00"),
]


@pytest.mark.parametrize(("zone", "country", "last_minute", "whole_day", "told", "buffer_ends", "lock"), EXAMPLES)
def test_from_the_end_to_the_lock(zone, country, last_minute, whole_day, told, buffer_ends, lock) -> None:
    ends_at = terms.end_instant(datetime.fromisoformat(last_minute), zone, whole_day=whole_day)
    one = Held(
        starts_at=ends_at - 365 * DAY,
        ends_at=ends_at,
        recorded_at=LONG_AGO,
        told_at=wall(told, zone) if told else None,
    )

    window = the_window(facts(one, zone=zone, country=country))

    assert window.buffer_ends_at == wall(buffer_ends, zone)
    assert window.lock_at == (wall(lock, zone) if lock else None)


LONDON = {"zone": "Europe/London", "country": "GB"}
LONDON_TERM = held("2025-12-24T00:00", "2026-12-24T00:00", told_at="2026-12-15T10:00")


@pytest.mark.parametrize(
    ("renewed", "starts"),
    [
        ("2026-12-10T12:00", "2026-12-24T00:00"),
        ("2026-12-28T22:00", "2026-12-24T00:00"),
        ("2026-12-29T08:59", "2026-12-24T00:00"),
        ("2026-12-29T09:00", "2026-12-29T09:00"),
        ("2026-12-29T11:30", "2026-12-29T11:30"),
        ("2027-06-01T11:30", "2027-06-01T11:30"),
    ],
)
def test_a_renewal_joins_until_the_lock_and_begins_at_its_moment_after_it(renewed: str, starts: str) -> None:
    window = the_window(facts(LONDON_TERM, **LONDON))

    assert renewal_starts_at(window, now=utc(renewed)) == utc(starts)


def test_thirty_days_from_the_moment_of_a_late_renewal_end_with_their_last_day() -> None:
    reckoned = terms.reckon(utc("2026-12-29T11:30"), terms.Term.days(30), "Europe/London")

    assert reckoned.last_minute == datetime(2027, 1, 28, 23, 59)


@pytest.mark.parametrize(
    ("boundary", "before", "after"),
    [
        ("2025-11-27T16:00", State.SCHEDULED, State.ACTIVE),
        ("2026-11-27T16:00", State.ACTIVE, State.BUFFER),
        ("2026-11-28T16:00", State.BUFFER, State.BUFFER),
        ("2026-11-30T01:00", State.BUFFER, State.SOFT_LOCKED),
        ("2027-02-28T01:00", State.SOFT_LOCKED, State.CLOSED),
    ],
)
def test_at_a_boundary_the_new_state_already_holds(boundary: str, before: State, after: State) -> None:
    window, at = the_window(facts(TOLD)), utc(boundary)

    assert state_at(window, at - timedelta(microseconds=1)) == before
    assert state_at(window, at) == after


@pytest.mark.parametrize("state", State)
def test_people_may_work_while_active_and_in_the_buffer_alone(state: State) -> None:
    assert state.allowed is (state in {State.ACTIVE, State.BUFFER})


def test_while_nobody_was_told_the_buffer_has_no_end() -> None:
    window = the_window(facts(UNTOLD))

    assert (window.lock_at, window.closes_at) == (None, None)
    assert state_at(window, utc("2036-01-01")) is State.BUFFER
    assert next_change_at(window, utc("2026-12-01")) is None


@pytest.mark.parametrize(
    ("told_at", "lock_at"),
    [
        ("2026-11-29T00:59", "2026-11-30T01:00"),  # a day before the first working moment: no wait
        ("2026-11-29T01:00", "2026-11-30T01:00"),
        ("2026-11-29T01:01", "2026-11-30T01:01"),  # a minute later: a minute later
        ("2026-11-30T12:00", "2026-12-02T01:00"),  # a day later is night: the next morning
        ("2026-12-04T02:00", "2026-12-07T01:00"),  # a day later is a Saturday: Monday
    ],
)
def test_who_was_told_late_has_a_day_and_then_daylight(told_at: str, lock_at: str) -> None:
    window = the_window(facts(replace(TOLD, told_at=utc(told_at))))

    assert window.lock_at == utc(lock_at)


@pytest.mark.parametrize(
    ("recorded_at", "counts_from"),
    [
        ("2026-11-29T08:00", "2026-11-29T08:00"),
        ("2026-11-30T08:00", "2026-11-29T08:00"),
        ("2026-12-04T18:00", "2026-12-03T18:00"),
    ],
)
def test_evidence_that_is_entered_late_locks_nobody_before_it_was_entered(recorded_at: str, counts_from: str) -> None:
    assert told_from(utc("2026-11-29T08:00"), recorded_at=utc(recorded_at)) == utc(counts_from)


def test_ahead_of_the_end_the_plan_locks_and_from_the_end_on_evidence_alone() -> None:
    window = the_window(facts(UNTOLD))
    ends_at = window.ends_at

    assert planned(window, now=ends_at - SECOND).lock_at == utc("2026-11-30T01:00")
    assert planned(window, now=ends_at - SECOND).closes_at == utc("2026-11-30T01:00") + STAYS_LOCKED
    assert planned(window, now=ends_at).lock_at is None


def test_at_a_change_the_next_one_is_ahead() -> None:
    window = the_window(facts(TOLD))

    assert next_change_at(window, window.ends_at) == window.lock_at
    assert next_change_at(window, utc("2027-02-28T01:00")) is None


def test_what_goes_on_by_itself_is_active_beyond_its_end_and_never_locks() -> None:
    window = the_window(facts(replace(TOLD, joins_at=utc("2026-10-28T16:00"))))

    assert state_at(window, window.ends_at + 100 * DAY) is State.ACTIVE
    assert (window.lock_at, planned(window, now=utc("2026-11-01")).lock_at) == (None, None)
    assert next_change_at(window, utc("2026-11-01")) is None


def test_what_goes_on_by_itself_begins_no_buffer() -> None:
    due = moments(the_window(facts(replace(TOLD, joins_at=utc("2026-10-28T16:00")))))

    assert {one.moment for one in due} == {Moment.ENDING}


def test_a_lock_that_the_next_stretch_forestalls_is_not_planned_either() -> None:
    first, _second = windows(facts(TOLD, held("2026-11-29T03:00", "2027-11-27T16:00")))

    assert (first.lock_at, planned(first, now=utc("2026-11-20")).lock_at) == (None, None)


def test_terms_that_join_are_one_stretch_and_the_last_sets_its_end() -> None:
    joined = facts(TOLD, held("2026-11-27T16:00", "2027-11-27T16:00"))

    window = the_window(joined)

    assert (window.term, window.starts_at, window.ends_at) == (1, TOLD.starts_at, utc("2027-11-27T16:00"))
    assert state_at(window, TOLD.ends_at) is State.ACTIVE


def test_after_a_gap_the_next_stretch_takes_over_at_its_start() -> None:
    late = held("2026-12-01T03:00", "2027-12-01T16:00")

    first, second = windows(facts(TOLD, late))

    assert state_at(window_at((first, second), late.starts_at - SECOND), late.starts_at - SECOND) is State.SOFT_LOCKED
    assert state_at(window_at((first, second), late.starts_at), late.starts_at) is State.ACTIVE
    assert (first.until_at, second.from_at) == (late.starts_at, late.starts_at)


def test_evidence_of_an_earlier_terms_end_is_none_of_the_next_ones() -> None:
    window = the_window(facts(TOLD, held("2026-11-27T16:00", "2027-11-27T16:00")))

    assert window.lock_at is None


def test_what_had_been_over_for_a_month_when_it_was_recorded_is_history_and_needs_no_evidence() -> None:
    lock_at = utc("2026-11-30T01:00")
    history, heard_in_time = (
        the_window(facts(replace(UNTOLD, recorded_at=recorded_at)))
        for recorded_at in (lock_at + 30 * DAY, lock_at + 30 * DAY - SECOND)
    )

    assert (history.is_history, history.lock_at) == (True, lock_at)
    assert (heard_in_time.is_history, heard_in_time.lock_at) == (False, None)


def test_the_moments_of_a_stretch_count_back_from_the_promise() -> None:
    due = moments(the_window(facts(TOLD)))

    assert [(one.moment, one.at) for one in due] == [
        (Moment.ENDING, utc("2026-11-20T16:00")),
        (Moment.ENDING, utc("2026-11-26T16:00")),
        (Moment.BUFFER_STARTED, utc("2026-11-27T16:00")),
        (Moment.SOFT_LOCKED, utc("2026-11-30T01:00")),
        (Moment.CLOSED, utc("2026-11-30T01:00") + STAYS_LOCKED),
    ]


def test_a_term_shorter_than_a_lead_is_not_announced_before_it_begins() -> None:
    due = moments(the_window(facts(held("2026-11-24T16:00", "2026-11-27T16:00"))))

    assert [one.lead for one in due if one.moment is Moment.ENDING] == [DAY]


def test_a_lock_that_never_comes_because_the_next_term_began_is_not_recorded() -> None:
    first, _second = windows(facts(TOLD, held("2026-11-29T03:00", "2027-11-27T16:00")))

    assert [one.moment for one in moments(first)] == [Moment.ENDING, Moment.ENDING, Moment.BUFFER_STARTED]


LOCK = "2026-11-30T01:00"


def given(at: str, until: str) -> Given:
    return Given(at=utc(at), until=utc(until))


def test_time_given_before_the_lock_moves_it_to_the_first_working_moment_after_it() -> None:
    window = the_window(facts(replace(TOLD, given=[given("2026-11-28T02:00", "2026-12-04T12:00")])))

    assert window.lock_at == utc("2026-12-07T01:00")
    assert window.closes_at == utc("2026-12-07T01:00") + STAYS_LOCKED


def test_time_given_after_the_lock_opens_the_contract_again_from_then_on_and_not_before() -> None:
    found = windows(facts(replace(TOLD, given=[given("2026-11-30T03:00", "2026-12-01T03:00")])))

    states = {
        at: state_at(window_at(found, utc(at)), utc(at))
        for at in (LOCK, "2026-11-30T02:59", "2026-11-30T03:00", "2026-12-01T02:59", "2026-12-01T03:00")
    }

    assert list(states.values()) == [
        State.SOFT_LOCKED,
        State.SOFT_LOCKED,
        State.BUFFER,
        State.BUFFER,
        State.SOFT_LOCKED,
    ]


def test_before_it_was_given_the_next_change_of_a_locked_contract_is_the_gift() -> None:
    found = windows(facts(replace(TOLD, given=[given("2026-11-30T03:00", "2026-12-01T03:00")])))

    assert next_change_at(window_at(found, utc(LOCK)), utc(LOCK)) == utc("2026-11-30T03:00")


def test_time_given_while_nobody_was_told_does_not_lock_anybody() -> None:
    one = facts(replace(UNTOLD, given=[given("2026-11-28T02:00", "2026-12-04T12:00")]))

    assert the_window(one).lock_at is None
    assert the_window(one).earliest_lock_at == utc("2026-12-07T01:00")


def test_a_gift_that_ends_before_the_lock_would_have_come_takes_nothing_away() -> None:
    window = the_window(facts(replace(TOLD, given=[given("2026-11-27T18:00", "2026-11-28T18:00")])))

    assert window.lock_at == utc(LOCK)


def test_locked_time_costs_nothing_also_after_a_gift_has_opened_the_contract_again() -> None:
    found = windows(facts(replace(TOLD, given=[given("2026-11-30T03:00", "2026-12-01T03:00")])))

    assert renewal_starts_at(found[1], now=utc("2026-11-30T05:00")) == utc("2026-11-30T05:00")


def test_the_moments_of_a_stretch_that_was_opened_again_are_told_once() -> None:
    first, second = windows(facts(replace(TOLD, given=[given("2026-11-30T03:00", "2026-12-01T03:00")])))

    assert [(one.moment, one.at) for one in moments(first)][-1] == (Moment.SOFT_LOCKED, utc(LOCK))
    locked_at = utc("2026-12-01T03:00")
    later = [(Moment.SOFT_LOCKED, locked_at), (Moment.CLOSED, locked_at + STAYS_LOCKED)]
    assert [(one.moment, one.at) for one in moments(second)] == later


def test_history_that_a_gift_opens_again_does_not_lock_in_silence() -> None:
    old = replace(UNTOLD, recorded_at=utc("2027-03-01"), given=[given("2027-03-02T02:00", "2027-03-05T02:00")])

    history, again = windows(facts(old))

    assert (history.is_history, history.lock_at) == (True, utc(LOCK))
    assert (again.is_history, again.lock_at) == (False, None)


@pytest.mark.parametrize("n", range(3))
def test_of_several_gifts_each_counts(n: int) -> None:
    gifts = [given("2026-11-28T02:00", "2026-12-02T02:00"), given("2026-11-29T02:00", "2026-12-03T02:00")]
    window = the_window(facts(replace(TOLD, given=gifts[:n])))

    assert window.lock_at == utc((LOCK, "2026-12-02T02:00", "2026-12-03T02:00")[n])


ZONES = [("Asia/Shanghai", "CN"), ("America/New_York", "US"), ("Europe/London", "GB"), ("Asia/Dubai", "AE")]
MINUTES = st.integers(0, 3 * 365 * 1440)
EPOCH = datetime(2024, 12, 30, tzinfo=UTC)


def minute(n: int) -> datetime:
    return EPOCH + timedelta(minutes=n)


@st.composite
def some_facts(draw: st.DrawFn) -> Facts:
    """One to four terms, joined or apart, told early, late or never, recorded at any time."""
    zone, country = draw(st.sampled_from(ZONES))
    edges = sorted(draw(st.lists(MINUTES, min_size=2, max_size=8, unique=True).filter(lambda ns: len(ns) % 2 == 0)))
    held_terms: list[Held] = []
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        joins = held_terms and draw(st.booleans())
        told = draw(st.none() | MINUTES)
        given = sorted(draw(st.lists(MINUTES, max_size=3, unique=True)))
        held_terms.append(
            Held(
                starts_at=held_terms[-1].ends_at if joins else minute(start),
                ends_at=minute(end),
                recorded_at=minute(draw(MINUTES)),
                told_at=None if told is None else minute(told),
                given=[Given(at=minute(n), until=minute(n) + draw(st.integers(1, 20)) * DAY) for n in given],
            )
        )
    return Facts(terms=held_terms, zone=zone, hours=WorkingHours(country=country))


@drawn(some_facts())
def test_the_stretches_cover_all_time_each_instant_once(some: Facts) -> None:
    found = windows(some)

    assert (found[0].from_at, found[-1].until_at) == (None, None)
    assert [one.until_at for one in found[:-1]] == [one.from_at for one in found[1:]]
    assert [one.from_at for one in found[1:]] == sorted(one.from_at for one in found[1:])


@drawn(some_facts())
def test_no_lock_is_early_silent_or_outside_working_hours(some: Facts) -> None:
    for window in windows(some):
        told_at = some.terms[window.term].told_at
        if window.is_history:
            continue
        if window.lock_at is None:
            assert told_at is None or window.until_at is not None
        if window.lock_at and told_at:
            assert window.lock_at >= max(window.ends_at + BUFFER, told_at + AFTER_EVIDENCE)
            assert is_working_moment(window.lock_at, some.zone, some.hours)


@drawn(some_facts(), MINUTES)
def test_in_every_sold_minute_people_may_work(some: Facts, n: int) -> None:
    at = minute(n)
    sold = any(term.starts_at <= at < term.ends_at for term in some.terms)

    state = state_at(window_at(windows(some), at), at)

    assert (state is State.ACTIVE) == sold


@drawn(some_facts(), MINUTES, st.data())
def test_between_two_changes_nothing_changes(some: Facts, n: int, data: st.DataObject) -> None:
    at, found = minute(n), windows(some)
    change = next_change_at(window_at(found, at), at)
    assert change is None or change > at
    ahead = (change - at) if change else 1000 * DAY

    later = at + data.draw(st.timedeltas(timedelta(0), ahead - timedelta(microseconds=1)))

    assert state_at(window_at(found, later), later) == state_at(window_at(found, at), at)


@drawn(some_facts(), MINUTES, st.integers(1, 800))
def test_a_renewal_loses_no_minute_and_doubles_none(some: Facts, n: int, days: int) -> None:
    now, last = minute(n), some.terms[-1]
    window = windows(some)[-1]
    assume(window.holds(now))

    starts_at = renewal_starts_at(window, now=now)
    renewed = replace(some, terms=[*some.terms, replace(last, starts_at=starts_at, ends_at=starts_at + days * DAY)])

    assert starts_at >= last.ends_at
    locked = window.reopened_at is not None or state_at(window, now) in (State.SOFT_LOCKED, State.CLOSED)
    assert starts_at == (now if locked else last.ends_at)
    assert state_at(window_at(windows(renewed), starts_at), starts_at) is State.ACTIVE


@drawn(some_facts(), MINUTES)
def test_to_be_told_later_never_locks_earlier(some: Facts, n: int) -> None:
    last = some.terms[-1]
    assume(last.told_at is not None)
    assert last.told_at is not None
    later = replace(last, told_at=last.told_at + timedelta(minutes=n))

    before, after = (windows(replace(some, terms=[*some.terms[:-1], term]))[-1].lock_at for term in (last, later))

    assert before is not None
    assert after is not None
    assert before <= after

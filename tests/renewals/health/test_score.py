"""A score is the weighted mean of what is known; what is not known is left out and said."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renewals.health.score import BANDS, WEIGHTS, Band, Facts, Kind, Use, band, health
from tests.renewals.cast import T

DAY = timedelta(days=1)
EVERYTHING = Facts(
    use=[Use(metric="reports", now=100, before=100)],
    used_at=T - DAY,
    people=40,
    seats=80,
    requests=0,
    moods=[(T - 3 * DAY, 1)],
    contact_at=T - 3 * DAY,
)


def value(kind: Kind, **known) -> int | None:
    return part(kind, **known).value


def part(kind: Kind, **known):
    return next(one for one in health(Facts(**known), WEIGHTS, now=T).parts if one.kind == kind)


def used(now: float, before: float | None = None, year_ago: float | None = None, **more):
    return {"use": [Use(metric="reports", now=now, before=before, year_ago=year_ago)], "used_at": T - DAY} | more


def test_nothing_known_is_no_score_and_not_a_bad_one() -> None:
    assert health(Facts(), WEIGHTS, now=T).score is None


def test_the_score_is_the_weighted_mean_of_the_parts() -> None:
    found = health(EVERYTHING, WEIGHTS, now=T)

    assert [one.value for one in found.parts] == [75, 75, 100, 75, 100]
    assert found.score == round((75 * 30 + 75 * 20 + 100 * 15 + 75 * 20 + 100 * 15) / 100)


def test_a_part_that_is_not_known_leaves_the_others_their_shares() -> None:
    known = health(Facts(contact_at=T - 30 * DAY), WEIGHTS, now=T)

    assert known.score == 75


def test_a_part_that_weighs_nothing_does_not_count() -> None:
    only_contact = dict.fromkeys(Kind, 0) | {Kind.CONTACT: 7}

    assert health(EVERYTHING, only_contact, now=T).score == 100


@pytest.mark.parametrize(("now", "points"), [(100, 75), (50, 30), (125, 100), (500, 100), (80, 60)])
def test_use_is_held_against_the_four_weeks_before(now, points) -> None:
    assert value(Kind.TREND, **used(now, before=100)) == points


def test_a_quiet_season_is_as_quiet_as_a_year_ago() -> None:
    found = part(Kind.TREND, **used(50, before=100, year_ago=50))

    assert found.value == round((30 + 75) / 2)
    assert found.facts == {"before": -50, "year_ago": 0}


def test_use_that_stopped_is_known_and_bad() -> None:
    found = part(Kind.TREND, **used(0, before=100, used_at=T - 40 * DAY))

    assert (found.value, found.why, found.facts) == (0, "stopped", {"days": 40})


def test_use_without_a_past_is_not_known() -> None:
    assert part(Kind.TREND, **used(100)).why == "no_past"
    assert value(Kind.TREND, **used(100)) is None


@pytest.mark.parametrize(("people", "points"), [(0, 0), (8, 25), (40, 75), (64, 100), (80, 100)])
def test_breadth_is_people_against_seats(people, points) -> None:
    assert value(Kind.BREADTH, people=people, seats=80) == points


@pytest.mark.parametrize("known", [{"people": None, "seats": 80}, {"people": 5, "seats": None}])
def test_breadth_needs_people_and_seats(known) -> None:
    assert value(Kind.BREADTH, **known) is None


@pytest.mark.parametrize(("requests", "points"), [(0, 100), (4, 75), (12, 40), (99, 0)])
def test_requests_for_support_are_held_against_ten_seats(requests, points) -> None:
    assert value(Kind.SUPPORT, requests=requests, seats=40) == points


def test_a_mood_counts_the_less_the_longer_ago_it_was() -> None:
    angry_then_glad = value(Kind.MOOD, moods=[(T - 60 * DAY, -2), (T - DAY, 2)])
    glad_then_angry = value(Kind.MOOD, moods=[(T - 60 * DAY, 2), (T - DAY, -2)])

    assert glad_then_angry < 25 < 75 < angry_then_glad


def test_a_mood_of_half_a_year_ago_says_nothing_any_more() -> None:
    assert value(Kind.MOOD, moods=[(T - 181 * DAY, -2)]) is None


@pytest.mark.parametrize(("days", "points"), [(0, 100), (14, 100), (60, 40), (120, 0), (900, 0)])
def test_contact_fades(days, points) -> None:
    assert value(Kind.CONTACT, contact_at=T - days * DAY) == points


@pytest.mark.parametrize(
    ("score", "word"),
    [(100, Band.THRIVING), (80, Band.THRIVING), (79, Band.STEADY), (40, Band.WATCH), (39, Band.AILING)],
)
def test_a_score_has_a_word(score, word) -> None:
    assert band(score) == word


def test_every_score_has_a_word() -> None:
    assert BANDS[-1][0] == 0


AMOUNTS = st.none() | st.floats(0, 1e9)
USES = st.builds(Use, metric=st.just("m"), now=st.floats(0, 1e9), before=AMOUNTS, year_ago=AMOUNTS)


@given(
    use=st.lists(USES, max_size=3),
    people=st.none() | st.integers(0, 10**6),
    seats=st.none() | st.integers(0, 10**6),
    requests=st.none() | st.integers(0, 10**6),
    moods=st.lists(st.tuples(st.just(T), st.integers(-2, 2)), max_size=3),
    weights=st.fixed_dictionaries({kind: st.integers(0, 100) for kind in Kind}),
)
def test_every_part_and_every_score_is_from_0_to_100(use, people, seats, requests, moods, weights) -> None:
    facts = Facts(use=use, used_at=T, people=people, seats=seats, requests=requests, moods=moods, contact_at=T)

    found = health(facts, weights, now=T)

    assert all(one.value is None or 0 <= one.value <= 100 for one in found.parts)
    assert found.score is None or 0 <= found.score <= 100

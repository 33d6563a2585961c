"""The intervals, against the examples of the papers that they come from."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renewals.effect.intervals import Difference, Share


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_a_share_has_wilsons_interval(hits, of, low, high) -> None:
    # given the examples of Newcombe, Statistics in Medicine 17 (1998) 857, table I
    assert Share(hits, of).interval == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(
    ("first", "second", "low", "high"),
    [((56, 70), (48, 80), 0.0524, 0.3339), ((9, 10), (3, 10), 0.1705, 0.8090), ((10, 10), (0, 20), 0.6791, 1.0)],
)
def test_a_difference_has_newcombes_interval(first, second, low, high) -> None:
    # given the examples of Newcombe, Statistics in Medicine 17 (1998) 873, table II, method 10
    assert Difference(Share(*first), Share(*second)).interval == pytest.approx((low, high), abs=5e-5)


@given(st.integers(0, 400), st.integers(0, 400))
def test_an_interval_stays_within_what_is_possible_and_holds_the_share(hits, more) -> None:
    share = Share(hits, hits + more)
    low, high = share.interval
    assert 0 <= low <= high <= 1
    assert share.value is None or low - 1e-9 <= share.value <= high + 1e-9


def test_of_nothing_nothing_is_said() -> None:
    assert (Share(0, 0).value, Difference(Share(0, 0), Share(1, 2)).value) == (None, None)


def test_a_few_are_too_few_however_clear_they_look() -> None:
    assert not Difference(Share(4, 4), Share(0, 100)).is_clear
    assert Difference(Share(5, 5), Share(0, 100)).is_clear


def test_more_than_there_are_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="3 of 2"):
        Share(3, 2)

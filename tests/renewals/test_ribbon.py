"""The ribbon is to scale, says what matters first, and never lets two texts run into each other."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.rhythm import Stretch
from accounts.worktime import WorkingHours
from renewals.entitlement import State, Windows
from renewals.ribbon import SIZES, Drawing, Story, Touch, Words, draw
from renewals.ribbon.labels import text_width

SMALL, MIDDLE, LARGE = SIZES["page"]
(ROW,) = SIZES["row"]
ENDS_AT = datetime(2026, 11, 27, 16, tzinfo=UTC)  # Friday midnight in Shanghai
LOCK_AT = datetime(2026, 11, 30, 1, tzinfo=UTC)  # Monday 09:00
NOW = datetime(2026, 11, 23, 4, 7, tzinfo=UTC)
WINDOWS = Windows(
    term=0,
    from_at=None,
    until_at=None,
    starts_at=ENDS_AT - timedelta(days=365),
    ends_at=ENDS_AT,
    buffer_ends_at=ENDS_AT + timedelta(days=1),
    earliest_lock_at=LOCK_AT,
    lock_at=LOCK_AT,
    closes_at=LOCK_AT + timedelta(days=90),
    is_history=False,
)
NOBODY_TOLD = replace(WINDOWS, lock_at=None, closes_at=None)
WORDS = Words(
    now="now",
    states={state: (f"{state} and some more of it", state.value) for state in State},
    tick=lambda at: (f"{at:%a %d %B %Y, %H:%M}", f"{at:%a %H:%M}"),
    day=lambda day: f"{day:%a %d}",
)


def drawn(windows: Windows = WINDOWS, *, now: datetime = NOW, size=MIDDLE, **more) -> Drawing:
    return draw(Story(windows=windows, now=now, zone="Asia/Shanghai", **more), WORDS, size)


def kinds(drawing: Drawing) -> list[str]:
    return [band.css for band in drawing.bands]


def test_the_bar_shows_use_then_buffer_then_lock_without_a_gap():
    drawing = drawn()

    assert kinds(drawing) == ["active", "buffer", "soft_locked"]
    assert all(one.x + one.width == pytest.approx(other.x, abs=0.11) for one, other in pairwise(drawing.bands))
    assert drawing.bands[-1].x + drawing.bands[-1].width == pytest.approx(MIDDLE.width)


def test_what_renews_by_itself_is_drawn_as_going_on():
    joins = replace(NOBODY_TOLD, joins_at=NOW + timedelta(days=1))

    assert kinds(drawn(joins)) == ["active"]


def test_the_tick_of_the_last_minute_stands_where_the_buffer_begins():
    drawing = drawn()

    assert drawing.end_x == drawing.bands[1].x


def test_equal_times_are_equally_wide():
    drawing = drawn()

    buffer = drawing.bands[1].width
    ahead = drawing.end_x - drawing.now_x
    assert ahead / buffer == pytest.approx((ENDS_AT - NOW) / (LOCK_AT - ENDS_AT), rel=0.01)


def test_a_distant_present_stands_beyond_a_break():
    drawing = drawn(now=ENDS_AT - timedelta(days=200))

    assert drawing.break_x is not None
    assert drawing.now_x < drawing.break_x < drawing.bands[1].x
    assert kinds(drawing) == ["active", "active", "buffer", "soft_locked"]


def test_long_after_the_lock_the_present_stands_beyond_a_break_on_the_right():
    drawing = drawn(now=LOCK_AT + timedelta(days=100))

    assert drawing.break_x is not None
    assert drawing.break_x < drawing.now_x
    assert kinds(drawing)[-1] == "closed"


def peak(begins_at: datetime, days: int) -> Stretch:
    ends_at = begins_at + timedelta(days=days)
    return Stretch(begins_at, ends_at, begins_at.date(), ends_at.date() - timedelta(days=1), "close")


def test_a_peak_is_drawn_to_scale_under_the_bar_and_not_where_it_lies_outside():
    around, far = peak(ENDS_AT - timedelta(days=1), 2), peak(ENDS_AT + timedelta(days=60), 2)

    drawing = drawn(peaks=[around, far])

    (band,) = drawing.peaks
    assert band.css == "peak"
    assert band.x < drawing.end_x < band.x + band.width
    assert band.width / drawing.bands[1].width == pytest.approx(timedelta(days=2) / (LOCK_AT - ENDS_AT), rel=0.02)


def test_near_the_end_there_is_no_break():
    assert drawn().break_x is None


def test_where_nobody_was_told_the_buffer_fades_and_nothing_locks():
    drawing = drawn(NOBODY_TOLD, now=ENDS_AT + timedelta(days=5))

    fading = [band.opacity for band in drawing.bands if band.css == State.BUFFER]
    assert "soft_locked" not in kinds(drawing)
    assert fading == sorted(fading, reverse=True)
    assert fading[-1] < 0.2


def test_what_fades_has_no_nights():
    drawing = drawn(NOBODY_TOLD, size=LARGE, hours=WorkingHours(country="CN"))

    solid = [band.x + band.width for band in drawing.bands if band.opacity == 1]
    assert max(night.x + night.width for night in drawing.nights) <= max(solid)


def test_before_it_begins_a_contract_is_not_drawn_as_usable():
    windows = replace(WINDOWS, starts_at=ENDS_AT - timedelta(days=1))

    drawing = drawn(windows, now=ENDS_AT - timedelta(days=2))

    assert kinds(drawing) == ["scheduled", "active", "buffer", "soft_locked"]


def test_a_renewal_after_the_lock_is_drawn_as_usable_again():
    windows = replace(WINDOWS, until_at=LOCK_AT + timedelta(hours=5))

    drawing = drawn(windows)

    assert kinds(drawing) == ["active", "buffer", "soft_locked", "active"]


def test_touches_are_dots_at_their_time_filled_when_they_happened():
    touches = [Touch(NOW - timedelta(hours=1), done=True), Touch(ENDS_AT, done=False)]

    drawing = drawn(touches=touches)

    assert [dot.done for dot in drawing.dots] == [True, False]
    assert drawing.dots[0].x < drawing.now_x
    assert drawing.dots[1].x == drawing.end_x


def test_a_touch_outside_the_picture_is_left_out():
    drawing = drawn(touches=[Touch(ENDS_AT - timedelta(days=60), done=True)])

    assert drawing.dots == []


def test_the_lock_begins_where_the_night_ends():
    drawing = drawn(size=LARGE, hours=WorkingHours(country="CN"))

    lock = next(band for band in drawing.bands if band.css == State.SOFT_LOCKED)
    assert any(night.x + night.width == pytest.approx(lock.x, abs=0.11) for night in drawing.nights)


def test_a_weekend_is_one_long_night():
    drawing = drawn(size=LARGE, hours=WorkingHours(country="CN"))

    buffer = next(band for band in drawing.bands if band.css == State.BUFFER)
    assert max(night.width for night in drawing.nights) > buffer.width


def test_the_last_minute_is_labelled_and_not_the_instant_after_it():
    drawing = drawn(size=LARGE)

    assert "Fri 27 November 2026, 15:59" in [label.text for label in drawing.labels if label.strong]


def test_short_words_stand_in_before_a_label_is_dropped():
    drawing = drawn(size=SMALL)

    assert [label.text for label in drawing.labels if label.strong] == ["Fri 15:59", "Mon 01:00"]


def test_a_row_has_no_words_and_no_nights():
    drawing = drawn(size=ROW, hours=WorkingHours(country="CN"))

    assert drawing.labels == []
    assert drawing.nights == []


@given(
    ahead=st.timedeltas(min_value=timedelta(days=-200), max_value=timedelta(days=200)),
    buffer=st.timedeltas(min_value=timedelta(hours=24), max_value=timedelta(days=15)),
    size=st.sampled_from(SIZES["page"]),
    is_told=st.booleans(),
)
def test_no_two_texts_touch_and_none_leaves_the_picture(ahead, buffer, size, is_told):
    lock_at = ENDS_AT + buffer
    windows = replace(WINDOWS, earliest_lock_at=lock_at, lock_at=lock_at if is_told else None, closes_at=None)

    drawing = drawn(windows, now=ENDS_AT - ahead, size=size)

    rows: dict[float, list[tuple[float, float]]] = {}
    for label in drawing.labels:
        half = text_width(label.text, size.text) / 2
        rows.setdefault(label.y, []).append((label.x - half, label.x + half))
    for spans in map(sorted, rows.values()):
        assert spans[0][0] >= -0.1
        assert spans[-1][1] <= size.width + 0.1
        assert all(end < begin for (_, end), (begin, _) in pairwise(spans))


@given(ahead=st.timedeltas(min_value=timedelta(days=-200), max_value=timedelta(days=200)))
def test_the_last_minute_always_has_its_label(ahead):
    for size in SIZES["page"]:
        drawing = drawn(now=ENDS_AT - ahead, size=size)

        assert any("15:59" in label.text for label in drawing.labels)

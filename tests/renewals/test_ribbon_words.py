"""The ribbon in words, and the time that is left: exact, in both languages, for eyes and screen readers alike."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template
from django.utils import translation

from accounts.rhythm import Stretch
from renewals.entitlement import Windows
from renewals.ribbon import Story, Touch
from renewals.templatetags.countdown import patterns
from renewals.templatetags.ribbon import sentence, ticks

ENDS_AT = datetime(2026, 11, 27, 16, tzinfo=UTC)
LOCK_AT = datetime(2026, 11, 30, 1, tzinfo=UTC)
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


def story(windows: Windows = WINDOWS, **more) -> Story:
    return Story(windows=windows, now=NOW, zone="Asia/Shanghai", **more)


def render(source: str, **context) -> str:
    return Template(source).render(Context({"window": WINDOWS, "now": NOW} | context))


def test_rule_4_the_sentence_names_every_minute_with_its_zone():
    with translation.override("en"):
        said = sentence(story())

    assert "Last minute: 27 November 2026, 23:59 (Asia/Shanghai)." in said
    assert "from 30 November 2026, 09:00 (Asia/Shanghai) the soft lock" in said


def test_rule_10_where_nobody_was_told_the_sentence_announces_no_lock():
    with translation.override("en"):
        said = sentence(story(replace(WINDOWS, lock_at=None)))

    assert "nothing locks before somebody there has been told" in said


def test_the_sentence_counts_touches_made_and_planned():
    touches = [Touch(NOW, done=True), Touch(NOW, done=True), Touch(ENDS_AT, done=False)]

    with translation.override("en"):
        said = sentence(story(touches=touches))

    assert said.endswith("2 touches made. 1 touch planned.")


@pytest.mark.parametrize(
    ("chinese", "said"),
    [
        (True, ("11月27日 周五 23:59", "11月27日 23:59")),
        (False, ("Fri 27 Nov, 23:59", "27 Nov 23:59")),
    ],
)
def test_a_tick_has_its_day_month_and_minute_however_short_it_is_said(chinese, said):
    assert ticks(datetime(2026, 11, 27, 23, 59), chinese=chinese) == said


def test_the_ribbon_is_one_picture_to_a_screen_reader():
    html = render('{% load ribbon %}{% ribbon window now=now zone="Asia/Shanghai" size="page" %}')

    assert html.count('role="img"') == 1
    assert html.count("<svg class=") == html.count('aria-hidden="true"') == 3


def test_numbers_in_the_picture_are_written_for_machines_in_every_language():
    with translation.override("zh-hans"):
        html = render('{% load ribbon %}{% ribbon window now=now zone="Asia/Shanghai" size="page" %}')

    assert 'viewBox="0 0 1080 ' in html


def test_the_countdown_says_without_javascript_what_is_left():
    with translation.override("en"):
        html = render("{% load countdown %}{% countdown window.ends_at now=now %}")

    assert ">4 days 11 hours 53 minutes</span>" in html
    assert f'data-countdown="{int((ENDS_AT - NOW).total_seconds())}"' in html


@pytest.mark.parametrize(
    ("language", "day", "minute", "rest"),
    [
        ("en", ["# day", "# days"], ["# minute", "# minutes"], ["# minute", "# minutes"]),
        ("zh-hans", ["# 天", "# 天"], ["# 分钟", "# 分钟"], ["# 分", "# 分"]),
    ],
)
def test_the_countdown_counts_on_in_the_words_of_the_house(language, day, minute, rest):
    with translation.override(language):
        said = patterns()

    assert (said["day"], said["minute"], said["rest"]) == (day, minute, rest)


def peak(name: str, day: date) -> Stretch:
    begins_at = datetime.combine(day, time(), ZoneInfo("Asia/Shanghai"))
    return Stretch(begins_at, begins_at + timedelta(days=1), day, day, name)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Their work peaks: close (27 Nov, 30 Nov), VAT (28 Nov)."),
        ("zh-hans", "客户的业务高峰：close（11月27日、11月30日）、VAT（11月28日）。"),
    ],
)
def test_rule_18_peaks_that_are_drawn_are_in_the_sentence_and_below_a_pages_ribbon(language, said):
    days = [peak("close", date(2026, 11, 27)), peak("VAT", date(2026, 11, 28)), peak("close", date(2026, 11, 30))]
    peaks = [*days, peak("far", date(2027, 3, 1))]

    with translation.override(language):
        page = render("{% load ribbon %}{% ribbon window now=now zone='Asia/Shanghai' peaks=peaks %}", peaks=peaks)
        row = render(
            "{% load ribbon %}{% ribbon window now=now zone='Asia/Shanghai' size='row' peaks=peaks %}", peaks=peaks
        )

    assert page.count(said) == 2
    assert row.count(said) == 1
    assert "far" not in page

"""Peaks on record: what the database refuses, what is noted by whom, and those of many customers at once (rule 18)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from accounts import rhythm, rhythm_words, wording
from accounts.models import Customer, Peak
from accounts.peaks import change_peak, note_peak, peaks_of, remove_peak
from tests.renewals.cast import T, chen, lan_tu, utc

pytestmark = pytest.mark.django_db
CLOSE = {"name": "月结", "kind": "month_end", "count": 3, "working": True}
FRIDAYS = {"name": "周报", "kind": "weekly", "weekdays": [4]}


@contextmanager
def refused_by(constraint: str) -> Iterator[None]:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        yield


@pytest.fixture
def customer() -> Customer:
    return lan_tu()


def noted(customer: Customer, **said: object) -> Peak:
    return note_peak(customer, by=chen(), now=T, **said)


@pytest.mark.parametrize(
    "said",
    [
        {"kind": "month_end"},
        {"kind": "month_end", "count": 0},
        {"kind": "month_end", "count": 28},
        {"kind": "month_end", "count": 3, "day": 15},
        {"kind": "due", "day": 15},
        {"kind": "due", "day": 0, "count": 3},
        {"kind": "due", "day": 32, "count": 3},
        {"kind": "due", "day": 15, "count": 28},
        {"kind": "month_days", "day": 15},
        {"kind": "month_days", "day": 15, "to_day": 32},
        {"kind": "weekly"},
        {"kind": "quarter_end", "count": 61},
        {"kind": "quarter_start", "count": 5, "weekdays": [1]},
        {"kind": "yearly", "begins_on": date(2026, 11, 1)},
        {"kind": "once", "ends_on": date(2026, 11, 1)},
        {"kind": "sometimes", "count": 3},
    ],
)
def test_a_peak_says_when_it_is_by_what_its_kind_needs_and_by_nothing_else(customer, said) -> None:
    with refused_by("peak_says_when"):
        noted(customer, name="x", **said)


@pytest.mark.parametrize("weekdays", [[], [0, 1, 2, 3, 4, 5, 6], [7]])
def test_a_weekly_peak_is_on_some_days_of_the_week_and_not_on_all(customer, weekdays) -> None:
    with refused_by("peak_is_on_some_days_of_the_week"):
        noted(customer, name="x", kind="weekly", weekdays=weekdays)


def test_only_the_end_of_a_month_is_counted_in_working_days(customer) -> None:
    with refused_by("peak_counts_work_in_months"):
        noted(customer, name="x", kind="quarter_end", count=3, working=True)


@pytest.mark.parametrize("kind", ["once", "yearly"])
def test_a_peak_begins_before_it_ends(customer, kind) -> None:
    with refused_by("peak_in_order"):
        noted(customer, name="x", kind=kind, begins_on=date(2026, 11, 2), ends_on=date(2026, 11, 1))


def test_what_comes_each_year_is_over_before_it_comes_again(customer) -> None:
    with refused_by("peak_of_a_year_is_short"):
        noted(customer, name="x", kind="yearly", begins_on=date(2026, 11, 1), ends_on=date(2027, 11, 1))


def test_who_removed_a_peak_is_on_record(customer) -> None:
    peak = noted(customer, **CLOSE)

    with refused_by("peak_is_removed_by_a_person"):
        Peak.objects.filter(pk=peak.pk).update(removed_at=T)


def test_what_is_changed_is_noted_anew_and_the_old_one_stays_on_record(customer) -> None:
    peak = noted(customer, **CLOSE)
    later = T + timedelta(hours=1)

    changed = change_peak(peak, by=chen(), now=later, **FRIDAYS)

    peak.refresh_from_db()
    assert (peak.name, peak.removed_at, peak.removed_by) == ("月结", later, chen())
    assert list(Peak.objects.standing()) == [changed]
    assert (changed.customer, changed.noted_at, changed.noted_by) == (customer, later, chen())


def test_a_peak_is_changed_or_removed_once(customer) -> None:
    peak = noted(customer, **CLOSE)

    assert remove_peak(peak, by=chen(), now=T)
    assert not remove_peak(peak, by=chen(), now=T)
    assert change_peak(peak, by=chen(), now=T, **FRIDAYS) is None
    assert not Peak.objects.standing().exists()


def spans(found) -> list[tuple[str, str, str]]:
    return [(stretch.name, str(stretch.first_day), str(stretch.last_day)) for stretch in found]


def test_peaks_are_counted_in_their_customers_zone_and_calendar(customer) -> None:
    noted(customer, **CLOSE)
    noted(customer, **FRIDAYS)
    harbor = lan_tu(name="Harbor Labs", zone="America/New_York", country="US")
    noted(harbor, **CLOSE)
    nobody = lan_tu(name="Nobody")

    found = peaks_of([customer.pk, harbor.pk, nobody.pk], starts=utc("2026-11-24"), ends=utc("2026-12-01"))

    assert spans(found[customer.pk]) == [("月结", "2026-11-26", "2026-11-30"), ("周报", "2026-11-27", "2026-11-27")]
    # Thanksgiving Thursday is off: Wednesday the 25th, Friday the 27th, Monday the 30th.
    assert spans(found[harbor.pk]) == [("月结", "2026-11-25", "2026-11-30")]
    assert found[harbor.pk][0].ends_at == utc("2026-12-01T05:00")
    assert found[nobody.pk] == []


def test_a_removed_peak_is_none(customer) -> None:
    remove_peak(noted(customer, **CLOSE), by=chen(), now=T)

    assert peaks_of([customer.pk], starts=T, ends=T + timedelta(days=30)) == {customer.pk: []}


def test_the_number_of_queries_does_not_grow_with_the_customers() -> None:
    counts = []
    for more in (2, 20):
        for place in range(more):
            country = ["CN", "US", "GB", ""][place % 4]
            noted(lan_tu(name=f"Customer {more} {place}", country=country), **CLOSE)
        ids = list(Customer.objects.values_list("pk", flat=True))
        with CaptureQueriesContext(connection) as queries:
            peaks_of(ids, starts=T, ends=T + timedelta(days=30))
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 3


NOVEMBER, YEARS_END = (date(2026, 11, 28), date(2026, 11, 30)), (date(2026, 12, 20), date(2027, 1, 10))


@pytest.mark.parametrize(
    ("pattern", "en", "zh"),
    [
        (rhythm.MonthEnd(3, working=True), "the last 3 working days of each month", "每月最后 3 个工作日"),
        (rhythm.MonthEnd(1, working=True), "the last working day of each month", "每月最后 1 个工作日"),
        (rhythm.MonthEnd(2), "the last 2 days of each month", "每月最后 2 天"),
        (rhythm.Due(15, 5), "due on day 15 of each month, and the 5 days before", "每月 15 日要交，含之前 5 天"),
        (rhythm.Due(15, 1), "due on day 15 of each month, and the day before", "每月 15 日要交，含之前 1 天"),
        (rhythm.Due(15, 0), "due on day 15 of each month", "每月 15 日要交"),
        (rhythm.MonthDays(10, 15), "from day 10 to day 15 of each month", "每月 10 日至 15 日"),
        (rhythm.MonthDays(28, 3), "from day 28 of each month to day 3 of the next", "每月 28 日至次月 3 日"),
        (rhythm.MonthDays(5, 5), "on day 5 of each month", "每月 5 日"),
        (rhythm.Weekly(frozenset({4, 0})), "each week on Mon, Fri", "每周一、周五"),
        (rhythm.Quarterly(5, at_end=True), "the last 5 days of each quarter", "每季度最后 5 天"),
        (rhythm.Quarterly(1, at_end=False), "the first day of each quarter", "每季度最初 1 天"),
        (rhythm.Yearly(*NOVEMBER), "each year, 28–30 Nov", "每年 11月28日至30日"),
        (rhythm.Yearly(*YEARS_END), "each year, 20 Dec – 10 Jan", "每年 12月20日至1月10日"),
        (rhythm.Once(*YEARS_END), "20 Dec 2026 – 10 Jan 2027", "2026年12月20日至2027年1月10日"),
    ],
)
def test_a_pattern_in_words(pattern, en, zh) -> None:
    said = {}
    for language in ("en", "zh-hans"):
        with translation.override(language):
            said[language] = rhythm_words.pattern(pattern)

    assert said == {"en": en, "zh-hans": zh}


@pytest.mark.parametrize(
    ("first", "last", "en", "zh"),
    [
        ("2026-11-28", "2026-11-30", "28–30 Nov", "11月28日至30日"),
        ("2026-11-28", "2026-12-03", "28 Nov – 3 Dec", "11月28日至12月3日"),
        ("2026-11-28", "2026-11-28", "28 Nov", "11月28日"),
        ("2027-01-28", "2027-01-30", "28–30 Jan 2027", "2027年1月28日至30日"),
    ],
)
def test_whole_days_in_words_name_the_year_where_it_is_not_this_one(first, last, en, zh) -> None:
    days = date.fromisoformat(first), date.fromisoformat(last)

    assert wording.days(*days, this_year=2026, language="en") == en
    assert wording.days(*days, this_year=2026, language="zh-hans") == zh

"""Dates in the shapes of real ledgers."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest

from accounts.ledger.dates import DAY_FIRST, MONTH_FIRST, Dates, habits_of
from accounts.ledger.findings import Refused

THE_15TH = date(2026, 5, 15)


def read(cell, *, column=(), **options):
    return Dates(habits_of([*column, *([cell] if isinstance(cell, str) else [])]), **options).read(cell)


@pytest.mark.parametrize(
    "cell",
    [
        "2026-05-15",
        "2026/5/15",
        "2026.5.15",
        "２０２６－０５－１５",
        "20260515",
        "2026 05 15",
        "15/05/2026",
        "05/15/2026",
        "15.05.2026",
        "15 May 2026",
        "15th of May 2026",
        "May 15, 2026",
        "15-May-26",
        "2026-May-15",
        "Fri, 15 May 2026",
        "15.05.2026 (Fr)",
        "15.05.2026 (Mo)",
        "2026-05-15(含)",
        "2026-05-15（含当日）",
        "2026年五月十五日",
        "2026年5月15日",
        "2026 年 5 月 15 日",
        "2026年5月15日(周五)",
        "二〇二六年五月十五日",
        "至2026-05-15止",
        "until 15 May 2026",
        "2026-05-15 24:00",
        "2026年5月15日24时",
        "2026-05-15 00:00:00",
        "46157",
        "民國115年5月15日",
        46157,
        46157.0,
        20260515.0,
        date(2026, 5, 15),
        datetime(2026, 5, 15),
    ],
)
def test_a_day_is_read_in_every_shape(cell):
    when = read(cell)

    assert (when.day, when.minute) == (THE_15TH, None)


@pytest.mark.parametrize(
    "cell",
    [
        "2026-05-15 18:00",
        "2026-05-15T18:00",
        "2026-05-15T18:00:59",
        "2026/5/15 6:00 PM",
        "2026-05-15 6pm",
        "2026-05-15 下午6:00",
        "2026年5月15日18时",
        "2026-05-15 晚上6点",
        "2026年5月15日 18点00分",
        "15/05/2026 18:00",
        "46157.75",
        46157.75,
        datetime(2026, 5, 15, 18),
    ],
)
def test_a_time_of_day_is_read_in_every_shape(cell):
    when = read(cell)

    assert (when.day, when.minute) == (THE_15TH, time(18))


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("2026-02-30", "no_such_date"),
        ("2026-13-01", "no_such_date"),
        ("2026-05-15 25:00", "no_such_time"),
        ("2026-05-15 18:60", "no_such_time"),
        ("soon", "bad_date"),
        ("12", "bad_date"),
        (True, "bad_date"),
        (time(18), "bad_date"),
        ("2026", "only_year"),
        ("2026年", "only_year"),
        ("26/5/15", "short_year"),
        ("长期", "open_ended"),
        ("Open-ended", "open_ended"),
        ("永久有效", "open_ended"),
        ("9999-12-31", "open_ended"),
        ("1020207", "republic_year"),
        ("100年11月21日", "republic_year"),
        ("105/01/02", "republic_year"),
    ],
)
def test_what_is_no_day_is_refused_with_its_reason(cell, code):
    with pytest.raises(Refused) as problem:
        read(cell)

    assert problem.value.code == code


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("1020207", date(2013, 2, 7)),
        ("990207", date(2010, 2, 7)),
        ("100年11月21日", date(2011, 11, 21)),
        ("105/01/02", date(2016, 1, 2)),
        ("99/12/31", date(2010, 12, 31)),
        ("2016/01/02", date(2016, 1, 2)),
        ("19 01 1998 12:00:00", date(1998, 1, 19)),
    ],
)
def test_years_of_the_republic_are_read_when_said_and_other_years_stay(cell, day):
    assert read(cell, republic=True).day == day


def test_a_date_of_two_readings_keeps_both():
    when = read("05/06/2026")

    assert (when.day, when.other, when.notes) == (date(2026, 5, 6), date(2026, 6, 5), ("ambiguous",))


@pytest.mark.parametrize(
    ("proof", "day"), [("13/06/2026", date(2026, 6, 5)), ("06/13/2026", date(2026, 5, 6))], ids=["day", "month"]
)
def test_one_date_of_a_column_proves_how_the_others_are_meant(proof, day):
    when = read("05/06/2026", column=[proof])

    assert (when.day, when.other) == (day, None)


def test_a_column_that_proves_both_proves_nothing():
    assert read("05/06/2026", column=["13/06/2026", "06/13/2026"]).notes == ("ambiguous",)


@pytest.mark.parametrize(("order", "month"), [(DAY_FIRST, 6), (MONTH_FIRST, 5)])
def test_what_the_person_says_settles_it(order, month):
    assert read("05/06/2026", order=order).day.month == month


def test_noon_everywhere_is_the_midnight_of_a_12_hour_clock():
    when = read("19 01 1998 12:00:00")

    assert (when.minute, when.notes) == (None, ("noon_is_midnight",))


def test_noon_among_other_times_is_noon():
    when = read("2026-05-15 12:00:00", column=["2026-05-15 18:00:00"])

    assert when.minute == time(12)


def test_a_month_is_its_first_or_its_last_day():
    when = read("2026年2月")

    assert (when.day, when.other, when.notes) == (date(2026, 2, 1), date(2026, 2, 28), ("whole_month",))


def test_an_offset_and_a_zone_in_the_cell_are_kept():
    assert str(read("2026-05-15T18:00+08:00").offset) == "UTC+08:00"
    assert read("2026年5月15日23时59分(北京时间)").zone == "Asia/Shanghai"


@pytest.mark.parametrize("nonsense", ["31/02/2027", "02/31/2027"])
def test_a_date_that_does_not_exist_proves_no_order(nonsense):
    assert habits_of([nonsense]).order == ""


@pytest.mark.parametrize(("cell", "hour"), [("中午1点", 13), ("中午12点", 12), ("中午11点半", 11), ("下午1点", 13)])
def test_noon_is_from_eleven_to_one(cell, hour):
    assert read(f"2026-05-15 {cell}").minute.hour == hour


def test_a_refusal_that_is_kept_for_the_next_such_cell_keeps_none_of_its_rows():
    dates = Dates(habits_of([]))
    seen = []
    for _row in range(3):
        with pytest.raises(Refused) as problem:
            dates.read("soon")
        seen.append(problem.value)

    assert len({id(each) for each in seen}) == 3
    assert {each.code for each in seen} == {"bad_date"}

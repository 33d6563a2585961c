"""From what was sold to the minute: rules 1 to 3, and the first table of worked examples in docs/time.md."""

import pickle
import re
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from accounts.terms import (
    Term,
    TermError,
    day_exists,
    end_instant,
    explain,
    first_instant,
    parse_start,
    parse_term,
    reckon,
    start_instant,
    zone,
    zone_data_release,
    zone_names,
)


def reckoned(start, term, zone_name):
    return reckon(parse_start(start), parse_term(term), zone_name)


def minute_and_end(start, term, zone_name):
    found = reckoned(start, term, zone_name)
    return found.last_minute.isoformat(timespec="minutes"), f"{found.ends_at:%Y-%m-%dT%H:%MZ}"


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone_name", "start", "term", "last_minute", "ends_at"),
    [
        ("Asia/Shanghai", "2026-05-01", "30 days", "2026-05-30T23:59", "2026-05-30T16:00Z"),
        ("Asia/Shanghai", "2026-05-01T15:00", "30 days", "2026-05-31T23:59", "2026-05-31T16:00Z"),
        ("Asia/Shanghai", "2026-05-01T00:00", "30 days", "2026-05-30T23:59", "2026-05-30T16:00Z"),
        ("America/New_York", "2026-03-01", "30 days", "2026-03-30T23:59", "2026-03-31T04:00Z"),
        ("America/New_York", "2026-03-01T00:00-05:00", "30 days", "2026-03-31T23:59", "2026-04-01T04:00Z"),
        ("Europe/Berlin", "2027-01-31", "1 month", "2027-02-28T23:59", "2027-02-28T23:00Z"),
        ("Europe/Berlin", "2027-01-15", "1 month", "2027-02-14T23:59", "2027-02-14T23:00Z"),
        ("Europe/Berlin", "2027-01-15T09:00", "1 month", "2027-02-15T23:59", "2027-02-15T23:00Z"),
        ("Africa/Cairo", "2027-04-01", "through 2027-04-29", "2027-04-29T23:59", "2027-04-29T22:00Z"),
        ("Asia/Shanghai", "2026-01-01", "until 2026-05-15T18:00", "2026-05-15T18:00", "2026-05-15T10:01Z"),
    ],
)
def test_the_worked_examples(zone_name, start, term, last_minute, ends_at):
    assert minute_and_end(start, term, zone_name) == (last_minute, ends_at)


@pytest.mark.parametrize(
    ("start", "term", "last_minute"),
    [
        ("2026-01-15", "1 month", "2026-02-14T23:59"),
        ("2026-01-15T09:00", "1 month", "2026-02-15T23:59"),
        ("2026-01-31T09:00", "1 month", "2026-02-28T23:59"),
        ("2028-02-29", "1 year", "2029-02-28T23:59"),
        ("2028-02-29T09:00", "1 year", "2029-02-28T23:59"),
        ("2028-02-29", "4 years", "2032-02-28T23:59"),
        ("2026-12-31", "2 months", "2027-02-28T23:59"),
        ("2027-01-01", "12 months", "2027-12-31T23:59"),
        ("2027-01-01T00:01", "12 months", "2028-01-01T23:59"),
        ("2026-05-01", "6 weeks", "2026-06-11T23:59"),
        ("2026-05-01", "1 day", "2026-05-01T23:59"),
        ("2026-05-01T23:59", "1 day", "2026-05-02T23:59"),
        ("2026-05-01T15:00", "through 2026-05-01", "2026-05-01T23:59"),
        ("2026-05-01T15:00", "until 2026-05-01T15:00", "2026-05-01T15:00"),
        ("2026-12-29T11:30", "30 days", "2027-01-28T23:59"),
    ],
)
def test_corresponding_days_and_whole_days(start, term, last_minute):
    assert minute_and_end(start, term, "Europe/London")[0] == last_minute


@pytest.mark.parametrize(
    ("zone_name", "day", "begins"),
    [
        ("Africa/Cairo", "2027-04-30", "2027-04-29T22:00"),  # 00:00 is skipped: 01:00
        ("America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00"),  # skipped
        ("America/Sao_Paulo", "2018-02-18", "2018-02-18T03:00"),  # 23:00 to 24:00 comes twice before it
        ("America/St_Johns", "2000-10-29", "2000-10-29T02:30"),  # 00:01 falls back to 23:01: the first midnight
        ("America/Havana", "2024-11-03", "2024-11-03T04:00"),  # 01:00 falls back to 00:00: the first midnight
        ("Asia/Beirut", "2026-03-29", "2026-03-28T22:00"),  # skipped
        ("Asia/Gaza", "2022-03-27", "2022-03-26T22:00"),  # skipped
        ("Australia/Lord_Howe", "2026-04-05", "2026-04-04T13:00"),  # half an hour, at 02:00: an ordinary midnight
        ("Antarctica/Troll", "2026-03-29", "2026-03-29T00:00"),  # two hours, at 01:00
        ("Africa/Casablanca", "2026-03-22", "2026-03-22T00:00"),  # back to UTC after Ramadan began
        ("Europe/Dublin", "2026-10-25", "2026-10-24T23:00"),  # negative summer time changes nothing
        ("Asia/Kathmandu", "1986-01-01", "1985-12-31T18:30"),  # 00:00 to 00:15 skipped
        ("America/Toronto", "1919-03-31", "1919-03-31T04:30"),  # skipped from 23:30 to 00:30: a gap opens before
        ("Pacific/Apia", "2011-12-30", "2011-12-30T10:00"),  # no such day: the next one's
        ("Pacific/Apia", "2011-12-31", "2011-12-30T10:00"),
        ("Pacific/Kwajalein", "1993-08-21", "1993-08-21T12:00"),
    ],
)
def test_the_first_instant_of_a_local_day(zone_name, day, begins):
    assert first_instant(date.fromisoformat(day), zone_name) == utc(begins)


@pytest.mark.parametrize(
    ("zone_name", "day", "exists"),
    [
        ("Pacific/Apia", "2011-12-30", False),
        ("Pacific/Apia", "2011-12-31", True),
        ("Pacific/Kwajalein", "1993-08-21", False),
        ("Pacific/Kiritimati", "1994-12-31", False),
        ("Africa/Cairo", "2027-04-30", True),
        ("Asia/Shanghai", "2011-12-30", True),
    ],
)
def test_some_local_days_never_were(zone_name, day, exists):
    assert day_exists(date.fromisoformat(day), zone_name) is exists


@pytest.mark.parametrize(
    ("start", "zone_name", "starts_at"),
    [
        ("2026-03-08T02:30", "America/New_York", "2026-03-08T07:30"),  # skipped: forward by the gap, to 03:30
        ("2026-11-01T01:30", "America/New_York", "2026-11-01T05:30"),  # twice: the earlier
        ("2027-04-30T00:00", "Africa/Cairo", "2027-04-29T22:00"),
        ("2027-04-30", "Africa/Cairo", "2027-04-29T22:00"),
        ("2026-05-01T15:00+09:00", "Asia/Shanghai", "2026-05-01T06:00"),
        ("2026-05-01T15:00Z", "Asia/Shanghai", "2026-05-01T15:00"),
    ],
)
def test_a_start_in_a_gap_moves_forward_and_one_that_comes_twice_is_the_earlier(start, zone_name, starts_at):
    assert start_instant(parse_start(start), zone_name) == utc(starts_at)


@pytest.mark.parametrize(
    ("last_minute", "ends_at"),
    [
        ("2026-03-08T02:30", "2026-03-08T07:31"),  # skipped: 03:30 EDT
        ("2026-11-01T01:30", "2026-11-01T06:31"),  # twice: the one in EST
        ("2026-11-01T00:59", "2026-11-01T05:00"),
        ("2026-05-15T18:00", "2026-05-15T22:01"),
    ],
)
def test_an_end_is_the_later_instant_that_its_wall_time_can_mean(last_minute, ends_at):
    assert end_instant(datetime.fromisoformat(last_minute), "America/New_York", whole_day=False) == utc(ends_at)


def test_a_whole_day_ends_at_the_first_midnight_and_its_last_minute_at_the_later():
    last_minute = datetime(2000, 10, 28, 23, 59)  # comes twice in St John's, before and after a first midnight

    assert end_instant(last_minute, "America/St_Johns", whole_day=True) == utc("2000-10-29T02:30")
    assert end_instant(last_minute, "America/St_Johns", whole_day=False) == utc("2000-10-29T03:30")


def test_a_last_minute_that_the_clocks_skip_is_promised_as_the_clocks_show_it():
    assert minute_and_end("2026-01-01", "until 2026-03-08T02:30", "America/New_York") == (
        "2026-03-08T03:30",
        "2026-03-08T07:31Z",
    )


def test_a_start_at_the_second_of_two_midnights_is_not_the_first_instant():
    first, second = "2024-11-03T00:00-04:00", "2024-11-03T00:00-05:00"

    assert minute_and_end(first, "1 day", "America/Havana")[0] == "2024-11-03T23:59"
    assert minute_and_end(second, "1 day", "America/Havana")[0] == "2024-11-04T23:59"


def test_an_instant_counts_from_the_local_date_of_the_zone_not_of_its_offset():
    assert minute_and_end("2026-05-01T20:00+00:00", "1 day", "Asia/Shanghai")[0] == "2026-05-03T23:59"


def test_a_late_start_on_a_day_before_a_clock_change_gets_one_more_day():
    assert minute_and_end("2026-03-07T23:30", "1 day", "America/New_York")[0] == "2026-03-09T23:59"


@pytest.mark.parametrize(("start", "term"), [("2011-12-01", "30 days"), ("2011-11-30T09:00", "1 month")])
def test_a_last_day_that_never_was_is_the_next_one(start, term):
    assert minute_and_end(start, term, "Pacific/Apia")[0] == "2011-12-31T23:59"


def test_the_day_before_a_missing_one_still_ends_at_its_own_midnight():
    assert minute_and_end("2011-12-01", "through 2011-12-29", "Pacific/Apia") == (
        "2011-12-29T23:59",
        "2011-12-30T10:00Z",
    )


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("2026-05-01", date(2026, 5, 1)),
        (" 2026/5/1 ", date(2026, 5, 1)),
        ("2026年5月1日", date(2026, 5, 1)),
        ("２０２６年５月１日１５：００", datetime(2026, 5, 1, 15)),
        ("2026-05-01T15:00", datetime(2026, 5, 1, 15)),
        ("2026-05-01 15:00:00", datetime(2026, 5, 1, 15)),
        ("2026年5月1日15时", datetime(2026, 5, 1, 15)),
        ("2026年5月1日 15时30分", datetime(2026, 5, 1, 15, 30)),
        ("2026-05-01T24:00", datetime(2026, 5, 2)),
        ("2026-05-01T15:00Z", datetime(2026, 5, 1, 15, tzinfo=UTC)),
        ("2026-05-01T15:00:00.000+0530", datetime(2026, 5, 1, 15, tzinfo=timezone(timedelta(hours=5.5)))),
        ("2026-05-01t15:00-03:30", datetime(2026, 5, 1, 15, tzinfo=timezone(timedelta(hours=-3.5)))),
    ],
)
def test_starts_in_the_shapes_people_write(text, start):
    read = parse_start(text)

    assert read == start
    assert type(read) is type(start)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "bad_start"),
        ("soon", "bad_start"),
        ("01/05/2026", "bad_start"),
        ("2026-05/01", "bad_start"),
        ("2026-05-0115:00", "bad_start"),
        ("2026-05-01T15", "bad_start"),
        ("2026-W18-5", "bad_start"),
        ("2026-02-30", "no_such_date"),
        ("2026-13-01", "no_such_date"),
        ("2026-05-01T25:00", "no_such_time"),
        ("2026-05-01T24:01", "no_such_time"),
        ("2026-05-01T15:60", "no_such_time"),
        ("2026-05-01T15:00+25:00", "no_such_time"),
        ("2026-05-01T15:00+08:75", "no_such_time"),
        ("2026-05-01T15:00:30", "seconds"),
        ("0202-05-01", "out_of_range"),
        ("9999-05-01", "out_of_range"),
    ],
)
def test_a_start_that_is_refused_says_what_is_wrong(text, code):
    with pytest.raises(TermError) as refusal:
        parse_start(text)

    assert refusal.value.code == code
    assert f"“{text}”" in str(refusal.value)


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("30 days", Term.days(30)),
        ("1 DAY", Term.days(1)),
        ("30-day", Term.days(30)),
        ("6 weeks", Term.days(42)),
        ("1 month", Term.months(1)),
        ("12 months", Term.years(1)),
        ("2 years", Term.months(24)),
        ("30天", Term.days(30)),
        ("30 日", Term.days(30)),
        ("６周", Term.weeks(6)),
        ("6個星期", Term.weeks(6)),
        ("1个月", Term.months(1)),
        ("12個月", Term.years(1)),
        ("1年", Term.years(1)),
        ("一年", Term.years(1)),
        ("两年", Term.years(2)),
        ("半年", Term.months(6)),
        ("一年半", Term.months(18)),
        ("十天", Term.days(10)),
        ("十五天", Term.days(15)),
        ("三十个月", Term.months(30)),
        ("九十九天", Term.days(99)),
        ("through 2026-05-15", Term.through(date(2026, 5, 15))),
        ("至2026-05-15", Term.through(date(2026, 5, 15))),
        ("截至 2026年5月15日 止", Term.through(date(2026, 5, 15))),
        ("until 2026-05-15T24:00", Term.through(date(2026, 5, 15))),
        ("until 2026-05-15T18:00", Term.until(datetime(2026, 5, 15, 18))),
        ("Until 2026-05-15 00:00", Term.until(datetime(2026, 5, 15))),
        ("至2026年5月15日18时00分", Term.until(datetime(2026, 5, 15, 18))),
        ("至2026年5月15日23时59分", Term.until(datetime(2026, 5, 15, 23, 59))),
    ],
)
def test_terms_in_the_shapes_people_write(text, term):
    assert parse_term(text) == term


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "bad_term"),
        ("for ever", "bad_term"),
        ("30", "bad_term"),
        ("-5 days", "bad_term"),
        ("1.5 years", "bad_term"),
        ("三月", "bad_term"),  # March, or three months?
        ("半天", "bad_term"),
        ("十二三天", "bad_term"),
        ("二三天", "bad_term"),
        ("十十天", "bad_term"),
        ("until 2026-05-15T18:00+08:00", "bad_term"),  # the promise is wall time
        ("0 days", "term_too_short"),
        ("99999999999999999999 days", "out_of_range"),
        ("through 2026-02-30", "no_such_date"),
        ("until 2026-05-15T18:61", "no_such_time"),
    ],
)
def test_a_term_that_is_refused_says_what_is_wrong(text, code):
    with pytest.raises(TermError) as refusal:
        parse_term(text)

    assert refusal.value.code == code
    assert f"“{text}”" in str(refusal.value)


@pytest.mark.parametrize(
    "term",
    [
        Term.days(1),
        Term.weeks(6),
        Term.months(18),
        Term.years(2),
        Term.through(date(2026, 5, 5)),
        Term.until(datetime(2026, 5, 15, 9, 5)),
    ],
)
def test_a_term_is_read_back_from_its_own_text(term):
    assert parse_term(str(term)) == term


@pytest.mark.parametrize("make", [Term.days, Term.weeks, Term.months, Term.years])
def test_no_term_is_shorter_than_one(make):
    with pytest.raises(TermError, match="at least 1 day"):
        make(0)


@pytest.mark.parametrize(
    ("start", "term", "zone_name", "code"),
    [
        ("2026-05-02", "through 2026-05-01", "Asia/Shanghai", "ends_before_start"),
        ("2026-05-01T15:00", "until 2026-05-01T14:59", "Asia/Shanghai", "ends_before_start"),
        ("2000-10-28T23:30-03:30", "through 2000-10-28", "America/St_Johns", "ends_before_start"),
        ("2011-12-30", "30 days", "Pacific/Apia", "no_such_local_date"),
        ("2011-12-30T09:00", "30 days", "Pacific/Apia", "no_such_local_date"),
        ("2011-12-01", "through 2011-12-30", "Pacific/Apia", "no_such_local_date"),
        ("2011-12-01", "until 2011-12-30T18:00", "Pacific/Apia", "no_such_local_date"),
        ("9998-06-01", "1 year", "Asia/Shanghai", "out_of_range"),
        ("9998-12-31T09:00", "1 day", "Asia/Shanghai", "out_of_range"),
        ("2026-05-01", "9999999 days", "Asia/Shanghai", "out_of_range"),
        ("2026-05-01", "9999999 years", "Asia/Shanghai", "out_of_range"),
    ],
)
def test_an_end_that_cannot_be_is_refused(start, term, zone_name, code):
    with pytest.raises(TermError) as refusal:
        reckoned(start, term, zone_name)

    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("zone_name", "start", "term"),
    [
        ("Asia/Shanghai", "1900-01-01", "through 1900-01-05"),  # 8:05:43 ahead
        ("Asia/Shanghai", "1900-01-01", "until 1900-01-05T18:00"),
        ("Asia/Kolkata", "1905-01-01", "30 days"),  # 5:21:10 ahead
        ("Europe/Paris", "1905-01-01", "1 year"),  # 0:09:21 ahead
        ("Africa/Monrovia", "1971-12-01", "through 1972-01-06"),  # 0:44:30 behind, until the day after
    ],
)
def test_an_end_by_clocks_that_were_off_by_seconds_is_refused(zone_name, start, term):
    with pytest.raises(TermError, match=f"the clocks of {zone_name} were off by seconds"):
        reckoned(start, term, zone_name)


@pytest.mark.parametrize(
    ("zone_name", "start", "term", "ends_at"),
    [
        ("Asia/Shanghai", "1900-01-01", "through 1901-01-05", "1901-01-05T16:00Z"),
        ("Africa/Monrovia", "1971-12-01", "through 1972-01-07", "1972-01-08T00:00Z"),
        ("America/New_York", "1900-01-01", "through 1900-01-05", "1900-01-06T05:00Z"),
    ],
)
def test_an_old_end_by_clocks_of_whole_minutes_is_taken(zone_name, start, term, ends_at):
    assert minute_and_end(start, term, zone_name)[1] == ends_at


def test_a_refusal_names_both_ends_to_the_minute():
    with pytest.raises(TermError, match=r"The end, 2026-05-01 14:59, comes before the start, 2026-05-01 15:00\."):
        reckoned("2026-05-01T15:00", "until 2026-05-01T14:59", "Asia/Shanghai")


def test_the_last_year_is_taken_to_its_last_minute():
    assert minute_and_end("9998-01-01", "1 year", "Pacific/Niue")[0] == "9998-12-31T23:59"


def test_a_python_date_outside_the_years_is_refused_too():
    with pytest.raises(TermError, match="1900 to 9998"):
        reckon(date(1, 1, 1), Term.days(1), "Asia/Shanghai")


@pytest.mark.parametrize("name", ["", "Beijing", "asia/shanghai", "Asia", "localtime", "Factory", "../etc/passwd"])
def test_a_zone_is_an_exact_name_of_the_database(name):
    with pytest.raises(TermError) as refusal:
        zone(name)

    assert refusal.value.code == "unknown_zone"


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("asia/shanghai", "Asia/Shanghai"),
        ("Shanghai", "Asia/Shanghai"),
        ("New York", "America/New_York"),
        ("Asia/Shangai", "Asia/Shanghai"),
        ("nowhere at all", "Asia/Shanghai"),
    ],
)
def test_a_refused_zone_is_answered_with_a_name_near_it(name, near):
    with pytest.raises(TermError, match=f"such as {near}"):
        zone(name)


def test_every_zone_of_the_pinned_data_can_be_used():
    assert len(zone_names()) > 590
    assert all(zone(name).key == name for name in zone_names())


def test_the_release_of_the_zone_data_is_the_pinned_one():
    assert re.fullmatch(r"20\d\d[a-z]", zone_data_release())


def test_the_module_alone_reads_the_pinned_data_and_no_django():
    program = "import sys, zoneinfo, accounts.terms; print(zoneinfo.TZPATH, 'django' in sys.modules)"

    printed = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout

    assert printed.split("\n")[0] == "() False"


@pytest.mark.parametrize(
    ("start", "term", "zone_name", "why"),
    [
        ("2026-05-01", "30 days", "Asia/Shanghai", "bare date: 2026-05-01 is day 1, 2026-05-30 is day 30."),
        ("2026-03-01", "30 days", "America/New_York", "so they make 719 hours."),
        ("2026-05-01T00:00", "30 days", "Asia/Shanghai", "first instant of 2026-05-01: day 1."),
        ("2026-05-01T15:00", "30 days", "Asia/Shanghai", "in the course of 2026-05-01"),
        ("2026-03-01T00:00", "30 days", "America/New_York", "Through 2026-03-30 it would be 719 hours"),
        ("2011-12-01", "30 days", "Pacific/Apia", "2011-12-30 does not exist there"),
        ("2027-01-15", "1 month", "Europe/Berlin", "the day before the corresponding one, 2027-02-15"),
        ("2027-01-15T09:00", "1 month", "Europe/Berlin", "the corresponding one, 2027-02-15"),
        ("2027-01-31", "1 month", "Europe/Berlin", "no day 31"),
        ("2027-04-01", "through 2027-04-29", "Africa/Cairo", "2027-04-30 begins at 2027-04-30 01:00"),
        ("2024-10-01", "through 2024-11-02", "America/Havana", "Midnight comes twice there: 2024-11-03"),
        ("2011-12-01", "through 2011-12-29", "Pacific/Apia", "2011-12-30 does not exist there"),
        ("2026-01-01", "until 2026-05-15T18:00", "Asia/Shanghai", "through 2026-05-15 18:00, inclusive."),
        ("2026-01-01", "until 2026-03-08T02:30", "America/New_York", "The clocks skip 2026-03-08 02:30"),
        ("2026-01-01", "until 2026-11-01T01:30", "America/New_York", "2026-11-01 01:30 comes twice"),
    ],
)
def test_each_end_says_why(start, term, zone_name, why):
    assert why in explain(reckoned(start, term, zone_name))


def test_a_refusal_survives_the_way_to_another_process():
    refusal = TermError("unknown_zone", text="Mars", near="UTC")

    again = pickle.loads(pickle.dumps(refusal))

    assert str(again) == str(refusal)

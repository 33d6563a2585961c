"""Minutes, stretches, money and zones in words: rule 4, in both languages."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from string import Formatter

import pytest
from django.template import Context, Template
from django.utils import translation

from accounts import wording
from accounts.terms import PROBLEMS, Term, TermError, parse_start, parse_term, reckon, zone_names
from accounts.terms.reckoning import MIDNIGHTS, WHYS

MINUTE = datetime(2026, 5, 15, 23, 59)
NOW = datetime(2026, 11, 22, 4, 7, tzinfo=UTC)  # Sunday noon in Shanghai


def shanghai(text):
    return datetime.fromisoformat(f"{text}+08:00")


def test_a_minute_names_its_zone_in_both_languages():
    assert wording.minute(MINUTE, "Asia/Shanghai", "en") == "15 May 2026, 23:59 (Asia/Shanghai)"
    assert wording.minute(MINUTE, "Asia/Shanghai", "zh-hans") == "2026年5月15日23时59分(北京时间)"


def test_until_says_so_in_both_languages_at_once():
    assert wording.both(MINUTE, "Asia/Shanghai") == {
        "zh-hans": "至2026年5月15日23时59分(北京时间)",
        "en": "until 15 May 2026, 23:59 (Asia/Shanghai)",
    }


def test_no_language_is_the_active_one_and_every_chinese_is_simplified():
    with translation.override("zh-hans"):
        active = wording.minute(MINUTE, "Europe/London")

    assert active == "2026年5月15日23时59分(伦敦时间)"
    assert wording.minute(MINUTE, "Europe/London", "zh-TW") == active
    assert wording.minute(MINUTE, "Europe/London", "fr") == "15 May 2026, 23:59 (Europe/London)"


def test_an_instant_is_the_minute_that_the_zones_clocks_show():
    at = datetime(2026, 11, 30, 1, 0, 59, tzinfo=UTC)

    assert wording.instant(at, "Asia/Shanghai", "en") == "30 November 2026, 09:00 (Asia/Shanghai)"
    assert wording.instant(at, "Asia/Shanghai", "zh-hans") == "2026年11月30日9时00分(北京时间)"


def test_the_readers_own_time_stands_beside():
    at = datetime(2026, 11, 23, 22, 59, tzinfo=UTC)

    assert wording.beside(at, "America/New_York", "Asia/Shanghai", "zh-hans") == "北京时间 周二 06:59"
    assert wording.beside(at, "America/New_York", "Asia/Shanghai", "en") == "Tue 06:59 Asia/Shanghai"


@pytest.mark.parametrize("reader_zone", ["Asia/Shanghai", "Asia/Singapore", ""])
def test_nothing_stands_beside_where_the_readers_clock_shows_the_same(reader_zone):
    assert wording.beside(NOW, "Asia/Shanghai", reader_zone, "en") == ""


@pytest.mark.parametrize(
    ("at", "zh", "en"),
    [
        ("2026-11-21T23:59", "昨天 23:59", "Yesterday 23:59"),
        ("2026-11-22T23:59", "今天 23:59", "Today 23:59"),
        ("2026-11-23T00:00", "明天 00:00", "Tomorrow 00:00"),
        ("2026-11-24T17:59", "周二 17:59", "Tue 17:59"),
        ("2026-11-28T23:59", "周六 23:59", "Sat 23:59"),
        ("2026-11-29T00:00", "11月29日 00:00", "29 Nov 00:00"),
        ("2026-11-20T23:59", "11月20日 23:59", "20 Nov 23:59"),
        ("2027-11-27T23:59", "2027年11月27日 23:59", "27 Nov 2027 23:59"),
    ],
)
def test_a_near_day_is_called_by_its_name(at, zh, en):
    assert wording.day_label(shanghai(at), "Asia/Shanghai", NOW, "zh-hans") == zh
    assert wording.day_label(shanghai(at), "Asia/Shanghai", NOW, "en") == en


@pytest.mark.parametrize(
    ("delta", "zh", "en"),
    [
        (timedelta(days=4, hours=11, minutes=52, seconds=59), "4 天 11 小时 52 分", "4 days 11 hours 52 minutes"),
        (timedelta(days=1, minutes=1), "1 天 1 分", "1 day 1 minute"),
        (timedelta(hours=24), "1 天", "1 day"),
        (timedelta(minutes=52), "52 分钟", "52 minutes"),
        (timedelta(seconds=59), "不到 1 分钟", "less than a minute"),
        (timedelta(days=-3), "不到 1 分钟", "less than a minute"),
        (timedelta(days=92, hours=3, minutes=5), "92 天 3 小时", "92 days 3 hours"),
    ],
)
def test_a_stretch_of_time_is_never_more_than_there_is(delta, zh, en):
    assert (wording.stretch(delta, "zh-hans"), wording.stretch(delta, "en")) == (zh, en)


@pytest.mark.parametrize(
    ("amount", "currency", "said"),
    [
        (Decimal(86400), "CNY", "¥ 86,400"),
        (Decimal("86400.00"), "CNY", "¥ 86,400"),
        (Decimal("18000.5"), "USD", "$ 18,000.50"),
        (Decimal("0.125"), "EUR", "€ 0.125"),
        (Decimal(1234567), "JPY", "JP¥ 1,234,567"),
        (Decimal(-400), "CNY", "-¥ 400"),
        (Decimal(0), "GBP", "£ 0"),
        (Decimal(5), "XQX", "XQX 5"),
        (Decimal(5), "", "5"),
        (None, "CNY", ""),
    ],
)
def test_money_has_its_sign_and_only_the_decimals_there_are(amount, currency, said):
    assert wording.money(amount, currency, "en") == said


@pytest.mark.parametrize(
    ("zone", "zh"),
    [
        ("Asia/Shanghai", "北京时间"),
        ("PRC", "北京时间"),
        ("Asia/Urumqi", "乌鲁木齐时间"),
        ("America/New_York", "纽约时间"),
        ("Asia/Kolkata", "加尔各答时间"),
        ("UTC", "协调世界时"),
        ("Etc/GMT+5", "Etc/GMT+5"),
    ],
)
def test_a_zone_has_its_chinese_name_and_in_english_its_own(zone, zh):
    assert wording.zone_name(zone, "zh-hans") == zh
    assert wording.zone_name(zone, "en") == zone


def test_every_zone_has_a_name_in_chinese():
    assert all(wording.zone_name(zone, "zh-hans") for zone in zone_names())


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        ("30天", "30 天", "30 days"),
        ("1 day", "1 天", "1 day"),
        ("3个月", "3 个月", "3 months"),
        ("12 months", "1 年", "1 year"),
        ("through 2026-05-15", "至2026年5月15日结束", "through the end of 15 May 2026"),
        ("until 2026-05-15T18:00", "至2026年5月15日18时00分", "until 15 May 2026, 18:00"),
    ],
)
def test_what_was_sold_is_said_in_both_languages(text, zh, en):
    sold = parse_term(text)

    assert (wording.term(sold, "zh-hans"), wording.term(sold, "en")) == (zh, en)


def test_why_is_told_with_dates_in_words():
    reckoned = reckon(parse_start("2027-04-01"), parse_term("through 2027-04-29"), "Africa/Cairo")

    assert wording.why(reckoned, "en") == (
        "As written: through the whole of 29 April 2027. "
        "Midnight is skipped there: 30 April 2027 begins at 30 April 2027, 01:00, the same instant."
    )


def test_a_problem_names_the_text_and_the_way_out():
    error = TermError("ends_before_start", end=date(2026, 5, 1), start=date(2026, 5, 2))

    assert wording.problem(error, "en") == (
        "The end, 1 May 2026, comes before the start, 2 May 2026. Correct one of them."
    )


def test_a_problem_may_quote_a_term_in_its_words():
    error = TermError("out_of_range", text=Term.years(9000))

    assert wording.problem(error, "en").startswith("“9000 years” leads outside")


@pytest.mark.parametrize("sentence", [*PROBLEMS.values(), *WHYS.values(), *MIDNIGHTS.values()])
def test_every_sentence_is_in_chinese_too_with_the_same_facts(sentence):
    def names(text):
        return {name for _, name, _, _ in Formatter().parse(text) if name}

    with translation.override("zh-hans"):
        chinese = translation.gettext(sentence)

    assert chinese != sentence
    assert names(chinese) == names(sentence)


def rendered(source, **context):
    with translation.override("en"):
        return Template("{% load wording %}" + source).render(Context(context))


def test_a_minute_on_a_page_carries_its_instant():
    html = rendered("{% until last zone %}", last=MINUTE, zone="Asia/Shanghai")

    assert html == ('<time datetime="2026-05-15T23:59+08:00">until 15 May 2026, 23:59 (Asia/Shanghai)</time>')


def test_a_minute_that_comes_twice_carries_the_later_instant():
    html = rendered("{% minute last 'America/New_York' %}", last=datetime(2026, 11, 1, 1, 30))

    assert 'datetime="2026-11-01T01:30-05:00"' in html


def test_a_minute_set_large_breaks_between_day_and_time():
    html = rendered("{% large_minute last 'Asia/Shanghai' %}", last=MINUTE)

    assert html == '<time datetime="2026-05-15T23:59+08:00"><span>15 May 2026,</span> <span>23:59</span></time>'


def test_the_tags_speak_of_instants_in_the_customers_zone():
    html = rendered(
        "{% day_label at zone now %} {% instant at zone %} {% beside at zone 'UTC' %}",
        at=shanghai("2026-11-22T23:59"),
        zone="Asia/Shanghai",
        now=NOW,
    )

    assert html == (
        '<time datetime="2026-11-22T23:59+08:00">Today 23:59</time> '
        '<time datetime="2026-11-22T23:59+08:00">22 November 2026, 23:59 (Asia/Shanghai)</time> '
        '<time datetime="2026-11-22T15:59+00:00">Sun 15:59 UTC</time>'
    )


def test_what_is_not_known_yet_is_nothing_on_a_page():
    source = "{% instant at 'UTC' %}{% day_label at 'UTC' at %}{% beside at 'UTC' 'UTC' %}{{ at|stretch }}"

    assert rendered(source, at=None) == ""


def test_the_filters_say_lengths_zones_money_and_terms():
    source = "{{ left|stretch }}, {{ 'Asia/Tokyo'|zone_name }}, {% money 5 'CNY' %}, {{ sold|term }}"

    html = rendered(source, left=timedelta(hours=3), sold=Term.days(30))

    assert html == "3 hours, Asia/Tokyo, ¥ 5, 30 days"


def test_an_end_that_comes_twice_that_night_says_which_one_it_is():
    wall = datetime(2026, 11, 1, 1, 30)

    assert wording.minute(wall, "America/New_York", "en") == "1 November 2026, 01:30 (America/New_York, UTC-05:00)"
    assert wording.minute(wall, "America/New_York", "zh-hans") == "2026年11月1日1时30分(纽约时间，UTC-05:00)"


def test_an_instant_of_that_night_says_which_one_it_is_too():
    at = datetime(2026, 11, 1, 5, 30, tzinfo=UTC)

    assert wording.instant(at, "America/New_York", "en") == "1 November 2026, 01:30 (America/New_York, UTC-04:00)"


@pytest.mark.parametrize(
    ("said", "language", "words"),
    [
        ("through 2027-05-14", "en", "through the end of 14 May 2027 (Asia/Shanghai)"),
        ("through 2027-05-14", "zh-hans", "至2027年5月14日结束(北京时间)"),
        ("until 2027-05-14 18:00", "en", "until 14 May 2027, 18:00 (Asia/Shanghai)"),
        ("1 year", "en", "1 year"),
    ],
)
def test_rule_4_an_end_that_was_sold_names_its_zone_where_it_is_shown(said, language, words):
    assert wording.term(parse_term(said), language, zone="Asia/Shanghai") == words


def test_a_month_may_be_named_without_a_minute():
    assert wording.month(date(2026, 5, 1), "en") == "May 2026"
    assert wording.month(date(2026, 5, 1), "zh-hans") == "2026年5月"

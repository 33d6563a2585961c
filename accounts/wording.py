"""Minutes, stretches of time, money and zones in words, in both languages: the only place that does (rule 4).

An end is never a bare date: it is to the minute and names its zone. `language` is a language code, every Chinese
one read as "zh-hans" and any other as "en"; None is the active one. Zones are IANA names, wall times are naive.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache

from babel import Locale
from babel.core import get_global
from babel.numbers import get_currency_precision, get_currency_symbol
from django.utils import translation
from django.utils.translation import gettext

from accounts.terms import PROBLEMS, Reckoned, Term, TermError, readings
from accounts.terms import zone as zone_info

ZH, EN = "zh-hans", "en"
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
LOCALES = {ZH: Locale.parse("zh_Hans"), EN: Locale.parse("en")}
MONTHS = LOCALES[EN].months["format"]["wide"]
WEEKDAYS = {language: locale.days["format"]["abbreviated"] for language, locale in LOCALES.items()}
NEAR_DAYS = {ZH: {-1: "昨天", 0: "今天", 1: "明天"}, EN: {-1: "Yesterday", 0: "Today", 1: "Tomorrow"}}
BEIJING_TIME = frozenset({"Asia/Shanghai", "Asia/Chongqing", "Asia/Chungking", "Asia/Harbin", "PRC"})
LONG_STRETCH = 30 * DAY  # from here on, minutes are noise
# Babel's narrow symbols would write yuan and yen alike.
SYMBOLS = {"CNY": "¥", "USD": "$", "JPY": "JP¥"}
UNITS = {"days": ("天", "day"), "months": ("个月", "month"), "years": ("年", "year")}


def _language(language: str | None) -> str:
    code = language or translation.get_language() or EN
    return ZH if code.lower().startswith("zh") else EN


def minute(last_minute: datetime, zone: str, language: str | None = None) -> str:
    """As in "15 May 2026, 23:59 (Asia/Shanghai)", 「2026年5月15日23时59分(北京时间)」.

    One that comes twice that night is an end, so the later one (rule 2): "01:30 (America/New_York, UTC-05:00)".
    """
    return _in_its_zone(last_minute, zone, readings(last_minute, zone)[1], _language(language))


def _in_its_zone(wall: datetime, zone: str, at: datetime, language: str) -> str:
    earlier, later = readings(wall, zone)
    named = zone_name(zone, language)
    if earlier != later:
        offset = f"{at.astimezone(zone_info(zone)):%z}"
        named += f"{'，' if language == ZH else ', '}UTC{offset[:3]}:{offset[3:]}"
    return f"{_wall(wall, language)}{'' if language == ZH else ' '}({named})"


def until(last_minute: datetime, zone: str, language: str | None = None) -> str:
    """As in "until 15 May 2026, 23:59 (Asia/Shanghai)", 「至2026年5月15日23时59分(北京时间)」."""
    language = _language(language)
    return ("至" if language == ZH else "until ") + minute(last_minute, zone, language)


def both(last_minute: datetime, zone: str) -> dict[str, str]:
    """`until` by language, for whoever shows it to readers unknown."""
    return {language: until(last_minute, zone, language) for language in (ZH, EN)}


def instant(at: datetime, zone: str, language: str | None = None) -> str:
    """An aware instant as the minute that the zone's clocks show."""
    return _in_its_zone(local(at, zone), zone, at, _language(language))


def local(at: datetime, zone: str) -> datetime:
    """The wall time, naive and to the minute, that the zone's clocks show at an aware instant."""
    return at.astimezone(zone_info(zone)).replace(second=0, microsecond=0, tzinfo=None, fold=0)


def day_and_clock(last_minute: datetime, language: str | None = None) -> tuple[str, str]:
    """The halves of a minute that is set large, its zone beside it: 「2026年5月15日」, 「23时59分」."""
    language = _language(language)
    if language == ZH:
        return _date(last_minute, ZH), f"{last_minute.hour}时{last_minute.minute:02}分"
    return f"{_date(last_minute, EN)},", _clock(last_minute)


def beside(at: datetime, zone: str, reader_zone: str, language: str | None = None) -> str:
    """The reader's own time, to stand beside the customer's, never instead; "" where their clocks show the same."""
    theirs = local(at, reader_zone) if reader_zone else None
    if theirs is None or theirs == local(at, zone):
        return ""
    language = _language(language)
    told = f"{WEEKDAYS[language][theirs.weekday()]} {_clock(theirs)}"
    name = zone_name(reader_zone, language)
    return f"{name} {told}" if language == ZH else f"{told} {name}"


def with_own(minute: str, own: str, language: str | None = None) -> str:
    """A minute with its zone in brackets, and there the reader's own time too, as `beside` says it: never instead."""
    if not own:
        return minute
    return f"{minute.removesuffix(')')}{'；' if _language(language) == ZH else '; '}{own})"


def day_label(at: datetime, zone: str, now: datetime, language: str | None = None) -> str:
    """A minute as someone in the zone would say it now: "Today 23:59", "Mon 17:59", "27 Nov 2027 23:59"."""
    language = _language(language)
    wall, today = local(at, zone), local(now, zone).date()
    return f"{_day(wall.date(), today, language)} {_clock(wall)}"


def _day(day: date, today: date, language: str) -> str:
    away = (day - today).days
    if away in NEAR_DAYS[language]:
        return NEAR_DAYS[language][away]
    if 0 < away < 7:
        return WEEKDAYS[language][day.weekday()]
    return _short(day, language, with_year=day.year != today.year)


def weekdays(language: str | None = None) -> list[str]:
    """「周一」 to 「周日」, "Mon" to "Sun"."""
    names = WEEKDAYS[_language(language)]
    return [names[day] for day in range(7)]


def _clock(wall: datetime) -> str:
    return f"{wall:%H:%M}"


def _date(day: date, language: str) -> str:
    if language == ZH:
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {MONTHS[day.month]} {day.year}"


def month(first: date, language: str | None = None) -> str:
    """「2026年5月」, "May 2026": a month may be named without a minute, an end may not (rule 4)."""
    if _language(language) == ZH:
        return f"{first.year}年{first.month}月"
    return f"{MONTHS[first.month]} {first.year}"


def days(first: date, last: date, *, this_year: int | None = None, language: str | None = None) -> str:
    """Whole local days: "28–30 Nov", "28 Nov – 3 Dec", 「11月28日至12月3日」; years where one is not `this_year`.

    For when somebody is busy or away. An end is never said so (rule 4).
    """
    language = _language(language)
    with_year = {first.year, last.year} != {this_year}
    begins, ends = (_short(day, language, with_year=with_year) for day in (first, last))
    if first == last:
        return begins
    if (first.year, first.month) == (last.year, last.month):
        return f"{begins}至{last.day}日" if language == ZH else f"{first.day}–{ends}"
    return f"{begins}至{ends}" if language == ZH else f"{begins} – {ends}"


def _short(day: date, language: str, *, with_year: bool) -> str:
    if language == ZH:
        return _date(day, ZH) if with_year else f"{day.month}月{day.day}日"
    short = f"{day.day} {MONTHS[day.month][:3]}"
    return f"{short} {day.year}" if with_year else short


def _wall(wall: datetime, language: str) -> str:
    return ("" if language == ZH else " ").join(day_and_clock(wall, language))


def stretch(delta: timedelta, language: str | None = None) -> str:
    """A length of time, never more than there is: "4 days 11 hours 52 minutes", 「4 天 11 小时 52 分」.

    From 30 days on without minutes; a negative one is none, so "less than a minute".
    """
    language = _language(language)
    minutes = max(delta, timedelta(0)) // MINUTE
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    counts = {"day": days, "hour": hours, "minute": 0 if delta >= LONG_STRETCH else rest}
    said = {unit: n for unit, n in counts.items() if n}
    if not said:
        return "不到 1 分钟" if language == ZH else "less than a minute"
    if language == EN:
        return " ".join(_counted(n, unit) for unit, n in said.items())
    names = {"day": "天", "hour": "小时", "minute": "分" if len(said) > 1 else "分钟"}
    return " ".join(f"{n} {names[unit]}" for unit, n in said.items())


def _counted(n: int, unit: str) -> str:
    return f"{n} {unit}" if n == 1 else f"{n} {unit}s"


def money(amount: Decimal | float | None, currency: str, language: str | None = None) -> str:
    """As in "¥ 86,400" and "$ 18,000.50": the currency's sign, decimals only where there are any; "" for no amount."""
    if amount is None:
        return ""
    exact = Decimal(str(amount)).normalize()
    places = -int(exact.as_tuple().exponent)
    digits = max(places, get_currency_precision(currency) if currency else 0) if places > 0 else 0
    sign = "-" if exact < 0 else ""
    return f"{sign}{_symbol(currency, _language(language))} {abs(exact):,.{digits}f}".strip()


@lru_cache(maxsize=512)
def _symbol(currency: str, language: str) -> str:
    return SYMBOLS.get(currency) or str(get_currency_symbol(currency, LOCALES[language]))


@lru_cache(maxsize=2048)
def _zone_name(zone: str, language: str) -> str:
    canonical = get_global("zone_aliases").get(zone, zone)
    if language == EN:
        return zone
    if zone in BEIJING_TIME:
        return "北京时间"
    if canonical in {"Etc/UTC", "Etc/GMT", "UTC", "GMT"}:
        return "协调世界时"
    city = _chinese_cities().get(canonical)
    return f"{city}时间" if city else zone


def zone_name(zone: str, language: str | None = None) -> str:
    """「北京时间」, 「纽约时间」 in Chinese; the IANA name in English, and where Chinese has no name for the city."""
    return _zone_name(zone, _language(language))


def country_name(code: str, language: str | None = None) -> str:
    """「中国」, "China" for CN; anything that is no country's code as it stands."""
    return str(LOCALES[_language(language)].territories.get(code, code)) if len(code) == 2 else code


@lru_cache(maxsize=1)
def _chinese_cities() -> dict[str, str]:
    """Babel's cities under the present names of their zones: it keeps some, such as Calcutta, under old ones."""
    aliases = get_global("zone_aliases")
    zones = LOCALES[ZH].time_zones
    return {aliases.get(zone, zone): names["city"] for zone, names in zones.items() if "city" in names}


def term(term: Term, language: str | None = None, *, zone: str = "") -> str:
    """What was sold: "30 days", "1 year", "through the end of 15 May 2026"; an end with its `zone` where it has one."""
    language = _language(language)
    if term.on is not None:
        day = _date(term.on, language)
        said = f"至{day}结束" if language == ZH else f"through the end of {day}"
        return f"{said}{'' if language == ZH else ' '}({zone_name(zone, language)})" if zone else said
    if term.minute is not None:
        if zone:
            return until(term.minute, zone, language)
        return ("至" if language == ZH else "until ") + _wall(term.minute, language)
    n, unit = (term.n // 12, "years") if term.in_years else (term.n, term.kind)
    zh, en = UNITS[unit]
    return f"{n} {zh}" if language == ZH else _counted(n, en)


def why(reckoned: Reckoned, language: str | None = None) -> str:
    """Why the last minute is this one (rule 3)."""
    language = _language(language)
    sentences = [_sentence(template, reckoned.facts, language) for template in reckoned.sentences]
    return ("" if language == ZH else " ").join(sentences)


def problem(error: TermError, language: str | None = None) -> str:
    """What is wrong with a start, a term or a zone, and the way out."""
    return _sentence(PROBLEMS[error.code], error.params, _language(language))


def _sentence(template: str, facts: Mapping[str, object], language: str) -> str:
    with translation.override(language):
        return gettext(template).format_map({name: _fact(value, language) for name, value in facts.items()})


def _fact(value: object, language: str) -> str:
    if isinstance(value, datetime):
        return _wall(value, language)
    if isinstance(value, date):
        return _date(value, language)
    return term(value, language) if isinstance(value, Term) else str(value)

"""The shapes that dates, times and their words take in ledgers: patterns and tables for `dates`.

Text is NFKC-folded, in lower case and with single spaces before these are tried.
"""

from __future__ import annotations

import re
import unicodedata

INVISIBLE = dict.fromkeys((0, 0xAD, 0xFEFF, *range(0x200B, 0x2010), *range(0x202A, 0x202F), 0x2060))
"""Characters that nobody sees: no part of a number, a name or a date."""

_NOTHING = "- -- --- — —— / \\ n/a na none null nil tbd ? 无 無 待定 未定 空"
BLANKS = frozenset(_NOTHING.split()) | {""}
"""What people write for nothing."""

_NEVER = """
    长期 長期 长期有效 長期有效 永久 永久有效 无限期 無限期 无固定期限 無固定期限 终身 終身 终生 持续有效 不限 不限期
    openended open-ended perpetual permanent indefinite indefinitely evergreen ongoing unlimited
    forever never noend lifetime
"""
OPEN_ENDED = frozenset(_NEVER.split())

TWO_THEN_YEAR = re.compile(r"(?<!\d)(\d{1,2})([/\-. ])(\d{1,2})\2(\d{4})(?!\d)", re.ASCII)
CLOCK = re.compile(r"(?<!\d)\d{1,2}:\d{2}(?::\d{2})?(?!\d)(?:\s*[ap]\.?m\b)?", re.ASCII | re.IGNORECASE)
TIME = re.compile(
    r"""(?: (?<=\d)t | [\s,]+ | (?<=[日号號]) )
        (?P<half>上午|下午|中午|晚上|凌晨|早上|[ap]\.?m\.?)?\s*
        (?P<h>\d{1,2})
        (?: [:时時点點] \s* (?P<m>\d{1,2})? (?: [:分] (?P<s>\d{1,2}(?:\.\d+)?)? \s*秒?)? | (?=\s*[ap]\.?m) )
        \s*整?\s* (?P<ampm>[ap]\.?m\.?)? \s* (?P<offset>z|utc|gmt|(?:utc|gmt)?[+-]\d{1,2}(?::?\d{2})?)? $""",
    re.VERBOSE | re.ASCII,
)
EDGES = re.compile(
    r"""^(?: 截至|截止到|截止|至|到|自|从|從|until|till|through|thru|to|by|from|since|ends?|expires?(?:\son)?|on )
        \s*:?\s* (?=\d|民|[a-z]{3}|[一二〇零])
      | \s*(?: 为止|為止|止|起|生效|到期|届满 )$""",
    re.VERBOSE,
)
WEEKDAY = re.compile(
    r"[(\[](?:mo|di|mi|do|fr|sa|so|tu|we|th|su)\.?[)\]]|[(\[](?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?[)\]]"
    r"|[(\[]?(?:含|包含|包括)(?:当日|當日|当天|當天|该日|該日|本日)?[)\]]|[(\[]incl(?:usive)?\.?[)\]]"
    r"|[(\[]?(?:周|週|星期|礼拜)[一二三四五六日天][)\]]?|\b(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\b\.?,?"
)
BRACKETS = re.compile(r"\s*[(\[]([^()\[\]]+)[)\]]$")
REPUBLIC = re.compile(r"^(?:中华民国|中華民國|民国|民國|roc)\s*(?=\d)")
_MONTH_AND_DAY = r"(?:([-/.])\s*(\d{1,2})\s*\2\s*(\d{1,2})|年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*[日号號]?"
YMD = re.compile(rf"(\d{{4}})\s*{_MONTH_AND_DAY}|\s(\d{{1,2}})\s(\d{{1,2}}))", re.ASCII)
SHORT_YMD = re.compile(rf"(\d{{2,3}})\s*{_MONTH_AND_DAY})", re.ASCII)
RUN_TOGETHER = re.compile(r"(\d{2,4})(\d{2})(\d{2})", re.ASCII)
YEAR_MONTH = re.compile(r"(\d{4})(?:[-/.](\d{1,2})|\s*年\s*(\d{1,2})\s*月份?)", re.ASCII)
SERIAL = re.compile(r"\d{5}(?:\.\d+)?", re.ASCII)

_MONTH_NAMES = "jan feb mar apr may jun jul aug sep oct nov dec"
MONTHS = {name: n for n, name in enumerate(_MONTH_NAMES.split(), 1)}
DAY_MONTH = re.compile(
    r"(?P<day>\d{1,2})(?:st|nd|rd|th)?[\s\-./]*(?:of\s+)?(?P<month>[a-z]{3,9})\.?[\s\-./,]*(?P<year>\d{4}|\d{2})",
    re.ASCII,
)
MONTH_DAY = re.compile(
    r"(?P<month>[a-z]{3,9})\.?[\s\-./]*(?P<day>\d{1,2})(?:st|nd|rd|th)?[\s,\-./]+(?P<year>\d{4})", re.ASCII
)
YEAR_MONTH_DAY = re.compile(r"(?P<year>\d{4})[\s\-./]*(?P<month>[a-z]{3,9})\.?[\s\-./]*(?P<day>\d{1,2})", re.ASCII)
NAMED_MONTHS = (DAY_MONTH, MONTH_DAY, YEAR_MONTH_DAY)

_NUMERALS = str.maketrans("〇零一二三四五六七八九", "00123456789")
_CHINESE_DATE = re.compile(
    r"[〇零一二三四五六七八九]{4}年|年\s*[一二三四五六七八九十]+\s*月|月\s*[一二三四五六七八九十]+\s*[日号號]"
)

_BETWEEN = re.compile(r"\s*(?:~|～|—+|–|→|->|至|到|\bto\b|\bthrough\b|\buntil\b|\s-+\s)\s*", re.IGNORECASE)
_DATE_LIKE = re.compile(
    r"""\d{2,4}\s*(?:[-/.]\s*\d{1,2}\s*[-/.]\s*\d{1,4}|年\s*\d{1,2}\s*月\s*\d{1,2}\s*[日号]?)
    (?:(?:\s+|t|(?<=[日号]))\d{1,2}(?::\d{2}){1,2})?""",
    re.VERBOSE | re.IGNORECASE,
)
_CLOCK_LEFT = re.compile(r"\d\s*[:时時点點]")
_START_AND_TERM = re.compile(
    r"""(.*\d.*?)\s*起\s*(?:算|共|为期|為期)?\s*
    ((?:\d{1,3}|[一二两兩三四五六七八九十半壹贰叁]{1,3})\s*[个個]?(?:年|月|天|日|周)半?)""",
    re.VERBOSE,
)
_NO_YEAR = re.compile(r"\d{1,2}[-/.]\d{1,2}|\d{1,2}月\d{1,2}日?")


def chinese_digits(text: str) -> str:
    """二〇二六年五月十五日 in digits; any other text as it is."""
    if not _CHINESE_DATE.search(text):
        return text
    tens = re.sub(
        r"([一二三四五六七八九]?)十([一二三四五六七八九]?)", lambda ten: f"{ten[1] or '一'}{ten[2] or '〇'}", text
    )
    return tens.translate(_NUMERALS)


def halves_of(period: str) -> tuple[str, str] | None:
    """The two halves of a cell for a start and an end or a term, or None. The last takes the first one's year."""
    text = unicodedata.normalize("NFKC", period).strip()
    if found := _START_AND_TERM.fullmatch(text):
        return found[1], found[2]
    halves = [half for half in _BETWEEN.split(text) if half]
    if len(halves) != 2:
        halves = [found[0] for found in _DATE_LIKE.finditer(text)]
        if _CLOCK_LEFT.search(_DATE_LIKE.sub("", text)):
            return None  # a time of day would be lost
    if len(halves) != 2 and text.count("-") == 1:
        halves = text.split("-")
    if len(halves) != 2:
        return None
    first, last = halves[0].strip(), halves[1].strip()
    return first, _with_its_year(first, last)


def _with_its_year(first: str, last: str) -> str:
    era = REPUBLIC.match(first.casefold())
    if _NO_YEAR.fullmatch(last) and (year := re.match(r"\d{2,4}[-/.年]", first[era.end() :] if era else first)):
        last = year[0] + last
    return era[0] + last if era and re.match(r"\d{2,3}[-/.年]", last) else last

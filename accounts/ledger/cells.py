"""Cells that are no dates: names, numbers of contracts, money, seats, addresses. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from babel.numbers import list_currencies

from accounts.ledger.findings import Refused
from accounts.ledger.reading import Cell
from accounts.ledger.shapes import BLANKS
from accounts.terms import Term, TermError, parse_term

LARGEST_VALUE = Decimal("999999999999.99")
MOST_SEATS = 2_147_483_647
EXACT_DIGITS = 15  # what Excel keeps of a long number; from here on it has made the rest zeros
LEADS_A_FORMULA = tuple("=+-@\t\r\0＝＋－＠")
"""What a spreadsheet takes for the beginning of a formula."""
SAME_AS_ABOVE = frozenset({"同上", "〃", '"', "''", "ditto", "同前"})
TOTALS = re.compile(
    r"^(?:合计|合計|总计|總計|小计|小計|共计|共計|汇总|total|subtotal|grandtotal|sum|备注|備註|注[::]|註[::]|说明|note)",
    re.IGNORECASE,
)


def _pairs(table: str) -> tuple[tuple[str, str], ...]:
    return tuple((written, code) for written, _equals, code in (pair.partition("=") for pair in table.split()))


_SYMBOLS = _pairs("""
    us$=USD nt$=TWD hk$=HKD s$=SGD a$=AUD c$=CAD jp¥=JPY cn¥=CNY rmb=CNY 人民币=CNY 人民幣=CNY
    新台币=TWD 新臺幣=TWD 新台幣=TWD 港币=HKD 港幣=HKD 港元=HKD 美元=USD 美金=USD 欧元=EUR 歐元=EUR
    英镑=GBP 英鎊=GBP 日元=JPY 日圆=JPY 韩元=KRW €=EUR £=GBP ₩=KRW ₹=INR
""")
# One sign, several countries: which currency it is depends on where the customer is.
_SHARED_SYMBOLS = {
    "¥": {"CN": "CNY", "JP": "JPY", "": "CNY"},
    "$": {code[:2]: code for code in ("USD", "HKD", "SGD", "AUD", "CAD", "NZD", "MXN")} | {"TW": "TWD", "": "USD"},
    "元": {"CN": "CNY", "TW": "TWD", "HK": "HKD", "": "CNY"},
}
_COUNTRY_MONEY = dict(
    _pairs("""
    CN=CNY TW=TWD HK=HKD MO=MOP US=USD GB=GBP JP=JPY KR=KRW SG=SGD AU=AUD CA=CAD IN=INR CH=CHF AE=AED NZ=NZD MY=MYR
    """)
) | dict.fromkeys(re.findall("..", "DEFRESITNLBEATIEPTFIGRLUEELVLTSKSIMTCYHR"), "EUR")
_SCALES = {
    "亿": 100_000_000,
    "億": 100_000_000,
    "万": 10_000,
    "萬": 10_000,
    "million": 1_000_000,
    "mn": 1_000_000,
    "m": 1_000_000,
    "k": 1_000,
}
_AMOUNT = re.compile(r"\d+(?:\.\d+)?")
_THOUSANDS = re.compile(r"(?<=\d)[,'’ ](?=\d{3}(?!\d))")
_DECIMAL_COMMA = re.compile(r"^\d{1,3}(?:\.\d{3})*,\d{1,2}$|^\d+,\d{1,2}$")
_DOTTED_THOUSANDS = re.compile(r"^\d{1,3}(?:\.\d{3}){2,}$")
_SEATS = re.compile(
    r"""(\d[\d,]*)(?:\.0+)?\s*(?:个|個|人|位|席|户|戶|套|点|點|users?|seats?|licen[cs]es?|pcs)?
    \s*(?:用户|用戶|账号|帳號|席位|授权)?""",
    re.VERBOSE,
)

_MAIL = re.compile(r"[^@\s,;<>\"()]+@[^@\s,;<>\"()]+\.[^@\s,;<>\"().]{2,}")


def text_of(cell: Cell) -> str:
    """A cell as one line of text; empty for the words that people write for nothing."""
    if isinstance(cell, str):
        line = " ".join(cell.split())
        # The apostrophe by which a spreadsheet, or our own file of refused rows, says that this is no formula.
        if line.startswith("'") and line[1:].startswith(LEADS_A_FORMULA):
            line = line[1:]
        return "" if line.casefold() in BLANKS else line
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def is_blank(cell: Cell) -> bool:
    return isinstance(cell, str) and cell.strip().casefold() in BLANKS


def contract_number(cell: Cell) -> str:
    """The number as it was written. Raises `Refused` for one that a spreadsheet has mangled."""
    if isinstance(cell, float) and abs(cell) >= 10**EXACT_DIGITS:
        raise Refused("rounded_number", "number", f"{cell:.0f}", digits=EXACT_DIGITS)
    text = unicodedata.normalize("NFKC", text_of(cell))
    if re.fullmatch(r"\d(?:\.\d+)?e\+\d+", text, re.IGNORECASE):
        raise Refused("rounded_number", "number", text, digits=EXACT_DIGITS)
    return fitting("number", text, 120)


def fitting(field: str, text: str, longest: int) -> str:
    """The text, refused where it is longer than any such text is: a sign that columns have slipped."""
    if len(text) > longest or "\0" in text:
        raise Refused("too_long", field, text, longest=longest)
    return text


@dataclass(frozen=True, slots=True)
class Money:
    """An amount, and the currency that the cell itself names."""

    amount: Decimal
    currency: str = ""
    symbol: str = ""


@lru_cache(maxsize=1 << 16)
def money_of(text: str, unit: str = "") -> Money:
    """An amount with its symbols, thousands marks and 万. `unit` is what the heading says in brackets.

    Raises `Refused` for what is no amount and for a negative one.
    """
    plain = unicodedata.normalize("NFKC", text).casefold().replace("，", ",").strip()
    if plain.startswith(("-", "(", "−")) or plain.endswith("-"):
        raise Refused("negative_value", "value", text)
    plain, currency, symbol = _without_currency(plain)
    plain, scale = _without_scale(plain.strip(" .:-/元整圆圓"))
    if scale == 1 and unit:
        _rest, scale = _without_scale(unit.strip("元圆圓 ").casefold())
    plain = _THOUSANDS.sub("", plain.strip())
    if _DECIMAL_COMMA.match(plain):
        plain = plain.replace(".", "").replace(",", ".")
    elif _DOTTED_THOUSANDS.match(plain):
        plain = plain.replace(".", "")
    elif re.fullmatch(r"[1-9]\d{0,2}\.\d{3}", plain) and scale == 1:
        raise Refused("ambiguous_value", "value", text)
    if not _AMOUNT.fullmatch(plain):
        raise Refused("bad_value", "value", text)
    amount = (Decimal(plain) * scale).quantize(Decimal("0.01"))
    if amount > LARGEST_VALUE:
        raise Refused("bad_value", "value", text)
    return Money(amount, currency, symbol)


def _without_currency(plain: str) -> tuple[str, str, str]:
    for written, code in _SYMBOLS:
        if written in plain:
            return plain.replace(written, " "), code, ""
    if (found := re.search(r"(?<![a-z])([a-z]{3})(?![a-z])", plain)) and found[1].upper() in list_currencies():
        return plain.replace(found[1], " "), found[1].upper(), ""
    for symbol in _SHARED_SYMBOLS:
        if symbol in plain:
            return plain.replace(symbol, " "), "", symbol
    return plain, "", ""


def _without_scale(plain: str) -> tuple[str, int]:
    for word, scale in _SCALES.items():
        if plain.endswith(word):
            return plain.removesuffix(word), scale
    return plain, 1


@lru_cache(maxsize=1024)
def currency_named(text: str) -> str:
    """The ISO code of a currency by code, symbol or name. Raises `Refused` for one that nobody knows."""
    plain = unicodedata.normalize("NFKC", text).casefold().strip()
    if plain.upper() in list_currencies():
        return plain.upper()
    for written, code in _SYMBOLS:
        if written == plain:
            return code
    if plain in _SHARED_SYMBOLS:
        return _SHARED_SYMBOLS[plain][""]
    raise Refused("unknown_currency", "currency", text)


def currency_of(symbol: str, country: str) -> str:
    """The currency behind a shared symbol in a country; without a symbol, the country's own. Empty if unknown."""
    if symbol:
        return _SHARED_SYMBOLS[symbol].get(country) or _SHARED_SYMBOLS[symbol][""]
    return _COUNTRY_MONEY.get(country, "")


def amount_of(cell: Cell, unit: str = "") -> Money:
    """Money from a number cell or from text."""
    if isinstance(cell, bool) or not isinstance(cell, str | int | float):
        raise Refused("bad_value", "value", cell)
    try:
        return money_of(text_of(cell) if isinstance(cell, str) else f"{cell:.2f}", unit)
    except (InvalidOperation, OverflowError) as problem:
        raise Refused("bad_value", "value", cell) from problem


@lru_cache(maxsize=1 << 14)
def seats_of(text: str) -> int:
    """How many seats, with or without a word behind the number."""
    found = _SEATS.fullmatch(unicodedata.normalize("NFKC", text).casefold())
    if not found or int(found[1].replace(",", "")) > MOST_SEATS:
        raise Refused("bad_seats", "seats", text)
    return int(found[1].replace(",", ""))


def mail_of(text: str) -> str:
    """One e-mail address; the first of several."""
    found = _MAIL.search(unicodedata.normalize("NFKC", text))
    if not found or len(found[0]) > 254:
        raise Refused("bad_mail", "contact_email", text)
    return found[0].lower()


@lru_cache(maxsize=1 << 12)
def term_of(text: str, unit: str = "") -> Term | None:
    """A term such as 12个月, 1 year, 三年; None for anything else. `unit` is the heading's, for a bare number."""
    plain = unicodedata.normalize("NFKC", text).casefold().strip()
    if re.fullmatch(r"\d+(?:\.0+)?", plain):
        plain = f"{int(float(plain))} {unit}" if unit else ""
    for candidate in (plain, plain.replace(" ", ""), plain.removesuffix("期"), plain.removesuffix("整")):
        try:
            term = parse_term(candidate)
        except TermError:
            continue
        if term.kind in {"days", "months"}:
            return term
    return None


def unit_of(heading: str) -> str:
    """What a heading says of the unit of its numbers: 期限(月), Term (months), 金额(万元)."""
    plain = unicodedata.normalize("NFKC", heading).casefold()
    found = re.search(r"[(\[【](.*?)[)\]】]", plain)
    return found[1].strip() if found else ""


def term_unit(heading: str) -> str:
    """days, months or years where a heading says so, in brackets or by its name."""
    plain = unicodedata.normalize("NFKC", heading).casefold()
    for unit, words in (
        ("months", ("月", "month")),
        ("days", ("天", "days", "日数", "日數")),
        ("years", ("年", "year")),
    ):
        if any(word in plain for word in words):
            return unit
    return ""

"""Money as people write it: amounts, units and currencies, and what a heading says of all of its cells. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from babel.numbers import get_territory_currencies, list_currencies

from accounts.ledger.cells import text_of
from accounts.ledger.findings import Refused
from accounts.ledger.reading import Cell

LARGEST_VALUE = Decimal("999999999999.99")
MONEY_OF = date(2026, 1, 1)  # whose currencies babel is asked for: no clock in here


def _pairs(table: str) -> tuple[tuple[str, str], ...]:
    return tuple((written, code) for written, _equals, code in (pair.partition("=") for pair in table.split()))


_SYMBOLS = _pairs("""
    us$=USD nt$=TWD hk$=HKD nz$=NZD ca$=CAD au$=AUD s$=SGD a$=AUD c$=CAD jp¥=JPY cn¥=CNY rmb=CNY 人民币=CNY 人民幣=CNY
    新台币=TWD 新臺幣=TWD 新台幣=TWD 港币=HKD 港幣=HKD 港元=HKD 美元=USD 美金=USD 欧元=EUR 歐元=EUR
    英镑=GBP 英鎊=GBP 日元=JPY 日圆=JPY 韩元=KRW €=EUR £=GBP ₩=KRW ₹=INR
""")
# One sign, several countries: which currency it is depends on where the customer is.
_SHARED_SYMBOLS = {
    "¥": {"CN": "CNY", "JP": "JPY", "": "CNY"},
    "$": {code[:2]: code for code in ("USD", "HKD", "SGD", "AUD", "CAD", "NZD", "MXN")} | {"TW": "TWD", "": "USD"},
    "元": {"CN": "CNY", "TW": "TWD", "HK": "HKD", "": "CNY"},
}
_WITH_A_SIGN = {code for _written, code in _SYMBOLS} | {
    code for codes in _SHARED_SYMBOLS.values() for code in codes.values()
}
_SCALES = {
    "百万": 1_000_000,
    "亿": 100_000_000,
    "億": 100_000_000,
    "万": 10_000,
    "萬": 10_000,
    "w": 10_000,
    "千": 1_000,
    "仟": 1_000,
    "million": 1_000_000,
    "mn": 1_000_000,
    "m": 1_000_000,
    "k": 1_000,
}
_AMOUNT = re.compile(r"\d+(?:\.\d+)?")
_NEGATIVE = re.compile(r"[^\w(]*(?:[-−]|\([^\w)]*\d)|.*[-−]$(?<!/-)")
_THOUSANDS = re.compile(r"(?<=\d)[,'’ ](?=\d{3}(?!\d))")
_DECIMAL_COMMA = re.compile(r"^\d{1,3}(?:\.\d{3})*,\d{1,2}$|^\d+,\d{1,2}$")
_DOTTED_THOUSANDS = re.compile(r"^\d{1,3}(?:\.\d{3}){2,}$")
_CODE = re.compile(r"(?<![a-z])([a-z]{3})(?![a-z])")

_HEADING_WORD = re.compile(r"[a-z]+|[\u3400-\u9fff]+|\d+s?")
_HEADING_REMARK = re.compile(r"[(\[【](.*?)[)\]】]|/(.*)$|\bin\s(.*)$", re.IGNORECASE)
_WORD_SCALES = {
    "thousand": 1_000,
    "thousands": 1_000,
    "k": 1_000,
    "000": 1_000,
    "000s": 1_000,
    "million": 1_000_000,
    "millions": 1_000_000,
    "mn": 1_000_000,
    "mm": 1_000_000,
}
_CHINESE_SCALE = re.compile(
    r"(百万|[亿億万萬千仟])(?:[美欧歐日韩港台臺]?[元圆圓]|美金|英[镑鎊]|人民[币幣]|[港台臺][币幣])?$"
)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount, and the currency or the shared sign that the cell itself names."""

    amount: Decimal
    currency: str = ""
    symbol: str = ""


@dataclass(frozen=True, slots=True)
class Unit:
    """What a heading says of its amounts: 金额(万元), Value (k USD)."""

    word: str = ""
    scale: int = 1
    currency: str = ""
    symbol: str = ""


def unit_of(heading: str) -> Unit:
    """The unit and the currency that a heading names in brackets, behind a slash or as a word of its own."""
    folded = unicodedata.normalize("NFKC", heading)
    plain = folded.casefold()
    remarks = " ".join(filter(None, (text for found in _HEADING_REMARK.findall(folded) for text in found)))
    currency = next((code for written, code in _SYMBOLS if written in plain), "") or _code_in(remarks)
    symbol = "" if currency else next((sign for sign in _SHARED_SYMBOLS if sign in plain), "")
    for place, word in enumerate(_HEADING_WORD.findall(plain)):
        if scale := _scale_named(word, place, bool(currency or symbol)):
            return Unit(word, scale, currency, symbol)
    return Unit("", 1, currency, symbol)


def _code_in(remarks: str) -> str:
    """A currency by its capital letters; ALL is a word before it is Albania's."""
    codes = (word for word in re.findall(r"(?<![A-Za-z])[A-Z]{3}(?![A-Za-z])", remarks) if word != "ALL")
    small = (word.upper() for word in _CODE.findall(remarks) if word.upper() in _WITH_A_SIGN)
    return next((code for code in (*codes, *small) if code in list_currencies()), "")


def _scale_named(word: str, place: int, beside_money: bool) -> int:
    if found := _CHINESE_SCALE.search(word):
        # As part of a heading's own name only with the money behind it: 金额万元.
        return _SCALES[found[1]] if place or found[0] != found[1] else 0
    if word == "m" and beside_money:
        return 1_000_000
    return _WORD_SCALES.get(word, 0) if place else 0


def amount_of(cell: Cell, scale: int = 1) -> Money:
    """Money from a number cell or from text; `scale` is the heading's. Raises `Refused` for what is no price."""
    if isinstance(cell, bool) or not isinstance(cell, str | int | float):
        raise Refused("bad_value", "value", cell)
    try:
        if isinstance(cell, str):
            return money_of(text_of(cell), scale)
        return Money(_fitting(Decimal(repr(cell)) * scale, str(cell)))
    except (InvalidOperation, OverflowError) as problem:
        raise Refused("bad_value", "value", cell) from problem


@lru_cache(maxsize=1 << 16)
def money_of(text: str, scale: int = 1) -> Money:
    """An amount with its symbols, thousands marks and 万. `scale` counts where the cell has none of its own.

    Raises `Refused` for what is no amount, for a negative one, and for one of two currencies.
    """
    plain = unicodedata.normalize("NFKC", text).casefold().replace("，", ",").strip()
    plain, currency, symbol = _without_currency(plain, text)
    if _NEGATIVE.match(plain):
        raise Refused("negative_value", "value", text)
    plain, own = _without_scale(plain.strip(" .:-/元整圆圓"))
    scale = scale if own == 1 else own
    plain = _THOUSANDS.sub("", plain.strip())
    if _DECIMAL_COMMA.match(plain):
        plain = plain.replace(".", "").replace(",", ".")
    elif _DOTTED_THOUSANDS.match(plain):
        plain = plain.replace(".", "")
    elif re.fullmatch(r"[1-9]\d{0,2}\.\d{3}", plain) and scale == 1:
        raise Refused("ambiguous_value", "value", text)
    if not _AMOUNT.fullmatch(plain):
        raise Refused("bad_value", "value", text)
    return Money(_fitting(Decimal(plain) * scale, text), currency, symbol)


def _fitting(exact: Decimal, text: str) -> Decimal:
    if exact < 0:
        raise Refused("negative_value", "value", text)
    if exact > LARGEST_VALUE:
        raise Refused("bad_value", "value", text)
    return exact.quantize(Decimal("0.01"))


def _without_currency(plain: str, text: str) -> tuple[str, str, str]:
    """The amount alone, its currency, and a shared sign where no more is said. A cell may say both: USD $100."""
    plain, codes = re.sub(r"\bus\s+\$", "us$", plain), set()
    for written, code in _SYMBOLS:
        if written in plain:
            codes.add(code)
            plain = plain.replace(written, " ")
    if (found := _CODE.search(plain)) and found[1].upper() in list_currencies():
        codes.add(found[1].upper())
        plain = plain.replace(found[1], " ")
    signs = [sign for sign in _SHARED_SYMBOLS if sign in plain]
    for sign in signs:
        plain = plain.replace(sign, " ")
    currency = codes.pop() if codes else ""
    if codes or (currency and not all(may_mean(sign, currency) for sign in signs)):
        raise Refused("two_currencies", "value", text)
    return plain.strip(), currency, "" if currency or not signs else signs[0]


def _without_scale(plain: str) -> tuple[str, int]:
    for word, scale in _SCALES.items():
        if plain.endswith(word):
            return plain.removesuffix(word), scale
    return plain, 1


@lru_cache(maxsize=1024)
def currency_named(text: str) -> tuple[str, str]:
    """The ISO code of a currency by code or name, or the sign that several share. Raises `Refused` for any other."""
    plain = unicodedata.normalize("NFKC", text).casefold().strip()
    if plain.upper() in list_currencies():
        return plain.upper(), ""
    if plain in _SHARED_SYMBOLS:
        return "", plain
    for written, code in _SYMBOLS:
        if plain in {written, f"{written}元"}:
            return code, ""
    raise Refused("unknown_currency", "currency", text)


def may_mean(symbol: str, currency: str) -> bool:
    """Whether a shared sign may stand for a currency. 元 is a unit of many, and a currency with no sign takes any."""
    return symbol in {"", "元"} or currency in _SHARED_SYMBOLS[symbol].values() or currency not in _WITH_A_SIGN


@lru_cache(maxsize=1024)
def currency_of(symbol: str, country: str) -> str:
    """The currency behind a shared symbol in a country; without a symbol, the country's own. Empty if unknown."""
    if symbol:
        return _SHARED_SYMBOLS[symbol].get(country) or _SHARED_SYMBOLS[symbol][""]
    found = get_territory_currencies(country, start_date=MONEY_OF) if country else []
    return found[0] if found else ""

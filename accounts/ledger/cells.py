"""Cells that are neither dates nor money: names, numbers of contracts, seats, addresses, terms. Pure."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from accounts.ledger.findings import Refused
from accounts.ledger.reading import Cell
from accounts.ledger.shapes import BLANKS, INVISIBLE
from accounts.terms import Term, TermError, parse_term

MOST_SEATS = 2_147_483_647
EXACT_DIGITS = 15  # what Excel keeps of a long number; from here on it has made the rest zeros
LEADS_A_FORMULA = tuple("=+-@\t\r\0＝＋－＠")
"""What a spreadsheet takes for the beginning of a formula."""
SAME_AS_ABOVE = frozenset({"同上", "〃", '"', "''", "ditto", "同前"})
TOTALS = re.compile(
    r"""(?:合\s*计|合\s*計|总\s*计|總\s*計|小\s*计|小\s*計|共\s*计|共\s*計|汇总|备注|備註|注[::]|註[::]|说明
    |(?:(?:grand|sub)[\s-]*)?totals?(?![^\W\d_])|sum(?![^\W\d_])|notes?(?![^\W\d_]))""",
    re.IGNORECASE | re.VERBOSE,
)
LONGEST_BLANK = 12
LONGEST_TERM = 50
"""Years. What is longer is a year that somebody took for a term, or a typing error."""
_SEATS = re.compile(
    r"""(\d[\d,]*)(?:\.0+)?\s*(?:个|個|人|位|席|户|戶|套|点|點|users?|seats?|licen[cs]es?|pcs)?
    \s*(?:用户|用戶|账号|帳號|席位|授权)?""",
    re.VERBOSE,
)

_FORMAL_NUMERALS = str.maketrans("壹贰貳叁參肆伍陆陸柒捌玖拾", "一二二三三四五六六七八九十")
_SHORT_UNITS = re.compile(r"(?<![a-z])(?:yrs?|mos?|mths?|mths)(?![a-z])\.?")
_PART_OF_A_YEAR = re.compile(r"(\d{1,2}\.\d+)\s*(?:年|years?)", re.ASCII)
_MAIL = re.compile(r"[^@\s,;:/|、<>\"()]+@[^@\s,;:/|、<>\"()]+\.[^@\s,;:/|、<>\"().]{2,}")


def text_of(cell: Cell) -> str:
    """A cell as one line of text; empty for the words that people write for nothing."""
    if isinstance(cell, str):
        line = " ".join((cell if cell.isascii() and "\0" not in cell else cell.translate(INVISIBLE)).split())
        # The apostrophe by which a spreadsheet, or our own file of refused rows, says that this is no formula.
        if line.startswith("'") and line[1:].startswith(LEADS_A_FORMULA):
            line = line[1:]
        return "" if line.casefold() in BLANKS else line
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def is_blank(cell: Cell) -> bool:
    if not isinstance(cell, str):
        return False
    word = cell.strip()
    return len(word) <= LONGEST_BLANK and word.translate(INVISIBLE).casefold() in BLANKS


def contract_number(cell: Cell) -> str:
    """The number as it was written. Raises `Refused` for one that a spreadsheet has mangled."""
    if isinstance(cell, float) and abs(cell) >= 10**EXACT_DIGITS:
        raise Refused("rounded_number", "number", f"{cell:.0f}", digits=EXACT_DIGITS)
    if isinstance(cell, bool):
        raise Refused("no_number", "number", cell)
    text = unicodedata.normalize("NFKC", text_of(cell))
    if re.fullmatch(r"\d(?:\.\d+)?e\+\d+", text, re.IGNORECASE):
        raise Refused("rounded_number", "number", text, digits=EXACT_DIGITS)
    return fitting("number", text, 120)


def fitting(field: str, text: str, longest: int) -> str:
    """The text, refused where it is longer than any such text is: a sign that columns have slipped."""
    if len(text) > longest or "\0" in text:
        raise Refused("too_long", field, text, longest=longest)
    return text


@lru_cache(maxsize=1 << 14)
def seats_of(text: str) -> int:
    """How many seats, with or without a word behind the number."""
    found = _SEATS.fullmatch(unicodedata.normalize("NFKC", text).casefold())
    if not found or int(found[1].replace(",", "")) > MOST_SEATS:
        raise Refused("bad_seats", "seats", text)
    return int(found[1].replace(",", ""))


def mails_of(text: str) -> list[str]:
    """The e-mail addresses of a cell, one at least."""
    found = [address.lower() for address in _MAIL.findall(unicodedata.normalize("NFKC", text))]
    if not found or len(found[0]) > 254:
        raise Refused("bad_mail", "contact_email", text)
    return found


@lru_cache(maxsize=1 << 12)
def term_of(text: str, unit: str = "") -> Term | None:
    """A term such as 12个月, 1 year, 三年; None for anything else. `unit` is the heading's, for a bare number.

    Raises `Refused` for one that is longer than any contract.
    """
    plain = unicodedata.normalize("NFKC", text).casefold().strip().translate(_FORMAL_NUMERALS)
    if re.fullmatch(r"\d{3,4}年", plain):
        return None
    if re.fullmatch(r"\d{1,3}(?:\.0+)?", plain):
        plain = f"{int(float(plain))} {unit}" if unit else ""
    plain = _SHORT_UNITS.sub(lambda word: "years" if word[0].startswith("y") else "months", plain)
    if (part := _PART_OF_A_YEAR.fullmatch(plain)) and (float(part[1]) * 12).is_integer():
        plain = f"{round(float(part[1]) * 12)} months"
    return _in_measure(_parsed(plain), text)


def _parsed(plain: str) -> Term | None:
    for candidate in (plain, plain.replace(" ", ""), plain.removesuffix("期"), plain.removesuffix("整")):
        try:
            term = parse_term(candidate)
        except TermError:
            continue
        if term.kind in {"days", "months"}:
            return term
    return None


def _in_measure(term: Term | None, text: str) -> Term | None:
    if term and term.n > LONGEST_TERM * (366 if term.kind == "days" else 12):
        raise Refused("term_too_long", "", text, years=LONGEST_TERM)
    return term


def term_unit(heading: str) -> str:
    """days, months or years where a heading says so, in brackets or by its name."""
    plain = unicodedata.normalize("NFKC", heading).casefold()
    for unit, words in (
        ("months", ("月", "month", "mths", "mos")),
        ("days", ("天", "days", "日数", "日數")),
        ("years", ("年", "year", "yrs")),
    ):
        if any(word in plain for word in words):
            return unit
    return ""

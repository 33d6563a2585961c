"""CSV as it comes out of spreadsheets and databases: any of the usual delimiters, line ends and encodings."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from itertools import chain, islice

from accounts.ledger.findings import MAX_COLUMNS, Unreadable

DELIMITERS = ",;\t|"
SAMPLE_ROWS = 60
PIECE = 1 << 20
LONGEST_CELL = 32_767  # as in Excel
SAMPLE_BYTES = 200_000
OLDER = frozenset({"cp1252", "big5", "gb18030"})
"""Encodings that a file does not say: taken by what its letters look like, and said."""
_LONE = re.compile(rb"(?<![\x80-\xff])[\x80-\xff](?![\x80-\xff])")
_PAIR = re.compile(rb"[\x80-\xff]{2}")
_MOST = 0.5
_BIG5, _GB2312 = range(0xA1, 0xC7), range(0xA1, 0xD8)
_END = "23:59 end of file\n"
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


class Delimited:
    """The rows of a CSV file, decoded as they are asked for: the text is never in memory as a whole."""

    def __init__(self, data: bytes) -> None:
        """Raises `Unreadable` when these bytes are not text."""
        self._data = data
        self.encoding = encoding_of(data)
        self.delimiter = self._most_regular_delimiter()

    def __iter__(self) -> Iterator[list[str]]:
        """Rows in order, an empty list for a blank line. Raises `Unreadable` for a quotation mark left open."""
        csv.field_size_limit(LONGEST_CELL)
        rows = csv.reader(chain(self._lines(), [_END]), delimiter=self.delimiter)
        read = begun = 0
        before: list[str] | None = None
        try:
            for row in rows:
                if before is not None:
                    yield before
                before = row[:MAX_COLUMNS]
                if any(row[MAX_COLUMNS:]):
                    raise Unreadable("too_wide", row=read + 1, columns=MAX_COLUMNS)
                read, begun = read + 1, rows.line_num
        except csv.Error as problem:
            # Only a quotation mark carries a cell on over the end of a line.
            code = "open_quote" if rows.line_num > begun + 1 else "cell_too_long"
            raise Unreadable(code, row=read + 1, longest=LONGEST_CELL) from problem
        # The mark put after the last line comes back whole, unless a quotation mark swallowed it.
        if before != [_END.strip()]:
            raise Unreadable("open_quote", row=read)

    def _lines(self) -> Iterator[str]:
        text = io.TextIOWrapper(io.BytesIO(self._data), encoding=self.encoding, newline="")
        first = text.readline()
        # Excel's own first line that only names the delimiter; its place is kept so that rows count as Excel counts.
        yield "\n" if first.lower().startswith("sep=") else first
        yield from text

    def _most_regular_delimiter(self) -> str:
        head = next(self._lines(), "")
        sample = list(islice(self._lines(), SAMPLE_ROWS)) or [head]

        def regularity(delimiter: str) -> int:
            try:
                widths = Counter(len(row) for row in csv.reader(sample, delimiter=delimiter) if len(row) > 1)
            except csv.Error:
                return 0
            return max((count * (width - 1) for width, count in widths.items()), default=0)

        return max(DELIMITERS, key=regularity)


def encoding_of(data: bytes) -> str:
    """The encoding that these bytes decode in, strictly: by their mark, else UTF-8, else the likeliest older one."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return encoding if _decodes(data, encoding) else _refuse_encoding()
    if _is_binary(data):
        raise Unreadable("not_a_ledger")
    likely = (encoding for encoding in ("utf-8", *_older(data[:SAMPLE_BYTES])) if _decodes(data, encoding))
    return next(likely, "") or _refuse_encoding()


def _older(sample: bytes) -> tuple[str, ...]:
    """Encodings that do not say so, the likeliest first.

    In the right one most Chinese characters are everyday ones. Where they are in none, and the bytes beyond ASCII
    stand alone between letters, it is no Chinese at all.
    """
    usual = {name: _usual(sample, name, firsts) for name, firsts in (("gb18030", _GB2312), ("big5", _BIG5))}
    if max(usual.values()) < _MOST and len(_LONE.findall(sample)) > len(_PAIR.findall(sample)):
        return ("cp1252",)
    return tuple(sorted(usual, key=lambda name: -usual[name]))


def _usual(sample: bytes, encoding: str, firsts: range) -> float:
    """The share of Chinese characters that are everyday ones, as the encoding itself ranks them."""
    text = sample.decode(encoding, errors="replace")
    found = [character for character in text if character >= "\u3400"]
    ranked = (character.encode(encoding, errors="replace") for character in found)
    usual = sum(1 for code in ranked if len(code) == 2 and code[0] in firsts and _is_ranked(code, encoding))
    return usual / len(found) if found else 0.0


def _is_ranked(code: bytes, encoding: str) -> bool:
    """In GB 18030 the second byte tells the characters of GB 2312 from the thousands of rare ones added later."""
    return encoding == "big5" or code[1] >= 0xA1


def _decodes(data: bytes, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for start in range(0, len(data), PIECE):
            decoder.decode(data[start : start + PIECE])
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True


def _is_binary(data: bytes) -> bool:
    head = data[:65_536]
    controls = sum(head.count(bytes((code,))) for code in (*range(1, 9), *range(14, 32)))
    return b"\0" in data or controls * 200 > len(head) or head.startswith((b"%PDF-", b"{\\rtf"))


def _refuse_encoding() -> str:
    raise Unreadable("encoding")

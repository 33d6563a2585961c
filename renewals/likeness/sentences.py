"""Where the sentences of a letter begin and end."""

from __future__ import annotations

import re
from collections.abc import Iterator

SHORT_LINE = 44
"""Up to this width, a line that ends in a comma or colon is a greeting or a heading, not a line that was wrapped."""
ENDS = re.compile(
    r"[。！？!?；;…]+[”’」』）)\"']*"
    r"|(?<!\.)\.+[”’)\"']*(?=\s|$)"
    r"|\r?\n[ \t\u3000\r]*\n\s*"
    r"|</?(?:p|br|div|li|ul|ol|h[1-6]|tr|td|table|blockquote)\b[^<>]{0,300}>"
    r"|\r\n|\n|\r",
    re.IGNORECASE,
)
ABBREVIATED = re.compile(r"(?:^|[\s(])(?:[A-Za-z]|Mr|Mrs|Ms|Dr|Prof|St|No|vs|e\.g|i\.e|approx|Inc|Ltd|Co|Corp)$")
ITEM = re.compile(
    r"[ \t\u3000]*(?:[-*•·●○▪–—+>]|\(?\d{1,2}[.)、）]|"
    r"[（(][一二三四五六七八九十\d]{1,2}[)）]|[一二三四五六七八九十]{1,2}、)"
)
WORDY = re.compile(r"\w")


def spans(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each sentence, list item or line of its own, in order. What has no letter or digit is none."""
    start = line = 0
    for mark in ENDS.finditer(text):
        if is_end(text, max(start, line), mark):
            is_tag = mark.group().startswith("<")
            yield from trimmed(text, start, mark.start() if is_tag else mark.end())
            start = mark.end()
        if "\n" in mark.group() or "\r" in mark.group():
            line = mark.end()
    yield from trimmed(text, start, len(text))


def is_end(text: str, line: int, mark: re.Match[str]) -> bool:
    """Whether a sentence ends here: not at the dot of "Mr.", and not where a line was only wrapped."""
    if mark.group() in ("\n", "\r\n", "\r"):
        return is_own_line(text, line, mark)
    return not (mark.group().startswith(".") and ABBREVIATED.search(text, max(line, mark.start() - 8), mark.start()))


def is_own_line(text: str, line: int, mark: re.Match[str]) -> bool:
    """Whether a line stands for itself: a short one that ends in a comma or colon, or an item of a list beside it."""
    said = text[line : mark.start()].rstrip()
    if ITEM.match(text, mark.end()):
        return True
    return said.endswith((",", "，", ":", "：")) and width(said) <= SHORT_LINE


def width(text: str) -> int:
    """How wide a line is, a Chinese character being two."""
    return sum(2 if char > "\u2e80" else 1 for char in text)


def trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if WORDY.search(text, start, end):
        yield start, end

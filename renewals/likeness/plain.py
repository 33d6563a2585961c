"""A text as it is compared: what is typed differently and reads the same is made the same.

Full and half width, traditional and simplified characters, HTML's tags and entities, invisible characters, curly
quotes. Capitals stay: names are known by them.
"""

from __future__ import annotations

import html
import re
import unicodedata

from renewals.likeness.simplified import TO_SIMPLIFIED

TAG = re.compile(r"</?[A-Za-z][^<>]{0,300}>|<!--.{0,300}?-->")
INVISIBLE = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]")
SPACES = re.compile(r"\s+")
APOSTROPHES, DASHES = "‘’‛＇`´", "–—−"
CYRILLIC, LATIN = "аеорсухіАВЕКМНОРСТХІ", "aeopcyxiABEKMHOPCTXI"
ALIKE = str.maketrans(APOSTROPHES + DASHES + CYRILLIC, "'" * 6 + "-" * 3 + LATIN)
"""Quotes, dashes, and the Cyrillic letters that look like Latin ones."""


def plain(text: str) -> str:
    """The text without what makes no difference to a reader, on one line."""
    text = TAG.sub(" ", text)
    if "&" in text:
        text = html.unescape(text)
    text = INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    return SPACES.sub(" ", text.translate(TO_SIMPLIFIED).translate(ALIKE)).strip()

"""Makes a draft of a model's answer: cleaned, its places kept, everything marked that the brief does not hold.

Plain Python: no Django, no database, no clock.
"""

from __future__ import annotations

import re

from renewals.drafting.brief import LINK, MINUTE, Brief, Draft
from renewals.drafting.numbers import unfounded

LONGEST = 4000
"""Characters: several times what was asked for. What is longer is no letter."""
THOUGHT = re.compile(r"<think>.*?</think>|^.*?</think>", re.DOTALL)
"""What some models say to themselves before they answer."""
FENCE = re.compile(r"\A```\w*\n(.*?)\n?```\Z", re.DOTALL)
SUBJECT = re.compile(r"\A(?:subject|主题)\s*[:：].*\n+", re.IGNORECASE)
PLACES = {
    MINUTE: re.compile(r"[{｛]{1,2}\s*minute\s*[}｝]{1,2}", re.IGNORECASE),
    LINK: re.compile(r"[{｛]{1,2}\s*link\s*[}｝]{1,2}", re.IGNORECASE),
}
BLANK = re.compile(r"\[[^\]\n]{1,60}\]|【[^】\n]{1,60}】|\{[^}\n]{1,40}\}|<[^>\n]{1,40}>|[xX×]{2,}|_{3,}")
"""What a model leaves for somebody to fill in (rule 14)."""
ADDRESS = re.compile(r"https?://[^\s，。)）]+|www\.[^\s，。)）]+")
PUT_LAST = {
    True: {MINUTE: "可以使用至：{minute}", LINK: "续约页面：{link}"},
    False: {MINUTE: "You can use it until: {minute}", LINK: "The renewal page: {link}"},
}
"""By whether it is Chinese: how a place is named where the model left it out."""


def draft_of(answer: str, brief: Brief) -> Draft | None:
    """The draft that an answer is; None where there is nothing in it, or much too much."""
    text = with_places(cleaned(answer))
    if not text or len(text) > LONGEST:
        return None
    missing = tuple(place for place in PLACES if place not in text)
    last = [PUT_LAST[brief.is_chinese][place] for place in missing]
    return Draft(text="\n".join([text, "", *last]) if last else text, doubts=doubts_of(text, brief), added=missing)


def cleaned(answer: str) -> str:
    """The letter alone, in text that can be kept: no thoughts, fences or subject, and nothing no database takes."""
    text = answer.encode("utf-8", "replace").decode().replace("\0", "").replace("\r\n", "\n")
    text = THOUGHT.sub("", text).strip()
    if fenced := FENCE.match(text):
        text = fenced[1].strip()
    return SUBJECT.sub("", text).strip()


def with_places(text: str) -> str:
    """The places of the minute and the link as they are written here, however the model wrote them."""
    for place, written in PLACES.items():
        text = written.sub(place, text)
    return text


def doubts_of(text: str, brief: Brief) -> tuple[str, ...]:
    """What the text states or leaves open, and the brief does not hold: each once."""
    known = brief.words()
    blanks = [found for found in BLANK.findall(text) if found not in PLACES and found not in known]
    addresses = [found for found in ADDRESS.findall(text) if found not in known]
    rest = text
    for place in (*PLACES, *addresses, *blanks):
        rest = rest.replace(place, " ")
    return tuple(dict.fromkeys((*blanks, *addresses, *unfounded(rest, known))))

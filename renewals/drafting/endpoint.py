"""One question to a language model behind an OpenAI-compatible address, and its one answer or reason.

Asked once and never again by itself: a second question costs a second time, and whoever asked decides about that.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from renewals.drafting.brief import Brief, Draft
from renewals.drafting.checking import LONGEST, cleaned, draft_of
from renewals.drafting.refusals import Refusal, Why
from renewals.outbound import Answer, Line, NoAnswer, Refused, TooSlow

LARGEST = 256 * 1024
"""Bytes of an answer that are read."""
SAID = 300
"""Characters of the other side's own words that are kept."""
LONGEST_WAIT = timedelta(days=1)
PROMPTS = Path(__file__).parent / "prompts"
BY_STATUS = {401: Why.KEY, 403: Why.KEY, 407: Why.KEY, 408: Why.TOO_SLOW, 429: Why.BUSY, 504: Why.TOO_SLOW}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a question: a draft or why not, and how many seconds it took."""

    result: Draft | Refusal
    took: float = 0.0


def is_configured() -> bool:
    """Whether there is a model to ask; without one nothing ever leaves the house."""
    return bool(settings.CSPORTAL_MODEL_URL)


def where() -> str:
    """The host that a brief goes to, for the page to say; "" where it goes nowhere."""
    return urlsplit(settings.CSPORTAL_MODEL_URL).netloc


def ask(brief: Brief) -> Draft | Refusal:
    """The model's draft for a brief, checked against it, or the one reason why there is none."""
    return post(question(brief), brief).result


def question(brief: Brief) -> str:
    """The very text that leaves the house: the instructions, and the brief as it stands."""
    told = json.dumps({name: said for name, said in brief.as_json().items() if said}, ensure_ascii=False, indent=1)
    messages = [{"role": "system", "content": prompt(brief)}, {"role": "user", "content": told}]
    return json.dumps({"model": settings.CSPORTAL_MODEL_NAME, "messages": messages}, ensure_ascii=False)


def prompt(brief: Brief) -> str:
    """The instructions, in the language of the letter."""
    return prompt_in("zh-hans" if brief.is_chinese else "en")


@cache
def prompt_in(language: str) -> str:
    """The file of one language."""
    return (PROMPTS / f"{language}.txt").read_text(encoding="utf-8").strip()


def post(said: str, brief: Brief) -> Outcome:
    """Send a question as it was put on record; what became of it."""
    if not is_configured():
        return Outcome(result=Refusal(why=Why.OFF))
    address, within = f"{settings.CSPORTAL_MODEL_URL}/chat/completions", settings.CSPORTAL_MODEL_SECONDS
    # The operator named the address: it may be in one's own network. What it redirects to nobody named.
    try:
        with Line(address, allow_private=True, within=within, keeps=LARGEST + 1) as line:
            answer = line.post(said.encode(), headers())
    except TooSlow as problem:
        return Outcome(result=Refusal(why=Why.TOO_SLOW, said=str(problem)), took=within)
    except (NoAnswer, Refused) as problem:
        return Outcome(result=Refusal(why=Why.NOT_THERE, said=str(problem)))
    return Outcome(result=judged(answer, brief), took=answer.took)


def headers() -> dict[str, str]:
    """What goes with a question."""
    known = {"Content-Type": "application/json", "Accept": "application/json", "User-Agent": "23-59"}
    key = settings.CSPORTAL_MODEL_KEY
    return known | ({"Authorization": f"Bearer {key}"} if key else {})


def judged(answer: Answer, brief: Brief) -> Draft | Refusal:
    """What an answer is worth."""
    if not answer.accepted:
        return refusal_of(answer)
    if len(answer.body) > LARGEST:
        return Refusal(why=Why.TOO_LARGE)
    try:
        choice = json.loads(answer.body)["choices"][0]
        message, ended = choice["message"], choice.get("finish_reason")
        text = text_of(message)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return Refusal(why=Why.NOT_ITS_LANGUAGE, said=beginning(answer.body))
    if ended == "content_filter" or (not text.strip() and message.get("refusal")):
        return Refusal(why=Why.UNWILLING, said=cleaned(str(message.get("refusal") or ""))[:SAID])
    if ended == "length":
        return Refusal(why=Why.CUT)
    return draft_of(text, brief) or Refusal(why=Why.TOO_LARGE if len(text) > LONGEST else Why.NOTHING)


def text_of(message: Mapping[str, Any]) -> str:
    """The text of an answer, also where it comes in pieces."""
    content = message.get("content") or ""
    return content if isinstance(content, str) else "".join(piece.get("text", "") for piece in content)


def refusal_of(answer: Answer) -> Refusal:
    """What a status other than 2xx means."""
    other = Why.ITS_FAULT if answer.status >= 500 else Why.REFUSED
    wait = wait_of(answer) if answer.status == 429 else None
    return Refusal(
        why=BY_STATUS.get(answer.status, other), said=f"{answer.status} {beginning(answer.body)}".strip(), wait=wait
    )


def wait_of(answer: Answer) -> timedelta | None:
    """How long a busy model asks to be left alone; None where it does not say so in seconds."""
    said = {name.lower(): value for name, value in answer.headers.items()}.get("retry-after", "").strip()
    return min(timedelta(seconds=int(said[:6])), LONGEST_WAIT) if said.isascii() and said.isdigit() else None


def beginning(body: bytes) -> str:
    """The first words of an answer, on one line, as a record can keep them."""
    return " ".join(cleaned(body[: 4 * SAID].decode(errors="replace")).split())[:SAID]

"""What the other side made of a message, whichever way it went. Plain Python."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Verdict(StrEnum):
    """What becomes of a message: it is theirs now, it never will be, or it is worth another try."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Answer:
    """The verdict, what was said, and how long they asked to be left alone; a mail provider names its own id too."""

    verdict: Verdict
    said: str = ""
    asked: timedelta = timedelta(0)
    provider_id: str = ""

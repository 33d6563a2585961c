"""What becomes of a message that was handed to a mail server or provider."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """It is the server's now, it never will be, or it is worth another try."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Answer:
    """The verdict, what the server said, and the provider's own id of the message, where there is a provider."""

    verdict: Verdict
    said: str = ""
    provider_id: str = ""

"""Letters by a mail provider's own interface, through django-anymail. Read only where a provider is set."""

from __future__ import annotations

from typing import Any

from anymail.exceptions import AnymailAPIError, AnymailRecipientsRefused
from django.core.mail import EmailMultiAlternatives

from renewals.channels.answers import Answer, Verdict
from renewals.touches import line

UNCLEAR = {"unknown"}
"""What is known of a letter where a provider's words could not be read."""
OF_THIS_LETTER = (400, 413, 422)
"""The replies that are about this letter or its recipient. What is about a key or an account may be mended."""


def send(message: EmailMultiAlternatives) -> Answer:
    """Hand one message to the provider; its own id of it in the answer, since its reports name that one.

    Our id goes along too, where the provider gives it back with each report.
    """
    message.metadata = {"letter": letter_of(message)}  # type: ignore[attr-defined]  # anymail reads it
    try:
        line.hand_over(message)
    except AnymailRecipientsRefused as refused:
        return Answer(Verdict.REFUSED, str(refused))
    except AnymailAPIError as problem:
        verdict = Verdict.REFUSED if problem.status_code in OF_THIS_LETTER else Verdict.LATER
        return Answer(verdict, str(problem))
    except ValueError as problem:  # an address, a header or a feature that the provider will never take
        return Answer(Verdict.REFUSED, f"{type(problem).__name__}: {problem}")
    except OSError as problem:
        return Answer(Verdict.LATER, f"{type(problem).__name__}: {problem}")
    return verdict_on(message.anymail_status)  # type: ignore[attr-defined]  # anymail sets it


def verdict_on(status: Any) -> Answer:
    """What the provider said when it took the call. One that it refuses in words that nobody knows is refused too."""
    response = status.esp_response
    if status.status and status.status <= UNCLEAR and response is not None and response.status_code in OF_THIS_LETTER:
        return Answer(Verdict.REFUSED, f"{response.status_code} {response.text}")
    return Answer(Verdict.ACCEPTED, provider_id=str(status.message_id or "")[:200])


def letter_of(message: EmailMultiAlternatives) -> str:
    """Our own id of a message: what stands before the @ of its Message-ID."""
    return str(message.extra_headers.get("Message-ID", "")).strip("<>").partition("@")[0]

"""One call to the mail server, and its three answers."""

from __future__ import annotations

import smtplib

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from renewals.channels.answers import Answer, Verdict
from renewals.touches import line

REFUSALS = (smtplib.SMTPSenderRefused, smtplib.SMTPDataError)
"""What the server says of this one message. A refused greeting or log-in is about the portal, and may be mended."""


def send(message: EmailMultiAlternatives) -> Answer:
    """Hand one message to the mail server or provider. One that is not there loses nothing: there is another try."""
    if settings.CSPORTAL_MAIL_PROVIDER:
        from renewals.touches import provider

        return provider.send(message)
    return by_smtp(message)


def by_smtp(message: EmailMultiAlternatives) -> Answer:
    """Hand one message to the mail server."""
    try:
        line.hand_over(message)
    except smtplib.SMTPRecipientsRefused as refused:
        return verdict_on(*next(iter(refused.recipients.values())))
    except REFUSALS as refused:
        return verdict_on(refused.smtp_code, refused.smtp_error)
    except (smtplib.SMTPException, OSError) as problem:
        return Answer(Verdict.LATER, f"{type(problem).__name__}: {problem}")
    except ValueError as problem:  # an address or a header that cannot be written, now or ever
        return Answer(Verdict.REFUSED, f"{type(problem).__name__}: {problem}")
    return Answer(Verdict.ACCEPTED)


def verdict_on(code: int, said: bytes | str) -> Answer:
    """A reply of the 500s is for good, every other one for now (RFC 5321, 4.2.1)."""
    text = said.decode(errors="replace") if isinstance(said, bytes) else said
    return Answer(Verdict.REFUSED if 500 <= code < 600 else Verdict.LATER, f"{code} {text}")

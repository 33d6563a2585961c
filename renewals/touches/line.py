"""The connection to the mail server, which each process keeps between letters: the handshake is most of the time.

A kept connection may have been closed by the other side meanwhile. That is found when the next letter is begun, and
the letter is given to a fresh connection in the same attempt, unless its text had begun to go out: then nobody knows
whether the server has it, and that is an answer too.
"""

from __future__ import annotations

import os
import smtplib
import threading
import time
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends import smtp
from django.core.mail.backends.base import BaseEmailBackend

IDLE = 20.0
"""Seconds for which an idle connection is trusted: shorter than any mail server's own patience."""
GOING = 421
"""The one reply by which a server says that it closes the connection (RFC 5321, 3.8)."""


class Noting:
    """Notes whether the text of the last letter had begun to go out."""

    data_begun = False

    def mail(self, *given: Any, **named: Any) -> tuple[int, bytes]:
        self.data_begun = False
        return super().mail(*given, **named)  # type: ignore[misc]

    def data(self, *given: Any, **named: Any) -> tuple[int, bytes]:
        self.data_begun = True
        return super().data(*given, **named)  # type: ignore[misc]


class Plain(Noting, smtplib.SMTP):
    pass


class Secure(Noting, smtplib.SMTP_SSL):
    pass


class Backend(smtp.EmailBackend):
    """Django's own, over a connection that notes how far a letter came."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return Secure if self.use_ssl else Plain


class Kept(threading.local):
    """The connection of this process and thread."""

    backend: BaseEmailBackend | None = None
    leads_to: tuple[Any, ...] = ()
    used_at = 0.0


KEPT = Kept()


def hand_over(message: EmailMultiAlternatives) -> None:
    """Give one letter to the mail server, over the kept connection where there is one. Raises what goes wrong."""
    was_kept = is_kept()
    backend = ready(fresh=not was_kept)
    try:
        backend.send_messages([message])
    except Exception as problem:
        stale = was_kept and was_gone(problem, backend)
        hang_up()
        if not stale:
            raise
        ready(fresh=True).send_messages([message])
    KEPT.used_at = time.monotonic()


def is_kept() -> bool:
    """Whether there is a connection of this very process to where letters go now, and not idle for too long."""
    return KEPT.backend is not None and KEPT.leads_to == leads_to() and 0 <= time.monotonic() - KEPT.used_at < IDLE


def leads_to() -> tuple[Any, ...]:
    """What makes a connection another one. A forked process must not talk over its parent's."""
    return (os.getpid(), settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_HOST_USER)


def ready(*, fresh: bool) -> BaseEmailBackend:
    """The open connection, kept from now on."""
    if fresh or KEPT.backend is None:
        hang_up()
        backend = get_connection()
        backend.open()
        KEPT.backend, KEPT.leads_to = backend, leads_to()
    return KEPT.backend


def was_gone(problem: Exception, backend: BaseEmailBackend) -> bool:
    """Whether the other side had closed a kept connection before the letter's text began to go out."""
    connection = getattr(backend, "connection", None)
    if not isinstance(connection, Noting) or connection.data_begun:
        return False
    if isinstance(problem, smtplib.SMTPResponseException):
        return problem.smtp_code == GOING
    return isinstance(problem, (smtplib.SMTPServerDisconnected, ConnectionError))


def hang_up() -> None:
    """Close the kept connection, if there is one; one of the parent's process is left to it."""
    backend, KEPT.backend = KEPT.backend, None
    if backend is not None and KEPT.leads_to[:1] == (os.getpid(),):
        with suppress(Exception):
            backend.close()

"""A real mail server that keeps which letters it got, and behaves as badly as a test wants."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from email import message_from_bytes
from enum import StrEnum

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.house.runs import free_port


class Manner(StrEnum):
    """What becomes of a letter: kept and said so, or one of the ways in which that goes wrong."""

    KEEPS = "250 OK"
    REFUSES_FOR_NOW = "451 Later"
    GOES_AWAY = "421 Shutting down"
    KEEPS_AND_HANGS_UP = "keeps it and hangs up before it says so"
    KEEPS_AND_SLEEPS = "keeps it and says nothing"


class Sink:
    """`got` counts each letter by its Message-ID; `manner` says how the n-th arrival of one is treated.

    The morning mails to colleagues are counted beside, in `mornings`: what waits for them changes with each letter.
    """

    def __init__(self) -> None:
        self.port = free_port()
        self.forget()

    def forget(self) -> None:
        self.got: Counter[str] = Counter()
        self.mornings: Counter[str] = Counter()
        self.tried: Counter[str] = Counter()
        self.to: dict[str, str] = {}
        self.manner: Callable[[int], Manner] = lambda attempt: Manner.KEEPS

    def start(self) -> None:
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self.controller.start()

    def stop(self) -> None:
        self.controller.stop()

    @property
    def repeats(self) -> int:
        """How many copies came beyond the first of each."""
        return self.got.total() - len(self.got)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        name = message_from_bytes(envelope.content)["Message-ID"]
        self.tried[name] += 1
        manner = self.manner(self.tried[name])
        if manner in (Manner.REFUSES_FOR_NOW, Manner.GOES_AWAY):
            return manner.value
        if name.startswith("<morning."):
            self.mornings[name] += 1
        else:
            self.got[name] += 1
            self.to[name] = envelope.rcpt_tos[0]
        if manner is Manner.KEEPS_AND_HANGS_UP and server.transport is not None:
            server.transport.abort()
        if manner is Manner.KEEPS_AND_SLEEPS:
            await asyncio.sleep(60)
        return manner.value if manner.value[0].isdigit() else "250 OK"

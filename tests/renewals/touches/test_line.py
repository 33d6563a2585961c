"""The connection that is kept between letters: one greeting for many, and no letter lost with it (rule 20)."""

from __future__ import annotations

import asyncio
import socket

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP
from django.core.mail import EmailMultiAlternatives

from renewals.touches import line
from renewals.touches.mail import Verdict, send


class Server:
    """A mail server that counts its visitors, and leaves when a test wants: `leaves_after` letters, or at `word`."""

    def __init__(self) -> None:
        self.visitors = 0
        self.letters: list[str] = []
        self.leaves_after = 0
        self.says_421 = False
        self.breaks_off = False

    def factory(self) -> SMTP:
        keeper = self

        class One(SMTP):
            async def smtp_MAIL(self, arg: str) -> None:
                if keeper.says_421 and self.taken:
                    await self.push("421 4.4.2 Idle for too long")
                    self.transport.close()
                    return
                await super().smtp_MAIL(arg)

            def connection_made(self, transport: asyncio.BaseTransport) -> None:
                keeper.visitors += 1
                self.taken = 0
                super().connection_made(transport)

            async def smtp_DATA(self, arg: str) -> None:
                if keeper.breaks_off:
                    await self.push("354 Go on")
                    keeper.breaks_off = False
                    self.transport.close()
                    return
                await super().smtp_DATA(arg)
                self.taken += 1
                if keeper.leaves_after and self.taken >= keeper.leaves_after:
                    self.transport.close()

        return One(self, hostname="localhost")

    async def handle_DATA(self, server, session, envelope) -> str:
        self.letters.append(envelope.content.decode())
        return "250 Kept"


@pytest.fixture
def server(settings):
    found = Server()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(found, hostname="127.0.0.1", port=port)
    controller.factory = found.factory
    controller.start()
    found.visitors = 0  # the controller looked whether it is there
    settings.EMAIL_BACKEND, settings.EMAIL_PORT = "renewals.touches.line.Backend", port
    yield found
    line.hang_up()
    controller.stop()


def letter(number: int = 0) -> EmailMultiAlternatives:
    return EmailMultiAlternatives(f"Letter {number}", "Text", to=["lin@lantu.test"])


def test_many_letters_go_over_one_connection(server):
    assert {send(letter(number)).verdict for number in range(5)} == {Verdict.ACCEPTED}

    assert (server.visitors, len(server.letters)) == (1, 5)


def test_a_server_that_left_meanwhile_costs_no_attempt(server):
    server.leaves_after = 1

    assert {send(letter(number)).verdict for number in range(3)} == {Verdict.ACCEPTED}

    assert (server.visitors, len(server.letters)) == (3, 3)


def test_nor_does_one_that_says_it_is_leaving(server):
    server.says_421 = True

    assert {send(letter(number)).verdict for number in range(3)} == {Verdict.ACCEPTED}

    assert len(server.letters) == 3


def test_a_letter_whose_text_had_begun_to_go_out_is_not_repeated_at_once(server):
    """Nobody knows whether the server has it: that is for another attempt, after a while, under the same id."""
    send(letter())
    server.breaks_off = True

    assert send(letter(1)).verdict == Verdict.LATER

    assert len(server.letters) == 1


def test_a_connection_that_lay_idle_is_not_trusted(server, monkeypatch):
    send(letter())
    monkeypatch.setattr(line.KEPT, "used_at", line.KEPT.used_at - line.IDLE)

    send(letter(1))

    assert server.visitors == 2


def test_after_a_refusal_the_next_letter_gets_through(server):
    async def handle_RCPT(smtp, session, envelope, address, options):
        if address.startswith("nobody"):
            return "550 5.1.1 No such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    server.handle_RCPT = handle_RCPT

    assert send(EmailMultiAlternatives("x", "y", to=["nobody@lantu.test"])).said == "550 5.1.1 No such user"
    assert send(letter()).verdict == Verdict.ACCEPTED


def test_another_process_never_talks_over_it(server, monkeypatch):
    send(letter())
    monkeypatch.setattr("renewals.touches.line.os.getpid", lambda: -1)

    send(letter(1))

    assert server.visitors == 2

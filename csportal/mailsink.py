"""The local mail server of `make run`: a real SMTP server that keeps every mail it gets as a file.

    python -m csportal.mailsink --port 2525 --folder var/mail

The portal shows what it kept at /mail/. It delivers nothing to anybody.
"""

from __future__ import annotations

import argparse
import secrets
import signal
import threading
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from csportal.clock import now


class Keeper:
    """Writes each mail to the folder, whole or not at all, under a name that sorts by time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        return self.keep(envelope)

    def keep(self, envelope: Envelope) -> str:
        """Keep one mail, with whom it was for before it; the SMTP reply to who sent it."""
        name = f"{now():%Y%m%dT%H%M%S%f}Z-{secrets.token_hex(4)}.eml"
        recipients = "".join(f"X-Rcpt-To: {recipient}\r\n" for recipient in envelope.rcpt_tos)
        content = envelope.content if isinstance(envelope.content, bytes) else (envelope.content or "").encode()
        part = self.folder / f".{name}.part"
        try:
            part.write_bytes(recipients.encode() + content)
            part.rename(self.folder / name)
        except OSError as problem:
            return f"452 Cannot keep it: {problem.strerror or problem}"
        return "250 Kept"


def main() -> None:
    """Serve until told to stop."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    controller = Controller(Keeper(options.folder), hostname="127.0.0.1", port=options.port)
    controller.start()
    stop.wait()
    controller.stop()


if __name__ == "__main__":
    main()

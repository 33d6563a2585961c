"""A small real IMAP server: as much of RFC 3501 as a mailbox that is read needs, on a free port of this machine."""

from __future__ import annotations

import re
import socketserver
import threading
from dataclasses import dataclass, field
from datetime import datetime

from tests.renewals.cast import T


@dataclass
class Kept:
    raw: bytes
    at: datetime = T
    flags: set[str] = field(default_factory=set)


class Postbox:
    """What lies in the mailbox, by UID; `hangs_up_at` is a command at which the server goes away, once."""

    def __init__(self) -> None:
        self.mails: dict[int, Kept] = {}
        self.password = "secret"
        self.hangs_up_at = ""
        self.asked: list[str] = []
        box = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                self.wfile.write(b"* OK ready\r\n")
                while line := self.rfile.readline():
                    tag, command, rest = [*line.decode().strip().split(" ", 2), ""][:3]
                    if not box.answer(self.wfile, tag, command.upper(), rest):
                        return

        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def settings(self) -> dict:
        return {
            "host": "127.0.0.1",
            "port": self.server.server_address[1],
            "secure": False,
            "user": "answers",
            "password": "secret",
            "folder": "INBOX",
        }

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def put(self, raw: bytes, *, at: datetime = T) -> int:
        uid = len(self.mails) + 1
        self.mails[uid] = Kept(raw, at)
        return uid

    def answer(self, out, tag: str, command: str, rest: str) -> bool:
        """Answer one command; whether the conversation goes on."""
        said = f"{command} {rest}".strip()
        self.asked.append(said)
        if self.hangs_up_at and said.startswith(self.hangs_up_at):
            self.hangs_up_at = ""
            return False
        status = "OK"
        if command == "CAPABILITY":
            out.write(b"* CAPABILITY IMAP4rev1\r\n")
        elif command == "LOGIN":
            status = "OK" if rest.endswith((f'"{self.password}"', f" {self.password}")) else "NO"
        elif command == "SELECT":
            status = "OK" if "INBOX" in rest else "NO"
            out.write(f"* {len(self.mails)} EXISTS\r\n".encode())
        elif command == "UID":
            self.by_uid(out, rest)
        elif command == "LOGOUT":
            out.write(b"* BYE\r\n")
        out.write(f"{tag} {status} {command} done\r\n".encode())
        return command != "LOGOUT"

    def by_uid(self, out, rest: str) -> None:
        what, said = rest.split(" ", 1)
        if what.upper() == "SEARCH":
            unseen = [str(uid) for uid, kept in self.mails.items() if "\\Seen" not in kept.flags]
            out.write(f"* SEARCH {' '.join(unseen)}\r\n".encode())
            return
        uid = int(said.split(" ", 1)[0])
        kept = self.mails[uid]
        if what.upper() == "STORE":
            kept.flags |= set(re.findall(r"\\\w+", said))
        if what.upper() == "FETCH":
            most = re.search(r"<0\.(\d+)>", said)
            raw = kept.raw[: int(most[1])] if most else kept.raw
            at = kept.at.strftime("%d-%b-%Y %H:%M:%S %z")
            out.write(f'* {uid} FETCH (UID {uid} INTERNALDATE "{at}" BODY[]<0> {{{len(raw)}}}\r\n'.encode())
            out.write(raw + b")\r\n")

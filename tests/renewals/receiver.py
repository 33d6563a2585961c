"""A real receiver on a free port, with answers that a test can choose."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

Answer = tuple[int, dict[str, str], bytes]
OK: Answer = (200, {}, b"ok")


@dataclass
class Receiver:
    """What came in, and what is answered: `answer` may look at the request; `script` is used up first."""

    url: str = ""
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    script: list[Answer] = field(default_factory=list)
    answer: Callable[[dict[str, str], bytes], Answer] = lambda headers, body: OK

    @property
    def said(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _headers, body in self.got]

    @property
    def ids(self) -> list[str]:
        return [headers["webhook-id"] for headers, _body in self.got]

    def reply(self, headers: dict[str, str], body: bytes) -> Answer:
        self.got.append((headers, body))
        return self.script.pop(0) if self.script else self.answer(headers, body)


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    """A receiver inside this machine, which the settings allow to be called."""
    settings.CSPORTAL_ALLOW_PRIVATE_CALLS = True
    box = Receiver()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            box.paths.append(self.path)
            body = self.rfile.read(int(self.headers["content-length"]))
            status, headers, answer = box.reply({name.lower(): value for name, value in self.headers.items()}, body)
            self.send_response(status)
            for name, value in ({"content-length": str(len(answer))} | headers).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    box.url = f"http://127.0.0.1:{server.server_port}/hooks"
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield box
    server.shutdown()
    server.server_close()

"""A real server on a free port that speaks the API of language models, with answers that a test chooses."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from renewals.drafting.brief import Brief, Fact

GOOD = "林女士，您好：\n\n您的团队上月完成了 12 份报告。服务可以使用至{minute}，续约在这里：{link}。"
Answer = tuple[int, dict[str, str], bytes]


def said(text: Any, *, ended: str = "stop", **message: Any) -> Answer:
    """An answer of the API with this text."""
    choice = {"index": 0, "finish_reason": ended, "message": {"role": "assistant", "content": text, **message}}
    return 200, {"content-type": "application/json"}, json.dumps({"id": "1", "choices": [choice]}).encode()


def brief(**differs: Any) -> Brief:
    """What a letter to Ms Lin is to be written from."""
    known: dict[str, Any] = {
        "language": "zh-hans",
        "purpose": "到期前一周的提醒",
        "greeting": "林女士",
        "facts": [
            Fact(text="上月完成了 12 份报告", source="产品使用情况"),
            Fact(text="36 个席位", source="合同 LT-2026-01"),
        ],
    }
    return Brief(**(known | differs))


@dataclass
class Model:
    """What came in, and what is answered; `waits` holds every answer back until the test ends."""

    url: str = ""
    got: list[tuple[str, dict[str, str], dict[str, Any]]] = field(default_factory=list)
    answer: Answer = field(default_factory=lambda: said(GOOD))
    during: Callable[[], Any] = lambda: None
    waits: bool = False


@pytest.fixture
def model(settings) -> Iterator[Model]:
    """A model inside this machine that is set up, with a key."""
    box, ends = Model(), threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            box.got.append((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
            box.during()
            if box.waits:
                ends.wait(30)
            status, headers, answer = box.answer
            self.send_response(status)
            for name, value in ({"content-length": str(len(answer))} | headers).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    box.url = settings.CSPORTAL_MODEL_URL = f"http://127.0.0.1:{server.server_port}/v1"
    settings.CSPORTAL_MODEL_NAME, settings.CSPORTAL_MODEL_KEY = "house-model", "sk-house"
    yield box
    ends.set()
    server.shutdown()
    server.server_close()

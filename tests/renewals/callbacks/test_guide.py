"""The receiver that the guide shows takes a real call, once, and nothing that is forged."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest

from csportal import clock
from renewals.callbacks.keys import secret_from
from renewals.callbacks.models import Attempt, Call
from renewals.callbacks.sending import send_some
from renewals.callbacks.services import send_again, send_test
from tests.renewals.callbacks.conftest import listening

pytestmark = pytest.mark.django_db

GUIDE = (Path(__file__).parents[3] / "docs" / "integrator.md").read_text()
PYTHON = re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL)[-1]
JAVASCRIPT = re.findall(r"```js\n(.*?)```", GUIDE, re.DOTALL)[-1]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def endpoint(settings):
    settings.CSPORTAL_ALLOW_PRIVATE_CALLS = True
    return listening(f"http://127.0.0.1:{free_port()}/", now=clock.now())


@pytest.fixture
def took(endpoint, monkeypatch):
    """What the guide's Python receiver took, listening where the endpoint calls."""
    monkeypatch.setenv("SECRET", secret_from(endpoint.nonce))
    names: dict = {}
    exec(PYTHON, names)
    found: list[dict] = []
    names["take"] = found.append
    server = ThreadingHTTPServer(("127.0.0.1", int(endpoint.url.split(":")[2].strip("/"))), names["Receiver"])
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield found
    server.shutdown()
    server.server_close()


def test_it_takes_a_real_call_and_a_repeat_only_once(endpoint, took):
    now = clock.now()
    call = send_test(endpoint, now=now)
    send_some(endpoint.pk, now=now)
    call.refresh_from_db()
    send_again(call, now=now)
    send_some(endpoint.pk, now=now)

    assert list(Attempt.objects.values_list("status", flat=True)) == [204, 204]
    assert [one["type"] for one in took] == ["portal.test"]


def test_it_refuses_a_call_that_is_forged(endpoint, took):
    stamped = {"webhook-id": "1", "webhook-timestamp": str(int(time.time())), "webhook-signature": "v1,Zm9yZ2Vk"}
    forged = urllib.request.Request(endpoint.url, b"{}", stamped)

    with pytest.raises(urllib.error.HTTPError, match="400"):
        urllib.request.urlopen(forged, timeout=5)

    assert took == []


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("node") is None, reason="Node is not installed")
def test_the_javascript_receiver_takes_a_real_call_too(endpoint, tmp_path):
    script = tmp_path / "receiver.mjs"
    script.write_text(JAVASCRIPT)
    port = endpoint.url.split(":")[2].strip("/")
    environ = {"SECRET": secret_from(endpoint.nonce), "PORT": port}
    receiver = subprocess.Popen([shutil.which("node") or "", str(script)], env=environ, stdout=subprocess.DEVNULL)
    try:
        while receiver.poll() is None and not listens(int(port)):
            pass
        send_test(endpoint, now=clock.now())
        send_some(endpoint.pk, now=clock.now())
    finally:
        receiver.kill()
        receiver.wait()

    assert Call.objects.get().answer == "204"


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0

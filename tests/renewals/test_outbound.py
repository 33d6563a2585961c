"""Calls go to the public internet alone, to the address that was checked, and end in time (real sockets)."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest

from renewals import outbound
from renewals.outbound import KEPT, Line, NoAnswer, Refused, checked, is_never_called

PRIVATE = [
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.100.100.200", "0.0.0.0", "224.0.0.1",
    "255.255.255.255", "192.0.2.1", "198.18.0.1", "192.88.99.1",
    "::", "::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:db8::1", "fe80::1", "fe80::1%eth0",
    "fc00::1", "ff02::1", "3fff::1", "5f00::1", "100::1",
]  # fmt: skip
SAID = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


def read_request(connection: socket.socket) -> bytes:
    """One whole request; nothing where the caller has hung up."""
    request = b""
    while b"\r\n\r\n" not in request:
        if not (more := connection.recv(65536)):
            return b""
        request += more
    head, _, body = request.partition(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0] or 0)
    while len(body) < length:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


@contextmanager
def server(answer: Callable[[socket.socket, int], None]) -> Iterator[tuple[str, list[bytes]]]:
    """A server that hands each request to `answer` with its number; its address and the requests it read."""
    listening, seen, ends = socket.create_server(("127.0.0.1", 0)), [], threading.Event()

    def serve(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            while not ends.is_set() and (request := read_request(connection)):
                seen.append(request)
                answer(connection, len(seen))

    def accept() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            threading.Thread(target=serve, args=[connection], daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/hook?a=1", seen
    finally:
        ends.set()
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()


@pytest.mark.parametrize("address", PRIVATE)
def test_no_address_of_a_private_network_is_called(address: str) -> None:
    assert is_never_called(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "223.5.5.5", "2606:4700::1111", "2400:3200::1"])
def test_public_addresses_are_called(address: str) -> None:
    assert not is_never_called(address)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.com/", "example.com/hook", "https://", "https://user:word@example.com/", "http://example.com/",
        "https://example.com:22/", "https://example.com:99999/", "https://10.0.0.1/", "https://[::1]/",
        "https://exa mple.com/", "https://example.com/\r\nX: y", "https://" + "a" * 600,
    ],
)  # fmt: skip
def test_an_address_that_may_not_be_called_is_refused_as_it_is_typed(url: str) -> None:
    with pytest.raises(Refused):
        checked(url)


@pytest.mark.parametrize(
    "url", ["https://example.com/hook", "https://例子.测试/hook", "https://example.com:8443/a?b=c"]
)
def test_an_address_on_the_internet_is_taken(url: str) -> None:
    assert checked(url).scheme == "https"


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "127.1", "localhost", "localhost."])
def test_a_name_that_leads_into_a_private_network_is_refused_when_it_is_called(host: str) -> None:
    with Line(f"https://{host}/") as line, pytest.raises((Refused, NoAnswer)) as refused:
        line.post(b"{}", {})
    assert refused.type is Refused or "cannot be found" in str(refused.value)


def test_one_private_address_among_public_ones_is_enough_to_refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 443)) for ip in ("8.8.8.8", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **named: found)
    with Line("https://two-faced.example/") as line, pytest.raises(Refused):
        line.post(b"{}", {})


def test_the_name_is_looked_up_once_and_the_checked_address_is_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_up: list[str] = []
    connected: list[str] = []

    def answers_otherwise_each_time(host: str, port: int, **_named: object) -> list[tuple]:
        looked_up.append(host)
        ip = "8.8.8.8" if len(looked_up) == 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port))]

    def connect(address: tuple[str, int], **_named: object) -> socket.socket:
        connected.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", answers_otherwise_each_time)
    monkeypatch.setattr(socket, "create_connection", connect)
    with Line("https://rebinding.example/") as line, pytest.raises(NoAnswer):
        line.post(b"{}", {})

    assert (looked_up, connected) == (["rebinding.example"], ["8.8.8.8"])


def test_the_very_bytes_arrive_at_the_path_with_their_headers() -> None:
    with server(lambda connection, _n: connection.sendall(SAID)) as (url, seen), Line(url, allow_private=True) as line:
        answer = line.post('{"中": 1}'.encode(), {"webhook-id": "evt_1"})

    assert (answer.status, answer.body, answer.accepted) == (200, b"ok", True)
    assert seen[0].startswith(b"POST /hook?a=1 HTTP/1.1\r\nHost: 127.0.0.1:")
    assert b"webhook-id: evt_1\r\n" in seen[0]
    assert seen[0].endswith('{"中": 1}'.encode())


def test_a_redirect_is_no_yes_and_is_not_followed() -> None:
    moved = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/\r\nContent-Length: 0\r\n\r\n"
    with server(lambda connection, _n: connection.sendall(moved)) as (url, seen), Line(url, allow_private=True) as line:
        answer = line.post(b"", {})

    assert (answer.status, answer.accepted, len(seen)) == (302, False, 1)


def test_of_a_long_answer_only_the_beginning_is_kept() -> None:
    endless = b"HTTP/1.1 500 No\r\nContent-Length: 30000000000\r\n\r\n" + b"x" * 100_000
    with server(lambda connection, _n: connection.sendall(endless)) as (url, _), Line(url, allow_private=True) as line:
        answer = line.post(b"", {})

    assert (answer.status, len(answer.body)) == (500, KEPT)


@pytest.mark.parametrize("drip", [b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nx", b""])
def test_who_drips_or_says_nothing_is_cut_off_in_time(drip: bytes) -> None:
    def answer(connection: socket.socket, _n: int) -> None:
        connection.sendall(drip)
        connection.recv(1)  # until the caller hangs up

    with server(answer) as (url, seen), Line(url, allow_private=True, within=0.2) as line:
        in_time = pytest.raises(NoAnswer, match=r"within 0\.2 s")
        with in_time:
            line.post(b"", {})

    assert len(seen) == 1


def test_calls_that_follow_each_other_share_a_connection_and_survive_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    connects = []
    really = socket.create_connection

    def counted(*args: object, **named: object) -> socket.socket:
        connects.append(args)
        return really(*args, **named)

    def answer(connection: socket.socket, n: int) -> None:
        connection.sendall(SAID)
        if n == 2:
            connection.shutdown(socket.SHUT_RDWR)

    monkeypatch.setattr(outbound.socket, "create_connection", counted)
    with server(answer) as (url, _seen), Line(url, allow_private=True) as line:
        answers = [line.post(b"", {}).status for _ in range(3)]

    assert (answers, len(connects)) == ([200, 200, 200], 2)


def test_a_server_that_is_not_there_is_no_answer() -> None:
    with server(lambda *_: None) as (url, _):
        pass
    with Line(url, allow_private=True) as line, pytest.raises(NoAnswer):
        line.post(b"", {})

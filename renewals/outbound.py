"""Calls to addresses that people typed in: never into a private network, never after a redirect, never for long.

The name is looked up once for a connection, every address that it has is checked, and the connection goes to the one
that was checked: a name that answers otherwise a moment later leads nowhere else. Plain Python: no Django models, no
clock but the one that measures how long a call took.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Self
from urllib.parse import SplitResult, urlsplit

from django.utils.translation import gettext as _

WITHIN = 15.0
"""Seconds that a call may take in all: look-up, connection, request and answer."""
KEPT = 16 * 1024
"""How much of an answer's body is kept, in bytes; the rest is not read."""
LONGEST = 500
"""Characters of the longest address that is taken."""
PORTS = (443, 8443)
LONGEST_ASKED = timedelta(hours=24)
"""How much of a `Retry-After` is believed."""
NEVER = tuple(
    ipaddress.ip_network(net)
    for net in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
        "224.0.0.0/4", "240.0.0.0/4",
        "::/96", "::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32",
        "2002::/16", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
    )
)  # fmt: skip
"""What is never called unless the operator allows it, the documentation and translation ranges included."""


class Refused(Exception):
    """An address that is not called. Its text says why, in the reader's language."""


class NoAnswer(Exception):
    """A call that brought no whole answer: refused, cut or too slow. Its text is for the log of the delivery."""


class TooSlow(NoAnswer):
    """No whole answer within the time that it had."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the status, the beginning of the body, and how many seconds it took."""

    status: int
    body: bytes
    took: float
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def accepted(self) -> bool:
        """Only 2xx is a yes; a redirect is none, and is not followed."""
        return 200 <= self.status < 300

    def header(self, name: str) -> str:
        """What a header says, however its name is written; "" where there is none."""
        return next((said for known, said in self.headers.items() if known.lower() == name.lower()), "")


def checked(url: str, *, allow_private: bool = False) -> SplitResult:
    """The parts of an address that may be called as far as its text tells. Raises `Refused`.

    Who allows private addresses allows plain HTTP and any port too: both are for one's own network.
    """
    if len(url) > LONGEST or any(ord(letter) < 33 for letter in url):
        raise Refused(_("This is not an address that can be called."))
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname
        if host:
            ascii_host(parts)
    except (ValueError, UnicodeError):
        raise Refused(_("This is not an address that can be called.")) from None
    if not host or parts.scheme not in ("https", "http"):
        raise Refused(_("Give a whole address, beginning with https://."))
    if parts.username or parts.password:
        raise Refused(_("Leave the user name and the password out of the address."))
    if not allow_private:
        refuse_private(parts.scheme, host, port)
    return parts


def refuse_private(scheme: str, host: str, port: int | None) -> None:
    """Raise `Refused` for what only one's own network would have."""
    if scheme != "https":
        raise Refused(_("Only addresses that begin with https:// are called."))
    if port not in (None, *PORTS):
        raise Refused(_("Only the ports 443 and 8443 are called."))
    if is_number(host) and is_never_called(host):
        raise Refused(_("Addresses inside private networks are not called."))


def ascii_host(parts: SplitResult) -> str:
    """The host as it is looked up, also where its name is written in Chinese."""
    host = parts.hostname or ""
    return host if ":" in host else host.encode("idna").decode()


def is_number(host: str) -> bool:
    """Whether a host is an IP address as it stands."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def is_never_called(address: str) -> bool:
    """Whether an IP address is in a network that callers have no business in."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    return not ip.is_global or any(ip in net for net in NEVER if net.version == ip.version)


def look_up(host: str, port: int, *, allow_private: bool) -> str:
    """The address to connect to. Raises `Refused` if any address of the name is private, `NoAnswer` if it has none."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise NoAnswer(f"{host} cannot be found") from None
    addresses = [str(sockaddr[0]) for *_rest, sockaddr in found]
    if not allow_private and any(is_never_called(address) for address in addresses):
        raise Refused(_("Addresses inside private networks are not called."))
    return addresses[0]


class Line:
    """A connection to one address, kept for the calls that follow each other: a context manager.

    `within` bounds each call in seconds, however slowly the other side drips; of an answer's body `keeps` bytes are
    read. Raises `Refused` for an address that may not be called.
    """

    def __init__(self, url: str, *, allow_private: bool = False, within: float = WITHIN, keeps: int = KEPT) -> None:
        self.parts = checked(url, allow_private=allow_private)
        self.allow_private = allow_private
        self.within = within
        self.keeps = keeps
        self.is_secure = self.parts.scheme == "https"
        self.host = ascii_host(self.parts)
        self.port = self.parts.port or (443 if self.is_secure else 80)
        self.path = (self.parts.path or "/") + (f"?{self.parts.query}" if self.parts.query else "")
        self.sock: socket.socket | None = None
        self.connection: http.client.HTTPConnection | None = None
        self.too_slow = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.hang_up()

    def post(self, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Post these very bytes. Raises `Refused` where the name leads into a private network, else `NoAnswer`."""
        begun, self.too_slow = time.monotonic(), False
        watch = threading.Timer(self.within, self.cut)
        watch.daemon = True
        watch.start()
        try:
            status, text, answered = self.ask_again(body, headers)
        except (OSError, http.client.HTTPException) as problem:
            self.hang_up()
            is_slow = self.too_slow or isinstance(problem, TimeoutError)
            raise (TooSlow if is_slow else NoAnswer)(self.reason(problem)) from None
        finally:
            watch.cancel()
        return Answer(status, text, time.monotonic() - begun, answered)

    def ask_again(self, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes, dict[str, str]]:
        """Ask; where the other side had closed a kept connection meanwhile, once more on a fresh one."""
        kept = self.connection is not None
        try:
            return self.ask(body, headers)
        except (ConnectionError, http.client.RemoteDisconnected):
            self.hang_up()
            if not kept or self.too_slow:
                raise
        return self.ask(body, headers)

    def ask(self, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes, dict[str, str]]:
        """One request; the status, the beginning of the body and the headers of its answer."""
        connection = self.connection or self.connect()
        connection.request("POST", self.path, body, dict(headers))
        response = connection.getresponse()
        text = response.read(self.keeps)
        if response.will_close or response.read(1):
            self.hang_up()
        if self.too_slow:
            raise TimeoutError
        return response.status, text, dict(response.headers)

    def connect(self) -> http.client.HTTPConnection:
        """A connection to the address that was looked up and checked just now; it never opens another by itself."""
        address = look_up(self.host, self.port, allow_private=self.allow_private)
        self.sock = socket.create_connection((address, self.port), timeout=self.within)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        kind = http.client.HTTPSConnection if self.is_secure else http.client.HTTPConnection
        connection = kind(self.host, self.port)
        if self.is_secure:
            secure = ssl.create_default_context()
            self.sock = secure.wrap_socket(self.sock, server_hostname=self.host, do_handshake_on_connect=False)
            self.sock.do_handshake()
        connection.sock, connection.auto_open = self.sock, 0
        self.connection = connection
        return connection

    def cut(self) -> None:
        """End what is under way: the time is up."""
        self.too_slow = True
        if self.sock is not None:
            with suppress(OSError):
                self.sock.shutdown(socket.SHUT_RDWR)

    def hang_up(self) -> None:
        """End the connection, if there is one."""
        for open_one in (self.connection, self.sock):
            if open_one is not None:
                open_one.close()
        self.connection = self.sock = None

    def reason(self, problem: Exception) -> str:
        """Why no answer came, in one line."""
        if self.too_slow or isinstance(problem, TimeoutError):
            return f"no whole answer within {self.within:g} s"
        return f"{type(problem).__name__}: {problem}"


def asked_for(retry_after: str, *, at: datetime) -> timedelta:
    """How long a `Retry-After` asks to wait, in seconds or as a date; nothing where it cannot be read."""
    try:
        asked = timedelta(seconds=int(retry_after)) if retry_after.strip().isdecimal() else until(retry_after) - at
    except (ValueError, TypeError, OverflowError):
        return timedelta(0)
    return min(max(asked, timedelta(0)), LONGEST_ASKED)


def until(http_date: str) -> datetime:
    """The instant that an HTTP date names. ValueError for none."""
    named = parsedate_to_datetime(http_date)
    return named if named.tzinfo else named.replace(tzinfo=UTC)
